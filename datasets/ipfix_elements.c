#include "datasets/ipfix_elements.h"

#include <string.h>

#include "base/attributes.h"

#define NAMES                                                                 \
	"start_time,duration,source_address_high,source_address_low,"         \
	"source_ip_version,destination_address_high,destination_address_low," \
	"destination_ip_version,source_port,destination_port,protocol,"       \
	"icmp_type,icmp_code,tcp_flags,packets,bytes,link_bytes,end_reason,"  \
	"vlan,ttl,direction"

const char *
fv_ipfix_names(bool biflow)
{
	return biflow ? NAMES
	    ",biflow_direction,reverse_start_time,reverse_duration,"
	    "reverse_tcp_flags,reverse_packets,reverse_bytes,"
	    "reverse_link_bytes"
		      : NAMES;
}

#define ALL(v4, v6, s4, s6, column)                                 \
	{                                                           \
		{ v4, v6 }, { s4, s6 }, 0, false, FV_IPFIX_##column \
	}
#define SOME(id, size, only, column)                                       \
	{                                                                  \
		{ id, id }, { size, size }, only, false, FV_IPFIX_##column \
	}
#define BACK(id, size, column)                                          \
	{                                                               \
		{ id, id }, { size, size }, FV_IPFIX_HAS_REVERSE, true, \
		    FV_IPFIX_##column                                   \
	}

const struct fv_ipfix_element fv_ipfix_elements[FV_IPFIX_ELEMENTS] = {
	ALL(156, 156, 8, 8, START_TIME),     /* flowStartNanoseconds */
	ALL(157, 157, 8, 8, DURATION),       /* flowEndNanoseconds */
	ALL(8, 27, 4, 16, SOURCE_LOW),       /* sourceIPv?Address */
	ALL(12, 28, 4, 16, DESTINATION_LOW), /* destinationIPv?Address */
	ALL(7, 7, 2, 2, SOURCE_PORT),        /* sourceTransportPort */
	ALL(11, 11, 2, 2, DESTINATION_PORT), /* destinationTransportPort */
	ALL(4, 4, 1, 1, PROTOCOL),           /* protocolIdentifier */
	ALL(176, 178, 1, 1, ICMP_TYPE),      /* icmpTypeIPv? */
	ALL(177, 179, 1, 1, ICMP_CODE),      /* icmpCodeIPv? */
	ALL(6, 6, 1, 1, TCP_FLAGS),          /* tcpControlBits */
	ALL(2, 2, 8, 8, PACKETS),            /* packetDeltaCount */
	ALL(1, 1, 8, 8, BYTES),              /* octetDeltaCount */
	ALL(352, 352, 8, 8, LINK_BYTES),     /* layer2OctetDeltaCount */
	ALL(136, 136, 1, 1, END_REASON),     /* flowEndReason */
	ALL(58, 58, 2, 2, VLAN),             /* vlanId */
	ALL(192, 192, 1, 1, TTL),            /* ipTTL */
	/* flowDirection, biflowDirection */
	SOME(61, 1, FV_IPFIX_HAS_DIRECTION, DIRECTION),
	SOME(239, 1, FV_IPFIX_BIFLOW, BIFLOW_DIRECTION),
	BACK(156, 8, REVERSE_START_TIME),
	BACK(157, 8, REVERSE_DURATION),
	BACK(6, 1, REVERSE_TCP_FLAGS),
	BACK(2, 8, REVERSE_PACKETS),
	BACK(1, 8, REVERSE_BYTES),
	BACK(352, 8, REVERSE_LINK_BYTES),
};

size_t
fv_ipfix_count(unsigned kind)
{
	size_t i, n = 0;

	for (i = 0; i < FV_IPFIX_ELEMENTS; i++)
		n += fv_ipfix_has(&fv_ipfix_elements[i], kind);
	return n;
}

size_t
fv_ipfix_size(unsigned kind)
{
	size_t i, size = 0;

	for (i = 0; i < FV_IPFIX_ELEMENTS; i++)
		if (fv_ipfix_has(&fv_ipfix_elements[i], kind))
			size += fv_ipfix_elements[i].size[kind & FV_IPFIX_IPV6];
	return size;
}

uint16_t
fv_ipfix_technique(const struct fv_column *column)
{
	static const struct {
		const char *word;
		uint16_t code;
	} techniques[] = {
		{ "precision degradation", 2 },
		{ "binning", 3 },
		/* All values in one bin. */
		{ FV_SCHEMA_DROPPED, 3 },
		{ "permutation", 5 },
		{ "offset", 9 },
		/* One is told: the one that reaches further. */
		{ "offset and precision degradation", 9 },
		/* RFC 6235 counts it among structured permutations. */
		{ "prefix-preserving pseudonymization", 6 },
	};
	size_t i;

	if (column->technique == NULL)
		return 1;
	for (i = 0; i < FV_COUNT(techniques); i++)
		if (strcmp(techniques[i].word, column->technique) == 0)
			return techniques[i].code;
	return 0;
}

uint16_t
fv_ipfix_stability(const struct fv_column *column)
{
	if (column->stability == NULL)
		return 0;
	return strcmp(column->stability, "stable") == 0 ? 3
	    : strcmp(column->stability, "session") == 0 ? 1
							: 0;
}
