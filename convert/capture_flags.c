#include "convert/capture_flags.h"

#include "convert/capture.h"
#include "convert/capture_option.h"
#include "datasets/counters.h"

#define OPTION_FLAGS 2
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

bool
fv_capture_flags_read(struct fv_cursor c, bool big, struct fv_frame *frame)
{
	struct fv_capture_option option;
	enum fv_capture_option_found found;
	uint32_t flags;

	while ((found = fv_capture_option_take(&c, big, &option)) ==
	    FV_CAPTURE_OPTION_ONE) {
		if (option.code != OPTION_FLAGS)
			continue;
		if (option.length != 4 ||
		    !fv_take_32(&option.value, big, &flags))
			return false;
		set_flags(frame, flags);
	}
	return found == FV_CAPTURE_OPTION_NONE;
}
