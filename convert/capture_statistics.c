#include "convert/capture_statistics.h"

#include "convert/capture_option.h"

/* Option codes; the rest count what was received and what a filter took. */
enum { ISB_IFDROP = 5, ISB_OSDROP = 7 };

const char *
fv_capture_statistics_read(
    struct fv_capture_statistics *s, struct fv_cursor body, bool big)
{
	uint64_t by_interface = 0, by_system = 0;
	struct fv_capture_option option;
	uint32_t high, low;
	enum fv_capture_option_found found;

	s->tells = false;
	if (!fv_take_32(&body, big, &s->interface) ||
	    !fv_take_32(&body, big, &high) || !fv_take_32(&body, big, &low))
		return "it is too short";
	s->ticks = (uint64_t)high << 32 | low;
	while ((found = fv_capture_option_take(&body, big, &option)) ==
	    FV_CAPTURE_OPTION_ONE) {
		if (option.code != ISB_IFDROP && option.code != ISB_OSDROP)
			continue;
		s->tells = true;
		if (option.length != 8 ||
		    !fv_take_64(&option.value, big,
			option.code == ISB_IFDROP ? &by_interface : &by_system))
			return "its count of drops has a wrong length";
	}
	if (found == FV_CAPTURE_OPTION_BAD)
		return "its options run past its end";
	if (by_interface > FV_CAPTURE_STATISTICS_MOST ||
	    by_system > FV_CAPTURE_STATISTICS_MOST)
		return "its count of drops is beyond belief";
	s->dropped = by_interface + by_system;
	return NULL;
}
