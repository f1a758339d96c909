#include "anonymize/cryptopan.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/aes.h"
#include "base/memory.h"

/*
 * Blocks per call of the cipher.  Measured: 128 blocks a call reach nine
 * tenths of what AES-NI gives through EVP, and more add nothing; 8 KiB stay
 * in the first-level cache.
 */
enum { BLOCKS = 512 };

static const uint64_t FIRST = UINT64_C(1) << 63;

struct cryptopan {
	struct fv_aes *aes;
	struct fv_prefix_bits pad;
	uint8_t block[BLOCKS * FV_AES_BLOCK];
};

static void
destroy(void *state)
{
	struct cryptopan *cp = state;

	fv_aes_free(cp->aes);
	/* Pad and blocks are as good as the key for whoever finds them. */
	fv_key_wipe(cp, sizeof(*cp));
	free(cp);
}

/* Block i of what differs from the pad in ${x}. */
static void
put(uint8_t *block, struct fv_prefix_bits x, struct fv_prefix_bits pad,
    unsigned i)
{
	const struct fv_prefix_bits mask = fv_prefix_mask(i);
	const uint64_t high = htobe64(pad.high ^ (x.high & mask.high));
	const uint64_t low = htobe64(pad.low ^ (x.low & mask.low));

	memcpy(block, &high, sizeof(high));
	memcpy(block + 8, &low, sizeof(low));
}

/*
 * Block i is the address's first i bits and the pad's from there on.  Where
 * bit i of both is the same, block i + 1 is block i: that is the weakness of
 * the scheme, and it saves half of the work, since a block need not be
 * enciphered twice.  ${x} is where address and pad differ: there it is worth
 * going on to the next block, and elsewhere this one is written again.  No
 * branch depends on an address, for the processor would guess it wrong.
 *
 * The halves have loops of their own, for the other half stays as it is.
 */
static uint8_t *
fill(uint8_t *block, struct fv_prefix_bits x, struct fv_prefix_bits pad,
    unsigned from, unsigned to)
{
	const unsigned last = to - 1;
	uint64_t still, word, mask, left;
	unsigned i = from;

	still = htobe64(pad.low);
	mask = i < 64 ? fv_prefix_top(i) : 0;
	left = i < 64 ? x.high << i : 0;
	for (; i < last && i < 64; i++) {
		word = htobe64(pad.high ^ (x.high & mask));
		memcpy(block, &word, sizeof(word));
		memcpy(block + 8, &still, sizeof(still));
		block += (left >> 63) * FV_AES_BLOCK;
		left <<= 1;
		mask = mask >> 1 | FIRST;
	}
	still = htobe64(pad.high ^ x.high);
	mask = i < 64 ? 0 : fv_prefix_top(i - 64);
	left = i < 64 ? 0 : x.low << (i - 64);
	for (; i < last; i++) {
		word = htobe64(pad.low ^ (x.low & mask));
		memcpy(block, &still, sizeof(still));
		memcpy(block + 8, &word, sizeof(word));
		block += (left >> 63) * FV_AES_BLOCK;
		left <<= 1;
		mask = mask >> 1 | FIRST;
	}
	put(block, x, pad, last);
	return block + FV_AES_BLOCK;
}

/* The first bit of the block of each place, as fill went through them. */
static const uint8_t *
gather(const uint8_t *block, struct fv_prefix_bits x, unsigned from,
    unsigned to, struct fv_prefix_bits *flip)
{
	const unsigned middle = to < 64 ? to : 64;
	uint64_t high = 0, low = 0, left;
	unsigned i = from, on = 0;

	left = i < 64 ? x.high << i : x.low << (i - 64);
	for (; i < middle; i++) {
		high = high << 1 | block[0] >> 7;
		on = (unsigned)(left >> 63);
		block += on * FV_AES_BLOCK;
		left <<= 1;
	}
	if (from < 64)
		left = x.low;
	for (; i < to; i++) {
		low = low << 1 | block[0] >> 7;
		on = (unsigned)(left >> 63);
		block += on * FV_AES_BLOCK;
		left <<= 1;
	}
	flip->high = from < 64 ? high << (64 - middle) : 0;
	flip->low = to > 64 ? low << (128 - to) : 0;
	/* The last block is always written out. */
	return on ? block : block + FV_AES_BLOCK;
}

static int
flips(void *state, const struct fv_prefix_bits *a, size_t n, unsigned from,
    unsigned to, unsigned width, struct fv_prefix_bits *flip,
    struct fv_err *err)
{
	struct cryptopan *cp = state;
	const size_t most = BLOCKS / (to - from);
	struct fv_prefix_bits x;
	const uint8_t *at;
	size_t first, last, i;
	uint8_t *block;

	(void)width; /* one construction for both families */
	for (first = 0; first < n; first = last) {
		last = n - first < most ? n : first + most;
		block = cp->block;
		for (i = first; i < last; i++) {
			x = (struct fv_prefix_bits){ a[i].high ^ cp->pad.high,
				a[i].low ^ cp->pad.low };
			block = fill(block, x, cp->pad, from, to);
		}
		if (fv_aes_encrypt(cp->aes, cp->block,
			(size_t)(block - cp->block) / FV_AES_BLOCK, cp->block,
			err) == -1)
			return -1;
		at = cp->block;
		for (i = first; i < last; i++) {
			x = (struct fv_prefix_bits){ a[i].high ^ cp->pad.high,
				a[i].low ^ cp->pad.low };
			at = gather(at, x, from, to, &flip[i]);
		}
	}
	return 0;
}

static const struct fv_prefix_cipher cipher = { flips, destroy };

struct fv_prefix_tree *
fv_cryptopan_new(const uint8_t secret[FV_KEY_SIZE], struct fv_err *err)
{
	uint8_t pad[FV_AES_BLOCK];
	struct cryptopan *cp;

	if ((cp = fv_memory_new(1, sizeof(*cp), err)) == NULL)
		return NULL;
	if ((cp->aes = fv_aes_new(secret, err)) == NULL ||
	    fv_aes_encrypt(cp->aes, secret + FV_AES_KEY, 1, pad, err) == -1) {
		destroy(cp);
		return NULL;
	}
	cp->pad = fv_prefix_load(pad, 6);
	fv_key_wipe(pad, sizeof(pad));
	return fv_prefix_tree_new(&cipher, cp, err);
}
