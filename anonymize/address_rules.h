#ifndef ANONYMIZE_ADDRESS_RULES_H
#define ANONYMIZE_ADDRESS_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "datasets/flow.h"
#include "datasets/hosts.h"

/*
 * What becomes of which address: its class, the space of pseudonyms that it
 * is mapped in, and how many leading bits stay.  docs/privacy.md has the
 * table for people.
 *
 * Invariants, by which (class, pseudonym) is one to one and can be undone:
 * 1. Addresses of one class, space and family are either mapped as a whole,
 *    or their rules stand on networks that no pseudonym leaves: a rule keeps
 *    no fewer bits than its network has.
 * 2. How many bits are kept can be told from those that are.
 */

/* Each has a cipher of its own, but for the first. */
enum fv_address_space {
	FV_SPACE_VERBATIM, /* names nobody: stays as it is */
	FV_SPACE_IPV4,
	FV_SPACE_IPV6,
	FV_SPACE_IPV4_PRIVATE,
	FV_SPACE_IPV6_PRIVATE,
	FV_SPACE_IPV4_MULTICAST,
	FV_SPACE_IPV6_MULTICAST,
	FV_SPACES
};

struct fv_address_rule {
	uint8_t class;    /* enum fv_address_class */
	uint8_t space;    /* enum fv_address_space */
	uint8_t kept;     /* leading bits that are not changed ... */
	uint8_t width;    /* ... of so many: 32 or 128 */
	uint8_t embedded; /* an IPv6 address whose last 32 bits are an IPv4
			   * address: this is the rule for these alone */
};

/* The rule for ${addr}.  What no row of the table names is public. */
void fv_address_rules_of(
    const struct fv_raw_addr *addr, struct fv_address_rule *rule);

/*
 * fv_address_rules_inverse(addr, class, rule):
 * The rule by which an address of ${class} became ${addr}; false when no
 * address of that class can become it.
 */
bool fv_address_rules_inverse(const struct fv_published_addr *addr,
    enum fv_address_class class, struct fv_address_rule *rule);

/*
 * fv_address_rules_is_whole(class):
 * Whether pseudonyms of addresses of ${class} may lie anywhere in their
 * family; else they lie where the addresses do, and a few of them equal
 * addresses by chance.
 */
bool fv_address_rules_is_whole(enum fv_address_class class);

#endif
