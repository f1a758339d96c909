/*
 * R11: what lies at destination port 0.  The slides say twice that it is
 * ICMP; this counts what their converter would have put there.
 */
#include <stdlib.h>

#include "analysis/names.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { ICMP = 1, ICMPV6 = 58, PROTOCOLS = 256 };

/* Outbound records, and all others. */
enum { OUTBOUND, OTHER, WAYS };

/*
 * HERE: destination_port is 0.  SILK: those for which rwptoflow writes 0 as
 * well.  It writes type and code of ICMP there, as one number, so that of
 * ICMP only echo replies and later fragments are left.
 */
enum { HERE, SILK, KINDS };

struct state {
	struct fv_analysis_weight all[WAYS];
	struct fv_analysis_weight zero[WAYS][KINDS][PROTOCOLS];
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	(void)context;
	return fv_memory_new(1, sizeof(struct state), err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *fragment = batch->column[FV_FLOW_FRAGMENT];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint8_t *type = batch->column[FV_FLOW_ICMP_TYPE];
	const uint8_t *code = batch->column[FV_FLOW_ICMP_CODE];
	const uint16_t *port = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct state *s = state;
	size_t i, way;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		way = direction[i] != FV_DIRECTION_OUTBOUND;
		fv_analysis_weigh(&s->all[way], packets[i], bytes[i]);
		if (port[i] != 0)
			continue;
		fv_analysis_weigh(
		    &s->zero[way][HERE][protocol[i]], packets[i], bytes[i]);
		if ((protocol[i] == ICMP || protocol[i] == ICMPV6) &&
		    fragment[i] != FV_FRAGMENT_LATER &&
		    (type[i] | code[i]) != 0)
			continue;
		fv_analysis_weigh(
		    &s->zero[way][SILK][protocol[i]], packets[i], bytes[i]);
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t way, kind, p;

	(void)context;
	(void)err;
	for (way = 0; way < WAYS; way++) {
		fv_analysis_sum(&s->all[way], &f->all[way]);
		for (kind = 0; kind < KINDS; kind++)
			for (p = 0; p < PROTOCOLS; p++)
				fv_analysis_sum(&s->zero[way][kind][p],
				    &f->zero[way][kind][p]);
	}
	return 0;
}

/* One population, summed up. */
struct sums {
	struct fv_analysis_weight all;
	struct fv_analysis_weight total[KINDS];
	struct fv_analysis_weight zero[KINDS][PROTOCOLS];
};

static void
sum_up(const struct state *s, bool others, struct sums *sums)
{
	size_t way, kind, p;

	*sums = (struct sums){ .all = { 0, 0, 0 } };
	for (way = 0; way < (others ? WAYS : OTHER); way++) {
		fv_analysis_sum(&sums->all, &s->all[way]);
		for (kind = 0; kind < KINDS; kind++)
			for (p = 0; p < PROTOCOLS; p++) {
				fv_analysis_sum(&sums->zero[kind][p],
				    &s->zero[way][kind][p]);
				fv_analysis_sum(
				    &sums->total[kind], &s->zero[way][kind][p]);
			}
	}
}

static int
by_packets(const void *a, const void *b, void *arg)
{
	const uint8_t *x = a, *y = b;
	const struct sums *sums = arg;
	uint64_t m = sums->zero[HERE][*x].packets;
	uint64_t n = sums->zero[HERE][*y].packets;

	if (m != n)
		return m < n ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

static void
put_protocols(struct sums *sums, struct fv_result *r)
{
	uint8_t order[PROTOCOLS];
	const char *name;
	size_t p, i, n = 0;

	for (p = 0; p < PROTOCOLS; p++)
		if (sums->zero[HERE][p].records > 0)
			order[n++] = (uint8_t)p;
	if (n == 0)
		return;
	qsort_r(order, n, sizeof(*order), by_packets, sums);
	fv_result_table(r, "protocols", "Packets by protocol");
	fv_result_column(
	    r, "protocol", "protocol", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "number", "number", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "here", "port 0", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "slides", "slides' port 0", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < n; i++) {
		p = order[i];
		name = fv_names_protocol((uint8_t)p);
		fv_result_text(r, "%s", name == NULL ? "" : name);
		fv_result_number(r, p);
		fv_result_count(r, sums->zero[HERE][p].packets);
		fv_result_count(r, sums->zero[SILK][p].packets);
		fv_analysis_share(
		    r, sums->zero[SILK][p].packets, sums->total[SILK].packets);
	}
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	bool others = s->all[OUTBOUND].records == 0;
	struct sums *sums;

	(void)c;
	if ((sums = fv_memory_new(1, sizeof(*sums), err)) == NULL)
		return -1;
	sum_up(s, others, sums);
	fv_result_section(r, "R11",
	    "Note that the DPort 0 data point is ICMP Traffic",
	    "Records whose destination port is 0, or that have none, by "
	    "protocol; and those of them that the slides' converter puts at "
	    "port 0.");
	fv_result_fact(r, "records", "Records counted", NULL);
	fv_result_text(r, "%s", others ? "all records" : "outbound records");
	fv_result_fact(r, "here", "Port 0 or none, of packets", NULL);
	fv_analysis_share(r, sums->total[HERE].packets, sums->all.packets);
	fv_result_fact(
	    r, "slides", "Port 0 in the slides' data, of packets", NULL);
	fv_analysis_share(r, sums->total[SILK].packets, sums->all.packets);
	fv_result_fact(r, "icmp", "of these, ICMP", "all");
	fv_analysis_share(r,
	    sums->zero[SILK][ICMP].packets + sums->zero[SILK][ICMPV6].packets,
	    sums->total[SILK].packets);
	put_protocols(sums, r);
	fv_result_note(r,
	    "The slides' converter, rwptoflow, writes the type and code of "
	    "an ICMP message into the destination port: an echo request is "
	    "2048. Of ICMP only echo replies and later fragments are left at "
	    "0, beside all protocols that have no ports.");
	free(sums);
	return 0;
}

const struct fv_analysis fv_port_zero_analysis = {
	.ids = "R11",
	.name = "port_zero",
	.description = "What lies at destination port 0, which is not only "
		       "ICMP.",
	.columns = FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(FRAGMENT) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(ICMP_TYPE) |
	    FV_ANALYSIS_COLUMN(ICMP_CODE) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
