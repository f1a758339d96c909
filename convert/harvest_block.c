#include <string.h>

#include "convert/capture_option.h"
#include "convert/harvest_frame.h"

/* Block types, and codes of options (draft-ietf-opsawg-pcapng). */
enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OBSOLETE = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_NAMES = 4,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
	ORDER_MAGIC = 0x1a2b3c4d
};

enum {
	OPTION_COMMENT = 1,
	OPTION_LAST_TEXT = 4, /* SHB: hardware 2, system 3, program 4 */
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_IPV4 = 4,
	IF_IPV6 = 5,
	IF_MAC = 6,
	IF_EUI = 7,
	IF_OS = 12,
	IF_HARDWARE = 15,
	NS_DNS_NAME = 2,
	NS_DNS_IPV4 = 3,
	NS_DNS_IPV6 = 4
};

/* All texts of an option: a comment is a name as much as a name is. */
static void
harvest_text(struct fv_harvest_sink *sink, struct fv_capture_option *option)
{
	fv_harvest_name(sink, &option->value, option->length);
}

/* An EUI-64 that comes of a MAC is kept as that. */
static void
harvest_eui(struct fv_harvest_sink *sink, struct fv_cursor value)
{
	uint8_t octet[8], mac[6];
	struct fv_cursor c = fv_cursor_over(mac, sizeof(mac));

	if (!fv_take_bytes(&value, sizeof(octet), octet) || octet[3] != 0xff)
		return;
	memcpy(mac, octet, 3);
	memcpy(mac + 3, octet + 5, 3);
	fv_harvest_mac(sink, &c);
}

static void
harvest_interface_option(
    struct fv_harvest_sink *sink, struct fv_capture_option *option)
{
	switch (option->code) {
	case IF_NAME:
	case IF_DESCRIPTION:
	case IF_OS:
	case IF_HARDWARE:
		harvest_text(sink, option);
		break;
	case IF_IPV4:
		fv_harvest_ipv4(sink, &option->value);
		break;
	case IF_IPV6:
		fv_harvest_ipv6(sink, &option->value);
		break;
	case IF_MAC:
		fv_harvest_mac(sink, &option->value);
		break;
	case IF_EUI:
		harvest_eui(sink, option->value);
		break;
	default:
		break;
	}
}

static void
harvest_options(
    struct fv_harvest_sink *sink, uint32_t type, bool big, struct fv_cursor in)
{
	struct fv_capture_option option;

	while (fv_capture_option_take(&in, big, &option) ==
	    FV_CAPTURE_OPTION_ONE) {
		if (option.code == OPTION_COMMENT)
			harvest_text(sink, &option);
		else if (type == BLOCK_INTERFACE)
			harvest_interface_option(sink, &option);
		else if (type == BLOCK_SECTION &&
		    option.code <= OPTION_LAST_TEXT)
			harvest_text(sink, &option);
		else if (type == BLOCK_NAMES && option.code == NS_DNS_NAME)
			harvest_text(sink, &option);
		else if (type == BLOCK_NAMES && option.code == NS_DNS_IPV4)
			fv_harvest_ipv4(sink, &option.value);
		else if (type == BLOCK_NAMES && option.code == NS_DNS_IPV6)
			fv_harvest_ipv6(sink, &option.value);
	}
}

/* Names behind an address, each with a NUL; then options. */
static void
harvest_records(struct fv_harvest_sink *sink, bool big, struct fv_cursor in)
{
	struct fv_cursor body;
	const uint8_t *end;
	uint16_t type, size;
	size_t n;

	while (fv_take_16(&in, big, &type) && fv_take_16(&in, big, &size) &&
	    type != 0) {
		if (!fv_take_part(&in, size, &body) ||
		    !fv_take_skip(&in, -size & 3))
			return;
		if (type == 1)
			fv_harvest_ipv4(sink, &body);
		else if (type == 2)
			fv_harvest_ipv6(sink, &body);
		else if (type == 3)
			fv_harvest_mac(sink, &body);
		else
			continue;
		while (fv_cursor_left(&body) > 0) {
			end = memchr(body.at, 0, fv_cursor_left(&body));
			n = end == NULL ? fv_cursor_left(&body)
					: (size_t)(end - body.at) + 1;
			fv_harvest_name(sink, &body, n);
		}
	}
	harvest_options(sink, BLOCK_NAMES, big, in);
}

void
fv_harvest_block(void *arg, uint32_t type, bool big, struct fv_cursor body)
{
	struct fv_harvest_sink *sink = arg;
	uint32_t word = 0;

	switch (type) {
	case BLOCK_SECTION: /* magic, version, length */
		if (!fv_take_be32(&body, &word))
			return;
		big = word == ORDER_MAGIC;
		if (!fv_take_skip(&body, 12))
			return;
		break;
	case BLOCK_INTERFACE:
		if (!fv_take_skip(&body, 8))
			return;
		break;
	case BLOCK_STATISTICS:
		if (!fv_take_skip(&body, 12))
			return;
		break;
	case BLOCK_PACKET:
	case BLOCK_PACKET_OBSOLETE: /* the bytes, and padding, come before */
		if (!fv_take_skip(&body, 12) ||
		    !fv_take_32(&body, big, &word) || !fv_take_skip(&body, 4) ||
		    !fv_take_skip(&body, word) ||
		    !fv_take_skip(&body, -word & 3))
			return;
		break;
	case BLOCK_NAMES:
		harvest_records(sink, big, body);
		return;
	default:
		return;
	}
	harvest_options(sink, type, big, body);
}
