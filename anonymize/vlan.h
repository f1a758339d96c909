#ifndef ANONYMIZE_VLAN_H
#define ANONYMIZE_VLAN_H

#include <stdint.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Pseudonyms of VLAN identifiers: a permutation of all 4096 that only the
 * key tells, so that the same VLAN has the same pseudonym in all datasets of
 * a key, a site and a release, and these can be merged.  1 to 4096; 0 is left for packets without
 * a tag.
 *
 * Identifiers are ranked by tokens of eight bytes, big-endian: those of
 * identifiers 512 n to 512 n + 511 are, one after the other, what
 * fv_key_subkey gives for "vlan-n".  To who cannot compute tokens, every
 * permutation is as likely as any other.
 */
#define FV_VLAN_IDENTIFIERS 4096 /* IEEE 802.1Q: 12 bits */

/*
 * fv_vlan_pseudonyms(key, scope, pseudonym, err):
 * Fill ${pseudonym}, indexed by identifier.  Takes a
 * millisecond.  Returns 0, or -1 with ${err} set.
 */
int fv_vlan_pseudonyms(const struct fv_key *key,
    const struct fv_key_scope *scope, uint16_t pseudonym[FV_VLAN_IDENTIFIERS],
    struct fv_err *err) FV_MUST_CHECK;

#endif
