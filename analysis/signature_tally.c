#include "analysis/signature_tally.h"

#include <stddef.h>

enum { ICMP = 1, ICMPV6 = 58 };

/* Names that are short enough for what is said with them. */
enum {
	PACKETS = FV_SIGNATURE_PACKETS,
	BYTES = FV_SIGNATURE_BYTES,
	WHAT = FV_SIGNATURE_WHAT,
	WORDS = FV_SIGNATURE_WORDS,
	ALL = FV_SIGNATURE_ALL,
	SUSPECT = FV_SIGNATURE_SUSPECT,
	POPULATIONS = FV_SIGNATURE_POPULATIONS
};

/* Rows that are looked up together, so that memory is asked for ahead. */
enum { AHEAD = 256, MERGE_AHEAD = 16 };

/*
 * Nearly all signatures of packets fit one word, and are counted in that:
 * what they are, 8 bits of packets, 24 of bytes.
 */
enum { WHAT_AT = 32, PACKETS_AT = 24, PACKETS_BITS = 8, BYTES_BITS = 24 };

int
fv_signature_tally_init(struct fv_signature_tally *t,
    const struct fv_analysis_context *context, struct fv_err *err)
{
	size_t bytes = context->room.bytes;

	*t = (struct fv_signature_tally){
		.inside_known = fv_analysis_inside_known(context),
		.suspect = context->focus.suspect,
		.wide = { .own = -1 },
	};
	if (fv_counts_init(
		&t->narrow, bytes == 0 ? FV_LEDGER_BYTES : bytes, err) == -1)
		return -1;
	return fv_ledger_init(
	    &t->wide, WORDS, POPULATIONS, 0, &context->room, err);
}

void
fv_signature_tally_free(struct fv_signature_tally *t)
{
	fv_counts_free(&t->narrow);
	fv_ledger_free(&t->wide);
}

static int
count_wide(struct fv_signature_tally *t, const uint64_t key[WORDS],
    uint64_t all, uint64_t suspect, struct fv_err *err)
{
	uint64_t *value = fv_ledger_at(&t->wide, key,
	    fv_tally_hash(&t->wide.tally, key, WORDS), WORDS, err);

	if (value == NULL)
		return fv_err_within(err, "signatures");
	value[ALL] += all;
	value[SUSPECT] += suspect;
	return 0;
}

/* Whether a signature fits one word. */
static bool
is_narrow(uint64_t packets, uint64_t bytes)
{
	return packets >> PACKETS_BITS == 0 && bytes >> BYTES_BITS == 0;
}

static uint64_t
pack(uint64_t what, uint64_t packets, uint64_t bytes)
{
	return what << WHAT_AT | packets << PACKETS_AT | bytes;
}

static void
unpack(uint64_t narrow, uint64_t key[WORDS])
{
	key[WHAT] = narrow >> WHAT_AT;
	key[PACKETS] = narrow >> PACKETS_AT & ((1 << PACKETS_BITS) - 1);
	key[BYTES] = narrow & ((1 << BYTES_BITS) - 1);
}

/* Give to the ledger all that is in ${from}. */
static int
widen(struct fv_signature_tally *t, const struct fv_counts *from,
    struct fv_err *err)
{
	const struct fv_counts_slot *slot;
	uint64_t key[WORDS];
	size_t i;

	for (i = 0; from->slot != NULL && i <= from->mask; i++) {
		slot = &from->slot[i];
		if (slot->count[ALL] == 0)
			continue;
		unpack(slot->key, key);
		if (count_wide(t, key, slot->count[ALL], slot->count[SUSPECT],
			err) == -1)
			return -1;
	}
	return 0;
}

/* There was no more room: go on without the narrow keys. */
static int
overflow(struct fv_signature_tally *t, struct fv_err *err)
{
	if (t->overflowed)
		return 0;
	t->overflowed = true;
	if (widen(t, &t->narrow, err) == -1)
		return -1;
	fv_counts_free(&t->narrow);
	return 0;
}

static bool
is_icmp(uint8_t protocol)
{
	return protocol == ICMP || protocol == ICMPV6;
}

/* Outward rows, as signatures; at most AHEAD. */
struct some {
	uint32_t row[AHEAD];
	uint64_t what[AHEAD];
	uint64_t narrow[AHEAD];
	uint8_t suspect[AHEAD]; /* whether the suspect sent it */
	size_t n;
	bool all_narrow;
};

static void
look(const struct fv_signature_tally *t, const struct fv_analysis_batch *batch,
    size_t from, size_t rows, struct some *some)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint16_t *port = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *type = batch->column[FV_FLOW_ICMP_TYPE];
	const uint8_t *code = batch->column[FV_FLOW_ICMP_CODE];
	const uint8_t *flags = batch->column[FV_FLOW_TCP_FLAGS];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	uint64_t any_packets = 0, any_bytes = 0;
	size_t i, k;

	some->n = fv_analysis_outward_rows(batch->column[FV_FLOW_DIRECTION],
	    from, rows, t->inside_known, some->row);
	for (k = 0; k < some->n; k++) {
		i = some->row[k];
		some->what[k] = fv_signature_what(protocol[i],
		    is_icmp(protocol[i]) ? (uint16_t)(type[i] << 8 | code[i])
					 : port[i],
		    flags[i]);
		some->narrow[k] = pack(some->what[k], packets[i], bytes[i]);
		some->suspect[k] = source[i] == t->suspect;
		any_packets |= packets[i];
		any_bytes |= bytes[i];
	}
	some->all_narrow = is_narrow(any_packets, any_bytes);
}

/* One row, wherever it belongs. */
static int
count_row(struct fv_signature_tally *t, const struct fv_analysis_batch *batch,
    const struct some *some, size_t k, struct fv_err *err)
{
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	size_t i = some->row[k];
	const uint64_t key[WORDS] = { some->what[k], packets[i], bytes[i] };

	if (!t->overflowed && is_narrow(packets[i], bytes[i])) {
		if (fv_counts_add(&t->narrow, some->narrow[k], some->suspect[k],
			err) == 0)
			return 0;
		if (err->code != FV_ELIMIT || overflow(t, err) == -1)
			return fv_err_within(err, "signatures");
	}
	return count_wide(t, key, 1, some->suspect[k], err);
}

static int
count_some(struct fv_signature_tally *t, const struct fv_analysis_batch *batch,
    const struct some *some, struct fv_err *err)
{
	size_t k = 0;

	for (k = 0; k < some->n; k++)
		t->records[SUSPECT] += some->suspect[k];
	t->records[ALL] += some->n;
	k = 0;
	if (some->all_narrow && !t->overflowed) {
		for (; k < some->n; k++)
			fv_counts_prefetch(&t->narrow, some->narrow[k]);
		for (k = 0; k < some->n; k++)
			if (fv_counts_add(&t->narrow, some->narrow[k],
				some->suspect[k], err) == -1)
				break;
	}
	for (; k < some->n; k++)
		if (count_row(t, batch, some, k, err) == -1)
			return -1;
	return 0;
}

int
fv_signature_tally_add(struct fv_signature_tally *t,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	struct some some;
	size_t i, rows;

	for (i = 0; i < batch->rows; i += rows) {
		rows = batch->rows - i < AHEAD ? batch->rows - i : AHEAD;
		look(t, batch, i, rows, &some);
		if (count_some(t, batch, &some, err) == -1)
			return -1;
	}
	return 0;
}

/* Enter what ${slot} of another state has. */
static int
merge_slot(struct fv_signature_tally *t, const struct fv_counts_slot *slot,
    struct fv_err *err)
{
	uint64_t key[WORDS];

	if (slot->count[ALL] == 0)
		return 0;
	if (!t->overflowed) {
		if (fv_counts_enter(&t->narrow, slot->key, slot->count, err) ==
		    0)
			return 0;
		if (err->code != FV_ELIMIT || overflow(t, err) == -1)
			return fv_err_within(err, "signatures");
	}
	unpack(slot->key, key);
	return count_wide(t, key, slot->count[ALL], slot->count[SUSPECT], err);
}

int
fv_signature_tally_merge(struct fv_signature_tally *t,
    const struct fv_signature_tally *from, struct fv_err *err)
{
	const struct fv_counts_slot *slot = from->narrow.slot;
	size_t i;

	for (i = 0; i < POPULATIONS; i++)
		t->records[i] += from->records[i];
	if (from->overflowed && overflow(t, err) == -1)
		return -1;
	for (i = 0; slot != NULL && i <= from->narrow.mask; i++) {
		if (!t->overflowed && i + MERGE_AHEAD <= from->narrow.mask)
			fv_counts_prefetch(
			    &t->narrow, slot[i + MERGE_AHEAD].key);
		if (merge_slot(t, &slot[i], err) == -1)
			return -1;
	}
	if (fv_ledger_merge(&t->wide, &from->wide, err) == -1)
		return fv_err_within(err, "signatures");
	return 0;
}

int
fv_signature_tally_each(const struct fv_signature_tally *t,
    void (*visit)(void *arg, const uint64_t *entry), void *arg,
    struct fv_err *err)
{
	const struct fv_counts_slot *slot = t->narrow.slot;
	uint64_t entry[WORDS + POPULATIONS];
	size_t i;

	for (i = 0; slot != NULL && i <= t->narrow.mask; i++) {
		if (slot[i].count[ALL] == 0)
			continue;
		unpack(slot[i].key, entry);
		entry[WORDS + ALL] = slot[i].count[ALL];
		entry[WORDS + SUSPECT] = slot[i].count[SUSPECT];
		visit(arg, entry);
	}
	if (fv_ledger_each(&t->wide, visit, arg, err) == -1)
		return fv_err_within(err, "signatures");
	return 0;
}
