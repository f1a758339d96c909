#include "analysis/service_table.h"

#include <assert.h>
#include <string.h>

#include "base/attributes.h"

#define TCP FV_SERVICE_TCP
#define UDP FV_SERVICE_UDP
#define BOTH FV_SERVICE_BOTH
#define EITHER FV_SERVICE_EITHER
#define DESTINATION FV_SERVICE_DESTINATION
#define ALWAYS FV_SERVICE_ALWAYS
#define THEN FV_SERVICE_THEN
#define TODAY FV_SERVICE_TODAY

/*
 * Ports from 32768 up are among those that Linux hands out to clients, and
 * from 49152 up (RFC 6335, section 6) all systems do; for a service there
 * the destination decides, but for the one that the slides name for its
 * source port.
 */
const struct fv_service fv_service_table[] = {
	{ "FTP", TCP, EITHER, ALWAYS, 20, 21 },
	{ "SSH", TCP, EITHER, ALWAYS, 22, 22 },
	{ "Telnet", TCP, EITHER, THEN, 23, 23 },
	{ "SMTP", TCP, EITHER, ALWAYS, 25, 25 },
	{ "DNS", BOTH, EITHER, ALWAYS, 53, 53 },
	{ "DHCP", UDP, EITHER, ALWAYS, 67, 68 },
	{ "HTTP", TCP, EITHER, ALWAYS, 80, 80 },
	{ "POP3", TCP, EITHER, ALWAYS, 110, 110 },
	{ "NTP", UDP, EITHER, ALWAYS, 123, 123 },
	{ "NetBIOS", BOTH, EITHER, ALWAYS, 137, 139 },
	{ "IMAP", TCP, EITHER, ALWAYS, 143, 143 },
	{ "HTTPS", TCP, EITHER, ALWAYS, 443, 443 },
	{ "QUIC", UDP, EITHER, TODAY, 443, 443 },
	{ "SMB", TCP, EITHER, ALWAYS, 445, 445 },
	{ "IKE", UDP, EITHER, ALWAYS, 500, 500 },
	{ "mail submission", TCP, EITHER, ALWAYS, 587, 587 },
	{ "DNS over TLS", TCP, EITHER, TODAY, 853, 853 },
	{ "DNS over QUIC", UDP, EITHER, TODAY, 853, 853 },
	{ "IMAP over TLS", TCP, EITHER, ALWAYS, 993, 993 },
	{ "POP3 over TLS", TCP, EITHER, ALWAYS, 995, 995 },
	{ "OpenVPN", BOTH, EITHER, ALWAYS, 1194, 1194 },
	{ "FastTrack", TCP, EITHER, THEN, 1214, 1214 },
	{ "L2TP", UDP, EITHER, ALWAYS, 1701, 1701 },
	{ "PPTP", TCP, EITHER, THEN, 1723, 1723 },
	{ "MSN Messenger", TCP, EITHER, THEN, 1863, 1863 },
	{ "SSDP", UDP, EITHER, ALWAYS, 1900, 1900 },
	{ "remote desktop", BOTH, EITHER, ALWAYS, 3389, 3389 },
	{ "STUN", BOTH, EITHER, TODAY, 3478, 3481 },
	{ "Teredo", UDP, EITHER, THEN, 3544, 3544 },
	{ "VRML Multi User", BOTH, EITHER, THEN, 4204, 4204 },
	{ "IPsec over UDP", UDP, EITHER, ALWAYS, 4500, 4500 },
	{ "eDonkey", BOTH, EITHER, THEN, 4662, 4672 },
	{ "Yahoo Messenger", TCP, EITHER, THEN, 5050, 5050 },
	{ "SIP", BOTH, EITHER, ALWAYS, 5060, 5061 },
	{ "AIM, ICQ", TCP, EITHER, THEN, 5190, 5190 },
	{ "XMPP", TCP, EITHER, ALWAYS, 5222, 5222 },
	{ "Apple push", TCP, EITHER, TODAY, 5223, 5223 },
	{ "Google push", TCP, EITHER, TODAY, 5228, 5230 },
	{ "STUN over TLS", TCP, EITHER, TODAY, 5349, 5349 },
	{ "mDNS", UDP, EITHER, ALWAYS, 5353, 5353 },
	{ "LLMNR", UDP, EITHER, ALWAYS, 5355, 5355 },
	{ "Gnutella", BOTH, EITHER, THEN, 6346, 6347 },
	{ "IRC", TCP, EITHER, THEN, 6660, 6669 },
	{ "BitTorrent", BOTH, EITHER, THEN, 6881, 6889 },
	{ "web, alternate", TCP, EITHER, ALWAYS, 8080, 8080 },
	{ "HTTPS, alternate", TCP, EITHER, ALWAYS, 8443, 8443 },
	{ "Zoom", UDP, EITHER, TODAY, 8801, 8810 },
	{ "Google Meet", UDP, EITHER, TODAY, 19302, 19309 },
	{ "Half-Life", BOTH, EITHER, THEN, 27015, 27015 },
	{ "Mac Skype", BOTH, EITHER, THEN, 36459, 36459 },
	{ "WireGuard", UDP, DESTINATION, TODAY, 51820, 51820 },
};

const size_t fv_service_table_count = FV_COUNT(fv_service_table);

_Static_assert(FV_COUNT(fv_service_table) < FV_SERVICE_TABLE_LIMIT,
    "a row's number fits a byte");

size_t
fv_service_table_find(const char *name)
{
	size_t i;

	for (i = 0; i < FV_COUNT(fv_service_table); i++)
		if (strcmp(fv_service_table[i].name, name) == 0)
			return i;
	assert(!"a service of this name");
	return 0;
}
