#include "convert/decode_wlan.h"

#include "convert/decode_shim.h"

/* IEEE 802.11-2020, 9.2.4.1: the frame control field. */
enum {
	CONTROL_VERSION = 0x0003,
	CONTROL_TYPE = 0x000c,
	TYPE_MANAGEMENT = 0x0000,
	TYPE_CONTROL = 0x0004,
	TYPE_DATA = 0x0008,
	SUBTYPE_NO_DATA = 0x0040,
	SUBTYPE_QOS = 0x0080,
	CONTROL_TO_DS = 0x0100,
	CONTROL_FROM_DS = 0x0200,
	CONTROL_PROTECTED = 0x4000,
	CONTROL_HT = 0x8000, /* "+HTC/Order" */
	FRAGMENT_NUMBER = 0x000f,
	QOS_AGGREGATE = 0x0080,
	SUBFRAME_HEADER = 14 /* of one aggregated packet */
};

/* radiotap.org: present bits and flags. */
enum {
	RADIOTAP_TIME = 1,
	RADIOTAP_FLAGS = 2,
	FLAG_FCS = 0x10,
	FLAG_PADDED = 0x20, /* the 802.11 header, to whole words */
	FCS = 4,
	PPI_COMMON = 2, /* 802.11-Common */
	PPI_COMMON_FCS = 0x0001
};
#define RADIOTAP_MORE (UINT32_C(1) << 31)
#define AVS_MAGIC UINT32_C(0x80211000)
#define AVS_MAGIC_MASK UINT32_C(0xfffff000)

/*
 * A radiotap header.  Only its flags matter here, and only a timestamp can
 * stand before them, aligned to its size.
 */
static bool
take_radiotap(struct fv_cursor *in, uint8_t *flags)
{
	const struct fv_cursor start = *in;
	uint32_t present, more;
	struct fv_cursor fields;
	uint16_t length;
	size_t at;

	*flags = 0;
	if (!fv_take_skip(in, 2) || !fv_take_le16(in, &length))
		return false;
	*in = start;
	if (!fv_take_part(in, length, &fields) || !fv_take_skip(&fields, 4) ||
	    !fv_take_le32(&fields, &present))
		return false;
	for (more = present; (more & RADIOTAP_MORE) != 0;)
		if (!fv_take_le32(&fields, &more))
			return false;
	if ((present & RADIOTAP_TIME) != 0) {
		at = length - fv_cursor_left(&fields);
		if (!fv_take_skip(&fields, (8 - at % 8) % 8 + 8))
			return false;
	}
	return (present & RADIOTAP_FLAGS) == 0 || fv_take_u8(&fields, flags);
}

/*
 * A Prism header, or the AVS header that took its place under the same link
 * type: a magic number, then the length of the header.  Prism's are in the
 * order of the machine that captured, and small.
 */
static bool
take_prism(struct fv_cursor *in)
{
	struct fv_cursor ahead = *in;
	uint32_t magic, length;

	if (!fv_take_be32(&ahead, &magic) || !fv_take_be32(&ahead, &length))
		return false;
	if ((magic & AVS_MAGIC_MASK) != AVS_MAGIC && length > UINT16_MAX)
		length = __builtin_bswap32(length);
	return length >= 8 && fv_take_skip(in, length);
}

/* PPI (CACE Technologies, 1.0.7): all numbers are little-endian. */
static bool
take_ppi(struct fv_cursor *in, uint32_t *link_type, uint8_t *flags)
{
	const struct fv_cursor start = *in;
	struct fv_cursor fields, field;
	uint16_t length, type, size, common;

	*flags = 0;
	if (!fv_take_skip(in, 2) || !fv_take_le16(in, &length))
		return false;
	*in = start;
	if (!fv_take_part(in, length, &fields) || !fv_take_skip(&fields, 4) ||
	    !fv_take_le32(&fields, link_type))
		return false;
	while (fv_take_le16(&fields, &type) && fv_take_le16(&fields, &size) &&
	    fv_take_part(&fields, size, &field))
		if (type == PPI_COMMON && fv_take_skip(&field, 8) &&
		    fv_take_le16(&field, &common) &&
		    (common & PPI_COMMON_FCS) != 0)
			*flags = FLAG_FCS;
	return true;
}

/* Take the source address of an aggregated packet's own header. */
static bool
take_subframe(struct fv_cursor *in, struct fv_decode_link_header *header)
{
	uint16_t length;

	if (!fv_take_skip(in, sizeof(struct fv_raw_mac)) ||
	    !fv_take_bytes(
		in, sizeof(struct fv_raw_mac), header->source_mac.octet) ||
	    !fv_take_be16(in, &length))
		return false;
	/* Another has a header at least; an FCS is less. */
	header->aggregated =
	    fv_cursor_left(in) >= (size_t)length + SUBFRAME_HEADER;
	fv_cursor_limit(in, length);
	return true;
}

/*
 * The rest of a data frame's header behind its three addresses, up to
 * the body.  ${control} says which fields there are.
 */
static bool
take_data_fields(struct fv_cursor *in, uint16_t control, bool padded,
    uint16_t *qos, struct fv_decode_link_header *header)
{
	bool to = (control & CONTROL_TO_DS) != 0;
	bool from = (control & CONTROL_FROM_DS) != 0;
	bool four = to && from;
	size_t length = 24 + (four ? 6 : 0);

	/* The fourth address is the source where there is one. */
	if (four &&
	    !fv_take_bytes(
		in, sizeof(struct fv_raw_mac), header->source_mac.octet))
		return false;
	*qos = 0;
	if ((control & SUBTYPE_QOS) != 0) {
		if (!fv_take_le16(in, qos))
			return false;
		length += 2;
		if ((control & CONTROL_HT) != 0) {
			if (!fv_take_skip(in, 4))
				return false;
			length += 4;
		}
	}
	return !padded || fv_take_skip(in, (4 - length % 4) % 4);
}

/* IEEE 802.11-2020, 9.3.2.1: a data frame behind its control field. */
static enum fv_counter
take_data(struct fv_cursor *in, uint16_t control, bool padded,
    struct fv_decode_link_header *header)
{
	struct fv_raw_mac second, third;
	uint16_t sequence, qos;

	/* Duration and the first address, which is the receiver. */
	if (!fv_take_skip(in, 2 + sizeof(second)) ||
	    !fv_take_bytes(in, sizeof(second), &second) ||
	    !fv_take_bytes(in, sizeof(third), &third) ||
	    !fv_take_le16(in, &sequence))
		return FV_COUNT_LINK_SHORT;
	header->source_mac = (control & CONTROL_FROM_DS) != 0 ? third : second;
	if (!take_data_fields(in, control, padded, &qos, header))
		return FV_COUNT_LINK_SHORT;
	header->has_source_mac = true;
	if ((control & SUBTYPE_NO_DATA) != 0)
		return FV_COUNT_WLAN_EMPTY;
	if ((control & CONTROL_PROTECTED) != 0)
		return FV_COUNT_WLAN_PROTECTED;
	if ((sequence & FRAGMENT_NUMBER) != 0)
		return FV_COUNT_WLAN_FRAGMENT;
	if ((qos & QOS_AGGREGATE) != 0 && !take_subframe(in, header))
		return FV_COUNT_LINK_SHORT;
	return fv_decode_shim_link_llc(in, header);
}

static enum fv_counter
take_wlan(
    struct fv_cursor *in, uint8_t flags, struct fv_decode_link_header *header)
{
	uint16_t control;

	if ((flags & FLAG_FCS) != 0)
		header->fcs_length = FCS;
	if (!fv_take_le16(in, &control))
		return FV_COUNT_LINK_SHORT;
	if ((control & CONTROL_VERSION) != 0)
		return FV_COUNT_WLAN_OTHER;
	switch (control & CONTROL_TYPE) {
	case TYPE_MANAGEMENT:
		return FV_COUNT_WLAN_MANAGEMENT;
	case TYPE_CONTROL:
		return FV_COUNT_WLAN_CONTROL;
	case TYPE_DATA:
		return take_data(
		    in, control, (flags & FLAG_PADDED) != 0, header);
	default:
		return FV_COUNT_WLAN_OTHER;
	}
}

/* A packet behind PPI, of any link type but those that wrap another. */
static enum fv_counter
take_wrapped(uint32_t link_type, uint8_t flags, struct fv_cursor *in,
    struct fv_decode_link_header *header)
{
	enum fv_counter outcome;

	switch (link_type) {
	case FV_LINK_WLAN:
		return take_wlan(in, flags, header);
	case FV_LINK_PRISM:
	case FV_LINK_RADIOTAP:
	case FV_LINK_AVS:
	case FV_LINK_PPI:
	case FV_LINK_PKTAP:
	case FV_LINK_USER2:
		return FV_COUNT_LINK_UNSUPPORTED;
	default:
		outcome = fv_decode_link_header(link_type, in, header);
		if ((flags & FLAG_FCS) != 0)
			header->fcs_length = FCS;
		return outcome;
	}
}

enum fv_counter
fv_decode_wlan_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header)
{
	uint32_t wrapped = FV_LINK_WLAN;
	uint8_t flags = 0;
	bool whole = true;

	switch (link_type) {
	case FV_LINK_RADIOTAP:
		whole = take_radiotap(in, &flags);
		break;
	case FV_LINK_PRISM:
	case FV_LINK_AVS:
		whole = take_prism(in);
		break;
	case FV_LINK_PPI:
		whole = take_ppi(in, &wrapped, &flags);
		break;
	default:
		break;
	}
	if (!whole)
		return FV_COUNT_LINK_SHORT;
	return take_wrapped(wrapped, flags, in, header);
}
