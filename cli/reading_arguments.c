#include "cli/reading_arguments.h"

#include <stdlib.h>

#include "base/memory.h"
#include "convert/inputs.h"

/* More captures than this are a mistake of the shell's globbing. */
enum { INPUTS_LIMIT = 1 << 20 };

int
fv_reading_arguments_add(struct fv_reading_arguments *a,
    const struct fv_reading_input *input, struct fv_err *err)
{
	struct fv_reading_input *grown;

	grown = fv_memory_grow(a->inputs, &a->capacity, a->ninputs + 1,
	    sizeof(*grown), INPUTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "captures");
	a->inputs = grown;
	a->inputs[a->ninputs++] = *input;
	return 0;
}

static int
add(struct fv_reading_arguments *a, const char *path, enum fv_side side,
    struct fv_err *err)
{
	const struct fv_reading_input input = { .path = path, .side = side };

	return fv_reading_arguments_add(a, &input, err);
}

int
fv_reading_arguments_capture(
    void *context, const char *value, struct fv_err *err)
{
	return add(context, value, FV_SIDE_BOTH, err);
}

int
fv_reading_arguments_inbound(
    void *context, const char *value, struct fv_err *err)
{
	return add(context, value, FV_SIDE_INBOUND, err);
}

int
fv_reading_arguments_outbound(
    void *context, const char *value, struct fv_err *err)
{
	return add(context, value, FV_SIDE_OUTBOUND, err);
}

int
fv_reading_arguments_inbound_offset(
    void *context, const char *value, struct fv_err *err)
{
	struct fv_reading_arguments *a = context;

	return fv_options_offset(value, &a->options.inbound_offset, err);
}

int
fv_reading_arguments_outbound_offset(
    void *context, const char *value, struct fv_err *err)
{
	struct fv_reading_arguments *a = context;

	return fv_options_offset(value, &a->options.outbound_offset, err);
}

int
fv_reading_arguments_from(void *context, const char *value, struct fv_err *err)
{
	struct fv_reading_arguments *a = context;

	a->options.selection.from = &a->from;
	return fv_options_time(value, &a->from, err);
}

int
fv_reading_arguments_to(void *context, const char *value, struct fv_err *err)
{
	struct fv_reading_arguments *a = context;

	a->options.selection.to = &a->to;
	return fv_options_time(value, &a->to, err);
}

int
fv_reading_arguments_check(
    const struct fv_reading_arguments *a, struct fv_err *err)
{
	const struct fv_selection_options *window = &a->options.selection;

	if (window->from != NULL && window->to != NULL && a->to <= a->from)
		return fv_err_set(err, FV_EUSAGE,
		    "--to is not after --from: no packet is between them");
	return 0;
}

uint64_t
fv_reading_arguments_size(const struct fv_reading_arguments *a)
{
	uint64_t size, total = 0;
	size_t i;

	for (i = 0; i < a->ninputs; i++) {
		if ((size = fv_inputs_size(a->inputs[i].path)) == 0)
			return 0;
		total += size;
	}
	return total;
}

void
fv_reading_arguments_free(struct fv_reading_arguments *a)
{
	free(a->inputs);
}
