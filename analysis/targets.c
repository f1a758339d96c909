/*
 * R16 and R17: how the destinations of the suspicious host lie together, and
 * how packets spread over them.
 *
 * Prefixes are what the mapping of addresses keeps, so the common prefix of
 * two addresses may be looked at; their order and their distance may not.
 */
#include <stdlib.h>

#include "analysis/destination_shape.h"
#include "analysis/ledger.h"
#include "analysis/registry.h"
#include "base/memory.h"

/* Of a destination: the words of its value. */
enum { PACKETS, EARLIEST, VALUE_WORDS };

struct state {
	bool inside_known;
	uint32_t suspect; /* FV_NO_ROW, or one whose records count */
	struct fv_ledger destinations;
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	fv_ledger_free(&s->destinations);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	uint32_t suspect = context->focus.suspect;
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	/* Of one that is outside, R15 counts no destinations either. */
	s->suspect = suspect == FV_NO_ROW ||
		(s->inside_known && !context->hosts[suspect].internal)
	    ? FV_NO_ROW
	    : suspect;
	if (fv_ledger_init(&s->destinations, 1, VALUE_WORDS, 1 << EARLIEST,
		&context->room, err) == 0)
		return s;
	free(s);
	return NULL;
}

static int
count(struct state *s, uint64_t destination, uint64_t packets, uint64_t when,
    struct fv_err *err)
{
	uint64_t hash, *value;

	hash = fv_tally_hash(&s->destinations.tally, &destination, 1);
	value = fv_ledger_at(&s->destinations, &destination, hash, 1, err);
	if (value == NULL)
		return fv_err_within(err, "destinations of a host");
	value[PACKETS] += packets;
	if (when > value[EARLIEST])
		value[EARLIEST] = when;
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	struct state *s = state;
	size_t i;

	(void)context;
	if (s->suspect == FV_NO_ROW)
		return 0;
	for (i = 0; i < batch->rows; i++)
		if (source[i] == s->suspect &&
		    fv_analysis_outward(direction[i], s->inside_known) &&
		    count(s, destination[i], packets[i],
			fv_analysis_earliness(start[i]), err) == -1)
			return -1;
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;

	(void)context;
	if (fv_ledger_merge(&s->destinations, &f->destinations, err) == -1)
		return fv_err_within(err, "destinations of a host");
	return 0;
}

/* The destinations as a list. */
struct listing {
	struct fv_destination *destination; /* NULL while they are counted */
	size_t n;
};

static void
list_one(void *arg, const uint64_t *entry)
{
	struct listing *l = arg;

	if (l->destination != NULL)
		l->destination[l->n] =
		    (struct fv_destination){ (uint32_t)*entry,
			    entry[1 + PACKETS], entry[1 + EARLIEST] };
	l->n++;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	struct listing l = { NULL, 0 };
	int rc = -1;

	if (fv_ledger_each(&s->destinations, list_one, &l, err) == -1)
		return -1;
	l.destination = fv_memory_new(l.n, sizeof(*l.destination), err);
	if (l.destination == NULL)
		return -1;
	l.n = 0;
	if (fv_ledger_each(&s->destinations, list_one, &l, err) == 0)
		rc = fv_destination_shape(l.destination, l.n, c, r, err);
	free(l.destination);
	return rc;
}

const struct fv_analysis fv_targets_analysis = {
	.ids = "R16 R17",
	.name = "targets",
	.description = "How the destinations of the suspicious host lie "
		       "together.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION) |
	    FV_ANALYSIS_COLUMN(PACKETS),
	.closer = true,
	.needs = { &fv_destinations_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};
