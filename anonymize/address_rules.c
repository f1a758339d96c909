#include "anonymize/address_rules.h"

#include <string.h>

#include "anonymize/prefix_bits.h"
#include "base/attributes.h"

/* Networks as bits: IPv4(192, 0, 2, 0), IPv6(0x2001, 0xdb8, 0, 0, ...). */
#define IPV4(a, b, c, d)                                       \
	{                                                      \
		(uint64_t)(a) << 56 | (uint64_t)(b) << 48 |    \
		    (uint64_t)(c) << 40 | (uint64_t)(d) << 32, \
		    0                                          \
	}
#define HALF(a, b, c, d) \
	((uint64_t)(a) << 48 | (uint64_t)(b) << 32 | (uint64_t)(c) << 16 | (d))
#define IPV6(a, b, c, d, e, f, g, h)               \
	{                                          \
		HALF(a, b, c, d), HALF(e, f, g, h) \
	}

#define NET6(a, b) IPV6(a, b, 0, 0, 0, 0, 0, 0)

/*
 * ${bits} of ${network}: what such addresses are, where they are mapped, and
 * how many leading bits are kept.  ${anchor}: an address, or a network of
 * ${anchored} bits, that stays where it is within a rule that keeps fewer:
 * bits are kept up to the one in which an address departs from it.
 */
struct row {
	struct fv_prefix_bits network;
	uint8_t bits;
	uint8_t class;
	uint8_t space;
	uint8_t kept;
	uint8_t anchored;
	struct fv_prefix_bits anchor;
};

#define ROW(net, net_bits, what, where, bits_kept)                    \
	.network = net, .bits = net_bits, .class = FV_ADDRESS_##what, \
	.space = FV_SPACE_##where, .kept = bits_kept
#define ANCHOR(bits_anchored, where) .anchored = bits_anchored, .anchor = where

/* The first row that holds decides: exceptions stand before their net. */
static const struct row ipv4_rows[] = {
	/* Given out inside, unique only there: RFC 1918, RFC 6598. */
	{ ROW(IPV4(10, 0, 0, 0), 8, PRIVATE, IPV4_PRIVATE, 8) },
	{ ROW(IPV4(172, 16, 0, 0), 12, PRIVATE, IPV4_PRIVATE, 12) },
	{ ROW(IPV4(192, 168, 0, 0), 16, PRIVATE, IPV4_PRIVATE, 16) },
	{ ROW(IPV4(100, 64, 0, 0), 10, PRIVATE, IPV4_PRIVATE, 10) },
	/* RFC 3927. */
	{ ROW(IPV4(169, 254, 0, 0), 16, LINK_LOCAL, IPV4_PRIVATE, 16) },
	/* RFC 1122, 3.2.1.3: nobody's, unless somebody made more of it. */
	{ ROW(IPV4(127, 0, 0, 0), 8, LOOPBACK, IPV4_PRIVATE, 8),
	    ANCHOR(32, IPV4(127, 0, 0, 1)) },
	{ ROW(IPV4(0, 0, 0, 0), 8, UNSPECIFIED, IPV4_PRIVATE, 8),
	    ANCHOR(32, IPV4(0, 0, 0, 0)) },
	{ ROW(IPV4(255, 255, 255, 255), 32, BROADCAST, VERBATIM, 32) },
	/*
	 * Groups: those that IANA assigns in 224/8 (RFC 5771) are well known.
	 * 233/8 holds numbers of systems (RFC 3180), 234/8 networks (RFC
	 * 6034), 239/8 is up to the site (RFC 2365), and of others nobody can
	 * tell what was made of them.
	 */
	{ ROW(IPV4(224, 0, 0, 0), 8, MULTICAST, VERBATIM, 32) },
	{ ROW(IPV4(224, 0, 0, 0), 4, MULTICAST, IPV4_MULTICAST, 8) },
	/* Anomalies, mapped as if public: RFC 1112, 5737, 2544, 6890. */
	{ ROW(IPV4(240, 0, 0, 0), 4, RESERVED, IPV4, 0) },
	{ ROW(IPV4(192, 0, 2, 0), 24, RESERVED, IPV4, 0) },
	{ ROW(IPV4(198, 51, 100, 0), 24, RESERVED, IPV4, 0) },
	{ ROW(IPV4(203, 0, 113, 0), 24, RESERVED, IPV4, 0) },
	{ ROW(IPV4(198, 18, 0, 0), 15, RESERVED, IPV4, 0) },
	{ ROW(IPV4(192, 0, 0, 0), 24, RESERVED, IPV4, 0) },
	/* All others. */
	{ ROW(IPV4(0, 0, 0, 0), 0, PUBLIC, IPV4, 0) },
};

static const struct row ipv6_rows[] = {
	/* RFC 4193; the bit behind fc00::/7 says how it was assigned. */
	{ ROW(NET6(0xfc00, 0), 7, PRIVATE, IPV6_PRIVATE, 8) },
	/* RFC 4291, 2.5.6: all known ones are in fe80::/64. */
	{ ROW(NET6(0xfe80, 0), 10, LINK_LOCAL, IPV6_PRIVATE, 10),
	    ANCHOR(64, NET6(0xfe80, 0)) },
	{ ROW(IPV6(0, 0, 0, 0, 0, 0, 0, 1), 128, LOOPBACK, VERBATIM, 128) },
	{ ROW(IPV6(0, 0, 0, 0, 0, 0, 0, 0), 128, UNSPECIFIED, VERBATIM, 128) },
	/* The last 24 bits of a host's address (RFC 4291, 2.7.1) ... */
	{ ROW(IPV6(0xff02, 0, 0, 0, 0, 1, 0xff00, 0), 104, MULTICAST,
	    IPV6_MULTICAST, 104) },
	/* ... or of a digest of its name (RFC 4620, 5). */
	{ ROW(IPV6(0xff02, 0, 0, 0, 0, 2, 0xff00, 0), 104, MULTICAST,
	    IPV6_MULTICAST, 104) },
	/* A network (RFC 3306), also with a rendezvous point (RFC 3956). */
	{ ROW(NET6(0xff30, 0), 12, MULTICAST, IPV6_MULTICAST, 16) },
	{ ROW(NET6(0xff70, 0), 12, MULTICAST, IPV6_MULTICAST, 16) },
	/* Made for the day (RFC 4291, 2.7: T = 1). */
	{ ROW(NET6(0xff10, 0), 12, MULTICAST, IPV6_MULTICAST, 16) },
	/* A group of a form that nobody wrote down is nothing we know. */
	{ ROW(NET6(0xff00, 0), 8, RESERVED, IPV6, 0) },
	/* An IPv4 address and a port are inside: RFC 3056, RFC 4380. */
	{ ROW(NET6(0x2002, 0), 16, TUNNEL, IPV6, 0) },
	{ ROW(NET6(0x2001, 0), 32, TUNNEL, IPV6, 0) },
	/* RFC 5180, 3849, 9637, 6666. */
	{ ROW(NET6(0x2001, 2), 48, RESERVED, IPV6, 0) },
	{ ROW(NET6(0x2001, 0xdb8), 32, RESERVED, IPV6, 0) },
	{ ROW(NET6(0x3fff, 0), 20, RESERVED, IPV6, 0) },
	{ ROW(NET6(0x0100, 0), 64, RESERVED, IPV6, 0) },
	{ ROW(IPV6(0, 0, 0, 0, 0, 0, 0, 0), 0, PUBLIC, IPV6, 0) },
};

/* IPv6 addresses with an IPv4 address behind 96 bits, which are kept. */
static const struct fv_prefix_bits embeddings[] = {
	IPV6(0, 0, 0, 0, 0, 0xffff, 0, 0), /* RFC 4291, 2.5.5.2 */
	NET6(0x64, 0xff9b),                /* NAT64: RFC 6052, 2.1 */
};
enum { EMBEDDED_AT = 96 };

/* Permanent groups with a number of up to 32 bits, any scope: RFC 3307. */
static const struct row permanent_groups = {
	ROW(NET6(0xff00, 0), EMBEDDED_AT, MULTICAST, VERBATIM, 128),
};
static const uint64_t SCOPE = UINT64_C(0x000f) << 48;

/* Whether the first ${bits} bits of both are equal. */
static bool
holds(struct fv_prefix_bits a, struct fv_prefix_bits b, unsigned bits)
{
	const struct fv_prefix_bits mask = fv_prefix_mask(bits);

	return (((a.high ^ b.high) & mask.high) |
		   ((a.low ^ b.low) & mask.low)) == 0;
}

/* The last row holds for every address. */
static const struct row *
match(const struct row *row, struct fv_prefix_bits a)
{
	while (!holds(a, row->network, row->bits))
		row++;
	return row;
}

static void
apply(const struct row *row, struct fv_prefix_bits a, unsigned width,
    struct fv_address_rule *rule)
{
	unsigned kept = row->kept, along;

	if (row->anchored > 0) {
		along = fv_prefix_common(a, row->anchor) + 1;
		along = along < row->anchored ? along : row->anchored;
		kept = kept < along ? along : kept;
	}
	rule->class = row->class;
	rule->space = row->space;
	rule->kept = (uint8_t)kept;
	rule->width = (uint8_t)width;
	rule->embedded = 0;
}

static void
ipv4_rule(struct fv_prefix_bits a, struct fv_address_rule *rule)
{
	apply(match(ipv4_rows, a), a, FV_PREFIX_IPV4, rule);
}

/* The IPv4 address inside, as bits; false when it is not of that kind. */
static bool
unwrap(struct fv_prefix_bits a, struct fv_prefix_bits *inner)
{
	size_t i;

	for (i = 0; i < FV_COUNT(embeddings); i++)
		if (holds(a, embeddings[i], EMBEDDED_AT)) {
			*inner = (struct fv_prefix_bits){ a.low << 32, 0 };
			return true;
		}
	return false;
}

static void
rule_of_bits(
    struct fv_prefix_bits a, unsigned version, struct fv_address_rule *rule)
{
	struct fv_prefix_bits inner;

	if (version == 4) {
		ipv4_rule(a, rule);
	} else if (unwrap(a, &inner)) {
		ipv4_rule(inner, rule);
		rule->embedded = 1;
		/* Mapped as a whole behind a prefix that IPv6 ones may get. */
		if (rule->kept == 0)
			rule->class = FV_ADDRESS_EMBEDDED;
	} else if (holds((struct fv_prefix_bits){ a.high & ~SCOPE, a.low },
		       permanent_groups.network, permanent_groups.bits)) {
		apply(&permanent_groups, a, FV_PREFIX_IPV6, rule);
	} else {
		apply(match(ipv6_rows, a), a, FV_PREFIX_IPV6, rule);
	}
}

void
fv_address_rules_of(
    const struct fv_raw_addr *addr, struct fv_address_rule *rule)
{
	rule_of_bits(fv_prefix_load(addr->octet, addr->ip_version),
	    addr->ip_version, rule);
}

bool fv_address_rules_is_whole(enum fv_address_class class)
{
	return class == FV_ADDRESS_PUBLIC || class == FV_ADDRESS_RESERVED ||
	    class == FV_ADDRESS_TUNNEL || class == FV_ADDRESS_EMBEDDED;
}

bool
fv_address_rules_inverse(const struct fv_published_addr *addr,
    enum fv_address_class class, struct fv_address_rule *rule)
{
	const bool six = addr->ip_version == 6;
	struct fv_prefix_bits a, inner;

	a = fv_prefix_load(addr->octet, addr->ip_version);
	if (!fv_address_rules_is_whole(class)) {
		/* Its network is kept, so it tells the rule. */
		rule_of_bits(a, addr->ip_version, rule);
		return rule->class == class;
	}
	*rule = (struct fv_address_rule){ .class = (uint8_t) class,
		.space = six ? FV_SPACE_IPV6 : FV_SPACE_IPV4,
		.width = six ? FV_PREFIX_IPV6 : FV_PREFIX_IPV4 };
	if (class != FV_ADDRESS_EMBEDDED)
		return six || class != FV_ADDRESS_TUNNEL;
	rule->space = FV_SPACE_IPV4;
	rule->width = FV_PREFIX_IPV4;
	rule->embedded = 1;
	return six && unwrap(a, &inner);
}
