/*
 * In which order destinations first appear, for analyses of the second reading
 * that draw them: addresses have no order that the mapping keeps, and numbers
 * of hosts depend on how rows are spread over datasets.  It has no result.
 */
#include <stdlib.h>

#include "analysis/registry.h"
#include "base/memory.h"

struct state {
	bool inside_known;
	size_t nhosts;
	uint64_t *first; /* fv_analysis_earliness of each host; 0: never */
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	free(s->first);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->nhosts = context->nhosts;
	s->first = fv_memory_new(s->nhosts, sizeof(*s->first), err);
	if (s->first == NULL) {
		state_free(s);
		return NULL;
	}
	return s;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct state *s = state;
	uint64_t when;
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		if (!fv_analysis_outward(direction[i], s->inside_known))
			continue;
		when = fv_analysis_earliness(start[i]);
		if (when > s->first[destination[i]])
			s->first[destination[i]] = when;
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < s->nhosts; i++)
		if (f->first[i] > s->first[i])
			s->first[i] = f->first[i];
	return 0;
}

/* First met first, then by number. */
static int
by_appearance(const void *a, const void *b, void *arg)
{
	const uint32_t *x = a, *y = b;
	const struct state *s = arg;

	if (s->first[*x] != s->first[*y])
		return s->first[*x] < s->first[*y] ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

static int
choose(const void *state, const struct fv_analysis_context *context,
    struct fv_analysis_focus *focus, struct fv_err *err)
{
	const struct state *s = state;
	struct state compared = *s;
	uint32_t *order, *turn;
	size_t i, n = 0;

	(void)context;
	order = fv_memory_new(s->nhosts, sizeof(*order), err);
	turn = fv_memory_new(s->nhosts, sizeof(*turn), err);
	if (order == NULL || turn == NULL) {
		free(order);
		free(turn);
		return -1;
	}
	for (i = 0; i < s->nhosts; i++)
		if (s->first[i] > 0)
			order[n++] = (uint32_t)i;
	if (n > 0)
		qsort_r(order, n, sizeof(*order), by_appearance, &compared);
	for (i = 0; i < n; i++)
		turn[order[i]] = (uint32_t)i;
	free(order);
	free(focus->turn);
	focus->turn = turn;
	focus->turns = n;
	return 0;
}

const struct fv_analysis fv_appearance_analysis = {
	.ids = "",
	.name = "appearance",
	.description = "In which order destinations first appear.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.select = choose,
	.free = state_free,
};
