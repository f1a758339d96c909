#include "anonymize/traces_set.h"

/* Offsets to ask the memory for before they are looked at. */
enum { AHEAD = 24 };

/* A stretch that is searched, and where its finds go. */
struct scan {
	const struct fv_traces *t;
	enum fv_traces_mode mode;
	size_t width;
	const uint8_t *bytes;
	size_t n;
	size_t lead;
	uint64_t row;
	struct fv_traces_tally *tally;
};

static uint64_t
row_of(const struct scan *s, size_t at)
{
	return fv_traces_row(s->width, s->lead, s->row, at);
}

/*
 * Whether four bytes at ${at} are looked at: any within a value that is wide
 * enough, but across values and in anything else no plain ones.
 */
static bool
four_allowed(const struct scan *s, size_t at, bool plain)
{
	switch (s->mode) {
	case FV_TRACES_NUMBERS:
		if (s->width >= 4)
			return at % s->width + 4 <= s->width;
		return !plain && at % s->width == 0;
	case FV_TRACES_PSEUDONYMS:
		return false;
	case FV_TRACES_TEXTS:
	case FV_TRACES_BYTES:
		break;
	}
	return !plain;
}

static void
look_at_numbers(const struct scan *s, size_t at)
{
	const struct fv_traces *t = s->t;
	const uint8_t *bytes = s->bytes + at;
	size_t left = s->n - at;
	uint32_t value;

	value = fv_traces_find(t, &t->four, fv_traces_load(bytes, 4));
	if (value != 0 && at + 4 > s->lead) {
		value--;
		if (four_allowed(s, at, (value & FV_TRACES_PLAIN) != 0)) {
			if ((value & FV_TRACES_ORIGINAL) != 0)
				fv_traces_note(
				    s->tally, FV_TRACES_IPV4, row_of(s, at));
			value >>= FV_TRACES_FLAGS;
			s->tally->seen[value / 64] |= UINT64_C(1)
			    << (value % 64);
		}
	}
	if (left >= 6 && at + 6 > s->lead &&
	    fv_traces_find(t, &t->six, fv_traces_load(bytes, 6)) != 0)
		fv_traces_note(s->tally, FV_TRACES_MAC, row_of(s, at));
	if (left < 8 || at + 8 <= s->lead)
		return;
	value = fv_traces_find(t, &t->eight, fv_traces_load(bytes, 8));
	if (value != 0)
		fv_traces_note(
		    s->tally, (enum fv_traces_kind)(value - 1), row_of(s, at));
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Whether the bytes at ${at} spell ${name}, as a word where words are. */
static size_t
spells(const struct scan *s, size_t at, const struct fv_originals_name *name)
{
	size_t length = strnlen(name->text, sizeof(name->text)), i;

	if (length > s->n - at)
		return 0;
	for (i = 0; i < length; i++)
		if (lower(s->bytes[at + i]) != (uint8_t)name->text[i])
			return 0;
	if (s->mode == FV_TRACES_NUMBERS)
		return length;
	if (at > 0 && fv_traces_in_word(s->bytes[at - 1]))
		return 0;
	/* What is kept of a long name may go on. */
	if (length < sizeof(name->text) - 1 && at + length < s->n &&
	    fv_traces_in_word(s->bytes[at + length]))
		return 0;
	return length;
}

/* The name at ${at} that is not forgiven, plus 1; 0 when there is none. */
static uint32_t
name_at(const struct scan *s, size_t at, size_t *length)
{
	const struct fv_traces *t = s->t;
	const struct fv_originals_name *name;
	uint32_t number;
	uint64_t key;

	if (s->n - at < FV_ORIGINALS_NAME_LEAST)
		return 0;
	key = fv_traces_load(s->bytes + at, FV_ORIGINALS_NAME_LEAST) |
	    (FV_TRACES_FOLD & UINT64_C(0xffffffffffff));
	for (number = fv_traces_find(t, &t->word, key); number != 0;
	     number = t->next_name[number - 1]) {
		name = fv_intern_record(&t->originals->names, number - 1);
		if (!t->forgiven[number - 1] &&
		    (*length = spells(s, at, name)) != 0)
			return number;
	}
	return 0;
}

/* Four bytes within wide values; a value that repeats counts once. */
static uint64_t
count_windows(const struct scan *s)
{
	size_t at, fresh = s->n - s->lead;
	uint64_t changes = 0;

	if (s->mode == FV_TRACES_PSEUDONYMS)
		return fresh / s->width;
	if (s->mode != FV_TRACES_NUMBERS)
		return fresh;
	if (s->width < 4)
		return fresh / s->width;
	at = s->lead == 0 ? s->width : s->lead;
	changes = s->lead == 0 && s->n > 0;
	if (s->width == 8)
		for (; at < s->n; at += 8)
			changes += fv_traces_load(s->bytes + at, 8) !=
			    fv_traces_load(s->bytes + at - 8, 8);
	else if (s->width == 4)
		for (; at < s->n; at += 4)
			changes += fv_traces_load32(s->bytes + at) !=
			    fv_traces_load32(s->bytes + at - 4);
	else
		for (; at < s->n; at += s->width)
			changes += memcmp(s->bytes + at,
				       s->bytes + at - s->width, s->width) != 0;
	return changes * (s->width - 3);
}

/* Kept out of the loop, which is to stay in registers. */
static __attribute__((noinline)) void
look_at(const struct scan *s, size_t at)
{
	look_at_numbers(s, at);
}

static __attribute__((noinline)) void
look_at_names(const struct scan *s, size_t at)
{
	size_t length = 0;

	if (name_at(s, at, &length) != 0 && at + length > s->lead)
		fv_traces_note(s->tally, FV_TRACES_NAME, row_of(s, at));
}

/* Every offset, of which the filter lets few pass. */
static void
scan_numbers(const struct scan *s)
{
	const uint64_t factor = s->t->hash.word[3] | 1;
	const uint64_t *filter = s->t->filter;
	const unsigned shift = s->t->filter_shift;
	const uint8_t *bytes = s->bytes;
	size_t at, n = s->n;

	for (at = 0; at + 4 <= n; at++) {
		/* The filter is larger than the nearest caches. */
		if (at + AHEAD + 4 <= n)
			fv_traces_prefetch(filter, shift, factor,
			    fv_traces_load32(bytes + at + AHEAD));
		if (fv_traces_pass(
			filter, shift, factor, fv_traces_load32(bytes + at)))
			look_at(s, at);
	}
}

static void
scan_names(const struct scan *s)
{
	const uint64_t factor = s->t->hash.word[3] | 1;
	const uint64_t *filter = s->t->name_filter;
	const unsigned shift = s->t->name_shift;
	const uint8_t *bytes = s->bytes;
	size_t at, n = s->n;

	for (at = 0; at + FV_ORIGINALS_NAME_LEAST <= n; at++)
		if (fv_traces_pass(filter, shift, factor,
			fv_traces_load32(bytes + at) |
			    (uint32_t)FV_TRACES_FOLD))
			look_at_names(s, at);
}

void
fv_traces_scan(const struct fv_traces *t, enum fv_traces_mode mode,
    size_t width, const uint8_t *bytes, size_t n, size_t lead, uint64_t row,
    struct fv_traces_tally *tally)
{
	const struct scan s = { t, mode, width, bytes, n, lead, row, tally };

	scan_numbers(&s);
	if (t->word.used > 0)
		scan_names(&s);
	tally->bytes += n - lead;
	tally->windows += count_windows(&s);
	fv_traces_find_text(t, mode, width, bytes, n, lead, row, tally);
}

void
fv_traces_forgive(struct fv_traces *t, const char *text)
{
	const struct scan s = { t, FV_TRACES_TEXTS, 1, (const uint8_t *)text,
		strlen(text), 0, 0, NULL };
	size_t at, length;
	uint32_t number;

	for (at = 0; at + FV_ORIGINALS_NAME_LEAST <= s.n; at++)
		while ((number = name_at(&s, at, &length)) != 0) {
			t->forgiven[number - 1] = true;
			t->count.forgiven++;
			t->count.names--;
		}
}
