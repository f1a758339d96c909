#include "cli/options.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define SECONDS_MAX INT64_C(1000000000)

/* The last whole second that fits. */
#define EPOCH_MAX INT64_C(9223372035)

/* Where the walk stands. */
struct walk {
	int argc;
	char *const *argv;
	int at;
};

static const struct fv_option *
find_long(
    const struct fv_option *options, size_t n, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(options[i].name) == length &&
		    memcmp(options[i].name, name, length) == 0)
			return &options[i];
	return NULL;
}

static const struct fv_option *
find_letter(const struct fv_option *options, size_t n, char letter)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (options[i].letter != '\0' && options[i].letter == letter)
			return &options[i];
	return NULL;
}

/* Hand ${value}, or the argument after it, to the option. */
static int
apply(const struct fv_option *option, const char *value, struct walk *w,
    void *context, struct fv_err *err)
{
	if (option->metavar == NULL) {
		if (value != NULL)
			return fv_err_set(err, FV_EUSAGE, "--%s takes no value",
			    option->name);
	} else if (value == NULL) {
		if (w->at + 1 >= w->argc)
			return fv_err_set(err, FV_EUSAGE,
			    "--%s needs a value: %s", option->name,
			    option->metavar);
		value = w->argv[++w->at];
	}
	if (option->set != NULL) {
		if (option->set(context, value, err) == -1)
			return fv_err_within(err, "--%s", option->name);
	} else if (value == NULL) {
		*(bool *)((char *)context + option->at) = true;
	} else if (value[0] != '\0') {
		*(const char **)(void *)((char *)context + option->at) = value;
	} else {
		return fv_err_set(
		    err, FV_EUSAGE, "--%s: is empty", option->name);
	}
	return 0;
}

static int
apply_long(const struct fv_option *options, size_t n, struct walk *w,
    void *context, struct fv_err *err)
{
	const char *name = w->argv[w->at] + 2;
	size_t length = strcspn(name, "=");
	const struct fv_option *option = find_long(options, n, name, length);

	if (option == NULL)
		return fv_err_set(
		    err, FV_EUSAGE, "no option '--%.*s'", (int)length, name);
	return apply(option, name[length] == '=' ? name + length + 1 : NULL, w,
	    context, err);
}

/* A word of letters: flags may be joined, a value may follow at once. */
static int
apply_letters(const struct fv_option *options, size_t n, struct walk *w,
    void *context, struct fv_err *err)
{
	const char *at = w->argv[w->at] + 1;
	const struct fv_option *option;

	for (; *at != '\0'; at++) {
		if ((option = find_letter(options, n, *at)) == NULL)
			return fv_err_set(
			    err, FV_EUSAGE, "no option '-%c'", *at);
		if (option->metavar != NULL)
			return apply(option, at[1] != '\0' ? at + 1 : NULL, w,
			    context, err);
		if (apply(option, NULL, w, context, err) == -1)
			return -1;
	}
	return 0;
}

int
fv_options_parse(const struct fv_option *options, size_t n, int argc,
    char *const *argv, void *context, fv_option_set *operand,
    struct fv_err *err)
{
	struct walk w = { argc, argv, 0 };
	bool all_operands = false;
	const char *arg;
	int rc;

	for (; w.at < argc; w.at++) {
		arg = argv[w.at];
		if (all_operands || arg[0] != '-' || arg[1] == '\0') {
			if (operand == NULL)
				rc = fv_err_set(err, FV_EUSAGE,
				    "takes no operand '%s'", arg);
			else
				rc = operand(context, arg, err);
		} else if (strcmp(arg, "--") == 0) {
			all_operands = true;
			rc = 0;
		} else if (strcmp(arg, "--help") == 0 ||
		    strcmp(arg, "-h") == 0) {
			return 1;
		} else if (arg[1] == '-') {
			rc = apply_long(options, n, &w, context, err);
		} else {
			rc = apply_letters(options, n, &w, context, err);
		}
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* Digits, and perhaps a fraction, as nanoseconds; what follows is at ${*end}. */
static bool
take_seconds(const char *at, int64_t most, int64_t *ns, const char **end)
{
	int64_t whole = 0, fraction = 0, unit = NS_PER_SECOND;
	bool any = false;

	for (; *at >= '0' && *at <= '9' && whole <= most; at++) {
		whole = whole * 10 + (*at - '0');
		any = true;
	}
	if (*at == '.') {
		for (at++; *at >= '0' && *at <= '9' && unit > 1; at++) {
			unit /= 10;
			fraction += (*at - '0') * unit;
			any = true;
		}
	}
	*ns = whole > most ? 0 : whole * NS_PER_SECOND + fraction;
	*end = at;
	return any && whole <= most;
}

int
fv_options_seconds(const char *text, int64_t *ns, struct fv_err *err)
{
	const char *end;

	if (!take_seconds(text, SECONDS_MAX, ns, &end) || *end != '\0')
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a number of seconds from 0 to 1000000000",
		    text);
	return 0;
}

int
fv_options_offset(const char *text, int64_t *ns, struct fv_err *err)
{
	const char *digits = text + (*text == '-' || *text == '+');

	if (fv_options_seconds(digits, ns, err) == -1)
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a number of seconds such as 0.25 or -3", text);
	if (*text == '-')
		*ns = -*ns;
	return 0;
}

/* ${n} digits as a number; false when they are not there. */
static bool
take_digits(const char **at, int n, int *value)
{
	for (*value = 0; n > 0; n--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

/* The time of day at ${at}, behind the T, if it is one to the end. */
static bool
take_clock(const char *at, struct tm *tm, int64_t *fraction)
{
	*fraction = 0;
	if (!take_digits(&at, 2, &tm->tm_hour) || *at++ != ':' ||
	    !take_digits(&at, 2, &tm->tm_min))
		return false;
	if (*at == ':') {
		at++;
		if (!take_digits(&at, 2, &tm->tm_sec))
			return false;
		if (*at == '.' && !take_seconds(at, 0, fraction, &at))
			return false;
	}
	if (*at == 'Z')
		at++;
	return *at == '\0' && tm->tm_hour < 24 && tm->tm_min < 60 &&
	    tm->tm_sec < 60;
}

int
fv_options_time(const char *text, int64_t *ns, struct fv_err *err)
{
	struct tm tm = { .tm_year = 0 }, made;
	const char *at = text;
	int64_t fraction = 0;

	if (take_seconds(text, EPOCH_MAX, ns, &at) && *at == '\0')
		return 0;
	at = text;
	if (take_digits(&at, 4, &tm.tm_year) && *at++ == '-' &&
	    take_digits(&at, 2, &tm.tm_mon) && *at++ == '-' &&
	    take_digits(&at, 2, &tm.tm_mday) && tm.tm_year >= 1970 &&
	    tm.tm_year <= 2261 &&
	    (*at == '\0' ||
		(*at == 'T' && take_clock(at + 1, &tm, &fraction)))) {
		tm.tm_year -= 1900;
		tm.tm_mon--;
		made = tm;
		*ns = (int64_t)timegm(&made) * NS_PER_SECOND + fraction;
		/* A 31st of April would have become a 1st of May. */
		if (made.tm_mday == tm.tm_mday && made.tm_mon == tm.tm_mon)
			return 0;
	}
	return fv_err_set(err, FV_EUSAGE,
	    "'%s' is not a time in UTC, such as 2026-05-01T13:30:00Z, a day, or "
	    "seconds since 1970",
	    text);
}

int
fv_options_count(
    const char *text, unsigned most, unsigned *value, struct fv_err *err)
{
	char *end;
	unsigned long n;

	n = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n < 1 || n > most)
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a whole number from 1 to %u", text, most);
	*value = (unsigned)n;
	return 0;
}
