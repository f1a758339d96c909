#include "analysis/destination_shape.h"

#include <stdlib.h>

#include "base/memory.h"

enum { TOP = 10, NEAR = 24, NETWORK = 16, LEVELS = 4, BINS = 65 };

/* More points than this say nothing more, and fill the page. */
enum { FIGURE_LIMIT = 65536 };

/* The prefixes that are counted, by family. */
static const struct {
	const char *name;
	uint8_t version;
	uint8_t offset; /* of the first bit in address_high, address_low */
	uint8_t level[LEVELS];
} families[] = {
	{ "IPv4", 4, 96, { 16, 24, 28, 32 } },
	{ "IPv6", 6, 0, { 32, 48, 64, 128 } },
};

enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

/* An address in its order of appearance. */
struct place {
	uint64_t high, low;
	uint64_t packets;
	size_t turn; /* in order of first appearance, from 0 */
};

/* How the addresses of one family lie. */
struct shape {
	struct place *place;
	size_t n;
	uint64_t prefixes[LEVELS];
	uint64_t common; /* sum of common prefixes of successive addresses */
	uint64_t near;   /* how many of those are NEAR or more */
};

/* How many leading bits of two addresses are the same, of 128. */
static unsigned
common_prefix(const struct place *a, const struct place *b)
{
	if (a->high != b->high)
		return (unsigned)__builtin_clzll(a->high ^ b->high);
	if (a->low != b->low)
		return 64 + (unsigned)__builtin_clzll(a->low ^ b->low);
	return 128;
}

/* First met first. */
static int
by_appearance(const void *a, const void *b)
{
	const struct fv_destination *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? 1 : -1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* Most packets first, then first met. */
static int
by_packets(const void *a, const void *b)
{
	const struct fv_destination *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets < y->packets ? 1 : -1;
	return by_appearance(a, b);
}

/* So that addresses of one prefix stand together; shown to nobody. */
static int
by_address(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return x->low < y->low ? -1 : x->low > y->low;
}

/* Take the family's public addresses out of ${d}, which is by appearance. */
static int
place_family(size_t family, const struct fv_destination *d, size_t n,
    const struct fv_analysis_context *c, struct shape *s, struct fv_err *err)
{
	const struct fv_host *h;
	unsigned common;
	size_t i, k;

	*s = (struct shape){ .n = 0 };
	if ((s->place = fv_memory_new(n, sizeof(*s->place), err)) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		h = &c->hosts[d[i].host];
		if (h->ip_version != families[family].version ||
		    h->address_class != FV_ADDRESS_PUBLIC)
			continue;
		s->place[s->n] = (struct place){ h->address_high,
			h->address_low, d[i].packets, s->n };
		s->n++;
	}
	for (i = 1; i < s->n; i++) {
		common = common_prefix(&s->place[i - 1], &s->place[i]) -
		    families[family].offset;
		s->common += common;
		s->near += common >= NEAR;
	}
	qsort(s->place, s->n, sizeof(*s->place), by_address);
	for (i = 0; i < s->n; i++) {
		common = i == 0
		    ? 0
		    : common_prefix(&s->place[i - 1], &s->place[i]) -
			families[family].offset;
		for (k = 0; k < LEVELS; k++)
			s->prefixes[k] +=
			    i == 0 || common < families[family].level[k];
	}
	return 0;
}

static void
put_prefixes(const struct shape *shapes, struct fv_result *r)
{
	size_t f, k;

	fv_result_table(r, "prefixes", "Prefixes that they lie in");
	fv_result_column(
	    r, "family", "family", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "length", "bits", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "prefixes", "prefixes", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "destinations_each", "destinations in each",
	    FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	for (f = 0; f < FAMILIES; f++)
		for (k = 0; shapes[f].n > 0 && k < LEVELS; k++) {
			fv_result_text(r, "%s", families[f].name);
			fv_result_number(r, families[f].level[k]);
			fv_result_count(r, shapes[f].prefixes[k]);
			fv_result_ratio(
			    r, shapes[f].n, shapes[f].prefixes[k], 2);
		}
}

/* One /16 of IPv4 destinations. */
struct network {
	size_t destinations;
	size_t blocks; /* /24s */
	uint64_t packets;
	size_t turn; /* of the first address met in it */
};

/* Most destinations first, then first met. */
static int
by_destinations(const void *a, const void *b)
{
	const struct network *x = a, *y = b;

	if (x->destinations != y->destinations)
		return x->destinations < y->destinations ? 1 : -1;
	return x->turn < y->turn ? -1 : x->turn > y->turn;
}

/* Cut the places, which stand by address, into networks. */
static size_t
cut(const struct shape *s, struct network *net)
{
	unsigned common, offset = families[0].offset;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		common = i == 0
		    ? 0
		    : common_prefix(&s->place[i - 1], &s->place[i]) - offset;
		if (i == 0 || common < NETWORK)
			net[n++] = (struct network){ .turn = SIZE_MAX };
		net[n - 1].destinations++;
		net[n - 1].blocks += i == 0 || common < NEAR;
		net[n - 1].packets += s->place[i].packets;
		if (s->place[i].turn < net[n - 1].turn)
			net[n - 1].turn = s->place[i].turn;
	}
	return n;
}

static int
put_networks(const struct shape *s, struct fv_result *r, struct fv_err *err)
{
	struct network *net;
	size_t i, n;

	if (s->n == 0)
		return 0;
	net = fv_memory_new((size_t)s->prefixes[0], sizeof(*net), err);
	if (net == NULL)
		return -1;
	n = cut(s, net);
	qsort(net, n, sizeof(*net), by_destinations);
	fv_result_table(r, "networks", "IPv4 /16s with most destinations");
	fv_result_column(r, "rank", "rank", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "first", "first met, no.", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "destinations", "destinations", FV_RESULT_COUNT,
	    FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "blocks", "in /24s", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_shown(r, TOP, n);
	for (i = 0; i < n && i < FV_RESULT_ROWS_KEPT; i++) {
		fv_result_number(r, i + 1);
		fv_result_count(r, net[i].turn + 1);
		fv_result_count(r, net[i].destinations);
		fv_result_count(r, net[i].blocks);
		fv_result_count(r, net[i].packets);
	}
	free(net);
	return 0;
}

static unsigned
bits_of(uint64_t value)
{
	return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

/* How many destinations got no packet, 1, 2 to 3, 4 to 7, and so on. */
static void
put_histogram(const struct fv_destination *d, size_t n, struct fv_result *r)
{
	uint64_t bin[BINS] = { 0 };
	size_t i, b;

	for (i = 0; i < n; i++)
		bin[bits_of(d[i].packets)]++;
	fv_result_table(r, "packets", "Packets for each destination");
	fv_result_column(r, "from", "from", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "to", "to", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "destinations", "destinations", FV_RESULT_COUNT,
	    FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (b = 0; b < BINS; b++) {
		if (bin[b] == 0)
			continue;
		fv_result_count(r, b == 0 ? 0 : UINT64_C(1) << (b - 1));
		fv_result_count(r, b == 0 ? 0 : UINT64_MAX >> (64 - b));
		fv_result_count(r, bin[b]);
		fv_analysis_share(r, bin[b], n);
	}
}

static void
put_lying(const struct shape *shapes, size_t n, struct fv_result *r)
{
	const struct shape *v4 = &shapes[0], *v6 = &shapes[1];

	fv_result_fact(r, "destinations", "Destinations", NULL);
	fv_result_count(r, n);
	fv_result_fact(r, "ipv4", "public IPv4", NULL);
	fv_result_count(r, v4->n);
	fv_result_fact(r, "ipv6", "public IPv6", NULL);
	fv_result_count(r, v6->n);
	fv_result_fact(r, "networks", "IPv4 /16s they lie in", "multiple");
	fv_result_count(r, v4->prefixes[0]);
	fv_result_fact(
	    r, "common_prefix", "Common prefix of successors, bits", NULL);
	fv_result_ratio(r, v4->common, v4->n == 0 ? 0 : v4->n - 1, 2);
	fv_result_fact(
	    r, "near", "Successors within one /24", "sequential ranges");
	fv_analysis_share(r, v4->near, v4->n == 0 ? 0 : v4->n - 1);
	fv_result_fact(r, "fill", "Fill of the /24s they lie in", NULL);
	fv_analysis_share(r, v4->prefixes[3], 256 * v4->prefixes[1]);
	if (v6->n < 2)
		return;
	fv_result_fact(
	    r, "common_prefix_ipv6", "Common prefix of IPv6 ones, bits", NULL);
	fv_result_ratio(r, v6->common, v6->n - 1, 2);
}

/* Packets of each destination, in the order in which they were met. */
static void
draw(const struct fv_destination *d, size_t n, bool log, struct fv_result *r)
{
	const struct fv_result_figure figure = {
		.name = log ? "destinations_log" : "destinations_linear",
		.title = "Packets to each destination, in the order in which "
			 "the host first sent to them",
		.mark = FV_RESULT_POINTS,
		.from = log ? NULL : "R16",
		.axis = { { "turn", "destination, by first appearance", false,
			      1, 0 },
		    { "packets", "packets", log, 1, 0 } },
	};
	size_t i;

	fv_result_figure(r, &figure);
	for (i = 0; log && i < n && i < FIGURE_LIMIT; i++)
		fv_result_point(r, i + 1, d[i].packets, 0);
	if (log && n > FIGURE_LIMIT)
		fv_result_note(r,
		    "The figure has the first %d destinations only.",
		    (int)FIGURE_LIMIT);
}

static int
put_shape(struct fv_destination *d, size_t n,
    const struct fv_analysis_context *c, struct fv_result *r,
    struct fv_err *err)
{
	struct shape shapes[FAMILIES] = { { .n = 0 } };
	int rc = -1;
	size_t f;

	qsort(d, n, sizeof(*d), by_appearance);
	for (f = 0; f < FAMILIES; f++)
		if (place_family(f, d, n, c, &shapes[f], err) == -1)
			goto out;
	put_lying(shapes, n, r);
	if (n == 0) {
		rc = 0;
		goto out;
	}
	put_prefixes(shapes, r);
	if (put_networks(&shapes[0], r, err) == -1)
		goto out;
	put_histogram(d, n, r);
	draw(d, n, true, r);
	fv_result_note(r,
	    "Successors are destinations in order of first appearance, and "
	    "their common prefix is the mean. Two addresses "
	    "side by side share 30 of 32 bits on average, two addresses at "
	    "random 1: a scan of ranges is near 30, a host with peers "
	    "everywhere near 2.");
	fv_result_note(r,
	    "The slides saw ranges in a plot by address. The mapping of "
	    "addresses keeps prefixes and neither order nor distance, so "
	    "prefixes are what is looked at.");
	rc = 0;
out:
	for (f = 0; f < FAMILIES; f++)
		free(shapes[f].place);
	return rc;
}

/* Packets of the first ${top} of ${d}. */
static uint64_t
sum_of(const struct fv_destination *d, size_t n, size_t top)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n && i < top; i++)
		sum += d[i].packets;
	return sum;
}

static void
put_linear(struct fv_destination *d, size_t n,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t all = sum_of(d, n, n), half = all - all / 2, sum = 0;
	size_t i, carry = 0;

	if (n > 0)
		draw(d, n, false, r); /* as they stand, by appearance */
	qsort(d, n, sizeof(*d), by_packets);
	while (carry < n && sum < half)
		sum += d[carry++].packets;
	fv_result_fact(r, "top_1", "To the first destination", NULL);
	fv_analysis_share(r, sum_of(d, n, 1), all);
	fv_result_fact(r, "top_10", "To the first ten", NULL);
	fv_analysis_share(r, sum_of(d, n, 10), all);
	fv_result_fact(r, "half", "Destinations that get half of all", NULL);
	fv_result_count(r, carry);
	if (n == 0)
		return;
	fv_result_table(r, "destinations", "Destinations by packets");
	fv_result_column(r, "rank", "rank", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "host", "destination", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_shown(r, TOP, n);
	for (i = 0; i < n && i < FV_RESULT_ROWS_KEPT; i++) {
		fv_result_number(r, i + 1);
		fv_analysis_host(r, c, i + 1, d[i].host);
		fv_result_count(r, d[i].packets);
		fv_analysis_share(r, d[i].packets, all);
	}
}

int
fv_destination_shape(struct fv_destination *d, size_t n,
    const struct fv_analysis_context *c, struct fv_result *r,
    struct fv_err *err)
{
	fv_result_section(r, "R16",
	    "Suspicious Host accessed sequential ranges through multiple "
	    "/16`s",
	    "How the destinations of one host lie in the space of addresses, "
	    "and how many packets it sent to each.");
	if (fv_analysis_suspect(r, c) && put_shape(d, n, c, r, err) == -1)
		return -1;
	fv_result_section(r, "R17", "Linear Scale",
	    "How much of the packets of R16 the few largest destinations "
	    "get.");
	if (fv_analysis_suspect(r, c))
		put_linear(d, n, c, r);
	return 0;
}
