#include <netinet/in.h>
#include <string.h>

#include "datasets/reference/bytes.h"
#include "datasets/reference/filler.h"
#include "datasets/reference/wire.h"

enum { ETHERNET = 14, IPV6 = 40 };

/* RFC 826: who has the gateway's address; the gateway says so. */
static size_t
put_arp(
    const struct fv_wire_path *path, const struct fv_event *e, uint8_t *frame)
{
	uint8_t *at = frame + ETHERNET;

	fv_bytes_put16(frame + 12, 0x0806);
	fv_bytes_put32(at, 0x00010800);
	fv_bytes_put32(at + 4, e->out ? 0x06040001 : 0x06040002);
	memcpy(at + 8, e->out ? path->near_mac : fv_guests_gateway_mac, 6);
	fv_bytes_put32(at + 14, e->out ? path->near : path->gateway);
	memcpy(at + 18, e->out ? (const uint8_t *)"\0\0\0\0\0" : path->near_mac,
	    6);
	fv_bytes_put32(at + 24, e->out ? path->gateway : path->near);
	if (e->out)
		memset(frame, 0xff, 6);
	return 28;
}

/* RFC 4291 2.5.1 and appendix A: an interface identifier from a MAC. */
static void
link_local(const uint8_t mac[6], uint8_t address[16])
{
	memset(address, 0, 16);
	address[0] = 0xfe;
	address[1] = 0x80;
	memcpy(address + 8, mac, 3);
	address[8] ^= 2;
	address[11] = 0xff;
	address[12] = 0xfe;
	memcpy(address + 13, mac + 3, 3);
}

struct neighbour {
	uint8_t destination[16];
	uint8_t next;
	uint8_t length;
	uint8_t bytes[64];
};

/* Solicitations (RFC 4861), a listener report (RFC 3810), an advertisement. */
static const struct neighbour neighbours[] = {
	{ { 0xff, 0x02, [15] = 2 }, IPPROTO_ICMPV6, 8, { 133 } },
	{ { 0xff, 0x02, [11] = 1, 0xff, 0, 0, 1 }, IPPROTO_ICMPV6, 24,
	    { 135, [8] = 0xfe, 0x80, [21] = 0, 0, 1 } },
	{ { 0xff, 0x02, [15] = 0x16 }, IPPROTO_HOPOPTS, 36,
	    { IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0, 143, [15] = 1, 4, 0, 0, 0,
		0xff, 0x02, [34] = 0, 0xfb } },
	{ { 0xff, 0x02, [15] = 1 }, IPPROTO_ICMPV6, 16,
	    { 134, [4] = 64, 0, 7, 8 } },
};

static size_t
put_neighbour(
    const struct fv_wire_path *path, const struct fv_event *e, uint8_t *frame)
{
	const struct neighbour *say =
	    &neighbours[e->out ? e->time / 1000 % 3 : 3];
	const uint8_t *mac = e->out ? path->near_mac : fv_guests_gateway_mac;
	bool options = say->next == IPPROTO_HOPOPTS;
	uint8_t *at = frame + ETHERNET, source[16];
	size_t skip = options ? 8 : 0;
	uint32_t sum;

	link_local(mac, source);
	memcpy(frame, "\x33\x33", 2);
	memcpy(frame + 2, say->destination + 12, 4);
	fv_bytes_put16(frame + 12, 0x86dd);
	(void)fv_wire_ipv6(at, source, say->destination, say->next,
	    options ? 1 : 255, say->length);
	memcpy(at + IPV6, say->bytes, say->length);
	/* RFC 8200 8.1: the upper layer's own length and number. */
	sum = IPPROTO_ICMPV6 + (uint32_t)(say->length - skip);
	sum = fv_wire_sum(sum, at + 8, 32);
	sum = fv_wire_sum(sum, at + IPV6 + skip, say->length - skip);
	fv_bytes_put16(at + IPV6 + skip + 2, fv_wire_fold(sum));
	return IPV6 + say->length;
}

/* IEEE 802.1D: a configuration message of the switch that is the root. */
static size_t
put_bridge(uint8_t *frame)
{
	uint8_t *at = frame + ETHERNET;

	memcpy(frame, "\x01\x80\xc2\0\0\0", 6);
	fv_bytes_put16(frame + 12, 38); /* a length, not a type */
	memset(at, 0, 38);
	memcpy(at, "\x42\x42\x03", 3);
	memcpy(at + 8, "\x80\0", 2);
	memcpy(at + 10, fv_guests_gateway_mac, 6);
	memcpy(at + 20, "\x80\0", 2);
	memcpy(at + 22, fv_guests_gateway_mac, 6);
	memcpy(at + 28, "\x80\x01", 2);
	fv_bytes_put16(at + 32, 20 << 8);
	fv_bytes_put16(at + 34, 2 << 8);
	fv_bytes_put16(at + 36, 15 << 8);
	return 38;
}

size_t
fv_wire_link(const struct fv_wire_path *path, const struct fv_talk *talk,
    const struct fv_event *event, uint8_t *frame)
{
	switch ((enum fv_shape)talk->shape) {
	case FV_SHAPE_ARP:
		return put_arp(path, event, frame);
	case FV_SHAPE_NEIGHBOUR:
		return put_neighbour(path, event, frame);
	case FV_SHAPE_BRIDGE:
		return put_bridge(frame);
	default: /* FV_SHAPE_EAPOL, IEEE 802.1X: a start without a body */
		memcpy(frame, "\x01\x80\xc2\0\0\x03", 6);
		fv_bytes_put16(frame + 12, 0x888e);
		fv_bytes_put32(frame + ETHERNET, 0x01010000);
		return 4;
	}
}
