#include "convert/selection.h"

#include <stdlib.h>

#include "base/memory.h"
#include "convert/filter.h"

struct fv_selection {
	const struct fv_selection_options *options;
	struct fv_filter *filter; /* NULL: none */
};

int
fv_selection_new(const struct fv_selection_options *options,
    struct fv_selection **selection, struct fv_err *err)
{
	struct fv_selection *s;

	*selection = NULL;
	if (options->from == NULL && options->to == NULL &&
	    options->filter == NULL)
		return 0;
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return -1;
	s->options = options;
	if (options->filter != NULL &&
	    (s->filter = fv_filter_new(options->filter, err)) == NULL) {
		free(s);
		return -1;
	}
	*selection = s;
	return 0;
}

int
fv_selection_takes(struct fv_selection *s, const struct fv_frame *frame,
    uint64_t counter[FV_COUNTERS], struct fv_err *err)
{
	const struct fv_selection_options *o = s->options;
	enum fv_counter why = FV_COUNTERS;
	int rc;

	if (o->from != NULL && frame->time < *o->from)
		why = FV_COUNT_BEFORE_WINDOW;
	else if (o->to != NULL && frame->time >= *o->to)
		why = FV_COUNT_AFTER_WINDOW;
	else if (s->filter != NULL) {
		if ((rc = fv_filter_keeps(s->filter, frame, err)) == -1)
			return -1;
		if (rc == 0)
			why = FV_COUNT_FILTERED;
	}
	if (why == FV_COUNTERS)
		return 1;
	counter[FV_COUNT_READ]++;
	counter[why]++;
	return 0;
}

void
fv_selection_free(struct fv_selection *s)
{
	if (s == NULL)
		return;
	fv_filter_free(s->filter);
	free(s);
}
