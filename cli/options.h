#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Takes the ${value} of an option (NULL for a flag) or an operand into
 * ${context}.  Returns 0, or -1 with ${err} set (FV_EUSAGE).
 */
typedef int fv_option_set(void *context, const char *value, struct fv_err *err);

/* An option: a row that parses, and a line of help. */
struct fv_option {
	const char *name;    /* long, without the dashes */
	char letter;         /* short, or 0 */
	const char *metavar; /* what its value is; NULL: a flag */
	const char *help;    /* with the [default] */
	fv_option_set *set;  /* or NULL: what it says goes as it is to ... */
	size_t at;           /* ... this offset in the context: a bool for a
				flag, a const char * for a value */
};

/*
 * fv_options_parse(options, n, argc, argv, context, operand, err):
 * Walk the ${argc} arguments: --name VALUE, --name=VALUE, -l VALUE, -lVALUE,
 * flags, "--" after which all are operands, and operands ("-" is one),
 * which may stand between options.  Each is handed to its setter.
 * Returns 0; 1 when --help or -h was met, and nothing after it was looked
 * at; or -1 with ${err} set.
 */
int fv_options_parse(const struct fv_option *options, size_t n, int argc,
    char *const *argv, void *context, fv_option_set *operand,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_options_seconds(text, ns, err):
 * A duration such as "300" or "0.5" seconds, as nanoseconds; up to 10^9 s.
 * Returns 0, or -1 with ${err} set.
 */
int fv_options_seconds(
    const char *text, int64_t *ns, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_options_offset(text, ns, err):
 * The same with a sign in front, such as "-0.25".
 */
int fv_options_offset(
    const char *text, int64_t *ns, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_options_time(text, ns, err):
 * A time in UTC as nanoseconds since 1970: a day or a time of ISO 8601, such
 * as "2026-05-01", "2026-05-01T13:30", "2026-05-01T13:30:05.25Z", or seconds
 * since 1970.  Returns 0, or -1 with ${err} set.
 */
int fv_options_time(
    const char *text, int64_t *ns, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_options_count(text, most, value, err):
 * A whole number from 1 to ${most}.  Returns 0, or -1 with ${err} set.
 */
int fv_options_count(const char *text, unsigned most, unsigned *value,
    struct fv_err *err) FV_MUST_CHECK;

#endif
