#include "convert/flow_key.h"

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

/* IANA protocol numbers whose type and code tell flows apart. */
enum { ICMP = 1, ICMPV6 = 58 };

/* Types that ask, and those that answer them; both have an identifier. */
static const struct {
	uint8_t protocol;
	uint8_t query;
	uint8_t reply;
} queries[] = {
	{ ICMP, 8, 0 },      /* echo */
	{ ICMP, 13, 14 },    /* timestamp */
	{ ICMP, 15, 16 },    /* information */
	{ ICMP, 17, 18 },    /* address mask, RFC 950 */
	{ ICMPV6, 128, 129 } /* echo */
};

static bool
is_icmp(const struct fv_raw_packet *p)
{
	return p->protocol == ICMP || p->protocol == ICMPV6;
}

/* Which of the queries, or FV_COUNT(queries). */
static size_t
find_query(const struct fv_raw_packet *p)
{
	size_t i;

	if ((p->has & FV_HAS_ICMP) == 0 || p->icmp_code != 0)
		return FV_COUNT(queries);
	for (i = 0; i < FV_COUNT(queries); i++)
		if (queries[i].protocol == p->protocol &&
		    (queries[i].query == p->icmp_type ||
			queries[i].reply == p->icmp_type))
			break;
	return i;
}

enum fv_flow_query
fv_flow_key_query(const struct fv_raw_packet *p)
{
	size_t i;

	if (!is_icmp(p) || (i = find_query(p)) == FV_COUNT(queries))
		return FV_FLOW_NO_QUERY;
	return queries[i].query == p->icmp_type ? FV_FLOW_QUERY : FV_FLOW_REPLY;
}

/* Whether the source comes behind the destination. */
static bool
is_behind(const struct fv_raw_packet *p)
{
	int order = memcmp(
	    p->source.octet, p->destination.octet, sizeof(p->source.octet));

	return order > 0 ||
	    (order == 0 && p->source_port > p->destination_port);
}

unsigned
fv_flow_key_of(
    const struct fv_raw_packet *p, unsigned how, struct fv_flow_key *key)
{
	const struct fv_raw_addr *from = &p->source, *to = &p->destination;
	uint16_t source = p->source_port, destination = p->destination_port;
	/* Those that were joined to their first are packets of its flow. */
	bool later =
	    p->fragment == FV_FRAGMENT_LATER && (p->has & FV_HAS_FIRST) == 0;
	uint64_t vlan = 0;
	unsigned side = 0;
	size_t query;

	if ((how & FV_FLOW_KEY_BOTH) != 0)
		side = is_behind(p);
	if (is_icmp(p)) {
		destination = (uint16_t)(p->icmp_type << 8 | p->icmp_code);
		query = side == 0 && (how & FV_FLOW_KEY_BOTH) == 0
		    ? FV_COUNT(queries)
		    : find_query(p);
		if (query == FV_COUNT(queries)) {
			side = 0;
		} else {
			/* No other ICMP has a source port. */
			source = (uint16_t)(1 + query);
			destination = p->icmp_identifier;
		}
	} else if (side == 1) {
		source = p->destination_port;
		destination = p->source_port;
	}
	if (side == 1) {
		from = &p->destination;
		to = &p->source;
	}
	if ((how & FV_FLOW_KEY_VLAN) != 0 && (p->has & FV_HAS_VLAN) != 0)
		vlan = UINT64_C(1) + p->vlan;
	memcpy(&key->word[0], from->octet, 16);
	memcpy(&key->word[2], to->octet, 16);
	key->word[4] = (uint64_t)source << 48 | (uint64_t)destination << 32 |
	    (uint64_t)p->encapsulation << 24 | (uint64_t)p->protocol << 16 |
	    vlan << 2 | (uint64_t)(p->source.ip_version == 6) << 1 | later;
	return side;
}
