#include "anonymize/ipcrypt_pfx.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/aes.h"
#include "base/memory.h"

/* Blocks per call of the ciphers, as in cryptopan.c. */
enum { BLOCKS = 512 };

struct pfx {
	struct fv_aes *first;
	struct fv_aes *second;
	uint8_t in[BLOCKS * FV_AES_BLOCK];
	uint8_t one[BLOCKS * FV_AES_BLOCK];
	uint8_t two[BLOCKS * FV_AES_BLOCK];
};

static void
destroy(void *state)
{
	struct pfx *pfx = state;

	fv_aes_free(pfx->first);
	fv_aes_free(pfx->second);
	fv_key_wipe(pfx, sizeof(*pfx));
	free(pfx);
}

static uint8_t *
put(uint8_t *block, uint64_t high, uint64_t low)
{
	high = htobe64(high);
	low = htobe64(low);
	memcpy(block, &high, sizeof(high));
	memcpy(block + 8, &low, sizeof(low));
	return block + FV_AES_BLOCK;
}

/* ${word} shifted right by ${n}, up to 64. */
static uint64_t
right(uint64_t word, unsigned n)
{
	return n == 64 ? 0 : word >> n;
}

/*
 * Blocks ${from} up to ${to} of the address ${a}: as numbers of 128 bits,
 * the start value shifted left by i, and the address's first i bits.  The
 * start values are 1 (IPv6) and 2^96 + 0xffff (IPv4).
 */
static uint8_t *
fill(uint8_t *block, struct fv_prefix_bits a, unsigned from, unsigned to,
    unsigned width)
{
	unsigned i = from, past;

	if (width == FV_PREFIX_IPV4) {
		for (; i < to; i++)
			block = put(block, UINT64_C(1) << 32 << i,
			    UINT64_C(0xffff) << i | right(a.high, 64 - i));
		return block;
	}
	for (; i < to && i < 64; i++)
		block = put(block, 0, UINT64_C(1) << i | right(a.high, 64 - i));
	for (; i < to; i++) {
		past = i - 64;
		block =
		    put(block, UINT64_C(1) << past | right(a.high, 64 - past),
			a.high << past | right(a.low, 64 - past));
	}
	return block;
}

/* The last bits of both ciphers' blocks, summed, in places from ${from}. */
static void
gather(const uint8_t *one, const uint8_t *two, unsigned from, unsigned to,
    struct fv_prefix_bits *flip)
{
	const unsigned middle = to < 64 ? to : 64;
	uint64_t high = 0, low = 0;
	size_t at = FV_AES_BLOCK - 1;
	unsigned i = from;

	for (; i < middle; i++, at += FV_AES_BLOCK)
		high = high << 1 | ((one[at] ^ two[at]) & 1);
	for (; i < to; i++, at += FV_AES_BLOCK)
		low = low << 1 | ((one[at] ^ two[at]) & 1);
	flip->high = from < 64 ? high << (64 - middle) : 0;
	flip->low = to > 64 ? low << (128 - to) : 0;
}

static int
flips(void *state, const struct fv_prefix_bits *a, size_t n, unsigned from,
    unsigned to, unsigned width, struct fv_prefix_bits *flip,
    struct fv_err *err)
{
	struct pfx *pfx = state;
	const size_t most = BLOCKS / (to - from);
	const size_t bytes = (size_t)(to - from) * FV_AES_BLOCK;
	size_t first, count, i;
	uint8_t *block;

	for (first = 0; first < n; first += count) {
		count = n - first < most ? n - first : most;
		block = pfx->in;
		for (i = 0; i < count; i++)
			block = fill(block, a[first + i], from, to, width);
		if (fv_aes_encrypt(pfx->first, pfx->in, count * (to - from),
			pfx->one, err) == -1 ||
		    fv_aes_encrypt(pfx->second, pfx->in, count * (to - from),
			pfx->two, err) == -1)
			return -1;
		for (i = 0; i < count; i++)
			gather(pfx->one + i * bytes, pfx->two + i * bytes, from,
			    to, &flip[first + i]);
	}
	return 0;
}

static const struct fv_prefix_cipher cipher = { flips, destroy };

struct fv_prefix_tree *
fv_ipcrypt_pfx_new(const uint8_t secret[FV_KEY_SIZE], struct fv_err *err)
{
	struct pfx *pfx;

	if (memcmp(secret, secret + FV_AES_KEY, FV_AES_KEY) == 0) {
		(void)fv_err_set(err, FV_EKEY,
		    "the two halves of the key are equal, and ipcrypt-pfx "
		    "would change nothing: take another key");
		return NULL;
	}
	if ((pfx = fv_memory_new(1, sizeof(*pfx), err)) == NULL)
		return NULL;
	if ((pfx->first = fv_aes_new(secret, err)) == NULL ||
	    (pfx->second = fv_aes_new(secret + FV_AES_KEY, err)) == NULL) {
		destroy(pfx);
		return NULL;
	}
	return fv_prefix_tree_new(&cipher, pfx, err);
}
