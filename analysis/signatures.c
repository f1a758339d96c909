/*
 * R23: the most frequent signatures (protocol, destination port, flags,
 * packets, bytes), of the suspect and of all hosts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/signature_tally.h"
#include "base/memory.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };

enum { TOP = 10 };

/* Names that are short enough for what is said with them. */
enum {
	WHAT = FV_SIGNATURE_WHAT,
	PACKETS = FV_SIGNATURE_PACKETS,
	BYTES = FV_SIGNATURE_BYTES,
	KEY_WORDS = FV_SIGNATURE_WORDS,
	ALL = FV_SIGNATURE_ALL,
	SUSPECT = FV_SIGNATURE_SUSPECT,
	POPULATIONS = FV_SIGNATURE_POPULATIONS
};

static void
state_free(void *state)
{
	struct fv_signature_tally *t = state;

	if (t == NULL)
		return;
	fv_signature_tally_free(t);
	free(t);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct fv_signature_tally *t;

	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	if (fv_signature_tally_init(t, context, err) == -1) {
		state_free(t);
		return NULL;
	}
	return t;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	(void)context;
	return fv_signature_tally_add(state, batch, err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	(void)context;
	return fv_signature_tally_merge(into, from, err);
}

static bool
is_icmp(uint8_t protocol)
{
	return protocol == ICMP || protocol == ICMPV6;
}

static uint8_t
protocol_of(const uint64_t *key)
{
	return (uint8_t)(key[WHAT] >> FV_SIGNATURE_PROTOCOL_AT);
}

static uint16_t
port_of(const uint64_t *key)
{
	return (uint16_t)(key[WHAT] >> FV_SIGNATURE_PORT_AT);
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
	uint64_t sizes; /* bit n: a row of n bytes is printed; n < 64 */
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
	/* Most have a size that is in none of the rows printed. */
	if (entry[PACKETS] != 1 || entry[KEY_WORDS + SUSPECT] == 0 ||
	    entry[BYTES] >= 64 || (f->sizes >> entry[BYTES] & 1) == 0)
		return;
	for (i = 0; i < FV_COUNT(printed); i++)
		if (entry[BYTES] == printed[i].bytes &&
		    entry[WHAT] ==
			fv_signature_what(printed[i].protocol, printed[i].port,
			    printed[i].flags))
			f->printed[i] += entry[KEY_WORDS + SUSPECT];
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
	const struct fv_signature_tally *t = state;
	struct found found = { .in = { { .ntop = 0 } } };
	bool suspect;
	size_t k;

	for (k = 0; k < POPULATIONS; k++)
		found.in[k].records = t->records[k];
	for (k = 0; k < FV_COUNT(printed); k++)
		found.sizes |= UINT64_C(1) << printed[k].bytes;
	if (fv_signature_tally_each(t, find, &found, err) == -1)
		return -1;
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
	.columns = FV_SIGNATURE_COLUMNS,
	.closer = true,
	.needs = { &fv_destinations_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};
