#ifndef CLI_READING_ARGUMENTS_H
#define CLI_READING_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "cli/options.h"
#include "convert/reading.h"

struct fv_live_arguments;

/*
 * What the command line says of the captures and of what is taken from
 * them: the same words for a conversion and for its audit.  It is the first
 * member of the context of a command that uses it.
 */
struct fv_reading_arguments {
	struct fv_live_arguments *live; /* NULL: files are all that is read */
	struct fv_reading_input *inputs;
	size_t ninputs, capacity;
	int64_t from, to; /* where options points, if it does */
	struct fv_reading_options options;
};

/* Options for them; ${context} begins with such a struct, ${member}. */
#define FV_READING_ARGUMENTS_OPTIONS(context, member)                          \
	{ "inbound", 0, "CAPTURE", "a capture of inbound packets only",        \
		fv_reading_arguments_inbound, 0 },                             \
	    { "outbound", 0, "CAPTURE", "a capture of outbound packets only",  \
		    fv_reading_arguments_outbound, 0 },                        \
	    { "inbound-offset", 0, "SECS",                                     \
		    "add to the times of inbound captures, whose clock\n"      \
		    "is off by as much; -SECS takes away [0]",                 \
		    fv_reading_arguments_inbound_offset, 0 },                  \
	    { "outbound-offset", 0, "SECS",                                    \
		    "the same for outbound captures [0]",                      \
		    fv_reading_arguments_outbound_offset, 0 },                 \
	    { "from", 0, "TIME",                                               \
		    "ignore packets before TIME, in UTC: a day, or such\n"     \
		    "as 2026-05-01T13:30:00Z, or seconds since 1970",          \
		    fv_reading_arguments_from, 0 },                            \
	    { "to", 0, "TIME", "ignore packets at TIME and after",             \
		    fv_reading_arguments_to, 0 },                              \
	    { "filter", 0, "EXPR", "ignore packets that tcpdump's EXPR drops", \
		    NULL,                                                      \
		    offsetof(context, member.options.selection.filter) },      \
	{                                                                      \
		"no-resync", 0, NULL,                                          \
		    "stop reading a capture at damage, and do not search\n"    \
		    "for what follows it",                                     \
		    NULL, offsetof(context, member.options.stop_at_damage)     \
	}

/* A capture that is not labelled; for operands. */
int fv_reading_arguments_capture(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;

/* For FV_READING_ARGUMENTS_OPTIONS. */
int fv_reading_arguments_inbound(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_reading_arguments_outbound(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_reading_arguments_inbound_offset(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_reading_arguments_outbound_offset(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_reading_arguments_from(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_reading_arguments_to(
    void *context, const char *value, struct fv_err *err) FV_MUST_CHECK;

/* Add ${input}, whose texts live on.  Returns 0, or -1 with ${err} set. */
int fv_reading_arguments_add(struct fv_reading_arguments *arguments,
    const struct fv_reading_input *input, struct fv_err *err) FV_MUST_CHECK;

/* Whether they fit together.  Returns 0, or -1 with ${err} set. */
int fv_reading_arguments_check(const struct fv_reading_arguments *arguments,
    struct fv_err *err) FV_MUST_CHECK;

/* The bytes of all captures, or 0 if that cannot be told. */
uint64_t fv_reading_arguments_size(
    const struct fv_reading_arguments *arguments);

/* Free what ${arguments} holds. */
void fv_reading_arguments_free(struct fv_reading_arguments *arguments);

#endif
