#ifndef TESTS_UNIT_ORACLE_H
#define TESTS_UNIT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/trial.h"

/*
 * What suites of the analyses count again, the slow and obvious way.
 */

/* Whether row ${i} was sent outward by one of the hosts that are ranked. */
bool oracle_outward(const struct trial *rows, size_t i);

/* How many destinations ${host} sent to, when it first did, and packets. */
struct oracle_sent {
	size_t destinations;
	int64_t first;
	uint64_t packets;
	uint64_t records;
};
struct oracle_sent oracle_sent(const struct trial *rows, uint32_t host);

/* The host with most destinations; FV_NO_ROW if none sent anything. */
uint32_t oracle_suspect(const struct trial *rows);

/* Row ${i} is one that the suspect ${host} sent outward. */
bool oracle_of(const struct trial *rows, size_t i, uint32_t host);

/* Assert that section ${id} is about ${host}. */
void oracle_check_host(const struct trial *rows, const struct fv_result *r,
    const char *id, uint32_t host);

/* Assert what a fact that is an amount or a number says. */
void oracle_check(const struct fv_result *r, const char *id, const char *name,
    uint64_t value);

/* Assert that a fact is ${part} over ${whole}, whatever its terms. */
void oracle_check_ratio(const struct fv_result *r, const char *id,
    const char *name, uint64_t part, uint64_t whole);

#endif
