#include "convert/decode_log.h"

/* Address families; AF_INET6 differs by system. */
enum {
	FAMILY_INET = 2,
	FAMILY_INET6_LINUX = 10,
	FAMILY_INET6_BSD = 24, /* NetBSD, OpenBSD, BSD/OS; Npcap */
	FAMILY_INET6_FREEBSD = 28,
	FAMILY_INET6_DARWIN = 30
};

/* Attributes of NFLOG: linux/netfilter/nfnetlink_log.h. */
enum { NFULA_PACKET_HDR = 1, NFULA_PAYLOAD = 9, NFULA_HEADER = 4 };

uint16_t
fv_decode_log_family(uint32_t family)
{
	switch (family) {
	case FAMILY_INET:
		return FV_PROTOCOL_IPV4;
	case FAMILY_INET6_LINUX:
	case FAMILY_INET6_BSD:
	case FAMILY_INET6_FREEBSD:
	case FAMILY_INET6_DARWIN:
		return FV_PROTOCOL_IPV6;
	default:
		return FV_PROTOCOL_OTHER;
	}
}

/* Its length without the padding to a word, then the address family. */
bool
fv_decode_log_pflog(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint8_t length, family;

	if (!fv_take_u8(in, &length) || !fv_take_u8(in, &family))
		return false;
	header->protocol = fv_decode_log_family(family);
	length = (uint8_t)((length + 3) & ~3);
	return length >= 2 && fv_take_skip(in, length - 2U);
}

/*
 * Length, type and value of one attribute.  Both numbers are in the order
 * of the machine that captured; types are small and never 0, so one byte of
 * them tells which.
 */
static bool
take_attribute(struct fv_cursor *in, uint16_t *type, struct fv_cursor *value)
{
	uint16_t length, both;
	bool big;

	if (!fv_take_be16(in, &length) || !fv_take_be16(in, &both))
		return false;
	big = both <= UINT8_MAX;
	if (!big) {
		length = (uint16_t)(length << 8 | length >> 8);
		both = (uint16_t)(both << 8 | both >> 8);
	}
	*type = both;
	if (length < NFULA_HEADER)
		return false;
	length = (uint16_t)(length - NFULA_HEADER);
	if (*type == NFULA_PAYLOAD) {
		*value = *in; /* a snapshot may have cut it */
		fv_cursor_limit(value, length);
		return true;
	}
	if (!fv_take_part(in, length, value))
		return false;
	/* Padding to a word; the last may lack it. */
	if (!fv_take_skip(in, (4U - length % 4U) % 4U))
		in->at = in->end;
	return true;
}

/*
 * Family, version, resource; then attributes, the packet among them.  The
 * family is that of the rule, so a bridge's says nothing of the packet; the
 * attribute with the EtherType does.
 */
bool
fv_decode_log_nflog(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	struct fv_cursor value;
	uint16_t type, ethertype = 0;
	uint8_t family;

	if (!fv_take_u8(in, &family) || !fv_take_skip(in, 3))
		return false;
	header->protocol = fv_decode_log_family(family);
	while (take_attribute(in, &type, &value)) {
		if (type == NFULA_PACKET_HDR)
			(void)fv_take_be16(&value, &ethertype);
		if (type != NFULA_PAYLOAD)
			continue;
		*in = value;
		if (header->protocol == FV_PROTOCOL_OTHER)
			header->protocol = ethertype;
		return true;
	}
	return false;
}
