/*
 * R18 to R22: the source and destination ports of the suspicious host, with
 * and without the one that dominates, and whether it takes client ports in
 * sequence.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/port_profile.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { UDP = 17, TCP = 6, SYN = 2, ACK = 16, PORTS = FV_PORT_PROFILE_PORTS };
enum { TOP = 10, WEB = 80 };

/* Dynamic ports, which systems hand out to clients (RFC 6335, section 6). */
enum { DYNAMIC = 49152 };

/* An increment from 1 up to this counts as near-sequential. */
enum { STEP = 16 };

/* Of a second; seconds of a day. */
enum { NANOSECONDS = 1000000000, DAY = 86400 };

/* Ports that any program may use, the slides' "above 1024". */
enum { FREE_LOW = 1025, FREE = PORTS - FREE_LOW };

struct state {
	bool inside_known;
	uint32_t host;
	struct fv_port_profile profile;
	/* When each source port was first used: fv_analysis_earliness. */
	uint64_t first[FV_PORT_OVERS][PORTS];
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

/*
 * Note when a port was first used.  Of TCP, only by connections that the
 * host opened itself: the ports of others were not its choice.
 */
static void
note_use(struct state *s, uint8_t protocol, uint16_t port, uint8_t flags,
    int64_t start)
{
	uint64_t when = fv_analysis_earliness(start);
	uint64_t *first = NULL;

	if (port < DYNAMIC)
		return;
	if (protocol == TCP && (flags & (SYN | ACK)) == SYN)
		first = &s->first[FV_PORT_TCP][port];
	if (protocol == UDP)
		first = &s->first[FV_PORT_UDP][port];
	if (first != NULL && when > *first)
		*first = when;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint16_t *port = batch->column[FV_FLOW_SOURCE_PORT];
	const uint8_t *flags = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	struct state *s = state;
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		if (source[i] != s->host ||
		    !fv_analysis_outward(direction[i], s->inside_known))
			continue;
		fv_port_profile_add(&s->profile, batch, i);
		note_use(s, protocol[i], port[i], flags[i], start[i]);
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t over, i;

	(void)context;
	(void)err;
	fv_port_profile_merge(&s->profile, &f->profile);
	for (over = 0; over < FV_PORT_OVERS; over++)
		for (i = DYNAMIC; i < PORTS; i++)
			if (f->first[over][i] > s->first[over][i])
				s->first[over][i] = f->first[over][i];
	return 0;
}

/* Whether there is anything to say; if not, a note says why. */
static bool
look(const struct fv_port_ranking *k, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	if (!fv_analysis_suspect(r, c))
		return false;
	if (k->n > 0)
		return true;
	fv_result_note(r, "It sent no record of TCP or UDP outward.");
	return false;
}

static void
put_sources(const struct state *s, const struct fv_port_ranking *k,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	fv_result_section(r, "R18", "36459 Dominates the Sports",
	    "Source ports of the outbound TCP and UDP records of one host; "
	    "shares are of their packets.");
	if (look(k, c, r)) {
		fv_result_fact(
		    r, "port", "The source port it uses most", "36459");
		fv_result_number(r, k->use[0].port);
		fv_result_fact(r, "share", "its share of packets", "dominates");
		fv_analysis_share(r, k->use[0].packets, k->packets);
		fv_result_fact(r, "ports", "Source ports used", NULL);
		fv_result_count(r, k->n);
		fv_port_profile_table(k, FV_PORT_NONE, TOP, FV_RESULT_BAR_LOG,
		    "ports", "Source ports, logarithmic scale", r);
		fv_port_profile_figure(&s->profile, FV_PORT_SOURCE,
		    FV_PORT_NONE, NULL,
		    "Packets that the host sent from each source port, TCP "
		    "and UDP together",
		    r);
	}
	fv_result_section(r, "R19", "Removing 36459 in a linear scale we get",
	    "R18 without the port that is used most; shares are of the "
	    "packets that are left.");
	if (!look(k, c, r))
		return;
	fv_result_fact(r, "removed", "The port removed", "36459");
	fv_result_number(r, k->use[0].port);
	fv_result_fact(r, "packets", "Packets that are left", NULL);
	fv_result_count(r, k->packets - k->use[0].packets);
	fv_result_fact(r, "mean", "for each port", NULL);
	fv_result_ratio(r, k->packets - k->use[0].packets, k->n - 1, 2);
	fv_port_profile_table(k, k->use[0].port, TOP, FV_RESULT_BAR_LINEAR,
	    "ports", "Source ports, linear scale", r);
	fv_port_profile_figure(&s->profile, FV_PORT_SOURCE, k->use[0].port,
	    "R18",
	    "Packets that the host sent from each source port, TCP and UDP "
	    "together",
	    r);
}

/* A dynamic port in use, to be put in order of first use. */
struct use {
	uint64_t first;
	uint16_t port;
};

static int
by_time(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? 1 : -1;
	return x->port < y->port ? -1 : x->port > y->port;
}

/* How ports of one protocol follow each other. */
struct sequence {
	size_t n;
	uint16_t low, high;
	uint64_t near; /* steps of 1 up to STEP */
};

/* ${use} has room for all dynamic ports. */
static struct sequence
follow(const uint64_t *first, struct use *use)
{
	struct sequence q = { .n = 0 };
	unsigned step, range;
	size_t i;

	for (i = DYNAMIC; i < PORTS; i++) {
		if (first[i] == 0)
			continue;
		if (q.n == 0)
			q.low = (uint16_t)i;
		q.high = (uint16_t)i;
		use[q.n++] = (struct use){ first[i], (uint16_t)i };
	}
	qsort(use, q.n, sizeof(*use), by_time);
	/* From the highest port it goes on with the lowest. */
	range = (unsigned)(q.high - q.low) + 1;
	for (i = 1; i < q.n; i++) {
		step =
		    ((unsigned)use[i].port + range - use[i - 1].port) % range;
		q.near += step >= 1 && step <= STEP;
	}
	return q;
}

/* When the host first used each port of TCP, as ${use} has them. */
static void
draw_order(const struct use *use, size_t n, struct fv_result *r)
{
	const struct fv_result_figure figure = {
		.name = "first_use",
		.title = "Dynamic source ports of TCP by when the host first "
			 "opened a connection from them",
		.mark = FV_RESULT_POINTS,
		.axis = { { "time", "days since the first one", false, DAY, 0 },
		    { "port", "source port", false, 1, 0 } },
	};
	size_t i;

	fv_result_figure(r, &figure);
	for (i = 0; i < n; i++)
		fv_result_point(r, (use[0].first - use[i].first) / NANOSECONDS,
		    use[i].port, 0);
}

static void
put_sequence(const struct sequence *q, struct fv_result *r)
{
	static const char *const over[FV_PORT_OVERS] = { "TCP", "UDP" };
	size_t i;

	fv_result_table(r, "sequence", "Dynamic source ports");
	fv_result_column(
	    r, "protocol", "protocol", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "ports", "used", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "low", "lowest", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "high", "highest", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "near", "steps of 1 to 16", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < FV_PORT_OVERS; i++) {
		fv_result_text(r, "%s", over[i]);
		fv_result_count(r, q[i].n);
		if (q[i].n == 0) {
			fv_result_none(r);
			fv_result_none(r);
		} else {
			fv_result_number(r, q[i].low);
			fv_result_number(r, q[i].high);
		}
		fv_analysis_share(r, q[i].near, q[i].n == 0 ? 0 : q[i].n - 1);
	}
}

static int
put_order(const struct state *s, const struct fv_port_ranking *k,
    const struct fv_analysis_context *c, struct fv_result *r,
    struct fv_err *err)
{
	struct sequence q[FV_PORT_OVERS], *tcp = &q[FV_PORT_TCP];
	struct use *use;
	size_t i;

	use = fv_memory_new(PORTS - DYNAMIC, sizeof(*use), err);
	if (use == NULL)
		return -1;
	/* TCP last: its order is drawn. */
	for (i = FV_PORT_OVERS; i-- > 0;)
		q[i] = follow(s->first[i], use);
	fv_result_section(r, "R20", "Sport use is near sequential above 49153",
	    "How source ports from 49152 up follow each other, in order of "
	    "first use: of TCP by connections that the host opened, of UDP "
	    "by all of its records.");
	if (!look(k, c, r)) {
		free(use);
		return 0;
	}
	if (tcp->n > 0) {
		fv_result_fact(r, "low", "Lowest dynamic port, TCP", "49153");
		fv_result_number(r, tcp->low);
		fv_result_fact(r, "high", "Highest dynamic port, TCP", NULL);
		fv_result_number(r, tcp->high);
	}
	fv_result_fact(r, "near", "Steps of 1 to 16, TCP", "near sequential");
	fv_analysis_share(r, tcp->near, tcp->n == 0 ? 0 : tcp->n - 1);
	put_sequence(q, r);
	if (tcp->n > 0)
		draw_order(use, tcp->n, r);
	free(use);
	fv_result_note(r,
	    "Steps are taken around: from the highest port used to the "
	    "lowest. Ports taken at random make steps of 1 to 16 in 16 of as "
	    "many cases as there are ports.");
	return 0;
}

static void
put_destinations(const struct state *s, const struct fv_port_ranking *k,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t web = fv_port_profile_packets(k, WEB);
	size_t i, high = 0;

	for (i = 0; i < k->n; i++)
		high += k->use[i].port >= FREE_LOW;
	fv_result_section(r, "R21", "His DPort values in Log Scale",
	    "Destination ports of the outbound TCP and UDP records of one "
	    "host; shares are of their packets.");
	if (look(k, c, r)) {
		fv_result_fact(r, "ports", "Destination ports used", NULL);
		fv_result_count(r, k->n);
		fv_result_fact(
		    r, "mean", "Mean packets for each", "less than 10");
		fv_result_ratio(r, k->packets, k->n, 2);
		fv_result_fact(
		    r, "coverage", "Ports above 1024 accessed", "most");
		fv_analysis_share(r, high, FREE);
		fv_port_profile_table(k, FV_PORT_NONE, TOP, FV_RESULT_BAR_LOG,
		    "ports", "Destination ports, logarithmic scale", r);
		fv_port_profile_figure(&s->profile, FV_PORT_DESTINATION,
		    FV_PORT_NONE, NULL,
		    "Packets that the host sent to each destination port, "
		    "TCP and UDP together",
		    r);
	}
	fv_result_section(r, "R22",
	    "Linear version Dports with Port 80 removed",
	    "R21 without port 80; shares are of the packets that are left.");
	if (!look(k, c, r))
		return;
	fv_result_fact(r, "removed", "Port 80, of all packets", NULL);
	fv_analysis_share(r, web, k->packets);
	fv_result_fact(r, "mean", "Mean packets for each other", NULL);
	fv_result_ratio(r, k->packets - web, k->n - (web > 0), 2);
	fv_port_profile_table(k, WEB, TOP, FV_RESULT_BAR_LINEAR, "ports",
	    "Destination ports, linear scale", r);
	fv_port_profile_figure(&s->profile, FV_PORT_DESTINATION, WEB, "R21",
	    "Packets that the host sent to each destination port, TCP and "
	    "UDP together",
	    r);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct fv_port_ranking *to = NULL, *from = NULL;
	const struct state *s = state;
	int rc = -1;

	to = fv_port_profile_rank(&s->profile, FV_PORT_DESTINATION, err);
	from = fv_port_profile_rank(&s->profile, FV_PORT_SOURCE, err);
	if (to == NULL || from == NULL)
		goto out;
	put_sources(s, from, c, r);
	if (put_order(s, from, c, r, err) == -1)
		goto out;
	put_destinations(s, to, c, r);
	rc = 0;
out:
	free(to);
	free(from);
	return rc;
}

const struct fv_analysis fv_host_ports_analysis = {
	.ids = "R18 R19 R20 R21 R22",
	.name = "host_ports",
	.description = "The source and destination ports of the host with "
		       "most destinations.",
	.columns = FV_PORT_PROFILE_COLUMNS | FV_ANALYSIS_COLUMN(START_TIME) |
	    FV_ANALYSIS_COLUMN(SOURCE) | FV_ANALYSIS_COLUMN(DIRECTION) |
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS),
	.closer = true,
	.needs = { &fv_destinations_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
