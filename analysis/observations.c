/*
 * R01, Observations During Conversion: what became of each packet that was
 * read.  All of it was counted while converting; nothing depends on rows of
 * /flows, so the state is empty and the work is in finish.
 */
#include <stdlib.h>

#include "analysis/registry.h"
#include "base/memory.h"

/* The slides' four lines, with the decimals that they print. */
static const struct {
	enum fv_counter counter;
	const char *name;
	const char *label;
	const char *slides;
	unsigned decimals;
} slides_lines[] = {
	{ FV_COUNT_SLIDES_NOT_IPV4, "not_ipv4", "Not IPv4", "1.7 %", 1 },
	{ FV_COUNT_SLIDES_FRAGMENTED, "fragmented", "Fragmented", "0.06 %", 2 },
	{ FV_COUNT_SLIDES_TOO_SHORT, "too_short", "Too short", "0.0 %", 1 },
	{ FV_COUNT_SLIDES_INCOMPLETE, "incomplete",
	    "Incomplete (no ports and/or flags)", "0.0 %", 1 },
};

/* A stretch of time that a capture covers, ends included. */
struct span {
	int64_t first;
	int64_t last;
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	(void)context;
	return fv_memory_new(1, 1, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	(void)state;
	(void)context;
	(void)batch;
	(void)err;
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	(void)into;
	(void)from;
	(void)context;
	(void)err;
	return 0;
}

static int
by_first(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Nanoseconds from ${first} to ${last}; times may lie before 1970. */
static uint64_t
between(int64_t first, int64_t last)
{
	return last > first ? (uint64_t)last - (uint64_t)first : 0;
}

/* Length of the period, and how much of it some capture covers. */
static int
put_period(const struct fv_analysis_context *c, struct fv_result *r,
    struct fv_err *err)
{
	uint64_t covered = 0, period;
	struct span *span;
	size_t i, n = 0;
	int64_t end = 0;

	if ((span = fv_memory_new(c->ncaptures, sizeof(*span), err)) == NULL)
		return -1;
	for (i = 0; i < c->ncaptures; i++)
		if (c->captures[i].counter[FV_COUNT_RECORDED] > 0)
			span[n++] = (struct span){ c->captures[i].first_time,
				c->captures[i].last_time };
	qsort(span, n, sizeof(*span), by_first);
	/* Overlapping spans, earliest first, count once. */
	for (i = 0; i < n; i++) {
		if (i == 0 || span[i].first > end) {
			covered += between(span[i].first, span[i].last);
			end = span[i].last;
		} else if (span[i].last > end) {
			covered += between(end, span[i].last);
			end = span[i].last;
		}
	}
	period = n == 0 ? 0 : between(span[0].first, end);
	fv_result_fact(r, "period", "Length of the period", "1 month");
	fv_result_duration(r, period);
	fv_result_fact(r, "period_covered", "of which within a capture", NULL);
	fv_result_duration(r, covered);
	free(span);
	return 0;
}

static void
put_hosts(const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t internal[2] = { 0, 0 };
	size_t i;

	for (i = 0; i < c->nhosts; i++)
		if (c->hosts[i].internal)
			internal[c->hosts[i].ip_version == 6]++;
	/* The slides' 100 are those that send (R06); broadcast is seen, too. */
	fv_result_fact(
	    r, "internal_ipv4", "Internal IPv4 addresses seen", NULL);
	fv_result_count(r, internal[0]);
	fv_result_fact(
	    r, "internal_ipv6", "Internal IPv6 addresses seen", NULL);
	fv_result_count(r, internal[1]);
}

static void
put_slides(const uint64_t *counter, struct fv_result *r)
{
	uint64_t read = counter[FV_COUNT_READ], n;
	size_t i;

	fv_result_table(r, "slides",
	    "Of all packets read, as the slides "
	    "count them");
	fv_result_column(
	    r, "observation", "observation", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "slides", "slides", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	for (i = 0; i < FV_COUNT(slides_lines); i++) {
		n = counter[slides_lines[i].counter];
		fv_result_text(r, "%s", slides_lines[i].label);
		fv_result_count(r, n);
		/* Counters of a damaged file may not fit each other. */
		if (n <= read)
			fv_result_share(r, n, read, slides_lines[i].decimals);
		else
			fv_result_none(r);
		fv_result_text(r, "%s", slides_lines[i].slides);
	}
}

/* Whether a counter belongs into the table of the account, or of notes. */
static bool
belongs(enum fv_counter_kind kind, bool notes)
{
	if (notes)
		return kind == FV_KIND_NOTE;
	return kind == FV_KIND_READ || kind == FV_KIND_RECORDED ||
	    kind == FV_KIND_REJECTED;
}

/* One of our own tables: the counters that belong, and are not zero. */
static void
put_counters(const uint64_t *counter, bool notes, const char *name,
    const char *title, struct fv_result *r)
{
	uint64_t read = counter[FV_COUNT_READ];
	int i;

	fv_result_table(r, name, title);
	fv_result_column(
	    r, "counter", "counter", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "description", "meaning", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < FV_COUNTERS; i++) {
		if (!belongs(fv_counter_info[i].kind, notes) || counter[i] == 0)
			continue;
		fv_result_text(r, "%s", fv_counter_info[i].column);
		fv_result_text(r, "%s", fv_counter_info[i].description);
		fv_result_count(r, counter[i]);
		if (counter[i] <= read)
			fv_result_share(r, counter[i], read,
			    fv_result_fine(counter[i], read));
		else
			fv_result_none(r);
	}
}

static void
put_check(const uint64_t *counter, struct fv_result *r)
{
	uint64_t rejected = 0;
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		if (fv_counter_info[i].kind == FV_KIND_REJECTED)
			rejected += counter[i];
	fv_result_fact(r, "packets_read", "Packets read", NULL);
	fv_result_count(r, counter[FV_COUNT_READ]);
	fv_result_fact(r, "packets_recorded", "Packets recorded", NULL);
	fv_result_count(r, counter[FV_COUNT_RECORDED]);
	fv_result_fact(r, "packets_rejected", "Packets rejected", NULL);
	fv_result_count(r, rejected);
	fv_result_fact(r, "balance", "read = recorded + rejected", NULL);
	fv_result_text(
	    r, "%s", fv_counters_balance(counter) ? "holds" : "FAILS");
	if (counter[FV_COUNT_FAULTS] > 0) {
		fv_result_fact(r, "faults", "Damaged places in captures", NULL);
		fv_result_count(r, counter[FV_COUNT_FAULTS]);
		fv_result_fact(r, "bytes_skipped", "skipped there", NULL);
		fv_result_bytes(r, counter[FV_COUNT_BYTES_SKIPPED]);
	}
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	uint64_t counter[FV_COUNTERS] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < c->ncaptures; i++)
		fv_counters_add(counter, c->captures[i].counter);
	fv_result_section(r, "R01", "Observations During Conversion",
	    "What became of each packet that the converter read. Shares are "
	    "of all packets read, both directions, all link types.");
	put_hosts(c, r);
	if (put_period(c, r, err) == -1)
		return -1;
	put_check(counter, r);
	put_slides(counter, r);
	put_counters(counter, false, "packets",
	    "What was read, recorded and rejected, each reason for itself", r);
	put_counters(counter, true, "notes",
	    "Properties of packets; one packet may have several", r);
	fv_result_note(r,
	    "The slides' lines overlap ours and each other: a fragmented "
	    "packet is recorded all the same, and \"not IPv4\" holds IPv6, "
	    "which we record, beside ARP and the like, which we reject.");
	if (!fv_counters_balance(counter))
		fv_result_note(r,
		    "The counters do not add up: packets are missing from the "
		    "account, so no share here can be trusted.");
	return 0;
}

const struct fv_analysis fv_observations_analysis = {
	.ids = "R01",
	.name = "observations",
	.description = "What became of each packet that was read from the "
		       "captures.",
	.columns = 0,
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
