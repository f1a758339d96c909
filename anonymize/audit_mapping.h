#ifndef ANONYMIZE_AUDIT_MAPPING_H
#define ANONYMIZE_AUDIT_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/flow.h"

/*
 * Whether the published addresses of a dataset are what its scheme promises,
 * judged from pairs: host i of the captures, and row i of /hosts.  No key is
 * needed, and a fault of the mapping's code is no excuse: nothing here calls
 * it, but for the comparison with a key.  What is to be kept of which address
 * is a rule, and taken from there (anonymize/address_rules.h).
 */
struct fv_audit_rules {
	bool weak;      /* Crypto-PAn: see fixed points */
	bool canonical; /* all in one space, nothing kept */
};

/* A count, and the least row of it. */
struct fv_audit_rows {
	uint64_t count;
	uint64_t first;
};

struct fv_audit_mapping {
	uint64_t hosts;
	uint64_t neighbours;        /* pairs compared for their prefixes */
	struct fv_audit_rows texts; /* text and number tell two addresses */
	struct fv_audit_rows
	    classes;                /* version or class is not the original's */
	struct fv_audit_rows twice; /* published for another, too */
	/*
	 * IPv6: the last 64 bits are those of another host, too, as where
	 * halves are mapped one by one, or a destination is made of the source.
	 */
	struct fv_audit_rows halves;
	struct fv_audit_rows prefixes; /* shares too little with its neighbour,
					  or too much */
	/*
	 * Addresses that are published as they are though they may change.
	 * One with n bits that may is its own pseudonym with p = 2^-n; under
	 * Crypto-PAn with p = 0.75^(n-1) / 2, since where an address bit agrees
	 * with the pad's, the next flip is the same again.  But if the host
	 * before it in order is one, too, only the bits behind those that both
	 * share are left to chance, less one: q = 2^-(n-1-shared), or
	 * 0.75^(n-1-shared).  In each space, neither of those alone nor of those
	 * beside another may be more than the sum of their chances and six
	 * deviations, sqrt(sum(p (1 - p))).
	 */
	struct fv_audit_rows fixed;
	double fixed_mean;   /* over all spaces */
	double fixed_limit;  /* of all spaces, summed up */
	unsigned fixed_over; /* spaces with more than their limit */
	uint64_t kept;       /* as they are by rule: they name nobody */
	/* Left a network that its rule keeps, or changed what it keeps. */
	struct fv_audit_rows strayed;
	/*
	 * IPv4: how many pseudonyms chance lets be an original of another host,
	 * since both are of one small network that is kept: n^2 / 2^bits.
	 */
	double crowded;
	/* With a key: the mapping gives another address. */
	struct fv_audit_rows keyed;
};

/*
 * fv_audit_mapping_check(original, rows, n, rules, result, err):
 * Compare ${n} originals with the rows of /hosts that were made of them.  Two
 * addresses share n bits if and only if their pseudonyms do; in sorted order
 * it is enough that each does so with the next, for how much two share is the
 * least that neighbours between them share.  Costs a sort.
 * Returns 0 with ${result} filled, or -1 with ${err} set.
 */
int fv_audit_mapping_check(const struct fv_raw_addr *original,
    const struct fv_host *rows, size_t n, const struct fv_audit_rules *rules,
    struct fv_audit_mapping *result, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_audit_mapping_key(original, rows, n, site, m, result, err):
 * Map the originals of hosts of ${site} (row of /sites) once more, and count
 * what differs in result->keyed.  Returns 0, or -1 with ${err} set.
 */
int fv_audit_mapping_key(const struct fv_raw_addr *original,
    const struct fv_host *rows, size_t n, uint32_t site, struct fv_mapping *m,
    struct fv_audit_mapping *result, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_audit_mapping_self_test(tested, err):
 * Whether the ciphers of both schemes give published vectors; how many is left in
 * ${tested}.  Returns 0, or -1 with ${err} set.
 */
int fv_audit_mapping_self_test(
    unsigned *tested, struct fv_err *err) FV_MUST_CHECK;

#endif
