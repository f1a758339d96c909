#include "tests/capgen/wrapping.h"

#include "base/attributes.h"
#include "datasets/flow.h"

/* The receiver and the sender, and LLC with SNAP for IPv4. */
#define TO 0, 0, 0x5e, 0, 0x53, 2
#define FROM 0, 0, 0x5e, 0, 0x53, 1
#define SNAP 0xaa, 0xaa, 3, 0, 0, 0, 8, 0

/* Apple's header of 108 bytes before a packet of link type ${link}. */
#define PKTAP(link)                                                            \
	108, 0, 0, 0, 1, 0, 0, 0, link, 0, 0, 0, 'e', 'n', '0', 0, 0, 0, 0, 0, \
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0,  \
	    0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 'p', 'r', 'o', 'c', 0,  \
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  \
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  \
	    0, 0, 0

#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })

const struct fv_wrapping_link fv_wrapping_links[] = {
	{ "Ethernet", 1, BYTES(TO, FROM, 8, 0), 1 },
	{ "Ethernet, four tags", 1,
	    BYTES(TO, FROM, 0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 0x91, 0, 0, 7,
		0x92, 0, 0, 8, 8, 0),
	    1 },
	{ "Ethernet, LLC", 1, BYTES(TO, FROM, 5, 0xdc, SNAP), 1 },
	{ "Ethernet, LLC without SNAP", 1, BYTES(TO, FROM, 5, 0xdc, 6, 6, 3),
	    1 },
	{ "Ethernet, tag, LLC", 1,
	    BYTES(TO, FROM, 0x81, 0, 0, 5, 5, 0xdc, SNAP), 1 },
	{ "Ethernet, LLC of 802.1H", 1,
	    BYTES(TO, FROM, 5, 0xdc, 0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 0), 1 },
	{ "Ethernet, three labels", 1,
	    BYTES(TO, FROM, 0x88, 0x47, 0, 1, 0, 64, 0, 2, 0, 64, 0, 3, 1, 64),
	    1 },
	{ "Ethernet, explicit null label", 1,
	    BYTES(TO, FROM, 0x88, 0x48, 0, 0, 1, 64), 1 },
	{ "Ethernet, pseudowire with a control word", 1,
	    BYTES(TO, TO, 0x88, 0x47, 0, 1, 1, 64, 0, 0, 0, 0, TO, FROM, 8, 0),
	    1 },
	{ "Ethernet, pseudowire without", 1,
	    BYTES(TO, TO, 0x88, 0x47, 0, 1, 1, 64, 0xfe, 0, 0x5e, 0, 0x53, 2,
		FROM, 8, 0),
	    1 },
	{ "Ethernet, PPPoE", 1,
	    BYTES(TO, FROM, 0x88, 0x64, 0x11, 0, 0, 1, 5, 0xdc, 0, 0x21), 1 },
	{ "cooked", 113, BYTES(0, 0, 0, 1, 0, 6, FROM, 0, 0, 8, 0), 1 },
	{ "cooked, LLC", 113, BYTES(0, 0, 0, 1, 0, 6, FROM, 0, 0, 0, 4, SNAP),
	    1 },
	{ "cooked 2", 276,
	    BYTES(8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, FROM, 0, 0), 1 },
	{ "null, little-endian", 0, BYTES(2, 0, 0, 0), 0 },
	{ "null, big-endian", 0, BYTES(0, 0, 0, 2), 0 },
	{ "loop", 108, BYTES(0, 0, 0, 2), 0 },
	{ "PPP", 9, BYTES(0xff, 3, 0, 0x21), 0 },
	{ "PPP, number compressed", 9, BYTES(0x21), 0 },
	{ "PPP, Cisco's HDLC", 9, BYTES(0x0f, 0, 8, 0), 0 },
	{ "PPP, MPLS", 9, BYTES(0xff, 3, 2, 0x81, 0, 1, 1, 64), 0 },
	{ "PPP serial", 50, BYTES(0xff, 3, 0x21), 0 },
	{ "PPPoE alone", 51, BYTES(0x11, 0, 0, 1, 5, 0xdc, 0, 0x21), 0 },
	{ "HDLC", 104, BYTES(0x8f, 0, 8, 0), 0 },
	{ "MPLS", 219, BYTES(0, 1, 1, 64), 0 },
	{ "802.11, to the station", 105,
	    BYTES(8, 2, 0, 0, TO, TO, FROM, 0x10, 0, SNAP), 1 },
	{ "802.11, from the station", 105,
	    BYTES(8, 1, 0, 0, TO, FROM, TO, 0x10, 0, SNAP), 1 },
	{ "802.11, no access point", 105,
	    BYTES(8, 0, 0, 0, TO, FROM, TO, 0x10, 0, SNAP), 1 },
	{ "802.11, QoS", 105,
	    BYTES(0x88, 1, 0, 0, TO, FROM, TO, 0x10, 0, 5, 0, SNAP), 1 },
	{ "802.11, four addresses, QoS and HT control", 105,
	    BYTES(0x88, 0x83, 0, 0, TO, TO, TO, 0x10, 0, FROM, 5, 0, 1, 2, 3, 4,
		SNAP),
	    1 },
	{ "radiotap", 127,
	    BYTES(0, 0, 8, 0, 0, 0, 0, 0, 8, 1, 0, 0, TO, FROM, TO, 0x10, 0,
		SNAP),
	    1 },
	{ "radiotap, time, padded 802.11 header", 127,
	    BYTES(0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9,
		9, 9, 9, 9, 9, 0x20, 0x88, 1, 0, 0, TO, FROM, TO, 0x10, 0, 5, 0,
		0, 0, SNAP),
	    1 },
	{ "Prism", 119,
	    BYTES(0x44, 0, 0, 0, 16, 0, 0, 0, 'w', 'l', 'a', 'n', '0', 0, 0, 0,
		8, 1, 0, 0, TO, FROM, TO, 0x10, 0, SNAP),
	    1 },
	{ "AVS", 163,
	    BYTES(0x80, 0x21, 0x10, 1, 0, 0, 0, 12, 0, 0, 0, 0, 8, 1, 0, 0, TO,
		FROM, TO, 0x10, 0, SNAP),
	    1 },
	{ "PPI, 802.11", 192,
	    BYTES(0, 0, 8, 0, 105, 0, 0, 0, 8, 1, 0, 0, TO, FROM, TO, 0x10, 0,
		SNAP),
	    1 },
	{ "PPI, Ethernet", 192, BYTES(0, 0, 8, 0, 1, 0, 0, 0, TO, FROM, 8, 0),
	    1 },
	{ "pf's log", 117,
	    BYTES(13, 2, 0, 0, 'e', 'm', '0', 0, 0, 0, 0, 0, 0, 0, 0, 0), 0 },
	{ "netfilter's log, little-endian", 239,
	    BYTES(2, 0, 0, 5, 8, 0, 1, 0, 8, 0, 3, 0, 5, 0, 10, 0, 'x', 0, 0, 0,
		0xe0, 5, 9, 0),
	    0 },
	{ "netfilter's log of a bridge, big-endian", 239,
	    BYTES(7, 0, 0, 5, 0, 8, 0, 1, 8, 0, 3, 0, 5, 0xe0, 0, 9), 0 },
	{ "FDDI", 10, BYTES(0x50, TO, FROM, SNAP), 1 },
	{ "FDDI, synchronous, LLC without SNAP", 10,
	    BYTES(0xd1, TO, FROM, 6, 6, 3), 1 },
	{ "ARCNET", 7, BYTES(1, 2, 212, 0, 0, 7), 0 },
	{ "ARCNET, first piece", 7, BYTES(1, 2, 212, 3, 0, 7), 0 },
	{ "ARCNET, exception", 7, BYTES(1, 2, 212, 255, 255, 255, 212, 0, 0, 7),
	    0 },
	{ "ARCNET, RFC 1051", 7, BYTES(1, 2, 240), 0 },
	{ "ARCNET, Linux", 129, BYTES(1, 2, 0, 0xc8, 212, 0, 0, 7), 0 },
	{ "ARCNET, Linux, RFC 1051", 129, BYTES(1, 2, 0, 0xc8, 240), 0 },
	{ "PKTAP, Ethernet", 258, BYTES(PKTAP(1), TO, FROM, 8, 0), 1 },
	{ "PKTAP, null", 258, BYTES(PKTAP(0), 2, 0, 0, 0), 0 },
	{ "PKTAP of a private link type", 149, BYTES(PKTAP(1), TO, FROM, 8, 0),
	    1 },
	{ "raw", 101, NULL, 0, 0 },
	{ "raw IPv4", 228, NULL, 0, 0 },
};
const size_t fv_wrapping_links_count = FV_COUNT(fv_wrapping_links);

#define NONE NULL, 0

const struct fv_wrapping_tunnel fv_wrapping_tunnels[] = {
	{ "IPv4 in IP", FV_ENCAPSULATION_IPV4_IN_IP, 4, 0, 0, NONE,
	    FV_INSIDE_IPV4, 0 },
	{ "IPv6 in IP", FV_ENCAPSULATION_IPV6_IN_IP, 41, 0, 0, NONE,
	    FV_INSIDE_IPV6, 0 },
	{ "GRE", FV_ENCAPSULATION_GRE, 47, 0, 0, BYTES(0, 0, 8, 0),
	    FV_INSIDE_IPV4, 0 },
	{ "GRE, checksum, key, number", FV_ENCAPSULATION_GRE, 47, 0, 0,
	    BYTES(0xb0, 0, 0x86, 0xdd, 1, 2, 0, 0, 0xfe, 0xdc, 0xba, 0x98, 0, 0,
		0, 1),
	    FV_INSIDE_IPV6, 0xfedcba98 },
	{ "GRE, routes", FV_ENCAPSULATION_GRE, 47, 0, 0,
	    BYTES(0x40, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 4, 192, 0, 2, 9, 0, 0, 0,
		0),
	    FV_INSIDE_IPV4, 0 },
	{ "GRE, label", FV_ENCAPSULATION_GRE, 47, 0, 0,
	    BYTES(0, 0, 0x88, 0x47, 0, 1, 1, 64), FV_INSIDE_IPV4, 0 },
	{ "GRE, Ethernet", FV_ENCAPSULATION_GRE, 47, 0, 0,
	    BYTES(0, 0, 0x65, 0x58), FV_INSIDE_ETHERNET, 0 },
	{ "GRE, WCCP", FV_ENCAPSULATION_GRE, 47, 0, 0,
	    BYTES(0, 0, 0x88, 0x3e, 0, 0, 0, 0), FV_INSIDE_IPV4, 0 },
	{ "NVGRE", FV_ENCAPSULATION_NVGRE, 47, 0, 0,
	    BYTES(0x20, 0, 0x65, 0x58, 0xab, 0xcd, 0xef, 0x99),
	    FV_INSIDE_ETHERNET, 0xabcdef + 1 },
	{ "PPTP", FV_ENCAPSULATION_PPTP, 47, 0, 0,
	    BYTES(0x30, 0x81, 0x88, 0x0b, 5, 0xdc, 0xbe, 0xef, 0, 0, 0, 2, 0, 0,
		0, 1, 0xff, 3, 0, 0x21),
	    FV_INSIDE_IPV4, 0xbeef + 1 },
	{ "ERSPAN I", FV_ENCAPSULATION_ERSPAN, 47, 0, 0,
	    BYTES(0, 0, 0x88, 0xbe), FV_INSIDE_ETHERNET, 0 },
	{ "ERSPAN II", FV_ENCAPSULATION_ERSPAN, 47, 0, 0,
	    BYTES(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5, 0xfe, 0x34, 0, 0, 0,
		0),
	    FV_INSIDE_ETHERNET, 0x234 + 1 },
	{ "ERSPAN III", FV_ENCAPSULATION_ERSPAN, 47, 0, 0,
	    BYTES(0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5, 0xfd, 0x56, 0, 0, 0,
		0, 0, 0, 0, 0),
	    FV_INSIDE_ETHERNET, 0x156 + 1 },
	{ "ERSPAN III, platform", FV_ENCAPSULATION_ERSPAN, 47, 0, 0,
	    BYTES(0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 5, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0),
	    FV_INSIDE_ETHERNET, 0 + 1 },
	{ "VXLAN", FV_ENCAPSULATION_VXLAN, 17, 50000, 4789,
	    BYTES(8, 0, 0, 0, 0x12, 0x34, 0x56, 0), FV_INSIDE_ETHERNET,
	    0x123456 + 1 },
	{ "VXLAN, Linux", FV_ENCAPSULATION_VXLAN, 17, 50000, 8472,
	    BYTES(8, 0, 0, 0, 0xff, 0xff, 0xff, 0), FV_INSIDE_ETHERNET,
	    0xffffff + 1 },
	{ "VXLAN-GPE, IPv4", FV_ENCAPSULATION_VXLAN, 17, 50000, 4790,
	    BYTES(0x0c, 0, 0, 1, 0x65, 0x43, 0x21, 0), FV_INSIDE_IPV4,
	    0x654321 + 1 },
	{ "VXLAN-GPE, Ethernet", FV_ENCAPSULATION_VXLAN, 17, 50000, 4790,
	    BYTES(0x0c, 0, 0, 3, 0, 0, 0, 0), FV_INSIDE_ETHERNET, 0 + 1 },
	{ "Geneve", FV_ENCAPSULATION_GENEVE, 17, 50000, 6081,
	    BYTES(0, 0, 0x65, 0x58, 0x13, 0x57, 0x9b, 0), FV_INSIDE_ETHERNET,
	    0x13579b + 1 },
	{ "Geneve, options", FV_ENCAPSULATION_GENEVE, 17, 50000, 6081,
	    BYTES(2, 0x40, 8, 0, 0x24, 0x68, 0xac, 0, 1, 2, 3, 1, 5, 6, 7, 8),
	    FV_INSIDE_IPV4, 0x2468ac + 1 },
	{ "GTP-U", FV_ENCAPSULATION_GTP_U, 17, 2152, 2152,
	    BYTES(0x30, 255, 5, 0xdc, 0xc0, 0xff, 0xee, 1), FV_INSIDE_IPV4,
	    0xc0ffee01 },
	{ "GTP-U, extensions", FV_ENCAPSULATION_GTP_U, 17, 2152, 40000,
	    BYTES(0x34, 255, 5, 0xdc, 0xde, 0xad, 0xca, 0xfe, 0, 0, 0, 0x85, 1,
		0, 9, 0x40, 2, 1, 2, 3, 4, 5, 6, 0),
	    FV_INSIDE_IPV6, 0xdeadcafe },
	{ "Teredo", FV_ENCAPSULATION_TEREDO, 17, 40000, 3544, NONE,
	    FV_INSIDE_IPV6, 0 },
	{ "Teredo, authentication and origin", FV_ENCAPSULATION_TEREDO, 17,
	    3544, 40000,
	    BYTES(0, 1, 1, 2, 'i', 'a', 'a', 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0,
		0x12, 0x34, 1, 2, 3, 4),
	    FV_INSIDE_IPV6, 0 },
	{ "L2TP", FV_ENCAPSULATION_L2TP, 17, 1701, 1701,
	    BYTES(0, 2, 0x31, 0x41, 0x59, 0x26, 0xff, 3, 0, 0x21),
	    FV_INSIDE_IPV4, 0x31415926 },
	{ "L2TP, length, numbers, offset", FV_ENCAPSULATION_L2TP, 17, 1701,
	    50000,
	    BYTES(0x4a, 2, 5, 0xdc, 0x27, 0x18, 0x28, 0x18, 0, 0, 0, 0, 0, 2, 9,
		9, 0, 0x57),
	    FV_INSIDE_IPV6, 0x27182818 },
	{ "MPLS in UDP", FV_ENCAPSULATION_MPLS, 17, 50000, 6635,
	    BYTES(0, 1, 0, 64, 0, 2, 1, 64), FV_INSIDE_IPV6, 0 },
	{ "MPLS in IP", FV_ENCAPSULATION_MPLS, 137, 0, 0, BYTES(0, 1, 1, 64),
	    FV_INSIDE_IPV4, 0 },
};
const size_t fv_wrapping_tunnels_count = FV_COUNT(fv_wrapping_tunnels);

void
fv_wrapping_start(struct fv_packet *p, const struct fv_wrapping_link *link)
{
	fv_packet_start(p);
	fv_packet_raw(p, link->link_type);
	fv_packet_header(p, 0, 0, link->bytes, link->length);
}

void
fv_wrapping_put(struct fv_packet *p, const struct fv_wrapping_tunnel *tunnel,
    const struct fv_packet_ip *ip)
{
	uint32_t link_type = p->link_type;

	if (tunnel->destination_port != 0)
		fv_packet_udp(p, tunnel->source_port, tunnel->destination_port);
	if (tunnel->length > 0 || tunnel->destination_port != 0)
		fv_packet_header(
		    p, 0, tunnel->protocol, tunnel->bytes, tunnel->length);
	if (tunnel->inside == FV_INSIDE_ETHERNET)
		fv_packet_ethernet(p);
	p->link_type = link_type;
	if (tunnel->inside == FV_INSIDE_IPV6)
		fv_packet_ipv6(p, ip);
	else
		fv_packet_ipv4(p, ip);
}
