#include "cli/key_source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "cli/prompt.h"

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

/*
 * The bytes at ${source} into ${text}, of ${size} bytes, which the caller
 * wipes either way; a variable is wiped and removed, so that no child of
 * ours inherits it.
 */
static int
take_text(const char *source, const char *option, const char *hint, char *text,
    size_t size, size_t *length, struct fv_err *err)
{
	const char *rest;
	char *value;
	int fd, rc = -1;

	switch (place_of(source, option, &rest, err)) {
	case IN_FILE:
		if ((fd = fv_secret_open(rest, hint, err)) == -1)
			return -1;
		rc = fv_secret_read(fd, text, size, length, err);
		(void)close(fd);
		if (rc == -1)
			(void)fv_err_within(err, "%s", rest);
		break;
	case IN_ENVIRONMENT:
		if ((value = from_environment(rest, err)) == NULL)
			return -1;
		*length = strlen(value);
		if (*length < size) {
			memcpy(text, value, *length);
			rc = 0;
		} else {
			(void)fv_err_set(err, FV_EKEY,
			    "env: the variable is too long to be what %s "
			    "takes",
			    option);
		}
		fv_secret_wipe(value, strlen(value));
		(void)unsetenv(rest);
		break;
	case AT_DESCRIPTOR:
		if ((fd = descriptor(rest, option, err)) == -1)
			return -1;
		if ((rc = fv_secret_read(fd, text, size, length, err)) == -1)
			(void)fv_err_within(err, "fd:%d", fd);
		break;
	case NOWHERE:
		break;
	}
	return rc;
}

/* Put what may be said of ${source} before the message. */
static void
say_where(const char *source, struct fv_err *err)
{
	if (strncmp(source, "env:", strlen("env:")) == 0)
		(void)fv_err_within(err, "env");
	else
		(void)fv_err_within(err, "%s",
		    strncmp(source, "file:", strlen("file:")) == 0
			? source + strlen("file:")
			: source);
}

static const char KEY_HINT[] = "make one with 'flowveil key new'";

/* Ask on the terminal, twice for a ${new} one. */
static int
ask(bool new, struct fv_key_source_words *words, struct fv_err *err)
{
	struct fv_key_source_words again;
	int rc = -1;

	if (fv_prompt_secret("Passphrase: ", words->text, sizeof(words->text),
		&words->length, err) == -1)
		return -1;
	if (!new)
		return 0;
	if (fv_prompt_secret("Once more: ", again.text, sizeof(again.text),
		&again.length, err) == 0) {
		if (again.length == words->length &&
		    memcmp(again.text, words->text, again.length) == 0)
			rc = 0;
		else
			(void)fv_err_set(
			    err, FV_EKEY, "the two passphrases differ");
	}
	fv_secret_wipe(&again, sizeof(again));
	return rc;
}

int
fv_key_source_passphrase(const char *source, bool new,
    struct fv_key_source_words *words, struct fv_err *err)
{
	int rc;

	words->length = 0;
	if (strcmp(source, "prompt") == 0)
		rc = ask(new, words, err);
	else
		rc = take_text(source, "--passphrase",
		    "it should hold the passphrase, on one line", words->text,
		    sizeof(words->text), &words->length, err);
	if (rc == -1)
		return -1;
	/* Files end in a line end, passphrases do not. */
	if (words->length > 0 && words->text[words->length - 1] == '\n')
		words->length--;
	if (words->length > 0 && words->text[words->length - 1] == '\r')
		words->length--;
	if (words->length == 0)
		return fv_err_set(
		    err, FV_EKEY, "--passphrase: the passphrase is empty");
	if (memchr(words->text, '\n', words->length) != NULL ||
	    memchr(words->text, '\0', words->length) != NULL)
		return fv_err_set(err, FV_EKEY,
		    "--passphrase: the passphrase is more than one line of "
		    "text");
	return 0;
}

struct fv_key *
fv_key_source_take(const struct fv_key_source *source, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT + 1];
	struct fv_key_source_words words;
	struct fv_passphrase pass = { words.text, 0 };
	struct fv_key *key = NULL;
	size_t n = 0;

	if (source->ephemeral) {
		if (source->key == NULL && source->passphrase == NULL)
			return fv_key_random(err);
		(void)fv_err_set(err, FV_EUSAGE,
		    "--ephemeral makes a key of its own: leave --key and "
		    "--passphrase out");
		return NULL;
	}
	if (source->key == NULL) {
		(void)fv_err_set(err, FV_EUSAGE,
		    "--key is missing (make one with 'flowveil key new')");
		return NULL;
	}
	if (take_text(source->key, "--key", KEY_HINT, text, sizeof(text), &n,
		err) == -1)
		goto out;
	if (source->passphrase != NULL) {
		if (fv_key_source_passphrase(
			source->passphrase, false, &words, err) == -1)
			goto out;
		pass.length = words.length;
	}
	key = fv_key_parse(
	    text, n, source->passphrase != NULL ? &pass : NULL, err);
	if (key == NULL)
		say_where(source->key, err);
out:
	fv_secret_wipe(text, sizeof(text));
	fv_secret_wipe(&words, sizeof(words));
	return key;
}

int
fv_key_source_inspect(
    const char *source, struct fv_key_facts *facts, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT + 1];
	size_t n;
	int rc;

	rc = take_text(source, "--key", KEY_HINT, text, sizeof(text), &n, err);
	if (rc == 0 && (rc = fv_key_inspect(text, n, facts, err)) == -1)
		say_where(source, err);
	fv_secret_wipe(text, sizeof(text));
	return rc;
}

struct fv_key *
fv_key_source_import(const char *source, struct fv_err *err)
{
	struct fv_key *key = NULL;
	char text[FV_KEY_FILE_LIMIT + 1];
	size_t n;

	if (take_text(source, "--import",
		"it should hold 32 raw bytes or 64 hexadecimal digits", text,
		sizeof(text), &n, err) == 0 &&
	    (key = fv_key_import_text(text, n, err)) == NULL)
		say_where(source, err);
	fv_secret_wipe(text, sizeof(text));
	return key;
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
		fv_secret_wipe(text, strlen(text));
		(void)unsetenv(rest);
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
