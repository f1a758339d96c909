#include "cli/key_source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct fv_key *
from_environment(const char *name, struct fv_err *err)
{
	char *text = getenv(name);
	struct fv_key *key;

	if (text == NULL) {
		(void)fv_err_set(
		    err, FV_EKEY, "env: no such variable in the environment");
		return NULL;
	}
	key = fv_key_parse(text, strlen(text), err);
	fv_key_wipe(text, strlen(text));
	if (key == NULL)
		(void)fv_err_within(err, "env");
	return key;
}

static struct fv_key *
from_descriptor(const char *number, struct fv_err *err)
{
	struct fv_key *key;
	char *end;
	long fd = strtol(number, &end, 10);

	if (number[0] < '0' || number[0] > '9' || *end != '\0' ||
	    fd > INT_MAX) {
		(void)fv_err_set(
		    err, FV_EUSAGE, "--key: fd: is followed by a number");
		return NULL;
	}
	if ((key = fv_key_read((int)fd, err)) == NULL)
		(void)fv_err_within(err, "fd:%ld", fd);
	return key;
}

struct fv_key *
fv_key_source_open(const char *source, struct fv_err *err)
{
	if (strncmp(source, "file:", 5) == 0)
		return fv_key_open(source + 5, err);
	if (strncmp(source, "env:", 4) == 0)
		return from_environment(source + 4, err);
	if (strncmp(source, "fd:", 3) == 0)
		return from_descriptor(source + 3, err);
	(void)fv_err_set(err, FV_EUSAGE,
	    "--key: say where the key is: file:PATH, env:NAME or fd:NUMBER "
	    "(never the key itself: other users see command lines)");
	return NULL;
}
