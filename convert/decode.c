#include "convert/decode.h"

#include "base/cursor.h"
#include "convert/decode_ip.h"
#include "convert/decode_link.h"
#include "convert/decode_transport.h"
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

/* What the IP header says of a packet that is recorded. */
static void
count_ip(const struct fv_raw_packet *packet, const struct fv_decode_ip *ip,
    uint64_t counter[FV_COUNTERS])
{
	if (packet->source.ip_version == 4)
		counter[FV_COUNT_IPV4]++;
	else
		counter[FV_COUNT_IPV6]++;
	if (packet->fragment == FV_FRAGMENT_FIRST)
		counter[FV_COUNT_FRAGMENT_FIRST]++;
	else if (packet->fragment == FV_FRAGMENT_LATER)
		counter[FV_COUNT_FRAGMENT_LATER]++;
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

static enum fv_counter
read_headers(const struct fv_frame *frame, struct fv_raw_packet *packet,
    uint64_t counter[FV_COUNTERS])
{
	struct fv_cursor in = fv_cursor_over(frame->bytes, frame->captured);
	uint32_t wire = length_on_wire(frame);
	enum fv_counter outcome;
	struct fv_decode_ip ip;
	unsigned ip_version;
	size_t captured;

	fv_cursor_limit(&in, wire); /* an FCS that was captured is no data */
	captured = fv_cursor_left(&in);
	outcome =
	    fv_decode_link_read(frame->link_type, &in, packet, &ip_version);
	if ((packet->has & FV_HAS_VLAN) != 0)
		counter[FV_COUNT_VLAN_TAGGED]++;
	if (outcome != FV_COUNT_RECORDED)
		return outcome;

	packet->likeness = fv_duplicates_likeness(in);
	outcome = fv_decode_ip_read(&in, ip_version,
	    wire - (captured - fv_cursor_left(&in)), packet, &ip);
	if (outcome != FV_COUNT_RECORDED)
		return outcome;
	count_ip(packet, &ip, counter);
	if (packet->fragment != FV_FRAGMENT_LATER)
		fv_decode_transport_read(&in, ip.jumbogram, packet, counter);
	return FV_COUNT_RECORDED;
}

enum fv_counter
fv_decode_frame(const struct fv_frame *frame, struct fv_raw_packet *packet,
    uint64_t counter[FV_COUNTERS])
{
	enum fv_counter outcome;

	count_frame(frame, counter);
	fv_slides_counters_count(frame, counter);
	*packet = (struct fv_raw_packet){
		.time = frame->time,
		.side = frame->side,
	};
	outcome = read_headers(frame, packet, counter);
	counter[outcome]++;
	return outcome;
}
