#include "tests/capgen/packet.h"

#include <assert.h>
#include <string.h>

enum {

	LINK_ETHERNET = 1,
	LINK_SLL = 113,
	LINK_SLL2 = 276
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ARPHRD_ETHER = 1,
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPV4 = 4,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6 = 41,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_AUTHENTICATION = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_SCTP = 132
};

/* What finishing has to do with a layer. */
enum kind { PLAIN, IPV4, IPV6, TCP, UDP, ICMP, ICMPV6, SCTP };

static const uint8_t source_mac[6] = { 0x00, 0x00, 0x5e, 0x00, 0x53, 0x01 };
static const uint8_t destination_mac[6] = { 0x00, 0x00, 0x5e, 0x00, 0x53,
	0x02 };

static void
append(struct fv_packet *p, const void *bytes, size_t length)
{
	assert(length <= sizeof(p->bytes) - p->length);
	if (bytes != NULL)
		memcpy(p->bytes + p->length, bytes, length);
	else
		memset(p->bytes + p->length, 0, length);
	p->length += length;
}

static void
append16(struct fv_packet *p, uint16_t value)
{
	append(p, NULL, 2);
	fv_packet_put16(p, p->length - 2, value);
}

static void
append8(struct fv_packet *p, uint8_t value)
{
	append(p, &value, 1);
}

/* Begin a layer here, whose field to name the next is ${next} bytes on. */
static struct fv_packet_layer *
begin(struct fv_packet *p, enum kind kind, size_t next, uint8_t width)
{
	struct fv_packet_layer *layer;

	assert(p->layers < FV_PACKET_LAYERS);
	layer = &p->layer[p->layers++];
	layer->at = p->length;
	layer->next = width == 0 ? 0 : p->length + next;
	layer->kind = (uint8_t)kind;
	layer->width = width;
	return layer;
}

/* Name what comes now in the layer around it. */
static void
name(struct fv_packet *p, uint16_t ethertype, uint8_t protocol)
{
	const struct fv_packet_layer *layer;

	if (p->layers == 0)
		return;
	layer = &p->layer[p->layers - 1];
	if (layer->width == 2)
		fv_packet_put16(p, layer->next, ethertype);
	else if (layer->width == 1)
		fv_packet_put8(p, layer->next, protocol);
}

void
fv_packet_put8(struct fv_packet *p, size_t at, uint8_t value)
{
	assert(at < p->length);
	p->bytes[at] = value;
}

void
fv_packet_put16(struct fv_packet *p, size_t at, uint16_t value)
{
	fv_packet_put8(p, at, (uint8_t)(value >> 8));
	fv_packet_put8(p, at + 1, (uint8_t)value);
}

void
fv_packet_put32(struct fv_packet *p, size_t at, uint32_t value)
{
	fv_packet_put16(p, at, (uint16_t)(value >> 16));
	fv_packet_put16(p, at + 2, (uint16_t)value);
}

void
fv_packet_start(struct fv_packet *p)
{
	memset(p, 0, sizeof(*p));
}

void
fv_packet_ethernet(struct fv_packet *p)
{
	p->link_type = LINK_ETHERNET;
	(void)begin(p, PLAIN, 12, 2);
	append(p, destination_mac, sizeof(destination_mac));
	append(p, source_mac, sizeof(source_mac));
	append(p, NULL, 2);
}

void
fv_packet_vlan(struct fv_packet *p, uint16_t ethertype, uint16_t control)
{
	name(p, ethertype, 0);
	(void)begin(p, PLAIN, 2, 2);
	append16(p, control);
	append(p, NULL, 2);
}

void
fv_packet_sll(struct fv_packet *p)
{
	p->link_type = LINK_SLL;
	(void)begin(p, PLAIN, 14, 2);
	append(p, NULL, 2);
	append16(p, ARPHRD_ETHER);
	append16(p, sizeof(source_mac));
	append(p, source_mac, sizeof(source_mac));
	append(p, NULL, 4);
}

void
fv_packet_sll2(struct fv_packet *p)
{
	p->link_type = LINK_SLL2;
	(void)begin(p, PLAIN, 0, 2);
	append(p, NULL, 8);
	append16(p, ARPHRD_ETHER);
	append8(p, 0);
	append8(p, sizeof(source_mac));
	append(p, source_mac, sizeof(source_mac));
	append(p, NULL, 2);
}

void
fv_packet_family(
    struct fv_packet *p, uint32_t link_type, uint32_t family, int big)
{
	p->link_type = link_type;
	(void)begin(p, PLAIN, 0, 0);
	append(p, NULL, 4);
	fv_packet_put32(p, 0, big ? family : __builtin_bswap32(family));
}

void
fv_packet_raw(struct fv_packet *p, uint32_t link_type)
{
	p->link_type = link_type;
}

void
fv_packet_header(struct fv_packet *p, uint16_t ethertype, uint8_t protocol,
    const void *bytes, size_t length)
{
	name(p, ethertype, protocol);
	(void)begin(p, PLAIN, 0, 0);
	append(p, bytes, length);
}

void
fv_packet_ethertype(struct fv_packet *p, uint16_t ethertype)
{
	name(p, ethertype, 0);
}

void
fv_packet_ipv4(struct fv_packet *p, const struct fv_packet_ip *ip)
{
	static const struct fv_packet_ip ordinary;
	uint8_t source[4] = { 192, 0, 2, 1 };
	uint8_t destination[4] = { 198, 51, 100, 2 };

	if (ip == NULL)
		ip = &ordinary;
	assert(ip->options_length % 4 == 0 && ip->options_length <= 40);
	if (ip->source != 0)
		source[3] = ip->source;
	if (ip->destination != 0)
		destination[3] = ip->destination;
	name(p, ETHERTYPE_IPV4, PROTOCOL_IPV4);
	p->ip = begin(p, IPV4, 9, 1)->at;
	append8(p, (uint8_t)(0x40 | (5 + ip->options_length / 4)));
	append(p, NULL, 3);
	append16(p, ip->id);
	append16(p, (uint16_t)((ip->more ? 0x2000 : 0) | ip->offset));
	append8(p, ip->ttl != 0 ? ip->ttl : 64);
	append(p, NULL, 3);
	append(p, source, sizeof(source));
	append(p, destination, sizeof(destination));
	append(p, ip->options, ip->options_length);
}

void
fv_packet_ipv6(struct fv_packet *p, const struct fv_packet_ip *ip)
{
	static const struct fv_packet_ip ordinary;
	uint8_t source[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	uint8_t destination[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 2 };

	if (ip == NULL)
		ip = &ordinary;
	if (ip->source != 0)
		source[15] = ip->source;
	if (ip->destination != 0)
		destination[15] = ip->destination;
	name(p, ETHERTYPE_IPV6, PROTOCOL_IPV6);
	p->ip = begin(p, IPV6, 6, 1)->at;
	append8(p, 0x60);
	append(p, NULL, 6);
	append8(p, ip->ttl != 0 ? ip->ttl : 64);
	append(p, source, sizeof(source));
	append(p, destination, sizeof(destination));
}

void
fv_packet_extension(
    struct fv_packet *p, uint8_t kind, size_t length, const uint8_t *body)
{
	size_t words;

	if (kind == PROTOCOL_AUTHENTICATION)
		words = length / 4 - 2;
	else
		words = length / 8 - 1;
	assert(length >= 8 && words <= UINT8_MAX);
	name(p, 0, kind);
	(void)begin(p, PLAIN, 0, 1);
	append(p, NULL, 1);
	append8(p, (uint8_t)words);
	append(p, body, length - 2);
}

void
fv_packet_fragment(struct fv_packet *p, uint16_t offset, int more)
{
	name(p, 0, PROTOCOL_FRAGMENT);
	(void)begin(p, PLAIN, 0, 1);
	append(p, NULL, 2);
	append16(p, (uint16_t)(offset << 3 | (more ? 1 : 0)));
	append(p, NULL, 4);
}

void
fv_packet_jumbo(struct fv_packet *p, uint32_t length)
{
	uint8_t option[6] = { 0xc2, 4, (uint8_t)(length >> 24),
		(uint8_t)(length >> 16), (uint8_t)(length >> 8),
		(uint8_t)length };

	fv_packet_extension(p, 0, 8, option);
}

/* The transport header that begins here. */
static void
begin_transport(struct fv_packet *p, enum kind kind, uint8_t protocol)
{
	name(p, 0, protocol);
	p->transport = begin(p, kind, 0, 0)->at;
}

void
fv_packet_tcp(struct fv_packet *p, uint16_t source_port,
    uint16_t destination_port, uint8_t flags, const uint8_t *options,
    size_t options_length)
{
	assert(options_length % 4 == 0 && options_length <= 40);
	begin_transport(p, TCP, PROTOCOL_TCP);
	append16(p, source_port);
	append16(p, destination_port);
	append(p, NULL, 8);
	append8(p, (uint8_t)((5 + options_length / 4) << 4));
	append8(p, flags);
	append16(p, 64240);
	append(p, NULL, 4);
	append(p, options, options_length);
}

void
fv_packet_udp(
    struct fv_packet *p, uint16_t source_port, uint16_t destination_port)
{
	begin_transport(p, UDP, PROTOCOL_UDP);
	append16(p, source_port);
	append16(p, destination_port);
	append(p, NULL, 4);
}

/* The common header; its CRC32c stays 0. */
void
fv_packet_sctp(
    struct fv_packet *p, uint16_t source_port, uint16_t destination_port)
{
	begin_transport(p, SCTP, PROTOCOL_SCTP);
	append16(p, source_port);
	append16(p, destination_port);
	append(p, NULL, 8);
}

void
fv_packet_icmp(struct fv_packet *p, uint8_t type, uint8_t code)
{
	int v6 = p->layers != 0 && p->bytes[p->ip] >> 4 == 6;

	begin_transport(
	    p, v6 ? ICMPV6 : ICMP, v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP);
	append8(p, type);
	append8(p, code);
	append(p, NULL, 6);
}

void
fv_packet_protocol(struct fv_packet *p, uint8_t protocol)
{
	begin_transport(p, PLAIN, protocol);
}

void
fv_packet_payload(struct fv_packet *p, size_t length)
{
	append(p, NULL, length);
	memset(p->bytes + p->length - length, 'x', length);
}

/* RFC 1071, over bytes ${from} to ${to}, starting with ${sum}. */
static uint16_t
checksum(const struct fv_packet *p, size_t from, size_t to, uint32_t sum)
{
	for (; from + 1 < to; from += 2)
		sum += (uint32_t)p->bytes[from] << 8 | p->bytes[from + 1];
	if (from < to)
		sum += (uint32_t)p->bytes[from] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The sum over the pseudo-header of the IP header at ${ip}. */
static uint32_t
pseudo_sum(const struct fv_packet *p, size_t ip, uint8_t protocol, size_t at)
{
	int v6 = p->bytes[ip] >> 4 == 6;
	size_t from = ip + (v6 ? 8 : 12), to = ip + (v6 ? 40 : 20);

	return (uint32_t)(uint16_t)~checksum(p, from, to, 0) + protocol +
	    (uint32_t)(p->end - at);
}

static void
put_checksum(struct fv_packet *p, size_t at, size_t field, uint32_t sum)
{
	fv_packet_put16(p, at + field, 0);
	fv_packet_put16(p, at + field, checksum(p, at, p->end, sum));
}

/* The IP header around layer ${n}; a transport always has one. */
static size_t
ip_around(const struct fv_packet *p, int n)
{
	while (n-- > 0)
		if (p->layer[n].kind == IPV4 || p->layer[n].kind == IPV6)
			return p->layer[n].at;
	assert(!"transport header without IP header");
	return 0;
}

static void
finish_layer(struct fv_packet *p, int n)
{
	size_t at = p->layer[n].at;

	switch ((enum kind)p->layer[n].kind) {
	case IPV4:
		fv_packet_put16(p, at + 2, (uint16_t)(p->end - at));
		fv_packet_put16(p, at + 10, 0);
		fv_packet_put16(p, at + 10,
		    checksum(p, at, at + (p->bytes[at] & 0xf) * 4U, 0));
		break;
	case IPV6:
		fv_packet_put16(p, at + 4, (uint16_t)(p->end - at - 40));
		break;
	case TCP:
		put_checksum(p, at, 16,
		    pseudo_sum(p, ip_around(p, n), PROTOCOL_TCP, at));
		break;
	case UDP:
		fv_packet_put16(p, at + 4, (uint16_t)(p->end - at));
		put_checksum(
		    p, at, 6, pseudo_sum(p, ip_around(p, n), PROTOCOL_UDP, at));
		/* A sum of 0 is sent as its other form: 0 says "none". */
		if (p->bytes[at + 6] == 0 && p->bytes[at + 7] == 0)
			fv_packet_put16(p, at + 6, 0xffff);
		break;
	case ICMP:
		put_checksum(p, at, 2, 0);
		break;
	case ICMPV6:
		put_checksum(p, at, 2,
		    pseudo_sum(p, ip_around(p, n), PROTOCOL_ICMPV6, at));
		break;
	case SCTP:
	case PLAIN:
		break;
	}
}

/* From the inside out, so that outer checksums cover inner ones. */
void
fv_packet_finish(struct fv_packet *p)
{
	int n;

	p->end = p->length;
	for (n = p->layers - 1; n >= 0; n--)
		finish_layer(p, n);
}

void
fv_packet_pad(struct fv_packet *p, size_t length)
{
	if (p->length < length)
		append(p, NULL, length - p->length);
}

struct fv_frame
fv_packet_frame(const struct fv_packet *p)
{
	return (struct fv_frame){
		.bytes = p->bytes,
		.captured = (uint32_t)p->length,
		.length = (uint32_t)p->length,
		.link_type = p->link_type,
	};
}
