#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* Five times a second: alive to the eye, free to the machine. */
#define INTERVAL 0.2

static double
since(const struct timespec *then, struct timespec *now)
{
	(void)clock_gettime(CLOCK_MONOTONIC, now);
	return (double)(now->tv_sec - then->tv_sec) +
	    (double)(now->tv_nsec - then->tv_nsec) * 1e-9;
}

void
fv_progress_start(struct fv_progress *progress, const char *verb,
    const char *things, bool quiet)
{
	progress->verb = verb;
	progress->things = things;
	progress->shown = !quiet && isatty(STDERR_FILENO) == 1;
	(void)clock_gettime(CLOCK_MONOTONIC, &progress->start);
	progress->last = progress->start;
}

void
fv_progress_update(struct fv_progress *progress, uint64_t done, uint64_t total,
    uint64_t things)
{
	struct timespec now;
	double elapsed, left;

	if (!progress->shown || since(&progress->last, &now) < INTERVAL)
		return;
	progress->last = now;
	elapsed = since(&progress->start, &now);
	(void)fprintf(stderr, "\r\033[K%s: ", progress->verb);
	if (total > 0)
		(void)fprintf(
		    stderr, "%3.0f %%, ", 100.0 * (double)done / (double)total);
	(void)fprintf(stderr, "%" PRIu64 " %s, %.2f million/s", things,
	    progress->things, (double)things / elapsed * 1e-6);
	if (total > 0 && done > 0 && done <= total) {
		left = elapsed * (double)(total - done) / (double)done;
		(void)fprintf(
		    stderr, ", %d:%02d left", (int)left / 60, (int)left % 60);
	}
	(void)fflush(stderr);
}

void
fv_progress_end(struct fv_progress *progress)
{
	if (!progress->shown)
		return;
	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	progress->shown = false;
}
