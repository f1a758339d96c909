#include "tests/unit/suites.h"

#include "anonymize/address_class.h"
#include "tests/unit/addresses.h"

static enum fv_address_class
class_of(const char *text)
{
	struct fv_raw_addr addr = fv_raw_address(text);

	return fv_address_class(&addr);
}

#define PUBLIC FV_ADDRESS_PUBLIC
#define PRIVATE FV_ADDRESS_PRIVATE
#define LINK_LOCAL FV_ADDRESS_LINK_LOCAL
#define LOOPBACK FV_ADDRESS_LOOPBACK
#define MULTICAST FV_ADDRESS_MULTICAST
#define BROADCAST FV_ADDRESS_BROADCAST
#define UNSPECIFIED FV_ADDRESS_UNSPECIFIED
#define RESERVED FV_ADDRESS_RESERVED
#define EMBEDDED FV_ADDRESS_EMBEDDED
#define TUNNEL FV_ADDRESS_TUNNEL
#define ONES ":ffff:ffff:ffff:ffff:ffff:ffff:ffff"

/*
 * Each network of the IANA special-purpose registries that has a class:
 * its first and last address, and what the neighbours are.
 */
static const struct {
	const char *first;
	const char *last;
	enum fv_address_class class;
	const char *before; /* NULL: there is none */
	enum fv_address_class class_before;
	const char *after;
	enum fv_address_class class_after;
} networks[] = {
	{ "0.0.0.0", "0.255.255.255", UNSPECIFIED, NULL, PUBLIC, "1.0.0.0",
	    PUBLIC },
	{ "10.0.0.0", "10.255.255.255", PRIVATE, "9.255.255.255", PUBLIC,
	    "11.0.0.0", PUBLIC },
	{ "100.64.0.0", "100.127.255.255", PRIVATE, "100.63.255.255", PUBLIC,
	    "100.128.0.0", PUBLIC },
	{ "127.0.0.0", "127.255.255.255", LOOPBACK, "126.255.255.255", PUBLIC,
	    "128.0.0.0", PUBLIC },
	{ "169.254.0.0", "169.254.255.255", LINK_LOCAL, "169.253.255.255",
	    PUBLIC, "169.255.0.0", PUBLIC },
	{ "172.16.0.0", "172.31.255.255", PRIVATE, "172.15.255.255", PUBLIC,
	    "172.32.0.0", PUBLIC },
	{ "192.0.0.0", "192.0.0.255", RESERVED, "191.255.255.255", PUBLIC,
	    "192.0.1.0", PUBLIC },
	{ "192.0.2.0", "192.0.2.255", RESERVED, "192.0.1.255", PUBLIC,
	    "192.0.3.0", PUBLIC },
	{ "192.168.0.0", "192.168.255.255", PRIVATE, "192.167.255.255", PUBLIC,
	    "192.169.0.0", PUBLIC },
	{ "198.18.0.0", "198.19.255.255", RESERVED, "198.17.255.255", PUBLIC,
	    "198.20.0.0", PUBLIC },
	{ "198.51.100.0", "198.51.100.255", RESERVED, "198.51.99.255", PUBLIC,
	    "198.51.101.0", PUBLIC },
	{ "203.0.113.0", "203.0.113.255", RESERVED, "203.0.112.255", PUBLIC,
	    "203.0.114.0", PUBLIC },
	{ "224.0.0.0", "239.255.255.255", MULTICAST, "223.255.255.255", PUBLIC,
	    "240.0.0.0", RESERVED },
	{ "240.0.0.0", "255.255.255.254", RESERVED, "239.255.255.255",
	    MULTICAST, "255.255.255.255", BROADCAST },
	{ "255.255.255.255", "255.255.255.255", BROADCAST, "255.255.255.254",
	    RESERVED, NULL, PUBLIC },
	{ "::", "::", UNSPECIFIED, NULL, PUBLIC, "::1", LOOPBACK },
	{ "::1", "::1", LOOPBACK, "::", UNSPECIFIED, "::2", PUBLIC },
	{ "100::", "100::ffff:ffff:ffff:ffff", RESERVED, "ff" ONES, PUBLIC,
	    "100:0:0:1::", PUBLIC },
	{ "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", RESERVED,
	    "2001:1:ffff:ffff:ffff:ffff:ffff:ffff", PUBLIC,
	    "2001:2:1::", PUBLIC },
	{ "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", RESERVED,
	    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", PUBLIC,
	    "2001:db9::", PUBLIC },
	{ "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", RESERVED,
	    "3ffe" ONES, PUBLIC, "3fff:1000::", PUBLIC },
	{ "fc00::", "fdff" ONES, PRIVATE, "fbff" ONES, PUBLIC,
	    "fe00::", PUBLIC },
	{ "fe80::", "febf" ONES, LINK_LOCAL, "fe7f" ONES, PUBLIC,
	    "fec0::", PUBLIC },
	{ "ff00::", "ff00::ffff:ffff", MULTICAST, "feff" ONES, PUBLIC,
	    "ff00::1:0:0", RESERVED },
	{ "ff0f::", "ff0f::ffff:ffff", MULTICAST, "ff0e" ONES, RESERVED,
	    "ff0f::1:0:0", RESERVED },
	{ "ff02::1:ff00:0", "ff02::1:ffff:ffff", MULTICAST, "ff02::1:feff:ffff",
	    RESERVED, "ff02::2:0:0", RESERVED },
	{ "ff02::2:ff00:0", "ff02::2:ffff:ffff", MULTICAST, "ff02::2:feff:ffff",
	    RESERVED, "ff02::3:0:0", RESERVED },
	{ "ff10::", "ff1f" ONES, MULTICAST, "ff0f" ONES, RESERVED,
	    "ff20::", RESERVED },
	{ "ff30::", "ff3f" ONES, MULTICAST, "ff2f" ONES, RESERVED,
	    "ff40::", RESERVED },
	{ "ff70::", "ff7f" ONES, MULTICAST, "ff6f" ONES, RESERVED,
	    "ff80::", RESERVED },
	{ "ff80::", "ffff" ONES, RESERVED, "ff7f" ONES, MULTICAST, NULL,
	    PUBLIC },
	{ "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", TUNNEL, "2000" ONES,
	    PUBLIC, "2001:1::", PUBLIC },
	{ "2002::", "2002" ONES, TUNNEL, "2001" ONES, PUBLIC,
	    "2003::", PUBLIC },
	/* By the address inside: public and reserved ones, and the others. */
	{ "::ffff:1.0.0.0", "::ffff:9.255.255.255", EMBEDDED,
	    "::ffff:0.255.255.255", UNSPECIFIED, "::ffff:10.0.0.0", PRIVATE },
	{ "::ffff:255.255.255.255", "::ffff:255.255.255.255", BROADCAST,
	    "::ffff:255.255.255.254", EMBEDDED, "::1:0:0:0", PUBLIC },
	{ "64:ff9b::1.0.0.0", "64:ff9b::9.255.255.255", EMBEDDED,
	    "64:ff9b::0.255.255.255", UNSPECIFIED, "64:ff9b::10.0.0.0",
	    PRIVATE },
	{ "64:ff9b::224.0.0.0", "64:ff9b::239.255.255.255", MULTICAST,
	    "64:ff9b::223.255.255.255", EMBEDDED, "64:ff9b::240.0.0.0",
	    EMBEDDED },
};

static void
first_last_and_neighbours(void)
{
	size_t i;

	for (i = 0; i < FV_COUNT(networks); i++) {
		CU_ASSERT_EQUAL(class_of(networks[i].first), networks[i].class);
		CU_ASSERT_EQUAL(class_of(networks[i].last), networks[i].class);
		if (networks[i].before != NULL)
			CU_ASSERT_EQUAL(class_of(networks[i].before),
			    networks[i].class_before);
		if (networks[i].after != NULL)
			CU_ASSERT_EQUAL(class_of(networks[i].after),
			    networks[i].class_after);
	}
}

/* IPv4 rules are for IPv4 alone, though the octets may look alike. */
static void
shape_does_not_make_a_family(void)
{
	CU_ASSERT_EQUAL(class_of("::10.0.0.1"), PUBLIC);
	CU_ASSERT_EQUAL(class_of("::255.255.255.255"), PUBLIC);
	CU_ASSERT_EQUAL(class_of("a00::1"), PUBLIC);
	CU_ASSERT_EQUAL(class_of("252.0.0.1"), RESERVED);
}

static void
local_are_private_and_link_local(void)
{
	static const enum fv_address_class others[] = { PUBLIC, LOOPBACK,
		MULTICAST, BROADCAST, UNSPECIFIED, RESERVED, EMBEDDED, TUNNEL };
	size_t i;

	CU_ASSERT_TRUE(fv_address_class_is_local(PRIVATE));
	CU_ASSERT_TRUE(fv_address_class_is_local(LINK_LOCAL));
	for (i = 0; i < FV_COUNT(others); i++)
		CU_ASSERT_FALSE(fv_address_class_is_local(others[i]));
}

CU_TestInfo suite_address_class[] = {
	{ "first, last and the neighbours", first_last_and_neighbours },
	{ "shape does not make a family", shape_does_not_make_a_family },
	{ "local are private and link-local",
	    local_are_private_and_link_local },
	CU_TEST_INFO_NULL,
};
