#include "cli/key_source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/*
 * The text of a variable, which the caller wipes; NULL with ${err} set.  It
 * stands where the environment was when the program began, and is in it no
 * more.
 */
static char *
from_environment(const char *name, struct fv_err *err)
{
	char *text = getenv(name);

	if (text == NULL)
		(void)fv_err_set(
		    err, FV_EKEY, "env: no such variable in the environment");
	else
		(void)unsetenv(name);
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

/* All of an open file, which is closed. */
static int
read_file(
    const char *path, char *bytes, size_t size, size_t *n, struct fv_err *err)
{
	int fd = fv_secret_open(path, "it has to be there", err), rc;

	if (fd == -1)
		return -1;
	rc = fv_secret_read(fd, bytes, size, n, err);
	(void)close(fd);
	return rc;
}

int
fv_key_source_bytes(const char *source, const char *option, char *bytes,
    size_t size, size_t *n, struct fv_err *err)
{
	const char *rest;
	char *text;
	int fd;

	switch (place_of(source, option, &rest, err)) {
	case IN_FILE:
		return read_file(rest, bytes, size, n, err);
	case IN_ENVIRONMENT:
		if ((text = from_environment(rest, err)) == NULL)
			return -1;
		*n = strlen(text);
		if (*n < size)
			memcpy(bytes, text, *n);
		fv_key_wipe(text, *n);
		return *n < size
		    ? 0
		    : fv_err_set(err, FV_EKEY, "%s: too long", option);
	case AT_DESCRIPTOR:
		if ((fd = descriptor(rest, option, err)) == -1)
			return -1;
		return fv_secret_read(fd, bytes, size, n, err);
	case NOWHERE:
		break;
	}
	return -1;
}

int
fv_key_source_passphrase(const char *source, char *text,
    struct fv_key_passphrase *passphrase, struct fv_err *err)
{
	const char *stop;
	size_t n = 0;

	if (fv_key_source_bytes(
		source, "--passphrase", text, FV_SECRET_LIMIT, &n, err) == -1)
		return fv_err_within(err, "passphrase");
	stop = memchr(text, '\n', n);
	*passphrase = (struct fv_key_passphrase){ text,
		stop == NULL ? n : (size_t)(stop - text) };
	if (passphrase->n == 0)
		return fv_err_set(err, FV_EKEY, "the passphrase is empty");
	return 0;
}

static int
unlock(struct fv_key *key, const char *source, struct fv_err *err)
{
	struct fv_key_passphrase passphrase;
	char text[FV_SECRET_LIMIT];
	int rc;

	if (!fv_key_is_locked(key))
		return 0;
	if (source == NULL)
		return fv_err_set(err, FV_EKEY,
		    "the key is wrapped: say where its passphrase is with "
		    "--passphrase file:PATH, env:NAME or fd:NUMBER");
	rc = fv_key_source_passphrase(source, text, &passphrase, err);
	if (rc == 0)
		rc = fv_key_unlock(key, &passphrase, err);
	fv_key_wipe(text, sizeof(text));
	return rc;
}

struct fv_key *
fv_key_source_get(const struct fv_key_source *source, struct fv_err *err)
{
	struct fv_key *key;

	if (source->ephemeral && source->key != NULL) {
		(void)fv_err_set(
		    err, FV_EUSAGE, "--key and --ephemeral: one or the other");
		return NULL;
	}
	if (source->ephemeral)
		return fv_key_random(err);
	if (source->key == NULL) {
		(void)fv_err_set(err, FV_EUSAGE,
		    "--key is missing (make one with 'flowveil key new')");
		return NULL;
	}
	if ((key = fv_key_source_open(source->key, err)) == NULL)
		return NULL;
	if (unlock(key, source->passphrase, err) == 0)
		return key;
	fv_key_free(key);
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
