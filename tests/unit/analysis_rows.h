#ifndef TESTS_UNIT_ANALYSIS_ROWS_H
#define TESTS_UNIT_ANALYSIS_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

/*
 * For the suites of the analyses: pseudo-random rows with what they refer
 * to, ways to feed them to an analysis, and to look into what comes out.
 * All addresses are documentation addresses (RFC 5737, RFC 3849).
 */
struct rows {
	struct fv_flow *flow;
	size_t n;
	struct fv_host *host;
	struct fv_capture_row *capture;
	struct fv_site site[2];
	struct fv_analysis_context context;
};

/* A generator (splitmix64): the next number of ${*seed}. */
uint64_t rows_random(uint64_t *seed);

/*
 * ${n} rows over ${nhosts} hosts and two captures, some of which are made
 * to be equal, ordered by time.
 */
void rows_make(struct rows *rows, size_t n, size_t nhosts, uint64_t seed);
void rows_free(struct rows *rows);

/* How rows reach states, and states each other. */
enum rows_order { ROWS_FORWARD, ROWS_BACKWARD, ROWS_PAIRS };

/*
 * The result of ${analysis} over ${rows}, split by chance among ${parts}
 * states, given in an order of chance in batches of any size, and merged in
 * ${order}.  To be freed; NULL after an assertion.
 */
struct fv_result *rows_run(const struct fv_analysis *analysis,
    const struct rows *rows, size_t parts, enum rows_order order,
    uint64_t seed);

/* The text and the JSON report of ${result}, labels shown; to be freed. */
char *rows_text(const struct fv_result *result);
char *rows_json(const struct fv_result *result);

/*
 * Assert that any split and any order of merging gives the same bytes, for
 * random rows, for one row and for none.
 */
void rows_check_laws(const struct fv_analysis *analysis);

/* A section, a fact's value, a table by name; NULL if there is none. */
const struct fv_result_section *rows_section(
    const struct fv_result *result, const char *id);
const struct fv_result_cell *rows_fact(
    const struct fv_result *result, const char *id, const char *name);
const struct fv_result_table *rows_table(
    const struct fv_result *result, const char *id, const char *name);

/* The cell of a row and a named column; asserts that there is one. */
const struct fv_result_cell *rows_cell(
    const struct fv_result_table *table, size_t row, const char *column);

/* Assert that ${cell} is a share of that part and whole. */
void rows_check_share(
    const struct fv_result_cell *cell, uint64_t part, uint64_t whole);

#endif
