#ifndef ANALYSIS_OCCUPANCY_H
#define ANALYSIS_OCCUPANCY_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/insiders.h"

/* How R28a is told: what analysis/occupancy.c found, as tables. */

#define FV_OCCUPANCY_FIVE (5 * FV_INSIDERS_MINUTE)
enum { FV_OCCUPANCY_FIVES = 12 }; /* of an hour */

/* A day of one site. */
struct fv_occupancy_day {
	uint64_t addresses; /* that were active */
	uint64_t sessions;  /* that begin */
	uint64_t peak;      /* most addresses in five minutes */
};

/* One site. */
struct fv_occupancy_site {
	uint64_t addresses;
	uint64_t active; /* addresses in five minutes, over all of them */
	uint64_t sessions;
	uint64_t peak;    /* most addresses in five minutes */
	uint64_t *length; /* of the sessions, ns, sorted */
	uint32_t *curve;  /* addresses in each five minutes */
	uint32_t *starts; /* sessions that begin in each hour */
	struct fv_occupancy_day *day;
};

struct fv_occupancy {
	int64_t from; /* the first hour, since 1970 */
	size_t hours;
	int64_t day; /* the first, since 1970 */
	size_t ndays;
	struct fv_occupancy_site *site;
	size_t nsites; /* at least one */
};

/* Add facts, tables and notes to the section that was begun. */
void fv_occupancy_put(const struct fv_occupancy *found,
    const struct fv_analysis_context *context, struct fv_result *result);

#endif
