#include "analysis/names.h"

#include <stddef.h>

#include "base/attributes.h"

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{ 0, "IPv6 hop-by-hop" },
	{ 1, "ICMP" },
	{ 2, "IGMP" },
	{ 4, "IPv4 in IP" },
	{ 6, "TCP" },
	{ 17, "UDP" },
	{ 33, "DCCP" },
	{ 41, "IPv6 in IP" },
	{ 43, "IPv6 routing" },
	{ 44, "IPv6 fragment" },
	{ 46, "RSVP" },
	{ 47, "GRE" },
	{ 50, "ESP" },
	{ 51, "AH" },
	{ 58, "ICMPv6" },
	{ 59, "IPv6 no next" },
	{ 60, "IPv6 options" },
	{ 88, "EIGRP" },
	{ 89, "OSPF" },
	{ 94, "IPIP" },
	{ 97, "EtherIP" },
	{ 103, "PIM" },
	{ 112, "VRRP" },
	{ 115, "L2TP" },
	{ 132, "SCTP" },
	{ 136, "UDP-Lite" },
	{ 255, "reserved" },
};

enum { TCP = 1, UDP = 2, BOTH = TCP | UDP };

static const struct {
	uint16_t port;
	uint8_t over;
	const char *name;
} services[] = {
	{ 20, TCP, "FTP data" },
	{ 21, TCP, "FTP" },
	{ 22, TCP, "SSH" },
	{ 23, TCP, "Telnet" },
	{ 25, TCP, "SMTP" },
	{ 53, BOTH, "DNS" },
	{ 67, UDP, "DHCP server" },
	{ 68, UDP, "DHCP client" },
	{ 80, TCP, "HTTP" },
	{ 110, TCP, "POP3" },
	{ 119, TCP, "NNTP" },
	{ 123, UDP, "NTP" },
	{ 135, TCP, "MS RPC" },
	{ 137, UDP, "NetBIOS names" },
	{ 138, UDP, "NetBIOS data" },
	{ 139, TCP, "NetBIOS session" },
	{ 143, TCP, "IMAP" },
	{ 161, UDP, "SNMP" },
	{ 443, TCP, "HTTPS" },
	{ 443, UDP, "QUIC" },
	{ 445, TCP, "SMB" },
	{ 465, TCP, "SMTP over TLS" },
	{ 500, UDP, "IKE" },
	{ 554, TCP, "RTSP" },
	{ 587, TCP, "mail submission" },
	{ 853, TCP, "DNS over TLS" },
	{ 993, TCP, "IMAP over TLS" },
	{ 995, TCP, "POP3 over TLS" },
	{ 1080, TCP, "SOCKS" },
	{ 1194, BOTH, "OpenVPN" },
	{ 1214, TCP, "FastTrack" },
	{ 1433, TCP, "MS SQL" },
	{ 1434, UDP, "MS SQL monitor" },
	{ 1701, UDP, "L2TP" },
	{ 1723, TCP, "PPTP" },
	{ 1863, TCP, "MSN Messenger" },
	{ 1900, UDP, "SSDP" },
	{ 3128, TCP, "web proxy" },
	{ 3389, BOTH, "remote desktop" },
	{ 3478, BOTH, "STUN" },
	{ 3544, UDP, "Teredo" },
	{ 3702, UDP, "WS-Discovery" },
	{ 4204, BOTH, "VRML Multi User" },
	{ 4500, UDP, "IPsec over UDP" },
	{ 4662, TCP, "eDonkey" },
	{ 5050, TCP, "Yahoo Messenger" },
	{ 5060, BOTH, "SIP" },
	{ 5190, TCP, "AIM, ICQ" },
	{ 5222, TCP, "XMPP" },
	{ 5223, TCP, "Apple push" },
	{ 5228, TCP, "Google push" },
	{ 5353, UDP, "mDNS" },
	{ 5355, UDP, "LLMNR" },
	{ 5900, TCP, "VNC" },
	{ 6346, BOTH, "Gnutella" },
	{ 6667, TCP, "IRC" },
	{ 6881, BOTH, "BitTorrent" },
	{ 8080, TCP, "web, alternate" },
	{ 8443, TCP, "HTTPS, alternate" },
	{ 27015, UDP, "Half-Life" },
	{ 51820, UDP, "WireGuard" },
};

static const struct {
	uint8_t type;
	const char *name;
} icmp4[] = {
	{ 0, "echo reply" },
	{ 3, "unreachable" },
	{ 4, "source quench" },
	{ 5, "redirect" },
	{ 8, "echo request" },
	{ 9, "router advertisement" },
	{ 10, "router solicitation" },
	{ 11, "time exceeded" },
	{ 12, "parameter problem" },
	{ 13, "timestamp request" },
	{ 14, "timestamp reply" },
}, icmp6[] = {
	{ 1, "unreachable" },
	{ 2, "packet too big" },
	{ 3, "time exceeded" },
	{ 4, "parameter problem" },
	{ 128, "echo request" },
	{ 129, "echo reply" },
	{ 130, "MLD query" },
	{ 131, "MLD report" },
	{ 132, "MLD done" },
	{ 133, "router solicitation" },
	{ 134, "router advertisement" },
	{ 135, "neighbour solicitation" },
	{ 136, "neighbour advertisement" },
	{ 137, "redirect" },
	{ 143, "MLDv2 report" },
};

const char *
fv_names_protocol(uint8_t number)
{
	size_t i;

	for (i = 0; i < FV_COUNT(protocols); i++)
		if (protocols[i].number == number)
			return protocols[i].name;
	return NULL;
}

const char *
fv_names_service(uint8_t protocol, uint16_t port)
{
	unsigned over = protocol == 6 ? TCP : protocol == 17 ? UDP : 0;
	size_t i;

	for (i = 0; i < FV_COUNT(services); i++)
		if (services[i].port == port && (services[i].over & over) != 0)
			return services[i].name;
	return NULL;
}

const char *
fv_names_icmp(uint8_t protocol, uint8_t type)
{
	size_t i;

	for (i = 0; protocol == 1 && i < FV_COUNT(icmp4); i++)
		if (icmp4[i].type == type)
			return icmp4[i].name;
	for (i = 0; protocol == 58 && i < FV_COUNT(icmp6); i++)
		if (icmp6[i].type == type)
			return icmp6[i].name;
	return NULL;
}
