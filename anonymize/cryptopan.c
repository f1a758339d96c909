#include "anonymize/cryptopan.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/cursor.h"
#include "base/memory.h"

/*
 * Blocks per call of the cipher: 16 IPv4 or 4 IPv6 addresses.  Measured: 4
 * IPv4 addresses a call reach nine tenths of what AES-NI gives through EVP,
 * and more add nothing; 8 KiB stay in the first-level cache.
 */
enum { BLOCK = 16, BLOCKS = 512, IPV4_BITS = 32, IPV6_BITS = 128 };

/* An address or the pad as two words, first bit in the top of high. */
struct bits {
	uint64_t high;
	uint64_t low;
};

struct fv_cryptopan {
	EVP_CIPHER_CTX *context;
	struct bits pad;
	uint8_t in[BLOCKS * BLOCK];
	uint8_t out[BLOCKS * BLOCK];
};

static struct bits
load(const uint8_t octet[BLOCK])
{
	struct fv_cursor c = fv_cursor_over(octet, BLOCK);
	struct bits b = { 0, 0 };

	(void)fv_take_64(&c, true, &b.high);
	(void)fv_take_64(&c, true, &b.low);
	return b;
}

/* One word in network order: a swap and a store, not eight of each. */
static void
put(uint8_t *octet, uint64_t word)
{
	word = htobe64(word);
	memcpy(octet, &word, sizeof(word));
}

static int
encrypt(struct fv_cryptopan *cp, size_t blocks, struct fv_err *err)
{
	int length = 0;

	if (EVP_EncryptUpdate(cp->context, cp->out, &length, cp->in,
		(int)(blocks * BLOCK)) != 1 ||
	    (size_t)length != blocks * BLOCK)
		return fv_err_set(err, FV_ECRYPTO, "AES-128 failed");
	return 0;
}

struct fv_cryptopan *
fv_cryptopan_new(const struct fv_key *key, struct fv_err *err)
{
	const uint8_t *secret = fv_key_secret(key);
	struct fv_cryptopan *cp;

	if ((cp = fv_memory_new(1, sizeof(*cp), err)) == NULL)
		return NULL;
	cp->context = EVP_CIPHER_CTX_new();
	if (cp->context == NULL ||
	    EVP_EncryptInit_ex(
		cp->context, EVP_aes_128_ecb(), NULL, secret, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(cp->context, 0) != 1) {
		(void)fv_err_set(err, FV_ECRYPTO, "AES-128 is not available");
		goto fail;
	}
	memcpy(cp->in, secret + BLOCK, BLOCK);
	if (encrypt(cp, 1, err) == -1)
		goto fail;
	cp->pad = load(cp->out);
	return cp;
fail:
	fv_cryptopan_free(cp);
	return NULL;
}

/* The address as the top bits of a block: IPv4 is not v4-mapped here. */
static struct bits
address_bits(const struct fv_raw_addr *addr)
{
	uint8_t octet[BLOCK] = { 0 };

	if (addr->ip_version == 6)
		return load(addr->octet);
	memcpy(octet, addr->octet + 12, 4);
	return load(octet);
}

static void
publish(struct bits b, unsigned width, struct fv_published_addr *out)
{
	uint8_t octet[BLOCK];

	put(octet, b.high);
	put(octet + 8, b.low);
	memset(out, 0, sizeof(*out));
	if (width == IPV6_BITS) {
		out->ip_version = 6;
		memcpy(out->octet, octet, sizeof(out->octet));
	} else {
		out->ip_version = 4;
		out->octet[10] = out->octet[11] = 0xff;
		memcpy(out->octet + 12, octet, 4);
	}
}

/*
 * The ${width} blocks for ${a}: in block i its first i bits, and the pad's
 * from there on.  Each half of a block in a loop of its own, for the other
 * half stays as it is; this, not the cipher, is what takes the time.
 */
static uint8_t *
fill(uint8_t *block, struct bits a, struct bits pad, unsigned width)
{
	uint64_t high = a.high ^ pad.high, low = a.low ^ pad.low;
	unsigned i;

	for (i = 0; i < width && i < 64; i++, block += BLOCK) {
		put(block, pad.high ^ (high & ~(UINT64_MAX >> i)));
		put(block + 8, pad.low);
	}
	for (; i < width; i++, block += BLOCK) {
		put(block, a.high);
		put(block + 8, pad.low ^ (low & ~(UINT64_MAX >> (i - 64))));
	}
	return block;
}

/* The first bit of each of ${n} blocks, the first block's at the top. */
static uint64_t
gather(const uint8_t *block, unsigned n)
{
	uint64_t word = 0;
	unsigned i;

	for (i = 0; i < n; i++)
		word = word << 1 | block[i * BLOCK] >> 7;
	return word;
}

/* Map ${n} addresses of one family, no more than one call takes. */
static int
map_run(struct fv_cryptopan *cp, const struct fv_raw_addr *in, size_t n,
    unsigned width, struct fv_published_addr *out, struct fv_err *err)
{
	uint8_t *block = cp->in;
	struct bits b;
	size_t k;

	for (k = 0; k < n; k++)
		block = fill(block, address_bits(&in[k]), cp->pad, width);
	if (encrypt(cp, n * width, err) == -1)
		return -1;
	block = cp->out;
	for (k = 0; k < n; k++, block += width * BLOCK) {
		b = address_bits(&in[k]);
		if (width == IPV4_BITS) {
			b.high ^= gather(block, 32) << 32;
		} else {
			b.high ^= gather(block, 64);
			b.low ^= gather(block + 64 * BLOCK, 64);
		}
		publish(b, width, &out[k]);
	}
	return 0;
}

int
fv_cryptopan_map(struct fv_cryptopan *cp, const struct fv_raw_addr *in,
    size_t n, struct fv_published_addr *out, struct fv_err *err)
{
	size_t first, k;
	unsigned width;

	for (first = 0; first < n; first = k) {
		assert(in[first].ip_version == 4 || in[first].ip_version == 6);
		width = in[first].ip_version == 4 ? IPV4_BITS : IPV6_BITS;
		for (k = first + 1; k < n && k - first < BLOCKS / width; k++)
			if (in[k].ip_version != in[first].ip_version)
				break;
		if (map_run(cp, in + first, k - first, width, out + first,
			err) == -1)
			return -1;
	}
	return 0;
}

void
fv_cryptopan_free(struct fv_cryptopan *cp)
{
	if (cp == NULL)
		return;
	EVP_CIPHER_CTX_free(cp->context);
	/* Pad and blocks are as good as the key for whoever finds them. */
	fv_key_wipe(cp, sizeof(*cp));
	free(cp);
}
