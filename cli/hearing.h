#ifndef CLI_HEARING_H
#define CLI_HEARING_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/progress.h"
#include "convert/listener.h"

/*
 * What a command that reads captures lets people hear meanwhile: progress,
 * the first damaged places, and notes.  A context for struct fv_listener,
 * or the first member of one.
 */
struct fv_hearing {
	const char *command; /* "convert" */
	struct fv_progress progress;
	uint64_t total;  /* bytes to read; 0: not known */
	uint64_t faults; /* that were met */
};

/*
 * fv_hearing_start(hearing, command, verb, total, quiet):
 * Begin with no fault, and with progress told as ${verb} packets.
 */
void fv_hearing_start(struct fv_hearing *hearing, const char *command,
    const char *verb, uint64_t total, bool quiet);

/* For struct fv_listener. */
void fv_hearing_fault(void *context, const char *text);
void fv_hearing_note(void *context, const char *text);
void fv_hearing_progress(void *context, uint64_t bytes, uint64_t packets);

/* The last of it: how many more places are damaged. */
void fv_hearing_end(struct fv_hearing *hearing);

#endif
