#ifndef DATASETS_HOSTS_H
#define DATASETS_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "datasets/flow.h"

/*
 * A published address: what a real one was mapped to.  Its own type, so
 * that a real address (anonymize/raw.h) cannot be passed for it.  16 bytes
 * in network order; an IPv4 address sits in the last four behind
 * ::ffff:0:0/96 (RFC 4291, 2.5.5.2), and ip_version tells it from an IPv6
 * address of that shape.
 */
struct fv_published_addr {
	uint8_t octet[16];
	uint8_t ip_version; /* 4 or 6 */
};

/*
 * fv_hosts_is_public(class):
 * Whether an address of ${class} is somebody's on the Internet, in whatever
 * form it was written.
 */
static inline bool fv_hosts_is_public(enum fv_address_class class)
{
	return class == FV_ADDRESS_PUBLIC || class == FV_ADDRESS_EMBEDDED ||
	    class == FV_ADDRESS_TUNNEL;
}

/*
 * fv_hosts_class_name(class), fv_hosts_class_parse(name, class):
 * A class as the schema calls it ("other" for a code that it does not have,
 * never longer than "unspecified"), and back: false when there is none of
 * that name.
 */
const char *fv_hosts_class_name(uint8_t class);
bool fv_hosts_class_parse(const char *name, enum fv_address_class *class);

/*
 * fv_hosts_set_address(host, addr):
 * Fill the address columns of ${host} (text, high and low word, version)
 * from ${addr}.  The text is dotted for IPv4 and as RFC 5952 says for IPv6.
 */
void fv_hosts_set_address(
    struct fv_host *host, const struct fv_published_addr *addr);

#endif
