#include "convert/capture_flags.h"

#include "convert/capture.h"
#include "convert/capture_option.h"
#include "convert/capture_statistics.h"
#include "datasets/counters.h"

#define OPTION_FLAGS 2
#define OPTION_DROPS 4
#define FLAGS_WAY 3
#define FLAGS_INBOUND 1
#define FLAGS_OUTBOUND 2
#define FLAGS_FCS_SHIFT 5
#define FLAGS_FCS 15

static void
set_flags(struct fv_frame *frame, uint32_t flags)
{
	unsigned fcs = flags >> FLAGS_FCS_SHIFT & FLAGS_FCS;

	if ((flags & FLAGS_WAY) == FLAGS_INBOUND)
		frame->side = FV_SIDE_INBOUND;
	else if ((flags & FLAGS_WAY) == FLAGS_OUTBOUND)
		frame->side = FV_SIDE_OUTBOUND;
	if (fcs != 0)
		frame->fcs_length = (uint8_t)fcs;
}

/* Take over one option; false when it makes no sense. */
static bool
read_option(struct fv_capture_option *option, bool big, struct fv_frame *frame,
    uint64_t *lost)
{
	uint32_t flags;

	if (option->code == OPTION_FLAGS) {
		if (option->length != 4 ||
		    !fv_take_32(&option->value, big, &flags))
			return false;
		set_flags(frame, flags);
	} else if (option->code == OPTION_DROPS && lost != NULL) {
		return option->length == 8 &&
		    fv_take_64(&option->value, big, lost) &&
		    *lost <= FV_CAPTURE_STATISTICS_MOST;
	}
	return true;
}

bool
fv_capture_flags_read(
    struct fv_cursor c, bool big, struct fv_frame *frame, uint64_t *lost)
{
	struct fv_capture_option option;
	enum fv_capture_option_found found;

	while ((found = fv_capture_option_take(&c, big, &option)) ==
	    FV_CAPTURE_OPTION_ONE)
		if (!read_option(&option, big, frame, lost))
			return false;
	return found == FV_CAPTURE_OPTION_NONE;
}
