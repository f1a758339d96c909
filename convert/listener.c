#include "convert/listener.h"

#include <inttypes.h>

#include "convert/linktype.h"

void
fv_listener_fault(const struct fv_listener *l, const struct fv_err *why)
{
	if (l->fault != NULL)
		l->fault(l->context, why->text);
}

void
fv_listener_skipped(const struct fv_listener *l, const struct fv_err *why)
{
	struct fv_err text = *why;

	(void)fv_err_within(&text, "passed by");
	if (l->note != NULL)
		l->note(l->context, text.text);
}

void
fv_listener_progress(const struct fv_listener *l,
    const struct fv_timeline *timeline, uint64_t packets)
{
	if (l->progress != NULL)
		l->progress(
		    l->context, fv_timeline_position(timeline), packets);
}

void
fv_listener_undecoded(const struct fv_listener *l,
    const struct fv_timeline_leg *leg, uint32_t link_type)
{
	uint64_t n = leg->row.counter[FV_COUNT_LINK_UNSUPPORTED];
	struct fv_err text;

	if (n == 0 || l->note == NULL)
		return;
	(void)fv_err_set(&text, FV_OK,
	    "%s: %" PRIu64 " packets of link type %" PRIu32
	    " (%s, %s) are counted, but not decoded",
	    leg->label, n, link_type, fv_linktype_name(link_type),
	    fv_linktype_description(link_type));
	l->note(l->context, text.text);
}
