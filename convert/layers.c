#include "convert/layers.h"

#include "base/cursor.h"
#include "convert/decode_link.h"
#include "convert/layers_ip.h"
#include "convert/layers_transport.h"

enum { ETHERNET_HEADER = 14, TAG = 4, IDENTIFIER = 0x0fff };

/* EtherTypes of VLAN tags, those that convert/decode_link follows. */
enum {
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_VLAN_SERVICE = 0x88a8,
	ETHERTYPE_VLAN_9100 = 0x9100,
	ETHERTYPE_VLAN_9200 = 0x9200
};

_Static_assert(FV_LAYERS_TAGS >= FV_VLAN_TAGS_LIMIT, "all tags have a place");

static bool
is_tag(uint16_t ethertype)
{
	return ethertype == ETHERTYPE_VLAN ||
	    ethertype == ETHERTYPE_VLAN_SERVICE ||
	    ethertype == ETHERTYPE_VLAN_9100 ||
	    ethertype == ETHERTYPE_VLAN_9200;
}

/* How long the frame was on the wire, without its FCS: as decode.c has it. */
static uint32_t
length_on_wire(const struct fv_frame *frame)
{
	uint32_t length = frame->length;

	if (length < frame->captured)
		length = frame->captured;
	return length < frame->fcs_length ? 0 : length - frame->fcs_length;
}

/*
 * The Ethernet header and the tags that fill the ${length} bytes from the
 * frame's beginning to its IP header.  False when something else stands
 * there, too.
 */
static bool
read_ethernet(struct fv_cursor in, size_t length, struct fv_raw_ethernet *e)
{
	struct fv_raw_tag *tag;
	uint16_t control;
	size_t i, tags;

	if (length < ETHERNET_HEADER || (length - ETHERNET_HEADER) % TAG != 0)
		return false;
	tags = (length - ETHERNET_HEADER) / TAG;
	if (tags > FV_LAYERS_TAGS ||
	    !fv_take_bytes(&in, sizeof(e->destination), &e->destination) ||
	    !fv_take_bytes(&in, sizeof(e->source), &e->source))
		return false;
	for (i = 0; i < tags; i++) {
		tag = &e->tag[i];
		if (!fv_take_be16(&in, &tag->ethertype) ||
		    !is_tag(tag->ethertype) || !fv_take_be16(&in, &control))
			return false;
		tag->identifier = control & IDENTIFIER;
	}
	e->ntags = (uint8_t)tags;
	return true;
}

/* Read what an ICMP error quotes, as far as it is there. */
static void
read_quote(struct fv_cursor *in, struct fv_raw_layers *layers)
{
	/* Of a quote the wire had a beginning alone; its field says the rest. */
	if (!fv_layers_ip_read(
		in, UINT16_MAX, &layers->quoted_ip, &layers->reach))
		return;
	layers->has_quote = true;
	layers->quoted_transport.kind = FV_TRANSPORT_NONE;
	layers->quoted_transport.captured = 0;
	if (layers->quoted_ip.offset != 0)
		return;
	fv_cursor_limit(in, FV_LAYERS_QUOTED);
	fv_layers_transport_read(
	    in, &layers->quoted_ip, &layers->quoted_transport);
	layers->reach += layers->quoted_transport.captured;
}

bool
fv_layers_read(const struct fv_frame *frame, struct fv_raw_layers *layers)
{
	struct fv_cursor in = fv_cursor_over(frame->bytes, frame->captured);
	struct fv_cursor whole;
	struct fv_raw_packet link = { 0 };
	struct fv_decode_link about;
	uint32_t wire = length_on_wire(frame);
	size_t length;

	fv_cursor_limit(&in, wire);
	whole = in;
	if (fv_decode_link_read(frame->link_type, &in, &link, &about) !=
	    FV_COUNT_RECORDED)
		return false;
	length = fv_cursor_left(&whole) - fv_cursor_left(&in);
	/* As decode.c: an FCS that the link header tells of is no data. */
	if (about.fcs_length != 0 && about.fcs_length <= wire - length) {
		wire -= about.fcs_length;
		fv_cursor_limit(&in, wire - length);
	}
	layers->time = frame->time;
	layers->length = wire - length;
	layers->link_length = (uint32_t)length;
	layers->reach = (uint32_t)length;
	layers->has_quote = false;
	layers->has_ethernet = frame->link_type == FV_LINK_ETHERNET &&
	    read_ethernet(whole, length, &layers->ethernet);
	if (!fv_layers_ip_read(
		&in, layers->length, &layers->ip, &layers->reach))
		return false;
	layers->transport.kind = FV_TRANSPORT_NONE;
	layers->transport.captured = 0;
	if (layers->ip.offset != 0)
		return true;
	fv_layers_transport_read(&in, &layers->ip, &layers->transport);
	layers->reach += layers->transport.captured;
	if (fv_layers_transport_quotes(&layers->transport))
		read_quote(&in, layers);
	return true;
}
