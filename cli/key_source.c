#include "cli/key_source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where a key is. */
enum place { IN_FILE, IN_ENVIRONMENT, AT_DESCRIPTOR, NOWHERE };

/* What a source says: its place, and in ${rest} what follows the colon. */
static enum place
place_of(const char *source, const char *option, const char **rest,
    struct fv_err *err)
{
	static const struct {
		const char *prefix;
		enum place place;
	} places[] = {
		{ "file:", IN_FILE },
		{ "env:", IN_ENVIRONMENT },
		{ "fd:", AT_DESCRIPTOR },
	};
	size_t i, n;

	for (i = 0; i < FV_COUNT(places); i++) {
		n = strlen(places[i].prefix);
		if (strncmp(source, places[i].prefix, n) == 0) {
			*rest = source + n;
			return places[i].place;
		}
	}
	(void)fv_err_set(err, FV_EUSAGE,
	    "%s: say where the key is: file:PATH, env:NAME or fd:NUMBER "
	    "(never the key itself: other users see command lines)",
	    option);
	return NOWHERE;
}

/* The text of a variable, which the caller wipes; NULL with ${err} set. */
static char *
from_environment(const char *name, struct fv_err *err)
{
	char *text = getenv(name);

	if (text == NULL)
		(void)fv_err_set(
		    err, FV_EKEY, "env: no such variable in the environment");
	return text;
}

/* The descriptor that ${number} is, or -1 with ${err} set. */
static int
descriptor(const char *number, const char *option, struct fv_err *err)
{
	char *end;
	long fd = strtol(number, &end, 10);

	if (number[0] >= '0' && number[0] <= '9' && *end == '\0' &&
	    fd <= INT_MAX)
		return (int)fd;
	return fv_err_set(
	    err, FV_EUSAGE, "%s: fd: is followed by a number", option);
}

struct fv_key *
fv_key_source_open(const char *source, struct fv_err *err)
{
	struct fv_key *key = NULL;
	const char *rest;
	char *text;
	int fd;

	switch (place_of(source, "--key", &rest, err)) {
	case IN_FILE:
		return fv_key_open(rest, err);
	case IN_ENVIRONMENT:
		if ((text = from_environment(rest, err)) == NULL)
			return NULL;
		key = fv_key_parse(text, strlen(text), err);
		fv_key_wipe(text, strlen(text));
		if (key == NULL)
			(void)fv_err_within(err, "env");
		return key;
	case AT_DESCRIPTOR:
		if ((fd = descriptor(rest, "--key", err)) == -1)
			return NULL;
		if ((key = fv_key_read(fd, err)) == NULL)
			(void)fv_err_within(err, "fd:%d", fd);
		return key;
	case NOWHERE:
		break;
	}
	return NULL;
}

struct fv_signature_key *
fv_key_source_signing(
    const char *source, const char *option, struct fv_err *err)
{
	struct fv_signature_key *key = NULL;
	const char *rest;
	char *text;
	int fd;

	switch (place_of(source, option, &rest, err)) {
	case IN_FILE:
		return fv_signature_key_open(rest, err);
	case IN_ENVIRONMENT:
		if ((text = from_environment(rest, err)) == NULL)
			return NULL;
		key = fv_signature_key_parse(text, strlen(text), err);
		fv_key_wipe(text, strlen(text));
		if (key == NULL)
			(void)fv_err_within(err, "env");
		return key;
	case AT_DESCRIPTOR:
		if ((fd = descriptor(rest, option, err)) == -1)
			return NULL;
		if ((key = fv_signature_key_read(fd, err)) == NULL)
			(void)fv_err_within(err, "fd:%d", fd);
		return key;
	case NOWHERE:
		break;
	}
	return NULL;
}
