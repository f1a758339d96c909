#include "convert/linktype.h"

#include <limits.h>
#include <stddef.h>

#include <pcap/pcap.h>

#include "base/attributes.h"

/*
 * Where the number in a file differs from libpcap's own number for the same
 * link type: it took some of its own from the systems it grew up on, and
 * they disagree.
 */
static const struct pair {
	uint32_t link_type;
	int dlt;
} pairs[] = {
	{ 50, DLT_PPP_SERIAL },
	{ 51, DLT_PPP_ETHER },
	{ 99, DLT_SYMANTEC_FIREWALL },
	{ 100, DLT_ATM_RFC1483 },
	{ 101, DLT_RAW },
	{ 102, DLT_SLIP_BSDOS },
	{ 103, DLT_PPP_BSDOS },
	{ 104, DLT_C_HDLC },
	{ 106, DLT_ATM_CLIP },
	{ 107, DLT_FRELAY },
	{ 108, DLT_LOOP },
	{ 109, DLT_ENC },
	{ 246, DLT_PFSYNC },
	{ 258, DLT_PKTAP },
};

int
fv_linktype_dlt(uint32_t link_type)
{
	size_t i;

	for (i = 0; i < FV_COUNT(pairs); i++)
		if (pairs[i].link_type == link_type)
			return pairs[i].dlt;
	return link_type <= INT_MAX ? (int)link_type : -1;
}

uint16_t
fv_linktype_of_dlt(int dlt)
{
	size_t i;

	for (i = 0; i < FV_COUNT(pairs); i++)
		if (pairs[i].dlt == dlt)
			return (uint16_t)pairs[i].link_type;
	return (uint16_t)dlt;
}

const char *
fv_linktype_name(uint32_t link_type)
{
	const char *name =
	    pcap_datalink_val_to_name(fv_linktype_dlt(link_type));

	return name == NULL ? "unknown" : name;
}

const char *
fv_linktype_description(uint32_t link_type)
{
	const char *text =
	    pcap_datalink_val_to_description(fv_linktype_dlt(link_type));

	return text == NULL ? "unknown" : text;
}
