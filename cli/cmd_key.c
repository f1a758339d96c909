#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "anonymize/key.h"
#include "base/secret.h"
#include "cli/cmd_key.h"
#include "cli/command.h"
#include "cli/key_source.h"
#include "datasets/signature.h"
#include "datasets/signature_twin.h"

/* What the arguments said. */
struct key_arguments {
	const char *path;
	const char *import;
	struct fv_key_source key;
	bool signing;
	bool minisign;
};

void
fv_cmd_key_today(char date[FV_CMD_KEY_DATE])
{
	time_t now = time(NULL);
	struct tm tm;

	date[0] = '\0';
	if (gmtime_r(&now, &tm) != NULL)
		(void)strftime(date, FV_CMD_KEY_DATE, "%Y-%m-%d", &tm);
}

static int
set_path(void *context, const char *value, struct fv_err *err)
{
	struct key_arguments *a = context;

	if (a->path != NULL)
		return fv_err_set(err, FV_EUSAGE, "names one file, not more");
	a->path = value;
	return 0;
}

/*
 * The public half: what to tell others, as lines that openssl(1) and our own
 * reader step over, and PEM.
 */
static int
print_public(const struct fv_signature_public *public, struct fv_err *err)
{
	char print[FV_SIGNATURE_FINGERPRINT_TEXT];
	char *pem;

	if (fv_signature_fingerprint(public, print, err) == -1 ||
	    (pem = fv_signature_public_pem(public, err)) == NULL)
		return -1;
	(void)printf("fingerprint: %s\n%s", print, pem);
	free(pem);
	return 0;
}

static enum fv_status
new_signing(const struct fv_command *self, const char *path)
{
	struct fv_signature_key *key = NULL;
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_signature_key_create(path, &err) == -1 ||
	    (key = fv_signature_key_open(path, &err)) == NULL ||
	    print_public(fv_signature_key_public(key), &err) == -1)
		status = fv_command_failed(self, &err);
	else
		(void)fprintf(stderr,
		    "Keep %s secret: who has it can sign in your name.\n"
		    "The fingerprint and the public key above are for those "
		    "who receive\nyour releases; give them by another way "
		    "than the releases.\n",
		    path);
	fv_signature_key_free(key);
	return status;
}

/* The key that the file shall hold: drawn, or made elsewhere. */
static struct fv_key *
key_to_keep(const struct key_arguments *a, struct fv_err *err)
{
	struct fv_key *key;

	if (a->import == NULL)
		return fv_key_random(err);
	if ((key = fv_key_source_import(a->import, err)) != NULL &&
	    fv_key_is_typed(key))
		(void)fputs(
		    "flowveil key new: warning: the key is printable text, "
		    "and was hardly drawn at\nrandom: who guesses the text can "
		    "undo the pseudonyms.\n",
		    stderr);
	return key;
}

static int
new_key(const struct key_arguments *a, struct fv_err *err)
{
	struct fv_key_source_words words = { .length = 0 };
	struct fv_passphrase pass = { words.text, 0 };
	const bool wrap = a->key.passphrase != NULL;
	char today[FV_CMD_KEY_DATE];
	struct fv_key *key = NULL;
	int rc = -1;

	fv_cmd_key_today(today);
	if ((key = key_to_keep(a, err)) == NULL ||
	    (wrap &&
		fv_key_source_passphrase(
		    a->key.passphrase, true, &words, err) == -1))
		goto out;
	pass.length = words.length;
	rc = fv_key_save(
	    key, today, wrap ? &pass : NULL, FV_KEY_WRAP_LOG_N, a->path, err);
	if (rc == -1)
		goto out;
	(void)printf("key id: %s\n", fv_key_id(key));
	(void)fprintf(stderr,
	    "Keep %s secret%s, and a copy where only you can read it:\n"
	    "with it the pseudonyms can be undone, without it no further\n"
	    "capture can be mapped to the same ones.\n",
	    a->path, wrap ? " and its passphrase apart from it" : "");
out:
	fv_key_free(key);
	fv_secret_wipe(&words, sizeof(words));
	return rc;
}

static enum fv_status
run_new(const struct fv_command *self, int argc, char *const *argv)
{
	struct key_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    "name the file that the new key is to be written to");
		return fv_command_failed(self, &err);
	}
	if (a.signing && (a.import != NULL || a.key.passphrase != NULL)) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    "--import and --passphrase are not for signing keys");
		return fv_command_failed(self, &err);
	}
	if (a.signing)
		return new_signing(self, a.path);
	return new_key(&a, &err) == 0 ? FV_STATUS_DONE
				      : fv_command_failed(self, &err);
}

static const struct fv_option new_options[] = {
	{ "passphrase", 0, FV_KEY_SOURCE_METAVAR,
	    "wrap the key under a passphrase: file:PATH,\n"
	    "env:NAME, fd:NUMBER, or prompt to be asked",
	    NULL, offsetof(struct key_arguments, key.passphrase) },
	{ "import", 0, FV_KEY_SOURCE_METAVAR,
	    "not a random key but this one: 32 raw bytes or 64\n"
	    "hex digits, at file:PATH, env:NAME or fd:NUMBER",
	    NULL, offsetof(struct key_arguments, import) },
	{ "signing", 0, NULL, "a key to sign releases with (Ed25519, PEM)",
	    NULL, offsetof(struct key_arguments, signing) },
};

const struct fv_command fv_cmd_key_new = {
	.name = "key new",
	.summary = "make a new random key",
	.usage = "[--passphrase SOURCE] [--import SOURCE] [--signing] FILE",
	.about =
	    "Writes 32 random bytes to the new file FILE, readable by you\n"
	    "alone, and prints the key's id.  The id is safe to publish: "
	    "it\nstands in each dataset made with the key.\n\n"
	    "With --passphrase the key is wrapped: who gets the file still "
	    "needs the\npassphrase, of 12 characters or more.  Commands that "
	    "take the key then\ntake --passphrase too.  A passphrase that is "
	    "lost cannot be replaced.\n\n"
	    "With --import the key is one made elsewhere; with it, "
	    "'convert\n--canonical' gives the pseudonyms that other "
	    "Crypto-PAn tools give.\n\n"
	    "With --signing, writes a private key that releases are signed "
	    "with,\nand prints its fingerprint and public half.\n",
	.options = new_options,
	.noptions = FV_COUNT(new_options),
	.examples = "  flowveil key new hotel-2026.key\n"
		    "  flowveil key new --passphrase prompt hotel-2026.key\n"
		    "  flowveil key new --import file:raw.bin partner.key\n"
		    "  flowveil key new --signing signing.pem >signing.pub\n",
	.run = run_new,
};

static enum fv_status
show_signing(const struct fv_command *self, const struct key_arguments *a)
{
	const struct fv_signature_public *public;
	struct fv_signature_key *key;
	struct fv_err err;
	char *text;
	int rc;

	if ((key = fv_key_source_signing(a->key.key, "--key", &err)) == NULL)
		return fv_command_failed(self, &err);
	public = fv_signature_key_public(key);
	if (!a->minisign) {
		rc = print_public(public, &err);
	} else {
		text = fv_signature_twin_public(public, &err);
		rc = text == NULL ? -1 : 0;
		if (text != NULL)
			(void)fputs(text, stdout);
		free(text);
	}
	fv_signature_key_free(key);
	return rc == 0 ? FV_STATUS_DONE : fv_command_failed(self, &err);
}

static enum fv_status
run_show(const struct fv_command *self, int argc, char *const *argv)
{
	struct key_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	struct fv_key_facts facts;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, NULL, &status) == -1)
		return status;
	if (a.key.key == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE, "--key is missing");
		return fv_command_failed(self, &err);
	}
	if (a.signing || a.minisign)
		return show_signing(self, &a);
	/* A wrapped key says this much unopened. */
	if (fv_key_source_inspect(a.key.key, &facts, &err) == -1)
		return fv_command_failed(self, &err);
	(void)printf("key id: %s\ncreated: %s\nat rest: %s\n", facts.id,
	    facts.created,
	    facts.wrapped ? "wrapped under a passphrase (scrypt, AES-256-GCM)"
			  : "in clear");
	return FV_STATUS_DONE;
}

static const struct fv_option show_options[] = {
	{ "key", 'k', FV_KEY_SOURCE_METAVAR, FV_KEY_SOURCE_HELP, NULL,
	    offsetof(struct key_arguments, key.key) },
	{ "signing", 0, NULL,
	    "it is a signing key: print its fingerprint and its\n"
	    "public half, as PEM",
	    NULL, offsetof(struct key_arguments, signing) },
	{ "minisign", 0, NULL,
	    "likewise, as a file for minisign(1) and signify(1)", NULL,
	    offsetof(struct key_arguments, minisign) },
};

const struct fv_command fv_cmd_key_show = {
	.name = "key show",
	.summary = "print a key's id and date, never the key",
	.usage = "--key SOURCE [--signing | --minisign]",
	.about =
	    "Reads a key, checks it, and prints what may be known of it.  A wrapped\n"
	    "key needs no passphrase for that: its id and date stand in clear.\n",
	.options = show_options,
	.noptions = FV_COUNT(show_options),
	.examples = "  flowveil key show --key file:hotel-2026.key\n"
		    "  flowveil key show --key file:signing.pem --signing "
		    ">signing.pub\n",
	.run = run_show,
};
