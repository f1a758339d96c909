#include "anonymize/address_class.h"

#include "anonymize/networks.h"
#include "base/attributes.h"

struct rule {
	uint8_t octet[16];
	uint8_t bits;
	uint8_t class;
};

/* The first rule that holds decides: exceptions stand before their net. */
static const struct rule ipv4_rules[] = {
	{ { 10 }, 8, FV_ADDRESS_PRIVATE },                    /* RFC 1918 */
	{ { 172, 16 }, 12, FV_ADDRESS_PRIVATE },              /* RFC 1918 */
	{ { 192, 168 }, 16, FV_ADDRESS_PRIVATE },             /* RFC 1918 */
	{ { 100, 64 }, 10, FV_ADDRESS_PRIVATE },              /* RFC 6598 */
	{ { 169, 254 }, 16, FV_ADDRESS_LINK_LOCAL },          /* RFC 3927 */
	{ { 127 }, 8, FV_ADDRESS_LOOPBACK },                  /* RFC 1122 */
	{ { 0 }, 8, FV_ADDRESS_UNSPECIFIED },                 /* RFC 1122 */
	{ { 224 }, 4, FV_ADDRESS_MULTICAST },                 /* RFC 5771 */
	{ { 255, 255, 255, 255 }, 32, FV_ADDRESS_BROADCAST }, /* RFC 919 */
	{ { 240 }, 4, FV_ADDRESS_RESERVED },                  /* RFC 1112 */
	{ { 192, 0, 2 }, 24, FV_ADDRESS_RESERVED },           /* RFC 5737 */
	{ { 198, 51, 100 }, 24, FV_ADDRESS_RESERVED },        /* RFC 5737 */
	{ { 203, 0, 113 }, 24, FV_ADDRESS_RESERVED },         /* RFC 5737 */
	{ { 198, 18 }, 15, FV_ADDRESS_RESERVED },             /* RFC 2544 */
	{ { 192, 0, 0 }, 24, FV_ADDRESS_RESERVED },           /* RFC 6890 */
};

static const struct rule ipv6_rules[] = {
	{ { 0xfc }, 7, FV_ADDRESS_PRIVATE },                     /* RFC 4193 */
	{ { 0xfe, 0x80 }, 10, FV_ADDRESS_LINK_LOCAL },           /* RFC 4291 */
	{ { 0xff }, 8, FV_ADDRESS_MULTICAST },                   /* RFC 4291 */
	{ { [15] = 1 }, 128, FV_ADDRESS_LOOPBACK },              /* RFC 4291 */
	{ { 0 }, 128, FV_ADDRESS_UNSPECIFIED },                  /* RFC 4291 */
	{ { 0x20, 0x01, 0, 2 }, 48, FV_ADDRESS_RESERVED },       /* RFC 5180 */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, FV_ADDRESS_RESERVED }, /* RFC 3849 */
	{ { 0x3f, 0xff }, 20, FV_ADDRESS_RESERVED },             /* RFC 9637 */
	{ { 0x01, 0x00 }, 64, FV_ADDRESS_RESERVED },             /* RFC 6666 */
};

static enum fv_address_class
match(const struct rule *rule, size_t n, const uint8_t *octet)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fv_networks_holds(octet, rule[i].octet, rule[i].bits))
			return rule[i].class;
	return FV_ADDRESS_PUBLIC;
}

enum fv_address_class
fv_address_class(const struct fv_raw_addr *addr)
{
	if (addr->ip_version == 4)
		return match(
		    ipv4_rules, FV_COUNT(ipv4_rules), addr->octet + 12);
	return match(ipv6_rules, FV_COUNT(ipv6_rules), addr->octet);
}

bool fv_address_class_is_local(enum fv_address_class class)
{
	return class == FV_ADDRESS_PRIVATE || class == FV_ADDRESS_LINK_LOCAL;
}
