#include "tests/unit/suites.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/packet_bed.h"

/*
 * The leak register, as far as packets go: a mark is planted in each place
 * where an identity can hide, and none of its bytes may be in the packet
 * that is built.  Each plant is first looked for in the packet that goes in,
 * so that a case cannot pass by planting nothing.
 */
static const uint8_t mark[16] = { 0xc5, 0x3a, 0x96, 0xe1, 0x7b, 0xd4, 0x8e,
	0x29, 0xb3, 0x5f, 0xa8, 0x64, 0x9d, 0x72, 0xea, 0x4c };

static struct fv_packet p;
static struct fv_packet_bed bed;

/* An option of ${kind} and ${length} in all, filled with the mark. */
static void
option(uint8_t *at, uint8_t kind, uint8_t length)
{
	memset(at, 1, 40);
	at[0] = kind;
	at[1] = length;
	memcpy(at + 2, mark, length - 2U < sizeof(mark) ? length - 2U : 16);
}

static void
ipv4_with_option(uint8_t kind)
{
	uint8_t options[40];
	const struct fv_packet_ip ip = { .options = options,
		.options_length = 20 };

	option(options, kind, 19);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &ip);
	fv_packet_udp(&p, 1, 2);
}

static void
record_route(void)
{
	ipv4_with_option(7);
}

static void
loose_source_route(void)
{
	ipv4_with_option(131);
}

static void
strict_source_route(void)
{
	ipv4_with_option(137);
}

static void
internet_timestamp(void)
{
	ipv4_with_option(68);
}

static void
option_of_unknown_kind(void)
{
	ipv4_with_option(222);
}

static void
router_alert_of_another_length(void)
{
	ipv4_with_option(148);
}

/* Behind the end of options, too, bytes stay where they were. */
static void
behind_the_end_of_options(void)
{
	ipv4_with_option(222);
	fv_packet_put8(&p, p.ip + 20, 0);
}

static void
ipv6_with_extension(uint8_t kind)
{
	uint8_t body[22] = { 0 };

	memcpy(body + 6, mark, sizeof(mark));
	fv_packet_ethernet(&p);
	fv_packet_ipv6(&p, NULL);
	fv_packet_extension(&p, kind, sizeof(body) + 2, body);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_ACK, NULL, 0);
}

static void
hop_by_hop(void)
{
	ipv6_with_extension(0);
}

static void
routing_header(void)
{
	ipv6_with_extension(43);
}

/* Home Address (RFC 6275) among them. */
static void
destination_options(void)
{
	ipv6_with_extension(60);
	fv_packet_put8(&p, p.ip + 42, 201);
	fv_packet_put8(&p, p.ip + 43, 16);
}

/* SPI, sequence number and integrity check value. */
static void
authentication_header(void)
{
	ipv6_with_extension(51);
}

static void
mobility_header(void)
{
	ipv6_with_extension(135);
}

static void
host_identity(void)
{
	ipv6_with_extension(139);
}

static void
shim6(void)
{
	ipv6_with_extension(140);
}

static void
tcp_with_option(uint8_t kind, uint8_t length)
{
	uint8_t options[40];

	option(options, kind, length);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_SYN, options, sizeof(options));
}

static void
tcp_timestamps(void)
{
	tcp_with_option(8, 10);
}

static void
multipath_tcp(void)
{
	tcp_with_option(30, 12);
}

static void
fast_open_cookie(void)
{
	tcp_with_option(34, 18);
}

static void
selective_acknowledgments(void)
{
	tcp_with_option(5, 18);
}

static void
md5_signature(void)
{
	tcp_with_option(19, 18);
}

static void
tcp_authentication(void)
{
	tcp_with_option(29, 16);
}

/* Known kinds of another length are unknown. */
static void
mss_of_another_length(void)
{
	tcp_with_option(2, 10);
}

static void
sack_permitted_of_another_length(void)
{
	tcp_with_option(4, 10);
}

static void
tcp_option_that_runs_over(void)
{
	tcp_with_option(8, 10);
	fv_packet_put8(&p, p.transport + 21, 60);
}

static void
payload(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_ACK, NULL, 0);
	fv_packet_payload(&p, 64);
	memcpy(p.bytes + p.transport + 20, mark, sizeof(mark));
	memcpy(p.bytes + p.transport + 48, mark, sizeof(mark));
}

static void
fragment_data(void)
{
	const struct fv_packet_ip ip = { .offset = 100 };

	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &ip);
	fv_packet_protocol(&p, 6);
	fv_packet_payload(&p, 64);
	memcpy(p.bytes + p.ip + 20, mark, sizeof(mark));
}

static void
ipv6_fragment_data(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv6(&p, NULL);
	fv_packet_fragment(&p, 100, 0);
	fv_packet_protocol(&p, 17);
	fv_packet_payload(&p, 64);
	memcpy(p.bytes + p.ip + 48, mark, sizeof(mark));
}

/* Any protocol behind IP of which no header is read: tunnels, IPsec, ... */
static void
behind_ip(uint8_t protocol)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_protocol(&p, protocol);
	fv_packet_payload(&p, 40);
	memcpy(p.bytes + p.ip + 20, mark, sizeof(mark));
}

static void
gre_key(void)
{
	behind_ip(47);
}

static void
esp_spi(void)
{
	behind_ip(50);
}

static void
igmp_group(void)
{
	behind_ip(2);
}

static void
l2tp_session(void)
{
	behind_ip(115);
}

static void
ospf_router(void)
{
	behind_ip(89);
}

static void
ip_in_ip(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_ipv4(&p, NULL);
	memcpy(p.bytes + p.ip + 12, mark, 8);
	fv_packet_udp(&p, 1, 2);
}

static void
ipv6_in_ip(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_ipv6(&p, NULL);
	memcpy(p.bytes + p.ip + 8, mark, 16);
	fv_packet_udp(&p, 1, 2);
}

static void
behind_udp(uint16_t port)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 40001, port);
	fv_packet_payload(&p, 40);
	memcpy(p.bytes + p.transport + 8, mark, sizeof(mark));
}

static void
vxlan_network(void)
{
	behind_udp(4789);
}

static void
gtp_tunnel(void)
{
	behind_udp(2152);
}

static void
teredo(void)
{
	behind_udp(3544);
}

static void
sctp_verification_tag(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_sctp(&p, 1, 2);
	memcpy(p.bytes + p.transport + 4, mark, 8);
}

/* A message of ICMP with the mark from byte ${at} of its header on. */
static void
icmp(unsigned version, uint8_t type, size_t at)
{
	fv_packet_ethernet(&p);
	if (version == 4)
		fv_packet_ipv4(&p, NULL);
	else
		fv_packet_ipv6(&p, NULL);
	fv_packet_icmp(&p, type, 0);
	fv_packet_payload(&p, 64);
	memcpy(p.bytes + p.transport + at, mark, sizeof(mark));
}

static void
icmp_unused_bytes(void)
{
	icmp(4, 11, 4);
}

static void
icmp_redirect(void)
{
	icmp(4, 5, 4);
}

static void
icmp_router_advertisement(void)
{
	icmp(4, 9, 8);
}

static void
icmp_timestamp(void)
{
	icmp(4, 13, 4);
}

static void
icmp_mask(void)
{
	icmp(4, 17, 4);
}

static void
icmp_of_unknown_type(void)
{
	icmp(4, 200, 4);
}

static void
ping_identifier_and_data(void)
{
	icmp(4, 8, 4);
}

static void
router_advertisement_prefix(void)
{
	icmp(6, 134, 20);
}

static void
router_advertisement_times(void)
{
	icmp(6, 134, 4);
}

static void
router_solicitation_option(void)
{
	icmp(6, 133, 8);
}

static void
neighbour_target(void)
{
	icmp(6, 135, 8);
}

static void
neighbour_option(void)
{
	icmp(6, 136, 26);
}

static void
redirect_destination(void)
{
	icmp(6, 137, 24);
}

static void
redirect_option(void)
{
	icmp(6, 137, 42);
}

static void
multicast_listener(void)
{
	icmp(6, 131, 8);
}

static void
multicast_listener_2(void)
{
	icmp(6, 143, 8);
}

static void
node_information(void)
{
	icmp(6, 139, 4);
}

/* What an ICMP error is about, for the mark to be put in it. */
static void
quote(unsigned version, const struct fv_packet_ip *ip)
{
	fv_packet_ethernet(&p);
	if (version == 4)
		fv_packet_ipv4(&p, NULL);
	else
		fv_packet_ipv6(&p, NULL);
	fv_packet_icmp(&p, version == 4 ? 11 : 3, 0);
	if (version == 4)
		fv_packet_ipv4(&p, ip);
	else
		fv_packet_ipv6(&p, ip);
	fv_packet_udp(&p, 1, 2);
	fv_packet_payload(&p, 128);
}

static void
quoted_addresses(void)
{
	quote(4, NULL);
	memcpy(p.bytes + p.ip + 12, mark, 8);
}

static void
quoted_ipv6_addresses(void)
{
	quote(6, NULL);
	memcpy(p.bytes + p.ip + 8, mark, 16);
}

static void
quoted_payload(void)
{
	quote(4, NULL);
	memcpy(p.bytes + p.transport + 8, mark, 16);
}

static void
quoted_options(void)
{
	uint8_t options[40];
	const struct fv_packet_ip ip = { .options = options,
		.options_length = 20 };

	option(options, 7, 19);
	quote(4, &ip);
}

/* RFC 4884 and 5837: behind 128 bytes of the quote. */
static void
icmp_extensions(void)
{
	quote(4, NULL);
	fv_packet_put8(&p, 14 + 20 + 5, 32);
	memcpy(p.bytes + p.transport + 112, mark, 16);
}

static void
quoted_protocol(void)
{
	quote(4, NULL);
	fv_packet_put8(&p, p.ip + 9, 47);
	memcpy(p.bytes + p.transport, mark, 16);
}

static void
ethernet_addresses(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1, 2);
	memcpy(p.bytes, mark, 12);
}

static void
ipv4_addresses(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	memcpy(p.bytes + p.ip + 12, mark, 8);
	fv_packet_udp(&p, 1, 2);
}

static void
ipv6_addresses(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv6(&p, NULL);
	memcpy(p.bytes + p.ip + 8, mark, 16);
	memcpy(p.bytes + p.ip + 24, mark, 16);
	fv_packet_udp(&p, 1, 2);
}

static void
cooked_address(void)
{
	fv_packet_sll(&p);
	memcpy(p.bytes + 6, mark, 8);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1, 2);
}

static void
sequence_numbers(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_ACK, NULL, 0);
	memcpy(p.bytes + p.transport + 4, mark, 8);
}

/* An acknowledgment without its flag is any four bytes. */
static void
acknowledgment_of_nothing(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_SYN, NULL, 0);
	memcpy(p.bytes + p.transport + 8, mark, 4);
}

/* An ordinary packet of 42 bytes; what is behind it comes later. */
static void
short_packet(void)
{
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1, 2);
}

/* Ethernet padding holds stale memory (Etherleak). */
static void
in_padding(void)
{
	fv_packet_pad(&p, 60);
	memcpy(p.bytes + 42, mark, 16);
}

static void
in_a_trailer(void)
{
	fv_packet_pad(&p, 90);
	memcpy(p.bytes + 70, mark, 16);
}

/* Bytes of the frame behind the total length, also where it cuts a header. */
static void
behind_the_total_length(void)
{
	fv_packet_pad(&p, 90);
	memcpy(p.bytes + 36, mark, 16);
	fv_packet_put16(&p, p.ip + 2, 22);
}

static const struct {
	const char *name;
	void (*build)(void);
	void (*finished)(void); /* what is done behind the packet, or NULL */
} places[] = {
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
	PLACE(icmp_unused_bytes),
	PLACE(icmp_redirect),
	PLACE(icmp_router_advertisement),
	PLACE(icmp_timestamp),
	PLACE(icmp_mask),
	PLACE(icmp_of_unknown_type),
	PLACE(ping_identifier_and_data),
	PLACE(router_advertisement_prefix),
	PLACE(router_advertisement_times),
	PLACE(router_solicitation_option),
	PLACE(neighbour_target),
	PLACE(neighbour_option),
	PLACE(redirect_destination),
	PLACE(redirect_option),
	PLACE(multicast_listener),
	PLACE(multicast_listener_2),
	PLACE(node_information),
	PLACE(quoted_addresses),
	PLACE(quoted_ipv6_addresses),
	PLACE(quoted_payload),
	PLACE(quoted_options),
	PLACE(icmp_extensions),
	PLACE(quoted_protocol),
	PLACE(ethernet_addresses),
	PLACE(ipv4_addresses),
	PLACE(ipv6_addresses),
	PLACE(cooked_address),
	PLACE(sequence_numbers),
	PLACE(acknowledgment_of_nothing),
	{ "padding", short_packet, in_padding },
	{ "trailer", short_packet, in_a_trailer },
	{ "behind the total length", short_packet, behind_the_total_length },
#undef PLACE
};

static void
nothing_planted_in_a_packet_comes_out(void)
{
	char text[128];
	size_t i;
	bool leaks;

	for (i = 0; i < FV_COUNT(places); i++) {
		fv_packet_start(&p);
		places[i].build();
		fv_packet_finish(&p);
		if (places[i].finished != NULL)
			places[i].finished();
		(void)snprintf(text, sizeof(text), "%s", places[i].name);
		CU_assertImplementation(
		    fv_packet_bed_holds(p.bytes, p.length, mark, sizeof(mark)),
		    __LINE__, text, "planted", places[i].name, CU_FALSE);
		fv_packet_bed_pass(&bed, &p);
		leaks = fv_packet_bed_holds(
		    bed.bytes, bed.captured, mark, sizeof(mark));
		CU_assertImplementation(bed.captured > 0 && !leaks, __LINE__,
		    text, "leaks", places[i].name, CU_FALSE);
	}
}

/* Fields too narrow for a mark: whatever they hold, the packet is the same. */
static void
narrow_fields_change_nothing(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
	} fields[] = {
		{ "VLAN priority", 14, 0xf0 },
		{ "DSCP", 19, 0xfc },
		{ "IPv4 identification", 22, 0x5a },
		{ "IPv4 identification, low", 23, 0x5a },
		{ "reserved flag of IPv4", 24, 0x80 },
		{ "IPv4 checksum", 28, 0x5a },
		{ "TTL of the same class", 26, 50 },
		{ "reserved bits of TCP", 50, 0x5e },
		{ "TCP checksum", 54, 0x5a },
		{ "urgent pointer", 56, 0x5a },
		{ "urgent pointer, low", 57, 0x5a },
	};
	struct fv_packet_bed plain;
	size_t i;

	for (i = 0; i < FV_COUNT(fields); i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_vlan(&p, 0x8100, 7);
		fv_packet_ipv4(&p, NULL);
		fv_packet_tcp(&p, 1, 2, FV_PACKET_ACK, NULL, 0);
		fv_packet_finish(&p);
		fv_packet_bed_pass(&plain, &p);
		CU_ASSERT_NOT_EQUAL(p.bytes[fields[i].at], fields[i].value);
		fv_packet_put8(&p, fields[i].at, fields[i].value);
		fv_packet_bed_pass(&bed, &p);
		CU_assertImplementation(plain.captured == bed.captured &&
			memcmp(plain.bytes, bed.bytes, bed.captured) == 0,
		    __LINE__, fields[i].name, "changes", "the packet",
		    CU_FALSE);
	}
}

CU_TestInfo suite_packet_leaks[] = {
	{ "nothing planted in a packet comes out",
	    nothing_planted_in_a_packet_comes_out },
	{ "narrow fields change nothing", narrow_fields_change_nothing },
	CU_TEST_INFO_NULL,
};
