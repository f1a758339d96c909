#include "anonymize/address_class.h"

#include "anonymize/address_rules.h"

enum fv_address_class
fv_address_class(const struct fv_raw_addr *addr)
{
	struct fv_address_rule rule;

	fv_address_rules_of(addr, &rule);
	return (enum fv_address_class)rule.class;
}

bool fv_address_class_is_local(enum fv_address_class class)
{
	return class == FV_ADDRESS_PRIVATE || class == FV_ADDRESS_LINK_LOCAL;
}
