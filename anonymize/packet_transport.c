#include "anonymize/packet_transport.h"

enum {
	UDP_HEADER = 8,
	TCP_FLAG_ACK = 0x10,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WINDOW_SCALE = 3,
	OPTION_SACK_PERMITTED = 4,
	PROTOCOL_UDP = 17,
	PROTOCOL_TCP = 6,
	PROTOCOL_ICMPV6 = 58
};

/* Where the checksum stands. */
enum { TCP_CHECKSUM = 16, UDP_CHECKSUM = 6, ICMP_CHECKSUM = 2 };

/*
 * Options: each allowed one where it was, and nothing elsewhere.  Those
 * that are left out become no-operations, so that the header keeps its
 * length and a reader finds nothing malformed.
 */
static void
write_options(struct fv_pen *pen, const struct fv_raw_tcp *tcp)
{
	uint8_t *options = pen->at;
	size_t n = tcp->options_length;

	fv_pen_fill(pen, OPTION_NOP, n);
	if (tcp->end_at < n)
		memset(options + tcp->end_at, 0, n - tcp->end_at);
	if (tcp->mss_at + 4U <= n) {
		options[tcp->mss_at] = OPTION_MSS;
		options[tcp->mss_at + 1] = 4;
		fv_pen_set16(options + tcp->mss_at + 2, tcp->mss);
	}
	if (tcp->window_scale_at + 3U <= n) {
		options[tcp->window_scale_at] = OPTION_WINDOW_SCALE;
		options[tcp->window_scale_at + 1] = 3;
		options[tcp->window_scale_at + 2] = tcp->window_scale;
	}
	if (tcp->sack_permitted_at + 2U <= n) {
		options[tcp->sack_permitted_at] = OPTION_SACK_PERMITTED;
		options[tcp->sack_permitted_at + 1] = 2;
	}
}

static void
write_tcp(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends, const struct fv_raw_transport *t)
{
	const struct fv_raw_tcp *tcp = &t->tcp;
	uint32_t acknowledgment = 0;

	if ((tcp->flags & TCP_FLAG_ACK) != 0)
		acknowledgment = tcp->acknowledgment +
		    fv_packet_names_sequence(names, ends->destination,
			ends->source, t->destination_port, t->source_port);
	fv_pen_put16(pen, t->source_port);
	fv_pen_put16(pen, t->destination_port);
	fv_pen_put32(pen,
	    tcp->sequence +
		fv_packet_names_sequence(names, ends->source, ends->destination,
		    t->source_port, t->destination_port));
	fv_pen_put32(pen, acknowledgment);
	fv_pen_put8(pen, (unsigned)tcp->words << 4);
	fv_pen_put8(pen, tcp->flags);
	fv_pen_put16(pen, tcp->window);
	fv_pen_put32(pen, 0); /* checksum, urgent pointer */
	write_options(pen, tcp);
}

static void
write_icmp(struct fv_pen *pen, const struct fv_packet_names *names,
    const struct fv_packet_ends *ends, const struct fv_raw_icmp *icmp,
    const struct fv_packet_named *named)
{
	const struct fv_published_addr *address =
	    named == NULL ? NULL : named->address;

	fv_pen_put8(pen, icmp->type);
	fv_pen_put8(pen, icmp->code);
	fv_pen_put16(pen, 0);
	switch (icmp->body) {
	case FV_ICMP_ECHO:
		fv_pen_put16(pen,
		    (icmp->identifier +
			fv_packet_names_echo(
			    names, ends->source, ends->destination)) &
			UINT16_MAX);
		fv_pen_put16(pen, icmp->number);
		break;
	case FV_ICMP_NUMBER:
		fv_pen_put32(pen, icmp->number);
		break;
	case FV_ICMP_POINTER:
		fv_pen_put32(pen, icmp->number << 24);
		break;
	case FV_ICMP_GATEWAY:
		if (address != NULL)
			fv_pen_bytes(
			    pen, address[FV_PACKET_FIRST].octet + 12, 4);
		else
			fv_pen_put32(pen, 0);
		break;
	case FV_ICMP_TARGET:
		fv_pen_put32(pen, icmp->number);
		if (address != NULL)
			fv_pen_bytes(pen, address[FV_PACKET_FIRST].octet, 16);
		break;
	case FV_ICMP_REDIRECTION:
		fv_pen_put32(pen, 0);
		if (address != NULL) {
			fv_pen_bytes(pen, address[FV_PACKET_FIRST].octet, 16);
			fv_pen_bytes(pen, address[FV_PACKET_SECOND].octet, 16);
		}
		break;
	default:
		fv_pen_put32(pen, 0);
		break;
	}
}

void
fv_packet_transport_write(struct fv_pen *pen,
    const struct fv_packet_names *names, const struct fv_packet_ends *ends,
    const struct fv_raw_transport *t, const struct fv_packet_named *named)
{
	switch (t->kind) {
	case FV_TRANSPORT_PORTS:
		fv_pen_put16(pen, t->source_port);
		fv_pen_put16(pen, t->destination_port);
		break;
	case FV_TRANSPORT_TCP:
		write_tcp(pen, names, ends, t);
		break;
	case FV_TRANSPORT_UDP:
		fv_pen_put16(pen, t->source_port);
		fv_pen_put16(pen, t->destination_port);
		fv_pen_put16(pen, t->udp_length);
		fv_pen_put16(pen, 0);
		break;
	case FV_TRANSPORT_ICMP:
	case FV_TRANSPORT_ICMPV6:
		write_icmp(pen, names, ends, &t->icmp, named);
		break;
	default:
		break;
	}
}

/* The sum of the pseudo header: RFC 9293, section 3.1; RFC 8200, 8.1. */
static uint64_t
pseudo_header(
    const struct fv_packet_ends *ends, uint8_t protocol, uint64_t length)
{
	size_t skip = ends->ip->source.ip_version == 4 ? 12 : 0;
	uint64_t sum = protocol + (length >> 16) + (length & UINT16_MAX);

	sum = fv_pen_sum(sum, ends->source->octet + skip, 16 - skip);
	return fv_pen_sum(sum, ends->destination->octet + skip, 16 - skip);
}

void
fv_packet_transport_finish(uint8_t *from, const uint8_t *to,
    const struct fv_packet_ends *ends, const struct fv_raw_transport *t)
{
	uint64_t length = ends->ip->payload, sum = 0;
	uint16_t value;
	size_t at;

	switch (t->kind) {
	case FV_TRANSPORT_TCP:
		at = TCP_CHECKSUM;
		sum = pseudo_header(ends, PROTOCOL_TCP, length);
		break;
	case FV_TRANSPORT_UDP:
		if (ends->ip->source.ip_version == 4)
			return;
		if (t->udp_length >= UDP_HEADER)
			length = t->udp_length;
		at = UDP_CHECKSUM;
		sum = pseudo_header(ends, PROTOCOL_UDP, length);
		break;
	case FV_TRANSPORT_ICMP:
		at = ICMP_CHECKSUM;
		break;
	case FV_TRANSPORT_ICMPV6:
		at = ICMP_CHECKSUM;
		sum = pseudo_header(ends, PROTOCOL_ICMPV6, length);
		break;
	default:
		return;
	}
	if ((size_t)(to - from) < at + sizeof(value))
		return; /* not written, or not whole */
	value = fv_pen_checksum(fv_pen_sum(sum, from, (size_t)(to - from)));
	if (value == 0 && t->kind == FV_TRANSPORT_UDP)
		value = UINT16_MAX; /* 0 would say that there is none */
	fv_pen_set16(from + at, value);
}
