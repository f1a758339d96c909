#ifndef ANALYSIS_HOST_CHANGES_H
#define ANALYSIS_HOST_CHANGES_H

#include "analysis/visits.h"

/* What a state of fv_host_changes_analysis has seen. */
const struct fv_visits *fv_host_changes_visits(const void *state);

#endif
