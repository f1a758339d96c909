#include "convert/slides_counters.h"

#include "base/cursor.h"
#include "convert/decode_link.h"

enum {
	IPV4_HEADER = 20,
	MORE_FRAGMENTS = 0x2000,
	OFFSET = 0x1fff,
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17
};

/* The bytes of a transport header without which it is incomplete. */
static size_t
bytes_needed(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_ICMP:
		return 2; /* type and code */
	case PROTOCOL_TCP:
		return 14; /* up to the flags */
	case PROTOCOL_UDP:
		return 4; /* ports */
	default:
		return 0;
	}
}

/* Tests 3 to 6, on what follows the link header. */
static void
count_ip(struct fv_cursor *in, uint64_t counter[FV_COUNTERS])
{
	uint8_t version = 0, protocol = 0;
	uint16_t fragment = 0;
	struct fv_cursor head;
	size_t length, captured = fv_cursor_left(in);

	if (!fv_take_part(in, IPV4_HEADER, &head)) {
		counter[FV_COUNT_SLIDES_TOO_SHORT]++;
		return;
	}
	/* Twenty bytes are there, so none of these can say no. */
	(void)fv_take_u8(&head, &version);
	(void)fv_take_skip(&head, 5);
	(void)fv_take_be16(&head, &fragment);
	(void)fv_take_skip(&head, 1);
	(void)fv_take_u8(&head, &protocol);

	if (version >> 4 != 4) {
		counter[FV_COUNT_SLIDES_NOT_IPV4]++;
		return;
	}
	if ((fragment & (MORE_FRAGMENTS | OFFSET)) != 0)
		counter[FV_COUNT_SLIDES_FRAGMENTED]++;
	if ((fragment & OFFSET) != 0)
		return;
	if ((fragment & MORE_FRAGMENTS) != 0)
		counter[FV_COUNT_SLIDES_ZERO_FRAGMENT]++;
	length = (version & 0xfU) * 4;
	if (captured > length && captured - length < bytes_needed(protocol))
		counter[FV_COUNT_SLIDES_INCOMPLETE]++;
}

void
fv_slides_counters_count(
    const struct fv_frame *frame, uint64_t counter[FV_COUNTERS])
{
	struct fv_cursor in = fv_cursor_over(frame->bytes, frame->captured);
	struct fv_decode_link_header header;

	switch (fv_decode_link_header(frame->link_type, &in, &header)) {
	case FV_COUNT_RECORDED:
		if (header.protocol == FV_PROTOCOL_IPV4 ||
		    header.protocol == FV_PROTOCOL_IP)
			count_ip(&in, counter);
		else
			counter[FV_COUNT_SLIDES_NOT_IPV4]++;
		break;
	case FV_COUNT_LINK_SHORT:
		counter[FV_COUNT_SLIDES_TOO_SHORT]++;
		break;
	case FV_COUNT_LINK_UNSUPPORTED:
		break;
	default:
		counter[FV_COUNT_SLIDES_NOT_IPV4]++;
		break;
	}
}
