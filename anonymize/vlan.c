#include "anonymize/vlan.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"

/* Identifiers per derivation: HKDF gives 8160 bytes at most. */
enum { PART = 512 };

/* An identifier and its place in the permutation. */
struct ranked {
	uint64_t token;
	uint16_t identifier;
};

static int
by_token(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->token != y->token)
		return x->token < y->token ? -1 : 1;
	return x->identifier < y->identifier ? -1 : 1;
}

/* Give the identifiers from PART times ${n} on their tokens. */
static int
rank(const struct fv_key *key, const struct fv_key_scope *scope, unsigned n,
    struct ranked *ranked, struct fv_err *err)
{
	uint8_t bytes[PART * sizeof(ranked->token)];
	struct fv_cursor cursor = fv_cursor_over(bytes, sizeof(bytes));
	char info[16];
	unsigned i;
	int rc = -1;

	(void)snprintf(info, sizeof(info), "vlan-%u", n);
	if (fv_key_subkey(key, scope, info, bytes, sizeof(bytes), err) == -1)
		goto out;
	for (i = 0; i < PART; i++) {
		ranked[i].identifier = (uint16_t)(n * PART + i);
		(void)fv_take_64(&cursor, true, &ranked[i].token);
	}
	rc = 0;
out:
	fv_key_wipe(bytes, sizeof(bytes));
	return rc;
}

int
fv_vlan_pseudonyms(const struct fv_key *key, const struct fv_key_scope *scope,
    uint16_t pseudonym[FV_VLAN_IDENTIFIERS], struct fv_err *err)
{
	struct ranked ranked[FV_VLAN_IDENTIFIERS];
	unsigned i;
	int rc = -1;

	for (i = 0; i < FV_VLAN_IDENTIFIERS / PART; i++)
		if (rank(key, scope, i, ranked + (size_t)i * PART, err) == -1)
			goto out;
	qsort(ranked, FV_VLAN_IDENTIFIERS, sizeof(*ranked), by_token);
	for (i = 0; i < FV_VLAN_IDENTIFIERS; i++)
		pseudonym[ranked[i].identifier] = (uint16_t)(i + 1);
	rc = 0;
out:
	fv_key_wipe(ranked, sizeof(ranked));
	return rc;
}
