#ifndef CLI_LIVE_ARGUMENTS_H
#define CLI_LIVE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "cli/options.h"
#include "cli/reading_arguments.h"
#include "convert/live.h"

/*
 * What the command line says of interfaces that are captured from in place of
 * files.  A command that can do so has such a struct where the reading
 * arguments point to, which are the first member of its context.
 */
struct fv_live_arguments {
	struct fv_live_interface interfaces[FV_LIVE_INTERFACES];
	size_t ninterfaces;
	unsigned snapshot_length; /* 0: not said */
	unsigned buffer;          /* in MiB; 0: not said */
	int64_t duration;         /* ns; 0: not said */
};

/* What is meant where nothing is said. */
#define FV_LIVE_ARGUMENTS_SNAPLEN 512
#define FV_LIVE_ARGUMENTS_BUFFER 64

#define FV_LIVE_ARGUMENTS_TEXT_(value) #value
#define FV_LIVE_ARGUMENTS_TEXT(value) FV_LIVE_ARGUMENTS_TEXT_(value)

/* Options for them. */
#define FV_LIVE_ARGUMENTS_OPTIONS                                             \
	{ "interface", 0, "NAME",                                             \
		"capture from an interface of this machine, not from\n"       \
		"files; may be repeated",                                     \
		fv_live_arguments_interface, 0 },                             \
	    { "inbound-interface", 0, "NAME",                                 \
		    "the same, where all packets of it are inbound, as\n"     \
		    "on one fibre of a tap",                                  \
		    fv_live_arguments_inbound, 0 },                           \
	    { "outbound-interface", 0, "NAME",                                \
		    "the same, where all are outbound",                       \
		    fv_live_arguments_outbound, 0 },                          \
	    { "duration", 0, "SECS",                                          \
		    "end a live capture after SECS; else SIGINT (Ctrl-C)\n"   \
		    "or SIGTERM ends it",                                     \
		    fv_live_arguments_duration, 0 },                          \
	    { "snaplen", 0, "N",                                              \
		    "bytes of a packet that a live capture keeps in\n"        \
		    "memory [" FV_LIVE_ARGUMENTS_TEXT(                        \
			FV_LIVE_ARGUMENTS_SNAPLEN) "]",                       \
		    fv_live_arguments_snaplen, 0 },                           \
	{                                                                     \
		"buffer", 0, "MIB",                                           \
		    "memory in which the system keeps packets of an\n"        \
		    "interface until they are read [" FV_LIVE_ARGUMENTS_TEXT( \
			FV_LIVE_ARGUMENTS_BUFFER) "]",                        \
		    fv_live_arguments_buffer, 0                               \
	}

/* For FV_LIVE_ARGUMENTS_OPTIONS. */
int fv_live_arguments_interface(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_live_arguments_inbound(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_live_arguments_outbound(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_live_arguments_duration(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_live_arguments_snaplen(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_live_arguments_buffer(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_live_arguments_check(reading, err):
 * Whether they fit together, and to what is to be read besides.  Returns 0,
 * or -1 with ${err} set.
 */
int fv_live_arguments_check(const struct fv_reading_arguments *reading,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_live_arguments_start(reading, command, quiet, live, err):
 * Begin the capture that was asked for, make it what ${reading} reads, and
 * let SIGINT, SIGTERM and SIGHUP end it; a second of these does what it did
 * before.  ${command} and unless ${quiet} say so on stderr.  ${live} is NULL
 * where only files were named.  Returns 0, or -1 with ${err} set.
 */
int fv_live_arguments_start(struct fv_reading_arguments *reading,
    const char *command, bool quiet, struct fv_live **live,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_live_arguments_end(live, command, lost):
 * After ${live} (or NULL) was read, or failed to be: free it, and say on stderr
 * when it ended before it was to, or when ${lost} packets were lost.  Returns
 * whether all was well.
 */
bool fv_live_arguments_end(
    struct fv_live *live, const char *command, uint64_t lost);

#endif
