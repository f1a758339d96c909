#include "anonymize/tunnel.h"

#include <stdlib.h>

#include "base/cursor.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/siphash.h"

/*
 * Pseudonyms found lately, each in a place that a random hash says: they bound
 * the memory that a hostile capture can take, and only save time.
 */
enum { RECENT = 1 << 10 };

struct fv_tunnel {
	struct fv_siphash_key key;
	struct fv_hash_key hash;
	struct {
		uint64_t name; /* behind its kind; 0: an empty place */
		uint32_t pseudonym;
	} recent[RECENT];
};

struct fv_tunnel *
fv_tunnel_new(const struct fv_key *key, const struct fv_key_scope *scope,
    struct fv_err *err)
{
	struct fv_tunnel *t;
	uint8_t bytes[sizeof(t->key.word)];
	struct fv_cursor cursor = fv_cursor_over(bytes, sizeof(bytes));

	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	if (fv_key_subkey(key, scope, "tunnel", bytes, sizeof(bytes), err) ==
		-1 ||
	    fv_hash_key_random(&t->hash, err) == -1) {
		fv_tunnel_free(t);
		t = NULL;
	} else {
		(void)fv_take_64(&cursor, false, &t->key.word[0]);
		(void)fv_take_64(&cursor, false, &t->key.word[1]);
	}
	fv_key_wipe(bytes, sizeof(bytes));
	return t;
}

/* Through the network once. */
static uint32_t
permute(const struct fv_siphash_key *key, uint8_t kind, uint32_t value)
{
	uint16_t left = (uint16_t)(value >> 16), right = (uint16_t)value, next;
	uint64_t word;
	unsigned round;

	for (round = 0; round < FV_TUNNEL_ROUNDS; round++) {
		word = (uint64_t)round << 24 | (uint64_t)kind << 16 | right;
		/* One word of eight bytes, and none behind it. */
		next = left ^
		    (uint16_t)fv_siphash_words(
			key, &word, 1, UINT64_C(8) << 56);
		left = right;
		right = next;
	}
	return (uint32_t)left << 16 | right;
}

uint32_t
fv_tunnel_pseudonym(struct fv_tunnel *t, uint8_t kind, uint32_t name)
{
	const uint64_t word = (uint64_t)kind << 32 | name;
	uint64_t at;

	if (name == 0)
		return 0;
	at = fv_hash_words(&t->hash, &word, 1) % RECENT;
	if (t->recent[at].name != word) {
		t->recent[at].name = word;
		t->recent[at].pseudonym = permute(&t->key, kind, name);
		if (t->recent[at].pseudonym == 0)
			t->recent[at].pseudonym = permute(&t->key, kind, 0);
	}
	return t->recent[at].pseudonym;
}

void
fv_tunnel_free(struct fv_tunnel *t)
{
	if (t == NULL)
		return;
	fv_key_wipe(t, sizeof(*t));
	free(t);
}
