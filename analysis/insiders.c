#include "analysis/insiders.h"

#include <stdlib.h>

#include "base/memory.h"

int
fv_insiders_init(struct fv_insiders *in,
    const struct fv_analysis_context *context, struct fv_err *err)
{
	size_t i;

	*in = (struct fv_insiders){ .hosts = 0 };
	for (i = 0; i < context->nhosts; i++)
		in->hosts += context->hosts[i].internal != 0;
	in->n = in->hosts > FV_INSIDERS_LIMIT ? 0 : in->hosts;
	in->number = fv_memory_new(context->nhosts, sizeof(*in->number), err);
	in->host = fv_memory_new(in->n, sizeof(*in->host), err);
	if (in->number == NULL || in->host == NULL) {
		fv_insiders_free(in);
		return -1;
	}
	in->n = 0;
	for (i = 0; i < context->nhosts; i++) {
		in->number[i] = FV_NO_ROW;
		if (!context->hosts[i].internal ||
		    in->hosts > FV_INSIDERS_LIMIT)
			continue;
		in->number[i] = (uint32_t)in->n;
		in->host[in->n++] = (uint32_t)i;
	}
	return 0;
}

void
fv_insiders_free(struct fv_insiders *in)
{
	free(in->number);
	free(in->host);
	*in = (struct fv_insiders){ .number = NULL };
}

bool
fv_insiders_missing(const struct fv_insiders *in,
    const struct fv_analysis_context *context, struct fv_result *result)
{
	if (in->hosts > FV_INSIDERS_LIMIT)
		fv_result_note(result,
		    "There are %zu internal addresses, more than the %zu that "
		    "are looked at one by one, so this result is left out. "
		    "Report on fewer datasets at a time.",
		    in->hosts, FV_INSIDERS_LIMIT);
	else if (context->nhosts == 0)
		fv_result_note(
		    result, "There are no records, so there is nobody here.");
	else if (in->n == 0)
		fv_result_note(result,
		    "No host is known to be internal, so nobody can be looked "
		    "at. Name the network when converting (--internal).");
	return in->n == 0;
}
