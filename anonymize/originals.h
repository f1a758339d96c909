#ifndef ANONYMIZE_ORIGINALS_H
#define ANONYMIZE_ORIGINALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "base/intern.h"

/*
 * What a dataset must not hold: the real addresses, link-layer addresses and
 * names of its captures, gathered by who has the captures (convert/harvest)
 * for who searches the dataset (anonymize/traces).  Lives in memory only, and
 * is wiped when freed.
 *
 * Each thing is kept once.  Hosts are the addresses that flows name, in order
 * of first appearance, as /hosts has them; others were met elsewhere: in
 * quoted headers, tunnels, options, ARP.
 */
struct fv_originals {
	struct fv_intern hosts;  /* of struct fv_raw_addr */
	struct fv_intern others; /* of struct fv_raw_addr */
	struct fv_intern macs;   /* of struct fv_originals_mac */
	struct fv_intern names;  /* of struct fv_originals_name */
};

struct fv_originals_mac {
	uint8_t octet[6];
	uint8_t zero[2];
};

/*
 * A name in lower case (of A to Z; other bytes as they are), zero padded.
 * Of longer ones the beginning is kept: who finds that finds the name.
 */
#define FV_ORIGINALS_NAME 64
struct fv_originals_name {
	char text[FV_ORIGINALS_NAME];
};

/*
 * Names with fewer bytes are not kept: they are found by chance, and in
 * words.  Six is what the bytes of numbers do not spell.
 */
#define FV_ORIGINALS_NAME_LEAST 6

/* Ceilings: of addresses as for a population; of the others, far above any
 * site. */
#define FV_ORIGINALS_MACS ((size_t)1 << 26)
#define FV_ORIGINALS_NAMES ((size_t)1 << 22)

/*
 * fv_originals_init(o, err):
 * Make ${o} empty.  Returns 0, or -1 with ${err} set; fv_originals_wipe is
 * good in both cases.
 */
int fv_originals_init(struct fv_originals *o, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_originals_host(o, addr, err), fv_originals_other(o, addr, err),
 * fv_originals_mac(o, mac, err):
 * Enter one, new or known.  Return 0, or -1 with ${err} set.
 */
int fv_originals_host(struct fv_originals *o, const struct fv_raw_addr *addr,
    struct fv_err *err) FV_MUST_CHECK;
int fv_originals_other(struct fv_originals *o, const struct fv_raw_addr *addr,
    struct fv_err *err) FV_MUST_CHECK;
int fv_originals_mac(struct fv_originals *o, const uint8_t mac[6],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_originals_name(o, text, n, err):
 * Enter the name in ${n} bytes (up to the first NUL), without white space at
 * its ends; one that is too short, or has no letter, is let go.
 * Returns 0, or -1 with ${err} set.
 */
int fv_originals_name(struct fv_originals *o, const char *text, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/* The hosts, in order; they belong to ${o}. */
static inline const struct fv_raw_addr *
fv_originals_hosts(const struct fv_originals *o)
{
	return (const struct fv_raw_addr *)(const void *)o->hosts.record;
}

/*
 * fv_originals_has(in, record, size):
 * Whether ${in}, one of the lists above, holds ${record} of ${size} bytes.
 */
static inline bool
fv_originals_has(const struct fv_intern *in, const void *record, size_t size)
{
	uint64_t hash = fv_intern_hash(in, record, size / 8);
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(&in->map, hash, &at)) != FV_HASHMAP_NONE)
		if (memcmp(fv_intern_record(in, n), record, size) == 0)
			return true;
	return false;
}

/* Wipe what ${o} holds, and free it. */
void fv_originals_wipe(struct fv_originals *o);

#endif
