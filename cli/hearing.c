#include "cli/hearing.h"

#include <inttypes.h>
#include <stdio.h>

/* Damaged places told one by one; the counters have the rest. */
enum { FAULTS_TOLD = 10 };

void
fv_hearing_start(struct fv_hearing *h, const char *command, const char *verb,
    uint64_t total, bool quiet)
{
	h->command = command;
	h->total = total;
	h->faults = 0;
	fv_progress_start(&h->progress, verb, "packets", quiet);
}

void
fv_hearing_fault(void *context, const char *text)
{
	struct fv_hearing *h = context;

	if (h->faults++ < FAULTS_TOLD)
		(void)fprintf(
		    stderr, "flowveil %s: damaged: %s\n", h->command, text);
}

void
fv_hearing_note(void *context, const char *text)
{
	const struct fv_hearing *h = context;

	(void)fprintf(stderr, "flowveil %s: note: %s\n", h->command, text);
}

void
fv_hearing_progress(void *context, uint64_t bytes, uint64_t packets)
{
	struct fv_hearing *h = context;

	fv_progress_update(&h->progress, bytes, h->total, packets);
}

void
fv_hearing_end(struct fv_hearing *h)
{
	fv_progress_end(&h->progress);
	if (h->faults > FAULTS_TOLD)
		(void)fprintf(stderr,
		    "flowveil %s: damaged: %" PRIu64 " more places\n",
		    h->command, h->faults - FAULTS_TOLD);
}
