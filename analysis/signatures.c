/*
 * R23: the most frequent signatures (protocol, destination port, flags,
 * packets, bytes), of the suspect and of all hosts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/counts.h"
#include "analysis/ledger.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };

enum { TOP = 10 };

/* Rows that are looked up together, so that memory is asked for ahead. */
enum { AHEAD = 256, MERGE_AHEAD = 16 };

/*
 * A signature, as the words of a key: protocol, port and flags in one, each
 * in bits of its own; packets; bytes.  ICMP has type and code for a port.
 */
enum { WHAT, PACKETS, BYTES, KEY_WORDS };
enum { PROTOCOL_AT = 24, PORT_AT = 8 };

/* Of an entry: the records of all, and of these the suspect's. */
enum { ALL, SUSPECT, POPULATIONS };

/*
 * Nearly all signatures of packets fit one word, and are counted in that:
 * what they are, 8 bits of packets, 24 of bytes.
 */
enum { WHAT_AT = 32, PACKETS_AT = 24, PACKETS_BITS = 8, BYTES_BITS = 24 };

/*
 * Invariant: a signature that fits one word is in narrow only; or, once
 * there was no more room, all are in the ledger.
 */
struct state {
	bool inside_known;
	uint32_t suspect;
	struct fv_counts narrow;
	bool overflowed; /* narrow is no longer used */
	struct fv_ledger wide;
	uint64_t records[POPULATIONS];
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_counts_free(&s->narrow);
	fv_ledger_free(&s->wide);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t bytes = context->room.bytes;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->suspect = context->focus.suspect;
	if (fv_counts_init(
		&s->narrow, bytes == 0 ? FV_LEDGER_BYTES : bytes, err) == -1 ||
	    fv_ledger_init(&s->wide, KEY_WORDS, POPULATIONS, 0, &context->room,
		err) == -1) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
count_wide(struct state *s, const uint64_t key[KEY_WORDS], uint64_t all,
    uint64_t suspect, struct fv_err *err)
{
	uint64_t *value = fv_ledger_at(&s->wide, key,
	    fv_tally_hash(&s->wide.tally, key, KEY_WORDS), KEY_WORDS, err);

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
unpack(uint64_t narrow, uint64_t key[KEY_WORDS])
{
	key[WHAT] = narrow >> WHAT_AT;
	key[PACKETS] = narrow >> PACKETS_AT & ((1 << PACKETS_BITS) - 1);
	key[BYTES] = narrow & ((1 << BYTES_BITS) - 1);
}

/* Give to the ledger all that is in ${from}. */
static int
widen(struct state *s, const struct fv_counts *from, struct fv_err *err)
{
	const struct fv_counts_slot *slot;
	uint64_t key[KEY_WORDS];
	size_t i;

	for (i = 0; from->slot != NULL && i <= from->mask; i++) {
		slot = &from->slot[i];
		if (slot->count[ALL] == 0)
			continue;
		unpack(slot->key, key);
		if (count_wide(s, key, slot->count[ALL], slot->count[SUSPECT],
			err) == -1)
			return -1;
	}
	return 0;
}

/* There was no more room: go on without the narrow keys. */
static int
overflow(struct state *s, struct fv_err *err)
{
	if (s->overflowed)
		return 0;
	s->overflowed = true;
	if (widen(s, &s->narrow, err) == -1)
		return -1;
	fv_counts_free(&s->narrow);
	return 0;
}

static bool
is_icmp(uint8_t protocol)
{
	return protocol == ICMP || protocol == ICMPV6;
}

static uint64_t
what(uint8_t protocol, uint16_t port, uint8_t type, uint8_t code, uint8_t flags)
{
	if (is_icmp(protocol))
		port = (uint16_t)(type << 8 | code);
	return (uint64_t)protocol << PROTOCOL_AT | (uint64_t)port << PORT_AT |
	    flags;
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
look(const struct state *s, const struct fv_analysis_batch *batch, size_t from,
    size_t rows, struct some *some)
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
	    from, rows, s->inside_known, some->row);
	for (k = 0; k < some->n; k++) {
		i = some->row[k];
		some->what[k] =
		    what(protocol[i], port[i], type[i], code[i], flags[i]);
		some->narrow[k] = pack(some->what[k], packets[i], bytes[i]);
		some->suspect[k] = source[i] == s->suspect;
		any_packets |= packets[i];
		any_bytes |= bytes[i];
	}
	some->all_narrow = is_narrow(any_packets, any_bytes);
}

/* One row, wherever it belongs. */
static int
count_row(struct state *s, const struct fv_analysis_batch *batch,
    const struct some *some, size_t k, struct fv_err *err)
{
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	size_t i = some->row[k];
	const uint64_t key[KEY_WORDS] = { some->what[k], packets[i], bytes[i] };

	if (!s->overflowed && is_narrow(packets[i], bytes[i])) {
		if (fv_counts_add(&s->narrow, some->narrow[k], some->suspect[k],
			err) == 0)
			return 0;
		if (err->code != FV_ELIMIT || overflow(s, err) == -1)
			return fv_err_within(err, "signatures");
	}
	return count_wide(s, key, 1, some->suspect[k], err);
}

static int
count_some(struct state *s, const struct fv_analysis_batch *batch,
    const struct some *some, struct fv_err *err)
{
	size_t k = 0;

	for (k = 0; k < some->n; k++)
		s->records[SUSPECT] += some->suspect[k];
	s->records[ALL] += some->n;
	k = 0;
	if (some->all_narrow && !s->overflowed) {
		for (; k < some->n; k++)
			fv_counts_prefetch(&s->narrow, some->narrow[k]);
		for (k = 0; k < some->n; k++)
			if (fv_counts_add(&s->narrow, some->narrow[k],
				some->suspect[k], err) == -1)
				break;
	}
	for (; k < some->n; k++)
		if (count_row(s, batch, some, k, err) == -1)
			return -1;
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	struct some some;
	size_t i, rows;

	(void)context;
	for (i = 0; i < batch->rows; i += rows) {
		rows = batch->rows - i < AHEAD ? batch->rows - i : AHEAD;
		look(state, batch, i, rows, &some);
		if (count_some(state, batch, &some, err) == -1)
			return -1;
	}
	return 0;
}

/* Enter what ${slot} of another state has. */
static int
merge_slot(
    struct state *s, const struct fv_counts_slot *slot, struct fv_err *err)
{
	uint64_t key[KEY_WORDS];

	if (slot->count[ALL] == 0)
		return 0;
	if (!s->overflowed) {
		if (fv_counts_enter(&s->narrow, slot->key, slot->count, err) ==
		    0)
			return 0;
		if (err->code != FV_ELIMIT || overflow(s, err) == -1)
			return fv_err_within(err, "signatures");
	}
	unpack(slot->key, key);
	return count_wide(s, key, slot->count[ALL], slot->count[SUSPECT], err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	const struct fv_counts_slot *slot = f->narrow.slot;
	struct state *s = into;
	size_t i;

	(void)context;
	for (i = 0; i < POPULATIONS; i++)
		s->records[i] += f->records[i];
	if (f->overflowed && overflow(s, err) == -1)
		return -1;
	for (i = 0; slot != NULL && i <= f->narrow.mask; i++) {
		if (!s->overflowed && i + MERGE_AHEAD <= f->narrow.mask)
			fv_counts_prefetch(
			    &s->narrow, slot[i + MERGE_AHEAD].key);
		if (merge_slot(s, &slot[i], err) == -1)
			return -1;
	}
	if (fv_ledger_merge(&s->wide, &f->wide, err) == -1)
		return fv_err_within(err, "signatures");
	return 0;
}

static uint8_t
protocol_of(const uint64_t *key)
{
	return (uint8_t)(key[WHAT] >> PROTOCOL_AT);
}

static uint16_t
port_of(const uint64_t *key)
{
	return (uint16_t)(key[WHAT] >> PORT_AT);
}

/* The flags, in the order in which flow tools print them. */
static void
flag_letters(const uint64_t *key, char text[9])
{
	static const char letters[] = "FSRPAUEC";
	size_t i, n = 0;

	for (i = 0; i < 8; i++)
		if ((key[WHAT] >> i & 1) != 0)
			text[n++] = letters[i];
	text[n] = '\0';
}

/* Whether ${a} stands above ${b}: most records, then the key by words. */
static bool
above(const uint64_t *a, const uint64_t *b)
{
	size_t i;

	if (a[KEY_WORDS] != b[KEY_WORDS])
		return a[KEY_WORDS] > b[KEY_WORDS];
	for (i = 0; i < KEY_WORDS; i++)
		if (a[i] != b[i])
			return a[i] < b[i];
	return false;
}

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/* The ten rows that the slides print. */
static const struct {
	uint8_t protocol;
	uint16_t port;
	uint8_t flags;
	uint64_t bytes;
	const char *name, *label, *slides;
} printed[] = {
	{ TCP, 80, ACK, 40, "tcp_80_a_40", "6  80  A  1  40", "21005" },
	{ TCP, 80, ACK, 52, "tcp_80_a_52", "6  80  A  1  52", "5502" },
	{ TCP, 443, ACK, 40, "tcp_443_a_40", "6  443  A  1  40", "1373" },
	{ TCP, 80, RST | ACK, 40, "tcp_80_ra_40", "6  80  RA  1  40", "1280" },
	{ UDP, 1900, 0, 61, "udp_1900_61", "17  1900  -  1  61", "1261" },
	{ TCP, 80, SYN, 52, "tcp_80_s_52", "6  80  S  1  52", "1173" },
	{ TCP, 80, SYN, 48, "tcp_80_s_48", "6  80  S  1  48", "914" },
	{ TCP, 65209, RST, 40, "tcp_65209_r_40", "6  65209  R  1  40", "866" },
	{ TCP, 80, FIN | ACK, 40, "tcp_80_fa_40", "6  80  FA  1  40", "673" },
	{ TCP, 80, ACK, 60, "tcp_80_a_60", "6  80  A  1  60", "430" },
};

/* What is found in a population: its first in order. */
struct findings {
	uint64_t top[TOP][KEY_WORDS + 1];
	size_t ntop;
	uint64_t signatures;
	uint64_t records;
};

/* And in all of them; of the suspect, the printed rows. */
struct found {
	struct findings in[POPULATIONS];
	uint64_t printed[FV_COUNT(printed)];
};

static void
rank(struct findings *f, const uint64_t *key, uint64_t records)
{
	uint64_t entry[KEY_WORDS + 1];
	size_t k;

	if (records == 0)
		return;
	f->signatures++;
	if (f->ntop == TOP && records < f->top[TOP - 1][KEY_WORDS])
		return;
	memcpy(entry, key, KEY_WORDS * sizeof(*key));
	entry[KEY_WORDS] = records;
	if (f->ntop == TOP && !above(entry, f->top[TOP - 1]))
		return;
	k = f->ntop < TOP ? f->ntop++ : TOP - 1;
	for (; k > 0 && above(entry, f->top[k - 1]); k--)
		memcpy(f->top[k], f->top[k - 1], sizeof(*f->top));
	memcpy(f->top[k], entry, sizeof(*f->top));
}

static void
find(void *arg, const uint64_t *entry)
{
	struct found *f = arg;
	size_t i;

	rank(&f->in[ALL], entry, entry[KEY_WORDS + ALL]);
	rank(&f->in[SUSPECT], entry, entry[KEY_WORDS + SUSPECT]);
	if (entry[PACKETS] != 1 || entry[KEY_WORDS + SUSPECT] == 0)
		return;
	for (i = 0; i < FV_COUNT(printed); i++)
		if (entry[BYTES] == printed[i].bytes &&
		    entry[WHAT] ==
			what(printed[i].protocol, printed[i].port, 0, 0,
			    printed[i].flags))
			f->printed[i] += entry[KEY_WORDS + SUSPECT];
}

/* The same over narrow keys, where the printed rows can be looked up. */
static void
find_narrow(struct found *f, const struct fv_counts *c)
{
	const struct fv_counts_slot *slot;
	uint64_t key[KEY_WORDS];
	size_t i;

	if (c->slot == NULL)
		return;
	for (i = 0; i <= c->mask; i++) {
		slot = &c->slot[i];
		if (slot->count[ALL] == 0)
			continue;
		unpack(slot->key, key);
		rank(&f->in[ALL], key, slot->count[ALL]);
		rank(&f->in[SUSPECT], key, slot->count[SUSPECT]);
	}
	for (i = 0; i < FV_COUNT(printed); i++) {
		slot = fv_counts_slot(c,
		    pack(what(printed[i].protocol, printed[i].port, 0, 0,
			     printed[i].flags),
			1, printed[i].bytes));
		f->printed[i] += slot->count[SUSPECT];
	}
}

static bool
has_port(uint8_t protocol)
{
	return protocol == TCP || protocol == UDP || protocol == SCTP ||
	    is_icmp(protocol);
}

static void
put_signature(const uint64_t *entry, uint64_t whole, struct fv_result *r)
{
	char flags[9];

	flag_letters(entry, flags);
	fv_result_count(r, entry[KEY_WORDS]);
	fv_result_number(r, protocol_of(entry));
	if (has_port(protocol_of(entry)))
		fv_result_number(r, port_of(entry));
	else
		fv_result_none(r);
	fv_result_text(r, "%s", flags);
	fv_result_number(r, entry[PACKETS]);
	fv_result_number(r, entry[BYTES]);
	fv_analysis_share(r, entry[KEY_WORDS], whole);
}

static void
put_table(const struct findings *f, const char *name, const char *title,
    struct fv_result *r)
{
	size_t i;

	if (f->ntop == 0)
		return;
	fv_result_table(r, name, title);
	fv_result_column(
	    r, "records", "count", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "protocol", "pro", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "destination_port", "dPort", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(r, "flags", "flags", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	/* What is part of a name is a number, no amount. */
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "bytes", "bytes", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < f->ntop; i++)
		put_signature(f->top[i], f->records, r);
}

static void
put_printed(const struct found *f, struct fv_result *r)
{
	size_t i;

	for (i = 0; i < FV_COUNT(printed); i++) {
		fv_result_fact(
		    r, printed[i].name, printed[i].label, printed[i].slides);
		fv_result_count(r, f->printed[i]);
	}
}

/* What there is to say of one population. */
static void
put_population(const struct findings *f, const char *name, const char *title,
    struct fv_result *r)
{
	char word[64], label[64];

	(void)snprintf(word, sizeof(word), "records_%s", name);
	(void)snprintf(label, sizeof(label), "Records, %s", title);
	fv_result_fact(r, word, label, NULL);
	fv_result_count(r, f->records);
	(void)snprintf(word, sizeof(word), "signatures_%s", name);
	fv_result_fact(r, word, "different signatures", NULL);
	fv_result_count(r, f->signatures);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct found found = { .in = { { .ntop = 0 } } };
	bool suspect;
	size_t k;

	for (k = 0; k < POPULATIONS; k++)
		found.in[k].records = s->records[k];
	find_narrow(&found, &s->narrow);
	if (fv_ledger_each(&s->wide, find, &found, err) == -1)
		return fv_err_within(err, "signatures");
	fv_result_section(r, "R23",
	    "Signatures: count pro dPort flags packets bytes",
	    "Outbound records by protocol, destination port, TCP flags of "
	    "all packets, number of packets and bytes; those with most "
	    "records, of one host and of all.");
	if ((suspect = fv_analysis_suspect(r, c)))
		put_population(&found.in[SUSPECT], "suspect", "this host", r);
	put_population(&found.in[ALL], "all", "all hosts", r);
	/* Of flows that are no packets, the slides' rows say nothing. */
	if (suspect && c->records != FV_ANALYSIS_RECORDS_UNIFLOW)
		put_printed(&found, r);
	if (suspect)
		put_table(&found.in[SUSPECT], "suspect",
		    "Most frequent signatures of this host", r);
	put_table(
	    &found.in[ALL], "all", "Most frequent signatures of all hosts", r);
	fv_result_note(r,
	    "As on the slides, the dPort of ICMP is its type times 256 plus "
	    "its code: 2048 is an echo request, 771 a port unreachable.");
	if (c->records != FV_ANALYSIS_RECORDS_PRIMITIVE)
		fv_result_note(r,
		    "The slides' records are single packets. Here a record "
		    "may be a flow, and flows of many packets are seldom "
		    "alike: their table cannot be found in these records.");
	return 0;
}

const struct fv_analysis fv_signatures_analysis = {
	.ids = "R23",
	.name = "signatures",
	.description = "The most frequent combinations of protocol, port, "
		       "flags, packets and bytes.",
	.columns = FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(ICMP_TYPE) |
	    FV_ANALYSIS_COLUMN(ICMP_CODE) | FV_ANALYSIS_COLUMN(TCP_FLAGS) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES),
	.closer = true,
	.needs = { &fv_destinations_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};
