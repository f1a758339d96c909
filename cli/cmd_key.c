#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "anonymize/key.h"
#include "anonymize/key_ledger.h"
#include "cli/command.h"
#include "cli/key_source.h"
#include "datasets/signature.h"
#include "datasets/signature_twin.h"

/* What the arguments said. */
struct key_arguments {
	const char *path;
	const char *source;
	const char *import;
	const char *passphrase;
	const char *id;
	const char *ledger;
	bool signing;
	bool minisign;
};

/* "2026-01-31" in UTC. */
enum { DATE_TEXT = 16 };

static void
put_today(char today[DATE_TEXT])
{
	time_t now = time(NULL);
	struct tm tm;

	today[0] = '\0';
	if (gmtime_r(&now, &tm) != NULL)
		(void)strftime(today, DATE_TEXT, "%Y-%m-%d", &tm);
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

/* The key that is to be written: a random one, or what --import names. */
static struct fv_key *
get_key(const struct key_arguments *a, struct fv_err *err)
{
	char bytes[FV_KEY_FILE_LIMIT];
	struct fv_key *key = NULL;
	size_t n = 0;

	if (a->import == NULL)
		return fv_key_random(err);
	if (fv_key_source_bytes(
		a->import, "--import", bytes, sizeof(bytes), &n, err) == 0)
		key = fv_key_import_bytes(bytes, n, err);
	fv_key_wipe(bytes, sizeof(bytes));
	if (key != NULL && fv_key_is_locked(key)) {
		(void)fv_err_set(err, FV_EUSAGE,
		    "--import: a wrapped key file; copy it as it is");
		fv_key_free(key);
		return NULL;
	}
	return key;
}

/* Write it, wrapped if a passphrase is named. */
static int
save_key(
    const struct fv_key *key, const struct key_arguments *a, struct fv_err *err)
{
	struct fv_key_passphrase passphrase;
	char today[DATE_TEXT], text[FV_SECRET_LIMIT];
	int rc;

	put_today(today);
	if (a->passphrase == NULL)
		return fv_key_save(key, a->path, today, NULL, err);
	rc = fv_key_source_passphrase(a->passphrase, text, &passphrase, err);
	if (rc == 0)
		rc = fv_key_save(key, a->path, today, &passphrase, err);
	fv_key_wipe(text, sizeof(text));
	return rc;
}

static enum fv_status
run_new(const struct fv_command *self, int argc, char *const *argv)
{
	struct key_arguments a = { .path = NULL };
	struct fv_key *key = NULL;
	enum fv_status status = FV_STATUS_DONE;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    "name the file that the new key is to be written to");
		return fv_command_failed(self, &err);
	}
	if (a.signing)
		return new_signing(self, a.path);
	if ((key = get_key(&a, &err)) == NULL ||
	    save_key(key, &a, &err) == -1) {
		fv_key_free(key);
		return fv_command_failed(self, &err);
	}
	(void)printf("key id: %s\n", fv_key_id(key));
	(void)fprintf(stderr,
	    "Keep %s secret, and keep a copy where only you can read it:\n"
	    "with it the pseudonyms can be undone, without it no further\n"
	    "capture can be mapped to the same ones.%s\n",
	    a.path,
	    a.passphrase == NULL
		? ""
		: "  It is of no use\nwithout the passphrase, which nothing can "
		  "bring back.");
	fv_key_free(key);
	return FV_STATUS_DONE;
}

static const struct fv_option new_options[] = {
	{ "passphrase", 0, FV_KEY_SOURCE_METAVAR,
	    "wrap it with the passphrase from there: file:PATH,\n"
	    "env:NAME or fd:NUMBER, up to the first line end",
	    NULL, offsetof(struct key_arguments, passphrase) },
	{ "import", 0, FV_KEY_SOURCE_METAVAR,
	    "take the key from there: 32 bytes, 64 hexadecimal\n"
	    "digits, or a key file (to wrap it)",
	    NULL, offsetof(struct key_arguments, import) },
	{ "signing", 0, NULL, "a key to sign releases with (Ed25519, PEM)",
	    NULL, offsetof(struct key_arguments, signing) },
};

const struct fv_command fv_cmd_key_new = {
	.name = "key new",
	.summary = "make a new random key",
	.usage = "[--passphrase SOURCE] [--import SOURCE | --signing] FILE",
	.about =
	    "Writes 32 random bytes to the new file FILE, readable by you\n"
	    "alone, and prints the key's id.  The id is safe to publish: "
	    "it\nstands in each dataset made with the key.\n\n"
	    "With --passphrase the file is of no use to who finds it (scrypt "
	    "and\nAES-256-GCM), and to forget the passphrase is to destroy "
	    "the key.\nThe key itself is random still: one made from a "
	    "passphrase could be\nguessed from any dataset.\n\n"
	    "With --signing, writes a private key that releases are signed "
	    "with,\nand prints its fingerprint and public half.\n",
	.options = new_options,
	.noptions = FV_COUNT(new_options),
	.examples = "  flowveil key new hotel-2026.key\n"
		    "  flowveil key new --passphrase file:pass.txt "
		    "hotel-2026.key\n"
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

	if ((key = fv_key_source_signing(a->source, "--key", &err)) == NULL)
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
	struct fv_key *key;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, NULL, &status) == -1)
		return status;
	if (a.source == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE, "--key is missing");
		return fv_command_failed(self, &err);
	}
	if (a.signing || a.minisign)
		return show_signing(self, &a);
	if ((key = fv_key_source_open(a.source, &err)) == NULL)
		return fv_command_failed(self, &err);
	(void)printf("key id: %s\ncreated: %s\nwrapped: %s\n", fv_key_id(key),
	    fv_key_created(key),
	    fv_key_is_locked(key) ? "yes, so its id was not checked" : "no");
	fv_key_free(key);
	return FV_STATUS_DONE;
}

static const struct fv_option show_options[] = {
	{ "key", 'k', FV_KEY_SOURCE_METAVAR, FV_KEY_SOURCE_HELP, NULL,
	    offsetof(struct key_arguments, source) },
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
	    "Reads a key, checks it, and prints what may be known of it.\n",
	.options = show_options,
	.noptions = FV_COUNT(show_options),
	.examples = "  flowveil key show --key file:hotel-2026.key\n"
		    "  flowveil key show --key file:signing.pem --signing "
		    ">signing.pub\n",
	.run = run_show,
};

/* Beside the key, if nothing else was said. */
static int
default_ledger(const char *path, char *ledger, size_t size, struct fv_err *err)
{
	const char *slash = strrchr(path, '/');
	int n;

	n = snprintf(ledger, size, "%.*sdestroyed-keys.txt",
	    slash == NULL ? 0 : (int)(slash + 1 - path), path);
	if (n < 0 || (size_t)n >= size)
		return fv_err_set(err, FV_EUSAGE, "the path is too long");
	return 0;
}

static enum fv_status
run_destroy(const struct fv_command *self, int argc, char *const *argv)
{
	struct key_arguments a = { .path = NULL };
	enum fv_status status = FV_STATUS_DONE;
	char today[DATE_TEXT], beside[PATH_MAX];
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_path, &status) == -1)
		return status;
	if (a.path == NULL || a.id == NULL) {
		(void)fv_err_set(&err, FV_EUSAGE,
		    a.path == NULL
			? "name the key file that is to be destroyed"
			: "--id is missing: what 'flowveil key show' prints, "
			  "so that no other key is meant");
		return fv_command_failed(self, &err);
	}
	if (a.ledger == NULL) {
		if (default_ledger(a.path, beside, sizeof(beside), &err) == -1)
			return fv_command_failed(self, &err);
		a.ledger = beside;
	}
	put_today(today);
	if (fv_key_ledger_destroy(a.path, a.ledger, a.id, today, &err) == -1)
		return fv_command_failed(self, &err);
	(void)printf(
	    "key id: %s\ndestroyed: %s\nledger: %s\n", a.id, today, a.ledger);
	(void)fprintf(stderr,
	    "The file is deleted.  Copies of it are not, and a solid-state "
	    "disk or a\nfile system with snapshots may keep its blocks: a key "
	    "that was wrapped is\ngone for good when its passphrase is "
	    "forgotten.\n");
	return FV_STATUS_DONE;
}

static const struct fv_option destroy_options[] = {
	{ "id", 0, "ID", "the id of the key, as 'flowveil key show' prints it",
	    NULL, offsetof(struct key_arguments, id) },
	{ "ledger", 0, "FILE",
	    "where to note it [destroyed-keys.txt beside it]", NULL,
	    offsetof(struct key_arguments, ledger) },
};

const struct fv_command fv_cmd_key_destroy = {
	.name = "key destroy",
	.summary = "delete a key, and note it in a ledger",
	.usage = "--id ID [--ledger FILE] FILE",
	.about =
	    "Deletes the key file FILE, if it holds the key with that id, "
	    "and adds\na line to the ledger: the id, when the key was made, "
	    "when it was\ndestroyed.  From then on nobody can undo the "
	    "pseudonyms of its\ndatasets, or map another capture to the same "
	    "ones.\n",
	.options = destroy_options,
	.noptions = FV_COUNT(destroy_options),
	.examples = "  flowveil key show --key file:hotel-2026.key\n"
		    "  flowveil key destroy --id "
		    "7c0f1d0b0f5b0f6f3f0e2d1c0b0a0908 hotel-2026.key\n",
	.run = run_destroy,
};
