#ifndef ANONYMIZE_POPULATION_H
#define ANONYMIZE_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/mapping.h"
#include "anonymize/networks.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/flow.h"

/*
 * The population of a dataset: every address that its flows name, numbered
 * in order of first appearance.  Flows carry the number; the real addresses
 * stay in here, in memory, and are mapped in one batch when the dataset is
 * closed.
 */
struct fv_population;

/* The most addresses: 2^28, 6 GiB of them; more is a scan, not a site. */
#define FV_POPULATION_LIMIT ((size_t)1 << 28)

/*
 * fv_population_new(internal, err):
 * A population of nobody.  Addresses in ${internal}, which must live as
 * long, are internal; with none given (NULL), private and link-local ones
 * are.  Returns NULL with ${err} set.
 */
struct fv_population *fv_population_new(
    const struct fv_networks *internal, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_population_number(pop, addr, number, err):
 * The number of ${addr}, new or known.  Returns 0, or -1 with ${err} set.
 */
int fv_population_number(struct fv_population *pop,
    const struct fv_raw_addr *addr, uint32_t *number,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_population_number_ends(pop, packets, n, ends, err):
 * The numbers of both addresses of each of ${n} packets, at most
 * FV_POPULATION_PACKETS: all entries are asked of the memory before the first
 * is needed.  Returns 0, or -1 with ${err} set.
 */
#define FV_POPULATION_PACKETS 256
struct fv_population_ends {
	uint32_t source;
	uint32_t destination;
};
int fv_population_number_ends(struct fv_population *pop,
    const struct fv_raw_packet *packets, size_t n,
    struct fv_population_ends *ends, struct fv_err *err) FV_MUST_CHECK;

/* How many addresses there are. */
size_t fv_population_count(const struct fv_population *pop);

/* Bytes that ${pop} holds: at most 64 an address, from some thousand on. */
size_t fv_population_bytes(const struct fv_population *pop);

/* Whether host ${number}, which must exist, is internal. */
bool fv_population_is_internal(
    const struct fv_population *pop, uint32_t number);

/* The address of host ${number}, which must exist; until the next is new. */
const struct fv_raw_addr *fv_population_address(
    const struct fv_population *pop, uint32_t number);

/*
 * fv_population_publish(pop, mapping, site, first, n, rows, err):
 * The rows of /hosts for hosts ${first} to ${first} + ${n} - 1, which must
 * exist, with their addresses mapped by ${mapping}.  At most
 * FV_POPULATION_BATCH at a time.  Returns 0, or -1 with ${err} set.
 */
#define FV_POPULATION_BATCH 1024
int fv_population_publish(const struct fv_population *pop,
    struct fv_mapping *mapping, uint32_t site, size_t first, size_t n,
    struct fv_host *rows, struct fv_err *err) FV_MUST_CHECK;

/*
 * Addresses that are their own pseudonyms though the rules do not keep them.
 * Of those that are mapped as a whole none should be: canonical Crypto-PAn
 * does that under about one key in 15,000 (docs/privacy.md), and then another
 * key is wanted.  Of those that keep their network, chance brings some about.
 */
struct fv_population_unchanged {
	uint64_t whole;
	uint64_t suffixes;
	double suffixes_expected;
};

/*
 * fv_population_count_unchanged(pop, mapping, first, n, rows, sum):
 * Add to ${sum} those of the ${n} rows of /hosts that were published by
 * ${mapping} for hosts ${first} and on.
 */
void fv_population_count_unchanged(const struct fv_population *pop,
    const struct fv_mapping *mapping, size_t first, size_t n,
    const struct fv_host *rows, struct fv_population_unchanged *sum);

/* Wipe the real addresses and free ${pop} (or NULL). */
void fv_population_free(struct fv_population *pop);

#endif
