#include "convert/flow_key.h"

#include <string.h>

#include "datasets/flow.h"

/* IANA protocol numbers. */
enum { ICMP = 1, ICMPV6 = 58 };

/* The low bits of the last word; a VLAN takes 12 from VLAN on. */
enum { LATER = 1, IPV6 = 2, TAGGED = 4, VLAN_SHIFT = 4 };

void
fv_flow_key_of(
    const struct fv_raw_packet *p, bool vlan, struct fv_flow_key *key)
{
	uint16_t source = p->source_port, destination = p->destination_port;
	uint64_t low = p->source.ip_version == 6 ? IPV6 : 0;

	/* Those that were joined to their first are packets of its flow. */
	if (p->fragment == FV_FRAGMENT_LATER && (p->has & FV_HAS_FIRST) == 0)
		low |= LATER;
	if (vlan && (p->has & FV_HAS_VLAN) != 0)
		low |= (uint64_t)p->vlan << VLAN_SHIFT | TAGGED;
	if (p->protocol == ICMP || p->protocol == ICMPV6)
		destination = (uint16_t)(p->icmp_type << 8 | p->icmp_code);
	memcpy(&key->word[0], p->source.octet, 16);
	memcpy(&key->word[2], p->destination.octet, 16);
	key->word[4] = (uint64_t)source << 48 | (uint64_t)destination << 32 |
	    (uint64_t)p->encapsulation << 24 | (uint64_t)p->protocol << 16 |
	    low;
}
