#include "convert/decode_pktap.h"

/*
 * Its first fields, of four bytes each: length, type of what follows, link
 * type; then the name of an interface.  All machines that write it are
 * little-endian.  A header was 108 bytes at first, and grows with systems.
 */
enum {
	LENGTH_LEAST = 108,
	LENGTH_MOST = 1024, /* for a header that may be something else */
	FOLLOWS_PACKET = 1
};

/* Whether ${letter} may begin the name of an interface. */
static bool
is_letter(uint8_t letter)
{
	letter |= 0x20;
	return letter >= 'a' && letter <= 'z';
}

enum fv_counter
fv_decode_pktap_header(uint32_t link_type, struct fv_cursor *in,
    struct fv_decode_link_header *header)
{
	bool certain = link_type == FV_LINK_PKTAP;
	uint32_t length, follows, wrapped;
	struct fv_cursor ahead = *in;
	uint8_t name;

	if (!fv_take_le32(&ahead, &length) || !fv_take_le32(&ahead, &follows) ||
	    !fv_take_le32(&ahead, &wrapped) || !fv_take_u8(&ahead, &name))
		return certain ? FV_COUNT_LINK_SHORT
			       : FV_COUNT_LINK_UNSUPPORTED;
	if (!certain &&
	    (length > LENGTH_MOST || length < LENGTH_LEAST ||
		follows != FOLLOWS_PACKET || wrapped > UINT16_MAX ||
		!is_letter(name)))
		return FV_COUNT_LINK_UNSUPPORTED;
	if (length < LENGTH_LEAST || !fv_take_skip(in, length))
		return FV_COUNT_LINK_SHORT;
	header->protocol = FV_PROTOCOL_OTHER;
	if (follows != FOLLOWS_PACKET)
		return FV_COUNT_RECORDED;
	switch (wrapped) {
	case FV_LINK_PKTAP:
	case FV_LINK_USER2:
	case FV_LINK_PPI:
		return FV_COUNT_LINK_UNSUPPORTED;
	default:
		return fv_decode_link_header(wrapped, in, header);
	}
}
