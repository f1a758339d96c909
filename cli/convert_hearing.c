#include "cli/convert_hearing.h"

#include "cli/convert_summary.h"

void
fv_convert_hearing_capture(void *context, const char *label, uint32_t number,
    const struct fv_capture_row *row)
{
	struct fv_convert_hearing *h = context;
	struct fv_err err;

	if (fv_decode_tree_add(&h->tree, label, number, row, &err) == -1)
		h->tree_failed = true;
}

void
fv_convert_hearing_warn(const struct fv_convert_hearing *h,
    const struct fv_pipeline_summary *summary, FILE *to)
{
	fv_convert_summary_unchanged(summary, to);
	fv_convert_summary_evicted(summary, to);
	if (h->tree_failed)
		(void)fprintf(to,
		    "flowveil convert: warning: the counters lack captures, as "
		    "memory ran out\n");
}
