#include "convert/decode_transport.h"

/* IANA "Assigned Internet Protocol Numbers". */
enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_DCCP = 33,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_SCTP = 132,
	PROTOCOL_UDP_LITE = 136
};

enum {
	TCP_OFFSET_LEAST = 5, /* words of four bytes */
	TCP_FLAG_SYN = 0x02,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_MSS_LENGTH = 4,
	OPTION_WINDOW_SCALE = 3, /* RFC 7323, section 2.2 */
	OPTION_WINDOW_SCALE_LENGTH = 3,
	OPTION_LENGTH_LEAST = 2,
	UDP_LENGTH_LEAST = 8
};

static bool
take_ports(struct fv_cursor *in, struct fv_raw_packet *packet)
{
	struct fv_cursor ports;

	if (!fv_take_part(in, 4, &ports))
		return false;
	(void)fv_take_be16(&ports, &packet->source_port);
	(void)fv_take_be16(&ports, &packet->destination_port);
	packet->has |= FV_HAS_PORTS;
	return true;
}

/* RFC 9293, section 3.1: the options of a SYN. */
static void
read_options(struct fv_cursor options, struct fv_stack *syn)
{
	struct fv_cursor value;
	uint8_t kind, length;
	int n;

	for (n = 0; fv_take_u8(&options, &kind); n++) {
		if (n < FV_TCP_LAYOUT_OPTIONS)
			syn->option_layout |= (uint64_t)kind
			    << 8 * (FV_TCP_LAYOUT_OPTIONS - 1 - n);
		if (kind == OPTION_END)
			return;
		if (kind == OPTION_NOP)
			continue;
		if (!fv_take_u8(&options, &length) ||
		    length < OPTION_LENGTH_LEAST ||
		    !fv_take_part(&options, length - 2U, &value))
			return;
		if (kind == OPTION_MSS && length == OPTION_MSS_LENGTH)
			(void)fv_take_be16(&value, &syn->mss);
		else if (kind == OPTION_WINDOW_SCALE &&
		    length == OPTION_WINDOW_SCALE_LENGTH)
			(void)fv_take_u8(&value, &syn->window_scale);
	}
}

/* The rest of a TCP header of ${words}, from the window on, with SYN set. */
static void
read_syn(struct fv_cursor *in, unsigned words, struct fv_raw_packet *packet)
{
	struct fv_cursor options;
	uint16_t window;

	if (words < TCP_OFFSET_LEAST || !fv_take_be16(in, &window) ||
	    !fv_take_skip(in, 4) ||
	    !fv_take_part(in, 4UL * (words - TCP_OFFSET_LEAST), &options))
		return;
	packet->syn.window = window;
	packet->syn.window_scale = FV_TCP_NO_WINDOW_SCALE;
	packet->syn.syn_length =
	    packet->bytes < UINT16_MAX ? (uint16_t)packet->bytes : UINT16_MAX;
	read_options(options, &packet->syn);
	packet->has |= FV_HAS_SYN;
}

static void
read_tcp(struct fv_cursor *in, struct fv_raw_packet *packet,
    uint64_t counter[FV_COUNTERS])
{
	uint8_t offset, flags;
	uint32_t sequence;

	if (!take_ports(in, packet) || !fv_take_be32(in, &sequence) ||
	    !fv_take_skip(in, 4) || !fv_take_u8(in, &offset) ||
	    !fv_take_u8(in, &flags)) {
		counter[FV_COUNT_TRANSPORT_SHORT]++;
		return;
	}
	offset >>= 4;
	if (offset < TCP_OFFSET_LEAST)
		counter[FV_COUNT_TCP_OFFSET]++;
	packet->tcp_flags = flags;
	packet->tcp_sequence = sequence;
	packet->has |= FV_HAS_TCP_FLAGS;
	if ((flags & TCP_FLAG_SYN) != 0)
		read_syn(in, offset, packet);
}

/* RFC 768.  A length that was not captured is not held against it. */
static void
read_udp(struct fv_cursor *in, bool unsaid, struct fv_raw_packet *packet,
    uint64_t counter[FV_COUNTERS])
{
	uint16_t length;

	if (!take_ports(in, packet)) {
		counter[FV_COUNT_TRANSPORT_SHORT]++;
		return;
	}
	if (fv_take_be16(in, &length) && length < UDP_LENGTH_LEAST &&
	    !(unsaid && length == 0))
		counter[FV_COUNT_UDP_LENGTH]++;
}

static void
read_icmp(struct fv_cursor *in, struct fv_raw_packet *packet,
    uint64_t counter[FV_COUNTERS])
{
	uint8_t type, code;

	if (!fv_take_u8(in, &type) || !fv_take_u8(in, &code)) {
		counter[FV_COUNT_TRANSPORT_SHORT]++;
		return;
	}
	packet->icmp_type = type;
	packet->icmp_code = code;
	packet->has |= FV_HAS_ICMP;
}

void
fv_decode_transport_read(struct fv_cursor *in, bool unsaid,
    struct fv_raw_packet *packet, uint64_t counter[FV_COUNTERS])
{
	switch (packet->protocol) {
	case PROTOCOL_TCP:
		read_tcp(in, packet, counter);
		break;
	case PROTOCOL_UDP:
		read_udp(in, unsaid, packet, counter);
		break;
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		read_icmp(in, packet, counter);
		break;
	case PROTOCOL_SCTP:
	case PROTOCOL_DCCP:
	case PROTOCOL_UDP_LITE:
		if (!take_ports(in, packet))
			counter[FV_COUNT_TRANSPORT_SHORT]++;
		break;
	default:
		break;
	}
}
