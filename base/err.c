#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
fv_err_set(struct fv_err *err, enum fv_errcode code, const char *fmt, ...)
{
	va_list args;

	err->code = code;
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -1;
}

static enum fv_errcode
code_of(int number)
{
	switch (number) {
	case EEXIST:
		return FV_EEXIST;
	case ENOMEM:
		return FV_EMEMORY;
	default:
		return FV_EIO;
	}
}

int
fv_err_system(struct fv_err *err, int number, const char *fmt, ...)
{
	char reason[128];
	size_t used;
	va_list args;

	err->code = code_of(number);
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	used = strlen(err->text);
	/* The GNU strerror_r: it returns the text, and is safe in threads. */
	(void)snprintf(err->text + used, sizeof(err->text) - used, ": %s",
	    strerror_r(number, reason, sizeof(reason)));
	return -1;
}

int
fv_err_within(struct fv_err *err, const char *fmt, ...)
{
	char inner[FV_ERR_TEXT];
	size_t used;
	va_list args;

	memcpy(inner, err->text, sizeof(inner));
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	used = strlen(err->text);
	(void)snprintf(err->text + used, sizeof(err->text) - used, ": %.*s",
	    (int)sizeof(inner) - 1, inner);
	return -1;
}
