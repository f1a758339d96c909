#ifndef ANALYSIS_REGISTRY_H
#define ANALYSIS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/analysis.h"

/*
 * The analyses there are; their results are in the order of the slides
 * whatever the order here.  An analysis is one file that defines
 * fv_NAME_analysis, and one word here.
 */
#define FV_REGISTRY_LIST(X) \
	X(observations)     \
	X(protocols)        \
	X(volumes)          \
	X(ports)            \
	X(services)         \
	X(port_zero)        \
	X(source_ports)     \
	X(destinations)     \
	X(targets)          \
	X(signatures)       \
	X(loudest)          \
	X(host_ports)       \
	X(host_protocols)   \
	X(who_am_i)         \
	X(host_changes)     \
	X(density)          \
	X(occupancy)        \
	X(escapes)          \
	X(behind_address)   \
	X(scanners)         \
	X(beacons)          \
	X(site_comparison)

#define X(name) extern const struct fv_analysis fv_##name##_analysis;
FV_REGISTRY_LIST(X)
#undef X

/* Has no result of its own; others need it. */
extern const struct fv_analysis fv_appearance_analysis;

#define X(name) +1
enum { FV_REGISTRY_COUNT = 0 FV_REGISTRY_LIST(X) };
#undef X

extern const struct fv_analysis *const fv_registry[FV_REGISTRY_COUNT];

/*
 * fv_registry_find(word):
 * The analysis of the name ${word}, or the one that gives the result
 * ${word} (such as R06); NULL if there is none.
 */
const struct fv_analysis *fv_registry_find(const char *word);

/*
 * fv_registry_gives(analysis, word):
 * Whether ${word} is the name of ${analysis}, a result that it gives, or
 * what several results begin with that a letter follows: R28 is all of
 * R28a, R28b and so on.
 */
bool fv_registry_gives(const struct fv_analysis *analysis, const char *word);

#endif
