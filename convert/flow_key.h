#ifndef CONVERT_FLOW_KEY_H
#define CONVERT_FLOW_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"

/*
 * What makes packets one flow, as words: addresses, then ports, protocol, IP
 * version and the kind of tunnel.  Later fragments whose ports are not known
 * are apart.
 *
 * For one direction, type and code of ICMP stand in for the ports.  For both,
 * the two ends stand in order, so that the way back has the same key; and a
 * query of ICMP and its reply are told by their identifier (RFC 792; RFC
 * 4443, section 4), while all other ICMP has one direction only, as nothing
 * comes back.
 */
enum { FV_FLOW_KEY_WORDS = 5 };

struct fv_flow_key {
	uint64_t word[FV_FLOW_KEY_WORDS];
};

/* What to look at. */
enum fv_flow_key_how {
	FV_FLOW_KEY_BOTH = 1, /* both directions have one key */
	FV_FLOW_KEY_VLAN = 2  /* packets of two VLANs are never one flow */
};

/* Whether an ICMP packet asks, answers or does neither. */
enum fv_flow_query { FV_FLOW_NO_QUERY, FV_FLOW_QUERY, FV_FLOW_REPLY };

/*
 * fv_flow_key_of(p, how, key):
 * The key of ${p}.  Returns which side of the flow sent it, 0 or 1: always 0
 * without FV_FLOW_KEY_BOTH.
 */
unsigned fv_flow_key_of(
    const struct fv_raw_packet *p, unsigned how, struct fv_flow_key *key);

/* What an ICMP packet (IPv4 or IPv6) does; FV_FLOW_NO_QUERY of others. */
enum fv_flow_query fv_flow_key_query(const struct fv_raw_packet *p);

#endif
