#ifndef ANONYMIZE_ADDRESS_CLASS_H
#define ANONYMIZE_ADDRESS_CLASS_H

#include <stdbool.h>

#include "anonymize/raw.h"
#include "datasets/flow.h"

/*
 * fv_address_class(addr):
 * Which kind of address ${addr} is, by the IANA special-purpose registries
 * (RFC 6890).  Decided on the real address, since the mapping moves special
 * networks anywhere.  What no rule names is public, the strictest class.
 */
enum fv_address_class fv_address_class(const struct fv_raw_addr *addr);

/*
 * fv_address_class_is_local(class):
 * Whether addresses of this class are given out inside a network and never
 * routed beyond it: private and link-local ones.
 */
bool fv_address_class_is_local(enum fv_address_class class);

#endif
