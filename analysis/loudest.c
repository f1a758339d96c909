/*
 * R08: the ports of the host that sent most bytes outward.
 */
#include <stdlib.h>

#include "analysis/port_profile.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { TOP = 10, VRML = 4204 };

/* Its outbound records, and all others: R06 ranks by the first if any are. */
enum { OUTBOUND, OTHER, WAYS };

struct state {
	uint32_t host;
	struct fv_port_profile profile[WAYS];
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) != NULL)
		s->host = context->focus.loudest;
	return s;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct state *s = state;
	size_t i, way;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		if (source[i] != s->host)
			continue;
		way = direction[i] != FV_DIRECTION_OUTBOUND;
		fv_port_profile_add(&s->profile[way], batch, i);
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t way;

	(void)context;
	(void)err;
	for (way = 0; way < WAYS; way++)
		fv_port_profile_merge(&s->profile[way], &f->profile[way]);
	return 0;
}

static void
put(const struct fv_port_profile *p, const struct fv_port_ranking *to,
    const struct fv_port_ranking *from, struct fv_result *r)
{
	fv_result_fact(r, "packets", "Packets it sent", NULL);
	fv_result_count(r, p->all.packets);
	fv_result_fact(r, "bytes", "Bytes it sent", NULL);
	fv_result_bytes(r, p->all.bytes);
	if (to->n > 0) {
		fv_result_fact(r, "destination_port",
		    "Its first destination port", "4204");
		fv_result_number(r, to->use[0].port);
		fv_result_fact(
		    r, "destination_port_share", "of its packets", NULL);
		fv_analysis_share(r, to->use[0].packets, p->all.packets);
	}
	fv_result_fact(r, "vrml", "Port 4204, of its packets", NULL);
	fv_analysis_share(r, fv_port_profile_packets(to, VRML), p->all.packets);
	fv_result_fact(r, "destination_ports", "Destination ports used", NULL);
	fv_result_count(r, to->n);
	fv_result_fact(r, "source_ports", "Source ports used", NULL);
	fv_result_count(r, from->n);
	if (to->n == 0)
		return;
	fv_port_profile_table(to, FV_PORT_NONE, TOP, FV_RESULT_BAR_LOG,
	    "destination_ports", "Destination ports of TCP and UDP", r);
	fv_port_profile_figure(p, FV_PORT_DESTINATION, FV_PORT_NONE, NULL,
	    "Packets that the host sent to each destination port, TCP and "
	    "UDP together",
	    r);
	fv_port_profile_table(from, FV_PORT_NONE, TOP, FV_RESULT_BAR_LOG,
	    "source_ports", "Source ports of TCP and UDP", r);
	fv_port_profile_figure(p, FV_PORT_SOURCE, FV_PORT_NONE, NULL,
	    "Packets that the host sent from each source port, TCP and UDP "
	    "together",
	    r);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct fv_port_ranking *to = NULL, *from = NULL;
	const struct state *s = state;
	const struct fv_port_profile *p = &s->profile[OUTBOUND];
	int rc = -1;

	fv_result_section(r, "R08", "Lets take a closer look at this guy",
	    "Ports of the host that sent most bytes (the first of R06), in "
	    "the records that it sent. Shares of ports are of its packets of "
	    "TCP and UDP.");
	if (s->host == FV_NO_ROW) {
		fv_result_note(
		    r, "No host sent anything, so there is none to look at.");
		return 0;
	}
	if (p->all.records == 0)
		p = &s->profile[OTHER];
	to = fv_port_profile_rank(p, FV_PORT_DESTINATION, err);
	from = fv_port_profile_rank(p, FV_PORT_SOURCE, err);
	if (to == NULL || from == NULL)
		goto out;
	fv_result_fact(r, "host", "Host that sent most bytes", NULL);
	fv_analysis_host(r, c, 1, s->host);
	put(p, to, from, r);
	rc = 0;
out:
	free(to);
	free(from);
	return rc;
}

const struct fv_analysis fv_loudest_analysis = {
	.ids = "R08",
	.name = "loudest",
	.description = "The ports of the host that sent most bytes.",
	.columns = FV_PORT_PROFILE_COLUMNS | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DIRECTION),
	.closer = true,
	.needs = { &fv_volumes_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
