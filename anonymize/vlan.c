#include "anonymize/vlan.h"

#include <stdlib.h>

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

int
fv_vlan_pseudonyms(const struct fv_key *key,
    uint16_t pseudonym[FV_VLAN_IDENTIFIERS], struct fv_err *err)
{
	struct ranked ranked[FV_VLAN_IDENTIFIERS];
	uint8_t subkey[FV_KEY_SIZE], bytes[2];
	uint16_t i;
	int rc = -1;

	if (fv_key_derive(
		key, "flowveil/1", "vlan", subkey, sizeof(subkey), err) == -1)
		goto out;
	for (i = 0; i < FV_VLAN_IDENTIFIERS; i++) {
		bytes[0] = (uint8_t)(i >> 8);
		bytes[1] = (uint8_t)i;
		ranked[i].identifier = i;
		if (fv_key_token(subkey, bytes, sizeof(bytes), &ranked[i].token,
			err) == -1)
			goto out;
	}
	qsort(ranked, FV_VLAN_IDENTIFIERS, sizeof(*ranked), by_token);
	for (i = 0; i < FV_VLAN_IDENTIFIERS; i++)
		pseudonym[ranked[i].identifier] = (uint16_t)(i + 1);
	rc = 0;
out:
	fv_key_wipe(ranked, sizeof(ranked));
	fv_key_wipe(subkey, sizeof(subkey));
	return rc;
}
