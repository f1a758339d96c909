#ifndef ANALYSIS_JOIN_H
#define ANALYSIS_JOIN_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * What several datasets refer to, joined to one: a host that is in several
 * of them gets one number, so that an analysis over all of them counts it
 * once.
 *
 * Hosts are the same when they have the same address, IP version and address
 * class, are at a site of the same name and kind, and were mapped in the same
 * way: under different keys the same pseudonym means nothing.  Numbers are given
 * in the order in which datasets are added, within each in its own order.
 */
struct fv_join;

/* Ceilings: what all datasets together may refer to. */
#define FV_JOIN_HOSTS_LIMIT ((size_t)1 << 26) /* 4 GiB of struct fv_host */
#define FV_JOIN_CAPTURES_LIMIT ((size_t)1 << 20)
#define FV_JOIN_SITES_LIMIT ((size_t)1 << 16)
#define FV_JOIN_STACKS_LIMIT ((size_t)1 << 22) /* 64 MiB of struct fv_stack */

/* One dataset, as far as it is to be joined; stays the caller's. */
struct fv_join_part {
	const struct fv_host *hosts;
	size_t nhosts;
	const struct fv_capture_row *captures;
	size_t ncaptures;
	const struct fv_site *sites;
	size_t nsites;
	const char *key; /* how addresses were mapped, or NULL if not told */
	enum fv_analysis_records records;
	const struct fv_stack *stacks;
	size_t nstacks;
};

/* A join of nothing.  Returns NULL with ${err} set. */
struct fv_join *fv_join_new(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_join_add(join, part, host, stack, err):
 * Add ${part}.  Writes the common number of each of its hosts to ${host},
 * an array of part->nhosts, and of each of its stacks, which are the same
 * when all of their columns are, to ${stack}.  Its captures come after those that are there.
 * A host is internal if any dataset says so.
 * Returns 0, or -1 with ${err} set; then only fv_join_free is allowed.
 */
int fv_join_add(struct fv_join *join, const struct fv_join_part *part,
    uint32_t *host, uint32_t *stack, struct fv_err *err) FV_MUST_CHECK;

/* What was joined; belongs to ${join}, until the next add. */
const struct fv_analysis_context *fv_join_context(const struct fv_join *join);

void fv_join_free(struct fv_join *join);

#endif
