#include <string.h>

#include "convert/harvest_frame.h"

enum {
	PORT_DNS = 53,
	PORT_DHCP_SERVER = 67,
	PORT_DHCP_CLIENT = 68,
	PORT_GTP = 2152,
	PORT_TEREDO = 3544,
	PORT_VXLAN = 4789,
	PORT_MDNS = 5353,
	PORT_LLMNR = 5355,
	PORT_GENEVE = 6081
};

/* A message has so many questions and records at most; more is nonsense. */
enum { DNS_RECORDS = 64, DNS_LABELS = 64, DNS_NAME = 255 };

/*
 * Take the name at ${in} of the message ${all} as text (RFC 1035, 4.1.4):
 * labels, and at most some jumps back.
 */
static bool
take_dns_name(struct fv_cursor *in, struct fv_cursor all, char text[DNS_NAME],
    size_t *length)
{
	struct fv_cursor c = *in, label;
	uint8_t size, low;
	bool jumped = false;
	int n;

	*length = 0;
	for (n = 0; n < DNS_LABELS && fv_take_u8(&c, &size); n++) {
		if (size >= 0xc0) {
			if (!fv_take_u8(&c, &low))
				return false;
			if (!jumped)
				*in = c;
			jumped = true;
			c = all;
			if (!fv_take_skip(&c, (size & 0x3fU) << 8 | low))
				return false;
			continue;
		}
		if (size == 0) {
			if (!jumped)
				*in = c;
			return true;
		}
		if (!fv_take_part(&c, size, &label) ||
		    *length + size + 1 > DNS_NAME)
			return false;
		if (*length > 0)
			text[(*length)++] = '.';
		memcpy(text + *length, label.at, size);
		*length += size;
	}
	return false;
}

static void
keep_dns_name(struct fv_harvest_sink *sink, const char *text, size_t length)
{
	struct fv_cursor name = fv_cursor_over(text, length);

	fv_harvest_name(sink, &name, length);
	/* A host of the house is named without its domain, too. */
	if (length > 6 && memcmp(text + length - 6, ".local", 6) == 0) {
		name = fv_cursor_over(text, length - 6);
		fv_harvest_name(sink, &name, length - 6);
	}
}

static void
harvest_dns(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor all = in, data;
	uint16_t questions, answers, authorities, more, type, size;
	char text[DNS_NAME];
	unsigned n, records;
	size_t length;

	if (!fv_take_skip(&in, 4) || !fv_take_be16(&in, &questions) ||
	    !fv_take_be16(&in, &answers) || !fv_take_be16(&in, &authorities) ||
	    !fv_take_be16(&in, &more))
		return;
	records = (unsigned)questions + answers + authorities + more;
	if (records > DNS_RECORDS)
		return;
	for (n = 0; n < records; n++) {
		if (!take_dns_name(&in, all, text, &length) ||
		    !fv_take_be16(&in, &type) || !fv_take_skip(&in, 2))
			return;
		keep_dns_name(sink, text, length);
		if (n < questions)
			continue;
		if (!fv_take_skip(&in, 4) || !fv_take_be16(&in, &size) ||
		    !fv_take_part(&in, size, &data))
			return;
		if (type == 1)
			fv_harvest_ipv4(sink, &data);
		else if (type == 28)
			fv_harvest_ipv6(sink, &data);
		else if ((type == 2 || type == 5 || type == 12) &&
		    take_dns_name(&data, all, text, &length))
			keep_dns_name(sink, text, length);
	}
}

/* RFC 2131: addresses, the client's own, and its name among the options. */
static void
harvest_dhcp(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor body;
	uint8_t kind, size;
	int i;

	if (!fv_take_skip(&in, 12))
		return;
	for (i = 0; i < 4; i++)
		fv_harvest_ipv4(sink, &in);
	fv_harvest_mac(sink, &in);
	if (!fv_take_skip(&in, 10))
		return;
	fv_harvest_name(sink, &in, 64);
	fv_harvest_name(sink, &in, 128);
	if (!fv_take_skip(&in, 4))
		return;
	while (fv_take_u8(&in, &kind) && kind != 255) {
		if (kind == 0)
			continue;
		if (!fv_take_u8(&in, &size) || !fv_take_part(&in, size, &body))
			return;
		switch (kind) {
		case 3: /* routers, DNS servers, requested and own address */
		case 6:
		case 50:
		case 54:
			while (fv_cursor_left(&body) >= 4)
				fv_harvest_ipv4(sink, &body);
			break;
		case 12: /* host name, domain, vendor class */
		case 15:
		case 60:
			fv_harvest_name(sink, &body, size);
			break;
		case 61:
			if (size == 7 && fv_take_skip(&body, 1))
				fv_harvest_mac(sink, &body);
			break;
		case 81:
			if (fv_take_skip(&body, 3))
				fv_harvest_name(sink, &body, size - 3U);
			break;
		default:
			break;
		}
	}
}

void
fv_harvest_udp(struct fv_harvest_sink *sink, uint16_t source,
    uint16_t destination, struct fv_cursor in, unsigned depth)
{
	const uint16_t ports[] = { destination, source };
	uint8_t flags, options = 0;
	size_t i;

	for (i = 0; i < 2; i++)
		switch (ports[i]) {
		case PORT_DNS:
		case PORT_MDNS:
		case PORT_LLMNR:
			harvest_dns(sink, in);
			return;
		case PORT_DHCP_CLIENT:
		case PORT_DHCP_SERVER:
			harvest_dhcp(sink, in);
			return;
		case PORT_TEREDO:
			fv_harvest_ip(sink, in, depth + 1);
			return;
		case PORT_VXLAN:
			if (fv_take_skip(&in, 8))
				fv_harvest_ethernet(sink, in, depth + 1);
			return;
		case PORT_GENEVE:
			if (fv_take_u8(&in, &options) && fv_take_skip(&in, 7) &&
			    fv_take_skip(&in, (options & 0x3fU) * 4))
				fv_harvest_ethernet(sink, in, depth + 1);
			return;
		case PORT_GTP:
			if (fv_take_u8(&in, &flags) && fv_take_skip(&in, 7) &&
			    fv_take_skip(&in, (flags & 7) != 0 ? 4 : 0))
				fv_harvest_ip(sink, in, depth + 1);
			return;
		default:
			break;
		}
}

/* RFC 8446, 4.1.2, and 6066, 3: the server's name in a ClientHello. */
static void
harvest_hello(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor extension;
	uint16_t size, type, length;
	uint8_t small;

	if (!fv_take_skip(&in, 5 + 4 + 2 + 32) || !fv_take_u8(&in, &small) ||
	    !fv_take_skip(&in, small) || !fv_take_be16(&in, &size) ||
	    !fv_take_skip(&in, size) || !fv_take_u8(&in, &small) ||
	    !fv_take_skip(&in, small) || !fv_take_skip(&in, 2))
		return;
	while (fv_take_be16(&in, &type) && fv_take_be16(&in, &size)) {
		if (!fv_take_part(&in, size, &extension))
			return;
		if (type == 0 && fv_take_skip(&extension, 3) &&
		    fv_take_be16(&extension, &length))
			fv_harvest_name(sink, &extension, length);
	}
}

/* The values of Host and User-Agent in an HTTP request. */
static void
harvest_request(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	static const char *const fields[] = { "\nhost: ", "\nuser-agent: " };
	struct fv_cursor value;
	const uint8_t *end;
	size_t i, n;

	for (; fv_cursor_left(&in) > 16; in.at++)
		for (i = 0; i < 2; i++) {
			n = strlen(fields[i]);
			if (strncasecmp((const char *)in.at, fields[i], n) != 0)
				continue;
			value = in;
			(void)fv_take_skip(&value, n);
			end = memchr(value.at, '\r', fv_cursor_left(&value));
			n = end == NULL ? fv_cursor_left(&value)
					: (size_t)(end - value.at);
			fv_harvest_name(sink, &value, n);
		}
}

void
fv_harvest_stream(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor ahead = in;
	uint8_t first = 0, major = 0;

	if (!fv_take_u8(&ahead, &first) || !fv_take_u8(&ahead, &major))
		return;
	if (first == 22 && major == 3)
		harvest_hello(sink, in);
	else if (first >= 'A' && first <= 'Z' && major >= 'A' && major <= 'Z')
		harvest_request(sink, in);
}

/* IEEE 802.1AB: chassis, port, names, and management addresses. */
void
fv_harvest_lldp(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	struct fv_cursor body;
	uint8_t kind, size = 0, family = 0;
	uint16_t head;

	while (fv_take_be16(&in, &head) && head >> 9 != 0 &&
	    fv_take_part(&in, head & 0x1ffU, &body)) {
		switch (head >> 9) {
		case 1:
		case 2:
			if (!fv_take_u8(&body, &kind))
				break;
			if (fv_cursor_left(&body) == 6)
				fv_harvest_mac(sink, &body);
			else
				fv_harvest_name(
				    sink, &body, fv_cursor_left(&body));
			break;
		case 4:
		case 5:
		case 6:
			fv_harvest_name(sink, &body, fv_cursor_left(&body));
			break;
		case 8:
			if (!fv_take_u8(&body, &size) ||
			    !fv_take_u8(&body, &family))
				break;
			if (family == 1)
				fv_harvest_ipv4(sink, &body);
			else if (family == 2)
				fv_harvest_ipv6(sink, &body);
			else if (family == 6)
				fv_harvest_mac(sink, &body);
			break;
		default:
			break;
		}
	}
}

/*
 * CDP behind LLC and SNAP: names, and addresses of one protocol each.  What
 * is behind another LLC, such as STP, has no such header, and is let go.
 */
void
fv_harvest_cdp(struct fv_harvest_sink *sink, struct fv_cursor in)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0 };
	struct fv_cursor body;
	uint8_t head[sizeof(snap)], small;
	uint16_t type, length;
	uint32_t n;

	if (!fv_take_bytes(&in, sizeof(head), head) ||
	    memcmp(head, snap, sizeof(snap)) != 0 || !fv_take_skip(&in, 4))
		return;
	while (fv_take_be16(&in, &type) && fv_take_be16(&in, &length) &&
	    length >= 4 && fv_take_part(&in, length - 4U, &body)) {
		if (type == 1 || type == 3 || type == 5 || type == 6)
			fv_harvest_name(sink, &body, length - 4U);
		if (type != 2 || !fv_take_be32(&body, &n))
			continue;
		while (n-- > 0 && fv_take_skip(&body, 1) &&
		    fv_take_u8(&body, &small) && fv_take_skip(&body, small) &&
		    fv_take_be16(&body, &length)) {
			if (length != 4)
				break;
			fv_harvest_ipv4(sink, &body);
		}
	}
}
