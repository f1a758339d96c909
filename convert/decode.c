#include "convert/decode.h"

#include "convert/decode_ip.h"
#include "convert/decode_link.h"
#include "convert/decode_shim.h"
#include "convert/decode_transport.h"
#include "convert/decode_tunnel.h"
#include "convert/duplicates.h"
#include "convert/slides_counters.h"

/* What the capture says of the frame, whatever is in it. */
static void
count_frame(const struct fv_frame *frame, uint64_t counter[FV_COUNTERS])
{
	counter[FV_COUNT_READ]++;
	if (frame->captured < frame->length)
		counter[FV_COUNT_CUT_BY_SNAPLEN]++;
	if (frame->notes == 0)
		return;
	if ((frame->notes & FV_FRAME_WITHOUT_TIME) != 0)
		counter[FV_COUNT_WITHOUT_TIME]++;
	if ((frame->notes & FV_FRAME_TIME_CLAMPED) != 0)
		counter[FV_COUNT_TIME_CLAMPED]++;
	if ((frame->notes & FV_FRAME_TIME_FRACTION) != 0)
		counter[FV_COUNT_TIME_FRACTION]++;
}

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, TCP_HEADER = 20, UDP_HEADER = 8 };

/*
 * Whether a fragment ends within the transport header, or begins there:
 * RFC 1858 tells whom that serves.
 */
static bool
is_tiny(const struct fv_raw_packet *packet,
    const struct fv_decode_fragment *fragment)
{
	uint64_t header =
	    packet->protocol == PROTOCOL_TCP ? TCP_HEADER : UDP_HEADER;

	return packet->fragment == FV_FRAGMENT_FIRST
	    ? fragment->length < header
	    : fragment->offset < header;
}

static void
count_fragment(const struct fv_raw_packet *packet,
    const struct fv_decode_fragment *fragment, uint64_t counter[FV_COUNTERS])
{
	if (packet->fragment == FV_FRAGMENT_FIRST)
		counter[FV_COUNT_FRAGMENT_FIRST]++;
	else
		counter[FV_COUNT_FRAGMENT_LATER]++;
	if (is_tiny(packet, fragment))
		counter[FV_COUNT_FRAGMENT_TINY]++;
}

/* What the IP header says of a packet that is recorded. */
static void
count_ip(const struct fv_raw_packet *packet, const struct fv_decode_ip *ip,
    uint64_t counter[FV_COUNTERS])
{
	if (packet->source.ip_version == 4)
		counter[FV_COUNT_IPV4]++;
	else
		counter[FV_COUNT_IPV6]++;
	if (packet->fragment != FV_FRAGMENT_NONE)
		count_fragment(packet, &ip->fragment, counter);
	if (ip->offload)
		counter[FV_COUNT_SEGMENTATION_OFFLOAD]++;
}

/*
 * How long the frame was on the wire, without its FCS.  A record that gives
 * a frame less length than it holds bytes of it is wrong about the length.
 */
static uint32_t
length_on_wire(const struct fv_frame *frame)
{
	uint32_t length = frame->length;

	if (length < frame->captured)
		length = frame->captured;
	return length < frame->fcs_length ? 0 : length - frame->fcs_length;
}

/* Read IP of ${version} from ${in}, and set ${rest} for what is behind. */
static enum fv_counter
read_ip(struct fv_cursor *in, unsigned version, uint64_t wire,
    struct fv_raw_packet *packet, struct fv_decode_ip *ip,
    struct fv_decode_rest *rest)
{
	const uint8_t *start = in->at;
	enum fv_counter outcome;

	outcome = fv_decode_ip_read(in, version, wire, packet, ip);
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	if (packet->bytes < wire)
		wire = packet->bytes;
	/* One by one, as they were written: whole, they would be waited for. */
	rest->in.at = in->at;
	rest->in.end = in->end;
	rest->wire = wire - (uint64_t)(in->at - start);
	if (packet->fragment != FV_FRAGMENT_NONE)
		rest->fragment = ip->fragment;
	return FV_COUNT_RECORDED;
}

/* The transport header; its packet ends rest->wire bytes from its begin. */
static void
read_transport(struct fv_cursor *in, const struct fv_decode_ip *ip,
    const struct fv_decode_rest *rest, struct fv_raw_packet *packet,
    uint64_t counter[FV_COUNTERS])
{
	if (packet->fragment == FV_FRAGMENT_LATER)
		return;
	fv_decode_transport_read(
	    in, ip->jumbogram || ip->offload, packet, counter);
	if ((packet->has & FV_HAS_TCP_FLAGS) != 0)
		packet->tcp_next += (uint32_t)rest->wire;
}

static enum fv_counter
read_headers(const struct fv_frame *frame, struct fv_raw_packet *packet,
    struct fv_decode_rest *rest, uint64_t counter[FV_COUNTERS])
{
	struct fv_cursor in = fv_cursor_over(frame->bytes, frame->captured);
	uint64_t wire = length_on_wire(frame);
	struct fv_decode_link link;
	enum fv_counter outcome;
	struct fv_decode_ip ip;
	size_t captured, before;

	fv_cursor_limit(&in, wire); /* an FCS that was captured is no data */
	captured = fv_cursor_left(&in);
	outcome = fv_decode_link_read(frame->link_type, &in, packet, &link);
	rest->ethertype = link.ethertype;
	if ((packet->has & FV_HAS_VLAN) != 0)
		counter[FV_COUNT_VLAN_TAGGED]++;
	if (link.aggregated)
		counter[FV_COUNT_WLAN_AGGREGATED]++;
	if (outcome != FV_COUNT_RECORDED)
		return outcome;

	before = captured - fv_cursor_left(&in);
	wire -= before;
	if (link.fcs_length != 0 && link.fcs_length <= wire) {
		wire -= link.fcs_length;
		fv_cursor_limit(&in, wire);
	}
	rest->likeness = fv_duplicates_likeness(in);
	outcome = read_ip(&in, link.ip_version, wire, packet, &ip, rest);
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	packet->link_bytes = (int64_t)(before + wire) - (int64_t)packet->bytes;
	count_ip(packet, &ip, counter);
	read_transport(&in, &ip, rest, packet, counter);
	return FV_COUNT_RECORDED;
}

enum fv_counter
fv_decode_frame(const struct fv_frame *frame, struct fv_raw_packet *packet,
    struct fv_decode_rest *rest, uint64_t counter[FV_COUNTERS])
{
	enum fv_counter outcome;

	count_frame(frame, counter);
	fv_slides_counters_count(frame, counter);
	fv_raw_packet_clear(packet);
	packet->time = frame->time;
	packet->side = frame->side;
	outcome = read_headers(frame, packet, rest, counter);
	counter[outcome]++;
	return outcome;
}

/* In which counter a tunnel ends whose content was rejected as ${why}. */
static enum fv_counter
tunnel_counter(enum fv_counter why)
{
	switch (why) {
	case FV_COUNT_LINK_SHORT:
	case FV_COUNT_VLAN_SHORT:
	case FV_COUNT_MPLS_SHORT:
	case FV_COUNT_PPP_SHORT:
	case FV_COUNT_LLC_SHORT:
	case FV_COUNT_IP_SHORT:
	case FV_COUNT_IPV6_EXTENSION_SHORT:
		return FV_COUNT_TUNNEL_SHORT;
	case FV_COUNT_VLAN_DEEP:
	case FV_COUNT_MPLS_DEEP:
	case FV_COUNT_LINK_DEEP:
	case FV_COUNT_IP_VERSION:
	case FV_COUNT_IP_HEADER_LENGTH:
	case FV_COUNT_IP_TOTAL_LENGTH:
	case FV_COUNT_IPV6_EXTENSION_DEEP:
		return FV_COUNT_TUNNEL_MALFORMED;
	default:
		return FV_COUNT_TUNNEL_NOT_IP;
	}
}

/* Read what a tunnel carries, up to its transport header. */
static enum fv_counter
read_carried(const struct fv_decode_tunnel *tunnel, struct fv_cursor *in,
    uint64_t wire, struct fv_raw_packet *inner, struct fv_decode_rest *rest,
    uint64_t spare[FV_COUNTERS])
{
	struct fv_decode_link link = { 0 };
	enum fv_counter outcome;
	struct fv_decode_ip ip;
	size_t left = fv_cursor_left(in);

	outcome = fv_decode_shim_read(tunnel->protocol, in, inner, &link);
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	wire -= left - fv_cursor_left(in);
	outcome = read_ip(in, link.ip_version, wire, inner, &ip, rest);
	if (outcome == FV_COUNT_RECORDED)
		read_transport(in, &ip, rest, inner, spare);
	return outcome;
}

enum fv_counter
fv_decode_inner(const struct fv_raw_packet *outer, struct fv_decode_rest *rest,
    struct fv_raw_packet *inner, uint64_t spare[FV_COUNTERS])
{
	struct fv_cursor in = { rest->in.at, rest->in.end };
	struct fv_decode_tunnel tunnel;
	enum fv_counter outcome;
	size_t left = fv_cursor_left(&in);

	if (outer->fragment == FV_FRAGMENT_LATER ||
	    !fv_decode_tunnel_may(outer))
		return FV_COUNTERS;
	switch (fv_decode_tunnel_read(outer, &in, &tunnel)) {
	case FV_TUNNEL_ONE:
		break;
	case FV_TUNNEL_CONTROL:
		return FV_COUNT_TUNNEL_NOT_IP;
	case FV_TUNNEL_CUT:
		return FV_COUNT_TUNNEL_SHORT;
	case FV_TUNNEL_MALFORMED:
		return FV_COUNT_TUNNEL_MALFORMED;
	default:
		return FV_COUNTERS;
	}
	fv_raw_packet_clear(inner);
	inner->time = outer->time;
	inner->side = outer->side;
	inner->source_mac = outer->source_mac;
	inner->vlan = outer->vlan;
	inner->has = outer->has & (FV_HAS_SOURCE_MAC | FV_HAS_VLAN);
	inner->encapsulation = tunnel.encapsulation;
	inner->tunnel = tunnel.name;
	outcome = read_carried(&tunnel, &in,
	    rest->wire - (left - fv_cursor_left(&in)), inner, rest, spare);
	inner->link_bytes =
	    (int64_t)outer->bytes + outer->link_bytes - (int64_t)inner->bytes;
	return outcome == FV_COUNT_RECORDED ? outcome : tunnel_counter(outcome);
}
