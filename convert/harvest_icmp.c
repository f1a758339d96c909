#include "convert/harvest_frame.h"

/*
 * Behind a quoted packet: objects with an interface's address and name
 * (RFC 4884, 5837), found by their version, since old senders leave out the
 * length that would say where they begin.
 */
static void
harvest_extension(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor object;
	uint8_t class = 0, type = 0, size;
	uint16_t length;
	uint32_t head;

	if (!fv_take_skip(&in, 128) || !fv_take_be32(&in, &head) ||
	    head >> 28 != 2)
		return;
	while (fv_take_be16(&in, &length) && fv_take_u8(&in, &class) &&
	    fv_take_u8(&in, &type) && length >= 4 &&
	    fv_take_part(&in, length - 4U, &object)) {
		if (class != 2)
			continue;
		if ((type & 8) != 0)
			(void)fv_take_skip(&object, 4);
		if ((type & 4) != 0 && fv_take_be32(&object, &head)) {
			if (head >> 16 == 1)
				fv_harvest_ipv4(sink, &object);
			else
				fv_harvest_ipv6(sink, &object);
		}
		if ((type & 2) != 0 && fv_take_u8(&object, &size))
			fv_harvest_name(
			    sink, &object, size > 0 ? size - 1U : 0);
	}
}

void
fv_harvest_icmp(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	uint8_t type = 0;

	if (!fv_take_u8(&in, &type) || !fv_take_skip(&in, 3))
		return;
	switch (type) {
	case 5: /* redirect: a gateway, then the quote */
		fv_harvest_ipv4(sink, &in);
		fv_harvest_ip(sink, in, depth);
		break;
	case 3:
	case 4:
	case 11:
	case 12:
		if (!fv_take_skip(&in, 4))
			break;
		fv_harvest_ip(sink, in, depth);
		harvest_extension(sink, in);
		break;
	case 9: /* router advertisement: pairs of address and preference */
		(void)fv_take_skip(&in, 4);
		while (fv_cursor_left(&in) >= 8) {
			fv_harvest_ipv4(sink, &in);
			(void)fv_take_skip(&in, 4);
		}
		break;
	default:
		break;
	}
}

/* RFC 4861, 4.6: link-layer addresses, prefixes, DNS servers, and quotes. */
static void
harvest_neighbour_options(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	struct fv_cursor body;
	uint8_t type, words;

	while (fv_take_u8(&in, &type) && fv_take_u8(&in, &words) &&
	    words != 0 && fv_take_part(&in, words * 8U - 2, &body)) {
		if (type == 1 || type == 2)
			fv_harvest_mac(sink, &body);
		else if (type == 3 && fv_take_skip(&body, 14))
			fv_harvest_ipv6(sink, &body);
		else if (type == 4 && fv_take_skip(&body, 6))
			fv_harvest_ip(sink, body, depth);
		else if (type == 25 && fv_take_skip(&body, 6))
			while (fv_cursor_left(&body) >= 16)
				fv_harvest_ipv6(sink, &body);
	}
}

void
fv_harvest_icmpv6(
    struct fv_harvest_sink *sink, struct fv_cursor in, unsigned depth)
{
	uint8_t type = 0;

	if (!fv_take_u8(&in, &type) || !fv_take_skip(&in, 3))
		return;
	switch (type) {
	case 1:
	case 2:
	case 3:
	case 4:
		if (fv_take_skip(&in, 4))
			fv_harvest_ip(sink, in, depth);
		break;
	case 133:
	case 134:
		if (fv_take_skip(&in, type == 134 ? 12 : 4))
			harvest_neighbour_options(sink, in, depth);
		break;
	case 137: /* redirect: a target, and a destination */
	case 135:
	case 136:
		(void)fv_take_skip(&in, 4);
		fv_harvest_ipv6(sink, &in);
		if (type == 137)
			fv_harvest_ipv6(sink, &in);
		harvest_neighbour_options(sink, in, depth);
		break;
	default:
		break;
	}
}
