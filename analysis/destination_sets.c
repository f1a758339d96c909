/*
 * Which host sent to most destinations (R15), when nothing else is asked
 * about destinations: a set of bits for each internal host in place of the
 * pairs, their packets and their times.  Reports of R18 to R25 alone choose
 * their host this way, several times as fast.
 *
 * Times decide only among equals.  Where they have to, or where the sets
 * would need more memory than the pairs may have, nothing is chosen here,
 * and fv_destinations_analysis reads the rows again.
 */
#include "analysis/destination_sets.h"

#include <stdlib.h>

#include "analysis/registry.h"
#include "base/memory.h"

enum { WORD_BITS = 64 };

/* Rows whose columns are looked at one after the other. */
enum { ROWS = 1024 };

/*
 * Of each host, which set it has; those that are not ranked share set 0,
 * which nobody looks at.
 */
struct state {
	uint32_t *set;
	size_t nsets;
	size_t words;   /* of a set */
	uint64_t *bits; /* the sets, one behind the other */
};

static size_t
words_of(const struct fv_analysis_context *context)
{
	return context->nhosts / WORD_BITS + 1;
}

static size_t
count_internal(const struct fv_analysis_context *context)
{
	size_t i, n = 0;

	for (i = 0; i < context->nhosts; i++)
		n += context->hosts[i].internal != 0;
	return n;
}

bool
fv_destination_sets_fit(const struct fv_analysis_context *context, size_t room)
{
	size_t sets = count_internal(context) + 1;

	return sets > 1 && sets <= room / sizeof(uint64_t) / words_of(context);
}

bool
fv_destination_sets_are_enough(const struct fv_analysis *const *asked, size_t n,
    const struct fv_analysis_context *context, size_t room)
{
	bool needed = false;
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (asked[i] == &fv_destinations_analysis)
			return false;
		for (k = 0; k < FV_ANALYSIS_NEEDS; k++)
			needed |=
			    asked[i]->needs[k] == &fv_destinations_analysis;
	}
	return needed && fv_destination_sets_fit(context, room);
}

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	free(s->set);
	free(s->bits);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t i;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->words = words_of(context);
	s->set = fv_memory_new(context->nhosts, sizeof(*s->set), err);
	if (s->set == NULL)
		goto fail;
	s->nsets = 1;
	for (i = 0; i < context->nhosts; i++)
		if (context->hosts[i].internal)
			s->set[i] = (uint32_t)s->nsets++;
	s->bits = fv_memory_new(s->nsets * s->words, sizeof(*s->bits), err);
	if (s->bits == NULL)
		goto fail;
	return s;
fail:
	state_free(s);
	return NULL;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const struct state *s = state;
	uint32_t row[ROWS], to;
	size_t from, n, i, rows;

	(void)context;
	(void)err;
	for (from = 0; from < batch->rows; from += rows) {
		rows = batch->rows - from < ROWS ? batch->rows - from : ROWS;
		n = fv_analysis_outward_rows(direction, from, rows, true, row);
		for (i = 0; i < n; i++) {
			to = destination[row[i]];
			s->bits[s->set[source[row[i]]] * s->words +
			    to / WORD_BITS] |= UINT64_C(1) << to % WORD_BITS;
		}
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
	for (i = 0; i < s->nsets * s->words; i++)
		s->bits[i] |= f->bits[i];
	return 0;
}

/* How many destinations set ${k} has. */
static uint64_t
size_of(const struct state *s, size_t k)
{
	const uint64_t *word = s->bits + k * s->words;
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < s->words; i++)
		n += (uint64_t)__builtin_popcountll(word[i]);
	return n;
}

/* Those with more destinations than the one to be chosen; and with as many. */
struct standing {
	uint64_t size;
	uint32_t host;
	size_t above, beside;
};

static void
stand(struct standing *st, const uint64_t *size,
    const struct fv_analysis_context *c, const struct state *s)
{
	size_t i;

	for (i = 0; i < c->nhosts; i++) {
		if (s->set[i] == 0 || i == st->host)
			continue;
		st->above += size[s->set[i]] > st->size;
		st->beside += size[s->set[i]] == st->size;
	}
}

static int
choose(const void *state, const struct fv_analysis_context *c,
    struct fv_analysis_focus *focus, struct fv_err *err)
{
	struct standing st = { .host = focus->suspect };
	const struct state *s = state;
	uint64_t *size;
	size_t i;

	if ((size = fv_memory_new(s->nsets, sizeof(*size), err)) == NULL)
		return -1;
	for (i = 1; i < s->nsets; i++)
		size[i] = size_of(s, i);
	for (i = 0; i < c->nhosts && !focus->asked; i++)
		if (s->set[i] != 0 && size[s->set[i]] > st.size) {
			st.size = size[s->set[i]];
			st.host = (uint32_t)i;
		}
	if (focus->asked && st.host != FV_NO_ROW)
		st.size = size[s->set[st.host]];
	stand(&st, size, c, s);
	free(size);
	/* One that sent nothing has no place that sizes could tell. */
	focus->undecided = st.size == 0 || st.beside > 0;
	if (focus->undecided)
		return 0;
	focus->suspect = st.host;
	focus->suspect_rank = st.above + 1;
	return 0;
}

const struct fv_analysis fv_destination_sets_analysis = {
	.ids = "",
	.name = "destination_sets",
	.description = "Which host sent to most destinations.",
	.columns = FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION),
	.init = init,
	.add = add,
	.merge = merge,
	.select = choose,
	.free = state_free,
};
