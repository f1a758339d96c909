#ifndef ANONYMIZE_PREFIX_BITS_H
#define ANONYMIZE_PREFIX_BITS_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/*
 * Addresses as strings of bits: two words, the first bit of the address in
 * the top of high.  The 32 bits of an IPv4 address come first, and zeros
 * behind them; it is not v4-mapped here.
 */
struct fv_prefix_bits {
	uint64_t high;
	uint64_t low;
};

#define FV_PREFIX_IPV4 32
#define FV_PREFIX_IPV6 128

/* The first ${n} of 64 bits set. */
static inline uint64_t
fv_prefix_top(unsigned n)
{
	return n == 0 ? 0 : n >= 64 ? UINT64_MAX : ~(UINT64_MAX >> n);
}

/* The first ${n} of 128 bits set. */
static inline struct fv_prefix_bits
fv_prefix_mask(unsigned n)
{
	return (struct fv_prefix_bits){ fv_prefix_top(n),
		n <= 64 ? 0 : fv_prefix_top(n - 64) };
}

/* How many leading bits ${a} and ${b} share, up to 128. */
static inline unsigned
fv_prefix_common(struct fv_prefix_bits a, struct fv_prefix_bits b)
{
	if (a.high != b.high)
		return (unsigned)__builtin_clzll(a.high ^ b.high);
	if (a.low != b.low)
		return 64 + (unsigned)__builtin_clzll(a.low ^ b.low);
	return FV_PREFIX_IPV6;
}

/* The 16 octets of both address types (raw.h, hosts.h) as bits, and back. */
static inline struct fv_prefix_bits
fv_prefix_load(const uint8_t octet[16], unsigned version)
{
	uint64_t high, low;

	memcpy(&high, octet, sizeof(high));
	memcpy(&low, octet + 8, sizeof(low));
	if (version == 4)
		return (struct fv_prefix_bits){ be64toh(low) << 32, 0 };
	return (struct fv_prefix_bits){ be64toh(high), be64toh(low) };
}

static inline void
fv_prefix_store(struct fv_prefix_bits b, unsigned version, uint8_t octet[16])
{
	uint64_t high = htobe64(version == 4 ? 0 : b.high);
	uint64_t low = htobe64(
	    version == 4 ? UINT64_C(0xffff) << 32 | b.high >> 32 : b.low);

	memcpy(octet, &high, sizeof(high));
	memcpy(octet + 8, &low, sizeof(low));
}

#endif
