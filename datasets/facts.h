#ifndef DATASETS_FACTS_H
#define DATASETS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/schema.h"

/*
 * What a dataset lets be known of itself, counted in its rows and not
 * believed: for the documents of a release.  All texts passed
 * fv_prose_fault.
 */
enum fv_facts_protocol {
	FV_FACTS_TCP,
	FV_FACTS_UDP,
	FV_FACTS_ICMP, /* and ICMPv6 */
	FV_FACTS_OTHER,
	FV_FACTS_PROTOCOLS
};

/* Codes of flow columns that are counted one by one; more are 'other'. */
#define FV_FACTS_DIRECTIONS 5

struct fv_facts_sum {
	uint64_t records;
	uint64_t packets;
	uint64_t bytes;
};

/* Distinct values that are listed; a release has a few. */
#define FV_FACTS_LINKS 32

struct fv_variant;

struct fv_facts {
	char *format_version;
	char *record_mode;
	char *scheme;
	char *spaces;  /* address_spaces; NULL: not said */
	char *release; /* NULL: none was named */
	char *key_id;
	char *internal_rule;
	char *source; /* program and version */
	char *policy_name;
	char *policy;               /* the whole of it, as YAML */
	struct fv_variant *variant; /* what was done to each column */
	bool has_timeouts;
	int64_t idle_timeout; /* ns */
	int64_t active_timeout;
	uint64_t rows[FV_TABLES];
	uint64_t counter[FV_COUNTERS]; /* over all captures */
	bool covered;                  /* something was recorded */
	int64_t first; /* ns since 1970, of the first and last packet */
	int64_t last;
	int64_t resolution; /* ns: the power of ten that divides all times */
	struct fv_facts_sum total;
	struct fv_facts_sum protocol[FV_FACTS_PROTOCOLS];
	struct fv_facts_sum direction[FV_FACTS_DIRECTIONS];
	uint64_t internal_hosts;
	uint64_t captures_of_side[3]; /* by enum fv_side */
	uint32_t link_types[FV_FACTS_LINKS];
	size_t nlink_types;
	uint32_t snapshot_length; /* the largest */
	struct fv_site *sites;
	size_t nsites;
};

/*
 * fv_facts_open(path, facts, err):
 * Read the whole dataset at ${path}: check its digests and references, as
 * `dataset info --check` does, and count.  Memory does not grow with
 * /flows.  Returns 0, or -1 with ${err} set, when it is not whole too.
 * Either way fv_facts_clear frees what ${facts} holds.
 */
int fv_facts_open(
    const char *path, struct fv_facts *facts, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_facts_add(into, one, err):
 * Add another dataset of the same release; the first is added to zeros.
 * Datasets that were made in different ways, or under different keys, are
 * no one release.  Returns 0, or -1 with ${err} set.
 */
int fv_facts_add(struct fv_facts *into, const struct fv_facts *one,
    struct fv_err *err) FV_MUST_CHECK;

/* Free what ${facts} holds; zeros hold nothing. */
void fv_facts_clear(struct fv_facts *facts);

#endif
