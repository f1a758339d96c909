/*
 * R23: the most frequent signatures (protocol, destination port, flags,
 * packets, bytes), of the suspect and of all hosts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/ledger.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };

/* Rows that are looked up together, so that memory is asked for ahead. */
enum { TOP = 10, AHEAD = 32 };

/*
 * A signature, as the words of a key: protocol, port and flags in one, each
 * in bits of its own; packets; bytes.  ICMP has type and code for a port.
 */
enum { WHAT, PACKETS, BYTES, KEY_WORDS };
enum { PROTOCOL_AT = 24, PORT_AT = 8 };

/*
 * Whose: a population, and the word of a signature's value that has how many
 * of its records are of this signature.
 */
enum { SUSPECT, ALL, POPULATIONS };

struct state {
	bool inside_known;
	uint32_t suspect;
	struct fv_ledger signatures;
	struct fv_analysis_weight weight[POPULATIONS];
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_ledger_free(&s->signatures);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->suspect = context->focus.suspect;
	if (fv_ledger_init(&s->signatures, KEY_WORDS, POPULATIONS, 0,
		&context->room, err) == 0)
		return s;
	free(s);
	return NULL;
}

/* Some records that are to be counted together. */
struct some {
	uint64_t key[AHEAD][KEY_WORDS];
	bool suspect[AHEAD]; /* whether it is of that host */
	size_t n;
};

static int
count_some(struct state *s, const struct some *some, struct fv_err *err)
{
	uint64_t hash[AHEAD], *value;
	size_t i;

	for (i = 0; i < some->n; i++) {
		hash[i] = fv_tally_hash(
		    &s->signatures.tally, some->key[i], KEY_WORDS);
		fv_tally_prefetch(&s->signatures.tally, hash[i]);
	}
	for (i = 0; i < some->n; i++)
		fv_tally_prefetch_entry(&s->signatures.tally, hash[i]);
	for (i = 0; i < some->n; i++) {
		value = fv_ledger_at(
		    &s->signatures, some->key[i], hash[i], KEY_WORDS, err);
		if (value == NULL)
			return fv_err_within(err, "signatures");
		value[ALL]++;
		value[SUSPECT] += some->suspect[i];
	}
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

/* Rows ${from} up to ${to} of ${batch}, at most AHEAD of them. */
static int
add_rows(struct state *s, const struct fv_analysis_batch *batch, size_t from,
    size_t to, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint16_t *port = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *type = batch->column[FV_FLOW_ICMP_TYPE];
	const uint8_t *code = batch->column[FV_FLOW_ICMP_CODE];
	const uint8_t *flags = batch->column[FV_FLOW_TCP_FLAGS];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct some some;
	uint64_t *key;
	size_t i;

	some.n = 0;
	for (i = from; i < to; i++) {
		if (!fv_analysis_outward(direction[i], s->inside_known))
			continue;
		some.suspect[some.n] = source[i] == s->suspect;
		key = some.key[some.n++];
		key[WHAT] =
		    what(protocol[i], port[i], type[i], code[i], flags[i]);
		key[PACKETS] = packets[i];
		key[BYTES] = bytes[i];
		fv_analysis_weigh(&s->weight[ALL], packets[i], bytes[i]);
		if (source[i] == s->suspect)
			fv_analysis_weigh(
			    &s->weight[SUSPECT], packets[i], bytes[i]);
	}
	return count_some(s, &some, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	size_t i, to;

	(void)context;
	for (i = 0; i < batch->rows; i = to) {
		to = batch->rows - i < AHEAD ? batch->rows : i + AHEAD;
		if (add_rows(state, batch, i, to, err) == -1)
			return -1;
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t k;

	(void)context;
	for (k = 0; k < POPULATIONS; k++)
		fv_analysis_sum(&s->weight[k], &f->weight[k]);
	if (fv_ledger_merge(&s->signatures, &f->signatures, err) == -1)
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

/* What is found in a population: its first in order, and the printed rows. */
struct findings {
	uint64_t top[TOP][KEY_WORDS + 1];
	size_t ntop;
	uint64_t signatures;
	uint64_t printed[FV_COUNT(printed)];
};

static void
rank(struct findings *f, const uint64_t *entry)
{
	size_t k;

	if (f->ntop == TOP && !above(entry, f->top[TOP - 1]))
		return;
	k = f->ntop < TOP ? f->ntop++ : TOP - 1;
	for (; k > 0 && above(entry, f->top[k - 1]); k--)
		memcpy(f->top[k], f->top[k - 1], sizeof(*f->top));
	memcpy(f->top[k], entry, sizeof(*f->top));
}

static void
find_in(struct findings *f, const uint64_t *entry)
{
	size_t i;

	f->signatures++;
	rank(f, entry);
	if (entry[PACKETS] != 1)
		return;
	for (i = 0; i < FV_COUNT(printed); i++)
		if (entry[BYTES] == printed[i].bytes &&
		    entry[WHAT] ==
			what(printed[i].protocol, printed[i].port, 0, 0,
			    printed[i].flags))
			f->printed[i] += entry[KEY_WORDS];
}

/* Look at a signature, with the two numbers of records, once for each. */
static void
find(void *arg, const uint64_t *entry)
{
	uint64_t one[KEY_WORDS + 1];
	struct findings *found = arg;
	size_t k;

	memcpy(one, entry, KEY_WORDS * sizeof(*one));
	for (k = 0; k < POPULATIONS; k++) {
		one[KEY_WORDS] = entry[KEY_WORDS + k];
		if (one[KEY_WORDS] > 0)
			find_in(&found[k], one);
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
put_table(const struct fv_analysis_weight *weight, const struct findings *f,
    const char *name, const char *title, struct fv_result *r)
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
		put_signature(f->top[i], weight->records, r);
}

static void
put_printed(const struct findings *f, struct fv_result *r)
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
put_population(const struct fv_analysis_weight *weight,
    const struct findings *f, const char *name, const char *title,
    struct fv_result *r)
{
	char word[64], label[64];

	(void)snprintf(word, sizeof(word), "records_%s", name);
	(void)snprintf(label, sizeof(label), "Records, %s", title);
	fv_result_fact(r, word, label, NULL);
	fv_result_count(r, weight->records);
	(void)snprintf(word, sizeof(word), "signatures_%s", name);
	fv_result_fact(r, word, "different signatures", NULL);
	fv_result_count(r, f->signatures);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct findings found[POPULATIONS] = { 0 };
	bool suspect;

	if (fv_ledger_each(&s->signatures, find, found, err) == -1)
		return fv_err_within(err, "signatures");
	fv_result_section(r, "R23",
	    "Signatures: count pro dPort flags packets bytes",
	    "Outbound records by protocol, destination port, TCP flags of "
	    "all packets, number of packets and bytes; those with most "
	    "records, of one host and of all.");
	if ((suspect = fv_analysis_suspect(r, c)))
		put_population(&s->weight[SUSPECT], &found[SUSPECT], "suspect",
		    "this host", r);
	put_population(&s->weight[ALL], &found[ALL], "all", "all hosts", r);
	/* Of flows that are no packets, the slides' rows say nothing. */
	if (suspect && c->records != FV_ANALYSIS_RECORDS_UNIFLOW)
		put_printed(&found[SUSPECT], r);
	if (suspect)
		put_table(&s->weight[SUSPECT], &found[SUSPECT], "suspect",
		    "Most frequent signatures of this host", r);
	put_table(&s->weight[ALL], &found[ALL], "all",
	    "Most frequent signatures of all hosts", r);
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
