#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein: SipHash, a fast short-input
 * PRF, INDOCRYPT 2012): numbers that nobody can foretell without the key.
 * Unlike base/hash.h, whose values never show, these may be written.
 */
struct fv_siphash_key {
	uint64_t word[2]; /* little-endian, as the paper reads its 16 bytes */
};

struct fv_siphash_state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t
fv_siphash_rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void
fv_siphash_rounds(struct fv_siphash_state *s, unsigned n)
{
	for (; n > 0; n--) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = fv_siphash_rotate(s->v1, 13) ^ s->v0;
		s->v3 = fv_siphash_rotate(s->v3, 16) ^ s->v2;
		s->v0 = fv_siphash_rotate(s->v0, 32) + s->v3;
		s->v2 += s->v1;
		s->v1 = fv_siphash_rotate(s->v1, 17) ^ s->v2;
		s->v3 = fv_siphash_rotate(s->v3, 21) ^ s->v0;
		s->v2 = fv_siphash_rotate(s->v2, 32);
	}
}

/*
 * fv_siphash_words(key, words, n, last):
 * SipHash-2-4 of ${n} words of eight bytes, and of up to seven bytes in
 * ${last}, whose most significant byte is the count of all bytes, as the
 * paper's section 2.2 pads them.
 */
static inline uint64_t
fv_siphash_words(const struct fv_siphash_key *key, const uint64_t *words,
    size_t n, uint64_t last)
{
	struct fv_siphash_state s = {
		key->word[0] ^ UINT64_C(0x736f6d6570736575),
		key->word[1] ^ UINT64_C(0x646f72616e646f6d),
		key->word[0] ^ UINT64_C(0x6c7967656e657261),
		key->word[1] ^ UINT64_C(0x7465646279746573),
	};
	size_t i;

	for (i = 0; i < n; i++) {
		s.v3 ^= words[i];
		fv_siphash_rounds(&s, 2);
		s.v0 ^= words[i];
	}
	s.v3 ^= last;
	fv_siphash_rounds(&s, 2);
	s.v0 ^= last;
	s.v2 ^= 0xff;
	fv_siphash_rounds(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

#endif
