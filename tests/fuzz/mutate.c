#include "tests/fuzz/mutate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"

/* A place where a structure begins, and a block with a sum at its end. */
enum { PLACES_MAX = 4096, SUMS_MAX = 1024, NEAR = 320, OPERATIONS = 4 };

struct sum {
	size_t from;
	size_t length; /* without the 4 bytes of the sum, which follow */
};

struct mutator {
	const uint8_t *bytes;
	size_t n;
	size_t places[PLACES_MAX];
	size_t nplaces;
	struct sum sums[SUMS_MAX];
	size_t nsums;
};

static uint64_t
next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t
below(uint64_t *state, size_t n)
{
	return (size_t)(next(state) % n);
}

static uint64_t
take(const uint8_t *at, size_t bytes)
{
	uint64_t value = 0;

	while (bytes > 0)
		value = value << 8 | at[--bytes];
	return value;
}

static void
put(uint8_t *at, size_t bytes, uint64_t value)
{
	for (; bytes > 0; bytes--, value >>= 8)
		*at++ = (uint8_t)value;
}

static uint32_t
rotate(uint32_t x, unsigned by)
{
	return x << by | x >> (32 - by);
}

/* Bob Jenkins' lookup3, which HDF5 sums its metadata with. */
static uint32_t
lookup3(const uint8_t *at, size_t n)
{
	static const unsigned turns[] = { 4, 6, 8, 16, 19, 4 };
	static const unsigned last[] = { 14, 11, 25, 16, 4, 14, 24 };
	uint32_t w[3];
	uint8_t tail[12] = { 0 };
	unsigned i, x, y, z;

	w[0] = w[1] = w[2] = 0xdeadbeef + (uint32_t)n;
	if (n == 0)
		return w[2];
	for (; n > 12; n -= 12, at += 12) {
		for (i = 0; i < 3; i++)
			w[i] += (uint32_t)take(at + 4 * i, 4);
		for (i = 0; i < FV_COUNT(turns); i++) {
			x = i % 3;
			y = (i + 2) % 3;
			z = (i + 1) % 3;
			w[x] -= w[y];
			w[x] ^= rotate(w[y], turns[i]);
			w[y] += w[z];
		}
	}
	memcpy(tail, at, n);
	for (i = 0; i < 3; i++)
		w[i] += (uint32_t)take(tail + 4 * i, 4);
	for (i = 0; i < FV_COUNT(last); i++) {
		x = (i + 2) % 3;
		y = (i + 1) % 3;
		w[x] ^= w[y];
		w[x] -= rotate(w[y], last[i]);
	}
	return w[2];
}

/* Note a block with a sum, if there is one: it must be right now. */
static void
note_sum(struct mutator *m, size_t from, size_t length)
{
	if (from > m->n || length > m->n - from || m->n - from - length < 4 ||
	    m->nsums == SUMS_MAX ||
	    lookup3(m->bytes + from, length) !=
		take(m->bytes + from + length, 4))
		return;
	m->sums[m->nsums++] = (struct sum){ from, length };
}

/* Continuation blocks (message 0x10) of the header messages in a range. */
static void
note_continuations(struct mutator *m, size_t at, size_t end, bool ordered)
{
	size_t length;

	while (at + 4 < end) {
		length = (size_t)take(m->bytes + at + 1, 2);
		if (m->bytes[at] == 0x10 && at + 20 <= end)
			note_sum(m,
			    (size_t)take(m->bytes + at + 4 + 2 * ordered, 8),
			    (size_t)take(m->bytes + at + 12 + 2 * ordered, 8) -
				4);
		at += 4 + 2 * (size_t)ordered + length;
	}
}

/* An object header of version 2 (HDF5 File Format Specification, IV.A). */
static void
note_header(struct mutator *m, size_t at)
{
	uint8_t flags;
	size_t size_bytes, messages, length;

	if (m->n - at < 64)
		return;
	flags = m->bytes[at + 5];
	size_bytes = (size_t)1 << (flags & 3);
	messages = at + 6 + ((flags & 0x20) != 0 ? 16 : 0) +
	    ((flags & 0x10) != 0 ? 4 : 0);
	length = (size_t)take(m->bytes + messages, size_bytes);
	messages += size_bytes;
	if (length > m->n - messages)
		return;
	note_sum(m, at, messages + length - at);
	note_continuations(m, messages, messages + length, (flags & 4) != 0);
}

struct mutator *
mutator_new(const uint8_t *bytes, size_t n)
{
	static const char names[][5] = { "OHDR", "OCHK", "TREE", "SNOD", "HEAP",
		"GCOL", "FRHP", "FHDB", "BTHD", "BTLF", "\211HDF" };
	struct mutator *m = calloc(1, sizeof(*m));
	size_t at, i;

	if (m == NULL)
		abort();
	m->bytes = bytes;
	m->n = n;
	note_sum(m, 0, 44); /* the superblock */
	for (at = 0; at + 4 <= n; at++)
		for (i = 0; i < FV_COUNT(names); i++) {
			if (memcmp(bytes + at, names[i], 4) != 0 ||
			    m->nplaces == PLACES_MAX)
				continue;
			m->places[m->nplaces++] = at;
			if (i == 0)
				note_header(m, at);
		}
	return m;
}

void
mutator_free(struct mutator *m)
{
	free(m);
}

/* Where to change something: near a structure mostly. */
static size_t
choose(const struct mutator *m, uint64_t *state)
{
	size_t at;

	if (m->nplaces == 0 || below(state, 8) == 0)
		return below(state, m->n);
	at = m->places[below(state, m->nplaces)] + below(state, NEAR);
	return at < m->n ? at : m->n - 1;
}

static void
change(const struct mutator *m, uint64_t *state, uint8_t *out)
{
	static const uint64_t odd[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff,
		0x7fffffff, 0x80000000, 0xffffffff, INT64_MAX, UINT64_MAX };
	size_t at = choose(m, state), from, length;

	switch (below(state, 6)) {
	case 0:
		out[at] ^= (uint8_t)(1U << below(state, 8));
		break;
	case 1:
		out[at] = (uint8_t)next(state);
		break;
	case 2:
		out[at] = (uint8_t)(out[at] + 1 - 2 * below(state, 2));
		break;
	case 3:
		length = (size_t)1 << below(state, 4);
		if (length <= m->n - at)
			put(out + at, length, odd[below(state, FV_COUNT(odd))]);
		break;
	case 4: /* an address of another structure */
		if (m->nplaces > 0 && m->n - at >= 8)
			put(out + at, 8, m->places[below(state, m->nplaces)]);
		break;
	default:
		from = choose(m, state);
		length = 1 + below(state, 32);
		if (length <= m->n - at && length <= m->n - from)
			memmove(out + at, m->bytes + from, length);
		break;
	}
}

size_t
mutator_make(const struct mutator *m, uint64_t seed, uint8_t *out)
{
	uint64_t state = seed * 0xd1342543de82ef95 + 1;
	size_t i, n = m->n, operations = 1 + below(&state, OPERATIONS);

	memcpy(out, m->bytes, n);
	for (i = 0; i < operations; i++)
		change(m, &state, out);
	if (below(&state, 4) != 0)
		for (i = 0; i < m->nsums; i++)
			put(out + m->sums[i].from + m->sums[i].length, 4,
			    lookup3(out + m->sums[i].from, m->sums[i].length));
	if (below(&state, 32) == 0)
		n = below(&state, n);
	return n;
}
