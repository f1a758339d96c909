#ifndef DATASETS_IPFIX_ELEMENTS_H
#define DATASETS_IPFIX_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/schema.h"

/* What flow records are in IPFIX: information elements, and of which columns. */

/* The columns that records are made of, by number in fv_ipfix_names. */
enum fv_ipfix_column {
	FV_IPFIX_START_TIME,
	FV_IPFIX_DURATION,
	FV_IPFIX_SOURCE_HIGH,
	FV_IPFIX_SOURCE_LOW,
	FV_IPFIX_SOURCE_VERSION,
	FV_IPFIX_DESTINATION_HIGH,
	FV_IPFIX_DESTINATION_LOW,
	FV_IPFIX_DESTINATION_VERSION,
	FV_IPFIX_SOURCE_PORT,
	FV_IPFIX_DESTINATION_PORT,
	FV_IPFIX_PROTOCOL,
	FV_IPFIX_ICMP_TYPE,
	FV_IPFIX_ICMP_CODE,
	FV_IPFIX_TCP_FLAGS,
	FV_IPFIX_PACKETS,
	FV_IPFIX_BYTES,
	FV_IPFIX_LINK_BYTES,
	FV_IPFIX_END_REASON,
	FV_IPFIX_VLAN,
	FV_IPFIX_TTL,
	FV_IPFIX_DIRECTION,
	FV_IPFIX_COLUMNS,

	/* Of biflows only. */
	FV_IPFIX_BIFLOW_DIRECTION = FV_IPFIX_COLUMNS,
	FV_IPFIX_REVERSE_START_TIME,
	FV_IPFIX_REVERSE_DURATION,
	FV_IPFIX_REVERSE_TCP_FLAGS,
	FV_IPFIX_REVERSE_PACKETS,
	FV_IPFIX_REVERSE_BYTES,
	FV_IPFIX_REVERSE_LINK_BYTES,
	FV_IPFIX_BIFLOW_COLUMNS
};

/* The names of the columns, with commas; the last ones only with ${biflow}. */
const char *fv_ipfix_names(bool biflow);

/* What a record has, as bits: which of the elements. */
enum fv_ipfix_kind {
	FV_IPFIX_IPV6 = 1,
	FV_IPFIX_HAS_DIRECTION = 2, /* inbound or outbound */
	FV_IPFIX_HAS_REVERSE = 4,   /* the destination sent something, too */
	FV_IPFIX_BIFLOW = 8,        /* the dataset is of biflows */
	FV_IPFIX_KINDS = 16
};

/* The enterprise number that makes an element its reverse (RFC 5103, 6.1). */
#define FV_IPFIX_REVERSE UINT32_C(29305)

struct fv_ipfix_element {
	uint16_t id[2];   /* IANA's number, for IPv4 and for IPv6 */
	uint16_t size[2]; /* bytes of it */
	uint8_t only; /* enum fv_ipfix_kind: records that have all of these */
	bool reverse; /* its reverse information element */
	enum fv_ipfix_column column; /* which says how it was changed */
};

/*
 * In their order.  Unsigned elements of eight bits stand for tcpControlBits
 * and others of 16 (RFC 7011, 6.2).
 */
#define FV_IPFIX_ELEMENTS 24
extern const struct fv_ipfix_element fv_ipfix_elements[FV_IPFIX_ELEMENTS];

/* Whether records of ${kind} have ${element}. */
static inline bool
fv_ipfix_has(const struct fv_ipfix_element *element, unsigned kind)
{
	return (element->only & ~kind) == 0;
}

/* How many elements, and how many bytes, records of ${kind} have. */
size_t fv_ipfix_count(unsigned kind);
size_t fv_ipfix_size(unsigned kind);

/*
 * anonymizationTechnique for what ${column} says; 1 is none, 0 not known.
 * Stability class, the low bits of anonymizationFlags; 0 is not known.
 */
uint16_t fv_ipfix_technique(const struct fv_column *column);
uint16_t fv_ipfix_stability(const struct fv_column *column);

#endif
