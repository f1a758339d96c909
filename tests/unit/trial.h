#ifndef TESTS_UNIT_TRIAL_H
#define TESTS_UNIT_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

/*
 * For the suites of the analyses: pseudo-random rows with what they refer
 * to, ways to feed them to an analysis, and to look into what comes out.
 * All addresses are documentation addresses (RFC 5737, RFC 3849).
 */
struct trial {
	struct fv_flow *flow;
	size_t n;
	struct fv_host *host;
	struct fv_capture_row *capture;
	struct fv_site site[2];
	struct fv_stack stack[3];
	struct fv_analysis_context context;
};

/* A generator (splitmix64): the next number of ${*seed}. */
uint64_t trial_random(uint64_t *seed);

/*
 * ${n} rows over ${nhosts} hosts and two captures, some of which are made
 * to be equal, ordered by time.
 */
void trial_make(struct trial *rows, size_t n, size_t nhosts, uint64_t seed);
void trial_free(struct trial *rows);

/* How rows reach states, and states each other. */
enum trial_order { TRIAL_FORWARD, TRIAL_BACKWARD, TRIAL_PAIRS };

/*
 * The result of ${analysis} over ${rows}, split by chance among ${parts}
 * states, given in an order of chance in batches of any size, and merged in
 * ${order}.  What it needs selects the hosts to look at before; a suspect
 * that was asked for stays.  To be freed; NULL after an assertion.
 */
struct fv_result *trial_run(const struct fv_analysis *analysis,
    const struct trial *rows, size_t parts, enum trial_order order,
    uint64_t seed);

/* The text and the JSON report of ${result}, labels shown; to be freed. */
char *trial_text(const struct fv_result *result);
char *trial_json(const struct fv_result *result);

/*
 * Assert that any split and any order of merging gives the same bytes, for
 * random rows, for one row and for none.
 */
void trial_check_laws(const struct fv_analysis *analysis);

/* A section, a fact's value, a table by name; NULL if there is none. */
const struct fv_result_section *trial_section(
    const struct fv_result *result, const char *id);
const struct fv_result_cell *trial_fact(
    const struct fv_result *result, const char *id, const char *name);
const struct fv_result_table *trial_table(
    const struct fv_result *result, const char *id, const char *name);

/* The cell of a row and a named column; asserts that there is one. */
const struct fv_result_cell *trial_cell(
    const struct fv_result_table *table, size_t row, const char *column);

/* Assert that ${cell} is a share of that part and whole. */
void trial_check_share(
    const struct fv_result_cell *cell, uint64_t part, uint64_t whole);

#endif
