#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * A line on stderr that tells how far long work is: on a terminal only, a
 * few times a second, and gone when it is done.
 */
struct fv_progress {
	const char *verb;   /* "converting" */
	const char *things; /* what is counted: "packets" */
	bool shown;         /* a terminal, and not told to be quiet */
	struct timespec start;
	struct timespec last;
};

/* Begin; ${quiet} shows nothing even on a terminal. */
void fv_progress_start(struct fv_progress *progress, const char *verb,
    const char *things, bool quiet);

/*
 * fv_progress_update(progress, done, total, things):
 * ${done} of ${total} parts are done (a total of 0: unknown), and ${things}
 * have been counted.  Cheap when it is too early to show anything.
 */
void fv_progress_update(struct fv_progress *progress, uint64_t done,
    uint64_t total, uint64_t things);

/* Take the line away. */
void fv_progress_end(struct fv_progress *progress);

#endif
