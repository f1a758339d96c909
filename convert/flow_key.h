#ifndef CONVERT_FLOW_KEY_H
#define CONVERT_FLOW_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"

/*
 * What makes packets one flow, as words: addresses, then ports (of ICMP, type
 * and code), protocol, IP version and the kind of tunnel.  Later fragments
 * whose ports are not known are apart.
 */
enum { FV_FLOW_KEY_WORDS = 5 };

struct fv_flow_key {
	uint64_t word[FV_FLOW_KEY_WORDS];
};

/*
 * fv_flow_key_of(p, vlan, key):
 * The key of ${p}; with ${vlan}, packets of two VLANs have two.
 */
void fv_flow_key_of(
    const struct fv_raw_packet *p, bool vlan, struct fv_flow_key *key);

#endif
