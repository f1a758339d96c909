/*
 * R24 and R25: the protocols of the suspicious host, beside those of all,
 * and how much more ICMP it has.
 */
#include <stdlib.h>

#include "analysis/names.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { ICMP = 1, IGMP = 2, TCP = 6, UDP = 17, PROTOCOLS = 256 };

/* Whose: what the host sent outward, what all did, and all records. */
enum { HOST, OUTWARD, ALL, POPULATIONS };

struct state {
	bool inside_known;
	uint32_t host;
	struct fv_analysis_weight weight[POPULATIONS][PROTOCOLS];
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->host = context->focus.suspect;
	return s;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct state *s = state;
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		fv_analysis_weigh(
		    &s->weight[ALL][protocol[i]], packets[i], bytes[i]);
		if (!fv_analysis_outward(direction[i], s->inside_known))
			continue;
		fv_analysis_weigh(
		    &s->weight[OUTWARD][protocol[i]], packets[i], bytes[i]);
		if (source[i] == s->host)
			fv_analysis_weigh(&s->weight[HOST][protocol[i]],
			    packets[i], bytes[i]);
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t k, p;

	(void)context;
	(void)err;
	for (k = 0; k < POPULATIONS; k++)
		for (p = 0; p < PROTOCOLS; p++)
			fv_analysis_sum(&s->weight[k][p], &f->weight[k][p]);
	return 0;
}

static uint64_t
packets_of(const struct state *s, size_t population)
{
	uint64_t sum = 0;
	size_t p;

	for (p = 0; p < PROTOCOLS; p++)
		sum += s->weight[population][p].packets;
	return sum;
}

/* A protocol in the table. */
struct ranked {
	uint64_t packets;
	uint8_t protocol;
};

/* Most packets of the host first, then by number. */
static int
by_packets(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets < y->packets ? 1 : -1;
	return x->protocol < y->protocol ? -1 : x->protocol > y->protocol;
}

static void
put_protocols(const struct state *s, struct fv_result *r)
{
	struct ranked order[PROTOCOLS];
	const char *name;
	size_t i, k, p, n = 0;

	for (i = 0; i < PROTOCOLS; i++)
		if (s->weight[HOST][i].records > 0)
			order[n++] =
			    (struct ranked){ s->weight[HOST][i].packets,
				    (uint8_t)i };
	if (n == 0)
		return;
	qsort(order, n, sizeof(*order), by_packets);
	fv_result_table(r, "protocols", "Packets by protocol");
	fv_result_column(
	    r, "protocol", "protocol", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "number", "number", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "host", "this host", FV_RESULT_SHARE, FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "outward", "outbound", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(r, "all", "all", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < n; i++) {
		p = order[i].protocol;
		name = fv_names_protocol((uint8_t)p);
		fv_result_text(r, "%s", name == NULL ? "" : name);
		fv_result_number(r, p);
		fv_result_count(r, order[i].packets);
		for (k = 0; k < POPULATIONS; k++)
			fv_analysis_share(
			    r, s->weight[k][p].packets, packets_of(s, k));
	}
}

static void
put_share(const struct state *s, uint8_t protocol, const char *name,
    const char *label, const char *slides, struct fv_result *r)
{
	fv_result_fact(r, name, label, slides);
	fv_analysis_share(
	    r, s->weight[HOST][protocol].packets, packets_of(s, HOST));
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	uint64_t rest;

	while (b != 0) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return a == 0 ? 1 : a;
}

/*
 * One share over another: a/b over c/d, which is ad over bc.  In lowest
 * terms before it is multiplied; 128 bits hold it, and its rounding too
 * until there are 2^57 packets.
 */
static void
put_times(uint64_t a, uint64_t b, uint64_t c, uint64_t d, struct fv_result *r)
{
	uint64_t ab = common_divisor(a, b), cd = common_divisor(c, d);
	uint64_t ac = common_divisor(a / ab, c / cd);
	uint64_t bd = common_divisor(b / ab, d / cd);

	fv_result_ratio(r, (fv_result_wide)(a / ab / ac) * (d / cd / bd),
	    (fv_result_wide)(b / ab / bd) * (c / cd / ac), 2);
}

/* The shares side by side, as a picture has them. */
static void
put_shares(const struct state *s, struct fv_result *r)
{
	static const char *const name[POPULATIONS] = {
		[HOST] = "this host",
		[OUTWARD] = "all outbound",
		[ALL] = "all",
	};
	size_t k;

	fv_result_table(r, "shares", "Share of ICMP in the packets");
	fv_result_column(
	    r, "packets_of", "packets of", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "icmp", "ICMP", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_BAR_LINEAR);
	for (k = 0; k < POPULATIONS; k++) {
		fv_result_text(r, "%s", name[k]);
		fv_result_count(r, packets_of(s, k));
		fv_result_count(r, s->weight[k][ICMP].packets);
		fv_analysis_share(
		    r, s->weight[k][ICMP].packets, packets_of(s, k));
	}
}

static void
put_icmp(const struct state *s, struct fv_result *r)
{
	static const struct {
		const char *share, *share_label, *ratio, *ratio_label;
	} others[POPULATIONS] = {
		[OUTWARD] = { "outward_icmp", "ICMP, of all outbound packets",
		    "ratio_outward", "times the outbound share" },
		[ALL] = { "all_icmp", "ICMP, of all packets", "ratio_all",
		    "times the share of all" },
	};
	uint64_t host = s->weight[HOST][ICMP].packets, icmp;
	size_t k;

	put_share(s, ICMP, "host_icmp", "ICMP, this host", "0.08 %", r);
	for (k = OUTWARD; k < POPULATIONS; k++) {
		icmp = s->weight[k][ICMP].packets;
		fv_result_fact(
		    r, others[k].share, others[k].share_label, "0.04 %");
		fv_analysis_share(r, icmp, packets_of(s, k));
		fv_result_fact(
		    r, others[k].ratio, others[k].ratio_label, "double");
		put_times(host, packets_of(s, HOST), icmp, packets_of(s, k), r);
	}
	fv_result_note(r,
	    "ICMP is that of IPv4, as on the slides. ICMPv6 has all of "
	    "neighbour discovery in it, and stands in R24.");
	put_shares(s, r);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;

	(void)err;
	fv_result_section(r, "R24", "Protocol Distribution for Suspicious Host",
	    "Share of each protocol in the packets that one host sent "
	    "outward, beside all outbound packets and all packets.");
	if (fv_analysis_suspect(r, c)) {
		fv_result_fact(r, "packets", "Packets it sent", NULL);
		fv_result_count(r, packets_of(s, HOST));
		put_share(s, TCP, "tcp", "TCP", "65 %", r);
		put_share(s, UDP, "udp", "UDP", "34 %", r);
		put_share(s, IGMP, "igmp", "IGMP", "0.18 %", r);
		put_protocols(s, r);
	}
	fv_result_section(r, "R25", "ICMP ratio is double the aggregate value",
	    "Share of ICMP in the packets that the host of R24 sent, over "
	    "its share in the packets of all.");
	if (fv_analysis_suspect(r, c))
		put_icmp(s, r);
	return 0;
}

const struct fv_analysis fv_host_protocols_analysis = {
	.ids = "R24 R25",
	.name = "host_protocols",
	.description = "The protocols of the host with most destinations, "
		       "beside those of all.",
	.columns = FV_ANALYSIS_COLUMN(SOURCE) | FV_ANALYSIS_COLUMN(PROTOCOL) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES),
	.closer = true,
	.needs = { &fv_destinations_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
