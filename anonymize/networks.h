#ifndef ANONYMIZE_NETWORKS_H
#define ANONYMIZE_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>

#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * A set of networks, such as those that are inside.  Kept as a list, for
 * there are few of them and each address is asked about once.
 */
#define FV_NETWORKS_LIMIT 256

struct fv_network {
	struct fv_raw_addr address; /* bits past the prefix are zero */
	unsigned prefix;            /* of 32 or 128 bits */
};

struct fv_networks {
	struct fv_network network[FV_NETWORKS_LIMIT];
	size_t count;
};

/*
 * fv_networks_add(set, cidr, err):
 * Add the network ${cidr}: "ADDRESS/BITS" or one "ADDRESS", of either
 * family.  Bits past the prefix must be zero: a typing error there would
 * silently mean another network.  Returns 0, or -1 with ${err} set.
 */
int fv_networks_add(struct fv_networks *set, const char *cidr,
    struct fv_err *err) FV_MUST_CHECK;

/* Whether ${addr} lies in any network of ${set}. */
bool fv_networks_contain(
    const struct fv_networks *set, const struct fv_raw_addr *addr);

/*
 * fv_networks_holds(octet, network, bits):
 * Whether the first ${bits} bits at ${octet} and ${network} agree.
 */
bool fv_networks_holds(
    const uint8_t *octet, const uint8_t *network, unsigned bits);

#endif
