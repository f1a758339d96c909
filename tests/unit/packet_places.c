#include "tests/unit/packet_places.h"

#include <string.h>

const uint8_t fv_packet_mark[16] = { 0xc5, 0x3a, 0x96, 0xe1, 0x7b, 0xd4, 0x8e,
	0x29, 0xb3, 0x5f, 0xa8, 0x64, 0x9d, 0x72, 0xea, 0x4c };

void
fv_packet_place_option(uint8_t at[40], uint8_t kind, uint8_t length)
{
	memset(at, 1, 40);
	at[0] = kind;
	at[1] = length;
	memcpy(at + 2, fv_packet_mark,
	    length - 2U < sizeof(fv_packet_mark) ? length - 2U : 16);
}

static void
ipv4_with_option(struct fv_packet *p, uint8_t kind)
{
	uint8_t options[40];
	const struct fv_packet_ip ip = { .options = options,
		.options_length = 20 };

	fv_packet_place_option(options, kind, 19);
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, &ip);
	fv_packet_udp(p, 1, 2);
}

static void
record_route(struct fv_packet *p)
{
	ipv4_with_option(p, 7);
}

static void
loose_source_route(struct fv_packet *p)
{
	ipv4_with_option(p, 131);
}

static void
strict_source_route(struct fv_packet *p)
{
	ipv4_with_option(p, 137);
}

static void
internet_timestamp(struct fv_packet *p)
{
	ipv4_with_option(p, 68);
}

static void
option_of_unknown_kind(struct fv_packet *p)
{
	ipv4_with_option(p, 222);
}

static void
router_alert_of_another_length(struct fv_packet *p)
{
	ipv4_with_option(p, 148);
}

/* Behind the end of options, too, bytes stay where they were. */
static void
behind_the_end_of_options(struct fv_packet *p)
{
	ipv4_with_option(p, 222);
	fv_packet_put8(p, p->ip + 20, 0);
}

static void
ipv6_with_extension(struct fv_packet *p, uint8_t kind)
{
	uint8_t body[22] = { 0 };

	memcpy(body + 6, fv_packet_mark, sizeof(fv_packet_mark));
	fv_packet_ethernet(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_extension(p, kind, sizeof(body) + 2, body);
	fv_packet_tcp(p, 1, 2, FV_PACKET_ACK, NULL, 0);
}

static void
hop_by_hop(struct fv_packet *p)
{
	ipv6_with_extension(p, 0);
}

static void
routing_header(struct fv_packet *p)
{
	ipv6_with_extension(p, 43);
}

/* Home Address (RFC 6275) among them. */
static void
destination_options(struct fv_packet *p)
{
	ipv6_with_extension(p, 60);
	fv_packet_put8(p, p->ip + 42, 201);
	fv_packet_put8(p, p->ip + 43, 16);
}

/* SPI, sequence number and integrity check value. */
static void
authentication_header(struct fv_packet *p)
{
	ipv6_with_extension(p, 51);
}

static void
mobility_header(struct fv_packet *p)
{
	ipv6_with_extension(p, 135);
}

static void
host_identity(struct fv_packet *p)
{
	ipv6_with_extension(p, 139);
}

static void
shim6(struct fv_packet *p)
{
	ipv6_with_extension(p, 140);
}

static void
tcp_with_option(struct fv_packet *p, uint8_t kind, uint8_t length)
{
	uint8_t options[40];

	fv_packet_place_option(options, kind, length);
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 1, 2, FV_PACKET_SYN, options, sizeof(options));
}

static void
tcp_timestamps(struct fv_packet *p)
{
	tcp_with_option(p, 8, 10);
}

static void
multipath_tcp(struct fv_packet *p)
{
	tcp_with_option(p, 30, 12);
}

static void
fast_open_cookie(struct fv_packet *p)
{
	tcp_with_option(p, 34, 18);
}

static void
selective_acknowledgments(struct fv_packet *p)
{
	tcp_with_option(p, 5, 18);
}

static void
md5_signature(struct fv_packet *p)
{
	tcp_with_option(p, 19, 18);
}

static void
tcp_authentication(struct fv_packet *p)
{
	tcp_with_option(p, 29, 16);
}

/* Known kinds of another length are unknown. */
static void
mss_of_another_length(struct fv_packet *p)
{
	tcp_with_option(p, 2, 10);
}

static void
sack_permitted_of_another_length(struct fv_packet *p)
{
	tcp_with_option(p, 4, 10);
}

static void
tcp_option_that_runs_over(struct fv_packet *p)
{
	tcp_with_option(p, 8, 10);
	fv_packet_put8(p, p->transport + 21, 60);
}

static void
payload(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 1, 2, FV_PACKET_ACK, NULL, 0);
	fv_packet_payload(p, 64);
	memcpy(p->bytes + p->transport + 20, fv_packet_mark,
	    sizeof(fv_packet_mark));
	memcpy(p->bytes + p->transport + 48, fv_packet_mark,
	    sizeof(fv_packet_mark));
}

static void
fragment_data(struct fv_packet *p)
{
	const struct fv_packet_ip ip = { .offset = 100 };

	fv_packet_ethernet(p);
	fv_packet_ipv4(p, &ip);
	fv_packet_protocol(p, 6);
	fv_packet_payload(p, 64);
	memcpy(p->bytes + p->ip + 20, fv_packet_mark, sizeof(fv_packet_mark));
}

static void
ipv6_fragment_data(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv6(p, NULL);
	fv_packet_fragment(p, 100, 0);
	fv_packet_protocol(p, 17);
	fv_packet_payload(p, 64);
	memcpy(p->bytes + p->ip + 48, fv_packet_mark, sizeof(fv_packet_mark));
}

/* Any protocol behind IP of which no header is read: tunnels, IPsec, ... */
static void
behind_ip(struct fv_packet *p, uint8_t protocol)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_protocol(p, protocol);
	fv_packet_payload(p, 40);
	memcpy(p->bytes + p->ip + 20, fv_packet_mark, sizeof(fv_packet_mark));
}

static void
gre_key(struct fv_packet *p)
{
	behind_ip(p, 47);
}

static void
esp_spi(struct fv_packet *p)
{
	behind_ip(p, 50);
}

static void
igmp_group(struct fv_packet *p)
{
	behind_ip(p, 2);
}

static void
l2tp_session(struct fv_packet *p)
{
	behind_ip(p, 115);
}

static void
ospf_router(struct fv_packet *p)
{
	behind_ip(p, 89);
}

static void
ip_in_ip(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_ipv4(p, NULL);
	memcpy(p->bytes + p->ip + 12, fv_packet_mark, 8);
	fv_packet_udp(p, 1, 2);
}

static void
ipv6_in_ip(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_ipv6(p, NULL);
	memcpy(p->bytes + p->ip + 8, fv_packet_mark, 16);
	fv_packet_udp(p, 1, 2);
}

static void
behind_udp(struct fv_packet *p, uint16_t port)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 40001, port);
	fv_packet_payload(p, 40);
	memcpy(p->bytes + p->transport + 8, fv_packet_mark,
	    sizeof(fv_packet_mark));
}

static void
vxlan_network(struct fv_packet *p)
{
	behind_udp(p, 4789);
}

static void
gtp_tunnel(struct fv_packet *p)
{
	behind_udp(p, 2152);
}

static void
teredo(struct fv_packet *p)
{
	behind_udp(p, 3544);
}

static void
sctp_verification_tag(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_sctp(p, 1, 2);
	memcpy(p->bytes + p->transport + 4, fv_packet_mark, 8);
}

static void
ethernet_addresses(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 1, 2);
	memcpy(p->bytes, fv_packet_mark, 12);
}

static void
ipv4_addresses(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	memcpy(p->bytes + p->ip + 12, fv_packet_mark, 8);
	fv_packet_udp(p, 1, 2);
}

static void
ipv6_addresses(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv6(p, NULL);
	memcpy(p->bytes + p->ip + 8, fv_packet_mark, 16);
	memcpy(p->bytes + p->ip + 24, fv_packet_mark, 16);
	fv_packet_udp(p, 1, 2);
}

static void
cooked_address(struct fv_packet *p)
{
	fv_packet_sll(p);
	memcpy(p->bytes + 6, fv_packet_mark, 8);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 1, 2);
}

static void
sequence_numbers(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 1, 2, FV_PACKET_ACK, NULL, 0);
	memcpy(p->bytes + p->transport + 4, fv_packet_mark, 8);
}

/* An acknowledgment without its flag is any four bytes. */
static void
acknowledgment_of_nothing(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 1, 2, FV_PACKET_SYN, NULL, 0);
	memcpy(p->bytes + p->transport + 8, fv_packet_mark, 4);
}

/* An ordinary packet of 42 bytes; what is behind it comes later. */
static void
short_packet(struct fv_packet *p)
{
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 1, 2);
}

/* Ethernet padding holds stale memory (Etherleak). */
static void
in_padding(struct fv_packet *p)
{
	fv_packet_pad(p, 60);
	memcpy(p->bytes + 42, fv_packet_mark, 16);
}

static void
in_a_trailer(struct fv_packet *p)
{
	fv_packet_pad(p, 90);
	memcpy(p->bytes + 70, fv_packet_mark, 16);
}

/* Bytes of the frame behind the total length, also where it cuts a header. */
static void
behind_the_total_length(struct fv_packet *p)
{
	fv_packet_pad(p, 90);
	memcpy(p->bytes + 36, fv_packet_mark, 16);
	fv_packet_put16(p, p->ip + 2, 22);
}

const struct fv_packet_place fv_packet_places[] = {
#define PLACE(name)               \
	{                         \
#name, name, NULL \
	}
	PLACE(record_route),
	PLACE(loose_source_route),
	PLACE(strict_source_route),
	PLACE(internet_timestamp),
	PLACE(option_of_unknown_kind),
	PLACE(router_alert_of_another_length),
	PLACE(behind_the_end_of_options),
	PLACE(hop_by_hop),
	PLACE(routing_header),
	PLACE(destination_options),
	PLACE(authentication_header),
	PLACE(mobility_header),
	PLACE(host_identity),
	PLACE(shim6),
	PLACE(tcp_timestamps),
	PLACE(multipath_tcp),
	PLACE(fast_open_cookie),
	PLACE(selective_acknowledgments),
	PLACE(md5_signature),
	PLACE(tcp_authentication),
	PLACE(mss_of_another_length),
	PLACE(sack_permitted_of_another_length),
	PLACE(tcp_option_that_runs_over),
	PLACE(payload),
	PLACE(fragment_data),
	PLACE(ipv6_fragment_data),
	PLACE(gre_key),
	PLACE(esp_spi),
	PLACE(igmp_group),
	PLACE(l2tp_session),
	PLACE(ospf_router),
	PLACE(ip_in_ip),
	PLACE(ipv6_in_ip),
	PLACE(vxlan_network),
	PLACE(gtp_tunnel),
	PLACE(teredo),
	PLACE(sctp_verification_tag),
	PLACE(ethernet_addresses),
	PLACE(ipv4_addresses),
	PLACE(ipv6_addresses),
	PLACE(cooked_address),
	PLACE(sequence_numbers),
	PLACE(acknowledgment_of_nothing),
	{ "padding", short_packet, in_padding },
	{ "trailer", short_packet, in_a_trailer },
	{ "behind the total length", short_packet, behind_the_total_length },
	{ NULL, NULL, NULL },
#undef PLACE
};
