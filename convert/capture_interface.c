#include "convert/capture_interface.h"

#include "convert/capture_option.h"

/* Option codes of an interface description block. */
enum { IF_TSRESOL = 9, IF_FCSLEN = 13, IF_TSOFFSET = 14 };

/* if_tsresol: this bit says 2^-n, else it is 10^-n. */
#define BINARY 0x80

/* 10^-6, which holds where there is no if_tsresol. */
#define MICROSECONDS 6

#define SECOND UINT64_C(1000000000)
#define NANOSECONDS 9

/*
 * The largest n for which a tick of 10^-n s can still add up: 2^64 ticks of
 * 10^-29 s are less than a nanosecond.
 */
#define FINEST 28

/* 10^${n}, for ${n} <= 19. */
static uint64_t
power_of_ten(unsigned n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/* Make ${interface} count in units of if_tsresol ${resolution}. */
static void
set_resolution(struct fv_capture_interface *interface, uint8_t resolution)
{
	interface->multiplier = SECOND;
	interface->divisor = 1;
	interface->shift = 0;
	if ((resolution & BINARY) != 0) {
		interface->shift = resolution & ~BINARY & UINT8_MAX;
	} else if (resolution <= NANOSECONDS) {
		interface->multiplier = power_of_ten(NANOSECONDS - resolution);
	} else if (resolution <= FINEST) {
		interface->multiplier = 1;
		interface->divisor = power_of_ten(resolution - NANOSECONDS);
	} else {
		interface->multiplier = 0;
	}
}

/*
 * if_fcslen is in bits by the draft and in bytes by its example; writers
 * follow one or the other.  No FCS is longer than 7 bytes or shorter than 8
 * bits, so the number tells.
 */
static bool
set_fcs_length(struct fv_capture_interface *interface, uint8_t length)
{
	if (length >= 8 && length % 8 != 0)
		return false;
	interface->fcs_length = length < 8 ? length : length / 8;
	return true;
}

/* Take over one option.  Returns NULL, or what is wrong with it. */
static const char *
read_option(struct fv_capture_interface *interface,
    struct fv_capture_option *option, bool big)
{
	uint64_t offset;
	uint8_t byte;

	switch (option->code) {
	case IF_TSRESOL:
		if (option->length != 1 || !fv_take_u8(&option->value, &byte))
			return "its if_tsresol option has a wrong length";
		set_resolution(interface, byte);
		break;
	case IF_FCSLEN:
		if (option->length != 1 || !fv_take_u8(&option->value, &byte))
			return "its if_fcslen option has a wrong length";
		if (!set_fcs_length(interface, byte))
			return "its if_fcslen option is not in whole bytes";
		break;
	case IF_TSOFFSET:
		if (option->length != 8 ||
		    !fv_take_64(&option->value, big, &offset))
			return "its if_tsoffset option has a wrong length";
		interface->offset = (int64_t)offset;
		break;
	default:
		break;
	}
	return NULL;
}

const char *
fv_capture_interface_read(
    struct fv_capture_interface *interface, struct fv_cursor body, bool big)
{
	struct fv_capture_option option;
	enum fv_capture_option_found found;
	const char *wrong = NULL, *fault;
	uint16_t link_type;
	uint32_t snapshot_length;

	*interface = (struct fv_capture_interface){ .known = false };
	if (!fv_take_16(&body, big, &link_type) || !fv_take_skip(&body, 2) ||
	    !fv_take_32(&body, big, &snapshot_length))
		return "it is too short";
	interface->known = true;
	interface->link_type = link_type;
	/* As libpcap reads it: none, or a negative one, is no limit. */
	if (snapshot_length <= INT32_MAX)
		interface->snapshot_length = snapshot_length;
	set_resolution(interface, MICROSECONDS);
	while ((found = fv_capture_option_take(&body, big, &option)) ==
	    FV_CAPTURE_OPTION_ONE) {
		fault = read_option(interface, &option, big);
		if (wrong == NULL)
			wrong = fault;
	}
	if (wrong == NULL && found == FV_CAPTURE_OPTION_BAD)
		wrong = "its options run past its end";
	return wrong;
}
