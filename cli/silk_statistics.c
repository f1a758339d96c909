#include "cli/silk_statistics.h"

#include <inttypes.h>

/* What the visitor of captures needs. */
struct printing {
	FILE *to;
	bool windowed;
	uint64_t total[FV_COUNTERS];
	size_t captures;
};

static void
line(FILE *to, uint64_t n, const char *what)
{
	(void)fprintf(to, "\t%20" PRIu64 " %s\n", n, what);
}

/* The lines below the heading. */
static void
print(const struct printing *p, const uint64_t counter[FV_COUNTERS])
{
	const uint64_t before = counter[FV_COUNT_BEFORE_WINDOW],
		       after = counter[FV_COUNT_AFTER_WINDOW],
		       filtered = counter[FV_COUNT_FILTERED],
		       small = counter[FV_COUNT_SLIDES_TOO_SHORT],
		       other = counter[FV_COUNT_SLIDES_NOT_IPV4] +
	    counter[FV_COUNT_LINK_UNSUPPORTED];

	line(p->to, counter[FV_COUNT_READ], "read");
	if (p->windowed) {
		line(p->to, before, "ignored: before active-time");
		line(p->to, after, "ignored: after active-time");
	}
	if (filtered > 0)
		line(p->to, filtered, "ignored: by plug-in");
	line(p->to, small, "rejected: too short to get information");
	line(p->to, other, "rejected: not IPv4");
	(void)fputc('\n', p->to);
	line(p->to,
	    counter[FV_COUNT_READ] - before - after - filtered - small - other,
	    "total written");
	line(p->to, counter[FV_COUNT_SLIDES_FRAGMENTED],
	    "total fragmented packets");
	line(p->to, counter[FV_COUNT_SLIDES_ZERO_FRAGMENT],
	    "zero-packet of a fragment");
	line(p->to, counter[FV_COUNT_SLIDES_INCOMPLETE],
	    "incomplete (no ports and/or flags)");
}

static void
print_capture(void *arg, const char *label, const uint64_t counter[FV_COUNTERS])
{
	struct printing *p = arg;
	size_t i;

	(void)fprintf(p->to, "Packet count statistics for %s\n", label);
	print(p, counter);
	for (i = 0; i < FV_COUNTERS; i++)
		p->total[i] += counter[i];
	p->captures++;
}

void
fv_silk_statistics(const struct fv_decode_tree *tree, bool windowed, FILE *to)
{
	struct printing p = { .to = to, .windowed = windowed };

	fv_decode_tree_visit(tree, print_capture, &p);
	if (p.captures == 1)
		return;
	(void)fprintf(
	    to, "Packet count statistics for %zu captures\n", p.captures);
	print(&p, p.total);
}
