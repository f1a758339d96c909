#include "tests/unit/suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "datasets/signature_twin.h"
#include "datasets/verify.h"
#include "tests/fuzz/tiny.h"
#include "tests/unit/scratch.h"

/* A signed bag, made here by hand, and what its receiver knows. */
struct bag {
	struct fv_scratch scratch;
	char root[300];
	struct fv_signature_pin pin;
};

static const char *const tags[] = { "bag-info.txt", "bagit.txt",
	"manifest-sha256.txt" };

static const char *const all[] = { "data/flows.h5", "data/notes.txt",
	"tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig", "bag-info.txt",
	"bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt.minisig",
	"tagmanifest-sha256.txt.sig.signify" };

/* The last ones are for users of other tools, and may be missing. */
enum { TWINS = 2 };

static const char *
path_in(const struct bag *b, const char *name)
{
	static char path[600];

	(void)snprintf(path, sizeof(path), "%s/%s", b->root, name);
	return path;
}

static void
spill(const struct bag *b, const char *name, const void *bytes, size_t n)
{
	FILE *out = fopen(path_in(b, name), "wb");

	if (out == NULL || fwrite(bytes, 1, n, out) != n || fclose(out) != 0)
		abort();
}

static size_t
slurp(const struct bag *b, const char *name, uint8_t *bytes, size_t room)
{
	FILE *in = fopen(path_in(b, name), "rb");
	size_t n;

	if (in == NULL)
		abort();
	n = fread(bytes, 1, room, in);
	(void)fclose(in);
	return n;
}

/* A line of a manifest for the file ${name}, at ${text}; its length. */
static size_t
add_line(const struct bag *b, const char *name, char *text)
{
	static uint8_t bytes[1 << 20];
	uint8_t value[FV_DIGEST_SIZE];
	char hex[FV_DIGEST_TEXT];
	struct fv_digest *d;
	struct fv_err err;
	size_t n = slurp(b, name, bytes, sizeof(bytes));

	if ((d = fv_digest_new(&err)) == NULL ||
	    fv_digest_add(d, bytes, n, &err) == -1 ||
	    fv_digest_value(d, value, &err) == -1)
		abort();
	fv_digest_free(d);
	fv_digest_hex(value, sizeof(value), hex);
	return (size_t)sprintf(text, "%s  %s\n", hex, name);
}

static void
sign(struct bag *b, const char *text, size_t n)
{
	const char *path = fv_scratch_path(&b->scratch, "key");
	struct fv_signature_key *key;
	char *minisign, *signify;
	uint8_t signature[FV_SIGNATURE_SIZE];
	struct fv_err err;

	if (fv_signature_key_create(path, &err) == -1 ||
	    (key = fv_signature_key_open(path, &err)) == NULL ||
	    fv_signature_sign(key, text, n, signature, &err) == -1)
		abort();
	memset(&b->pin, 0, sizeof(b->pin));
	b->pin.is_key = true;
	b->pin.key = *fv_signature_key_public(key);
	if (fv_signature_fingerprint(&b->pin.key, b->pin.fingerprint, &err) ==
	    -1)
		abort();
	minisign = fv_signature_twin_minisign(key, text, n, "made up", &err);
	signify = fv_signature_twin_signify(key, text, n, &err);
	if (minisign == NULL || signify == NULL)
		abort();
	spill(b, "tagmanifest-sha256.txt.minisig", minisign, strlen(minisign));
	spill(
	    b, "tagmanifest-sha256.txt.sig.signify", signify, strlen(signify));
	free(minisign);
	free(signify);
	fv_signature_key_free(key);
	(void)unlink(path);
	spill(b, "tagmanifest-sha256.txt.sig", signature, sizeof(signature));
}

static void
make(struct bag *b)
{
	static const char declaration[] =
	    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
	char text[1024];
	size_t i, n, size;
	uint8_t *dataset;

	fv_scratch_make(&b->scratch);
	(void)snprintf(b->root, sizeof(b->root), "%s",
	    fv_scratch_path(&b->scratch, "bag-1"));
	(void)mkdir(b->root, 0700);
	(void)mkdir(path_in(b, "data"), 0700);
	dataset = tiny_bytes(3, &size);
	spill(b, "data/flows.h5", dataset, size);
	free(dataset);
	spill(b, "data/notes.txt", "Made up.\n", 9);
	n = add_line(b, "data/flows.h5", text);
	n += add_line(b, "data/notes.txt", text + n);
	spill(b, "manifest-sha256.txt", text, n);
	spill(b, "bagit.txt", declaration, sizeof(declaration) - 1);
	n = (size_t)sprintf(text, "Payload-Oxum: %zu.2\n", size + 9);
	spill(b, "bag-info.txt", text, n);
	for (i = 0, n = 0; i < FV_COUNT(tags); i++)
		n += add_line(b, tags[i], text + n);
	spill(b, "tagmanifest-sha256.txt", text, n);
	sign(b, text, n);
}

static void
end(struct bag *b)
{
	size_t i;

	for (i = 0; i < FV_COUNT(all); i++)
		(void)unlink(path_in(b, all[i]));
	(void)rmdir(path_in(b, "data"));
	(void)rmdir(b->root);
	fv_scratch_remove(&b->scratch);
}

static int
check(const struct bag *b, struct fv_verify_result *result, struct fv_err *err)
{
	const struct fv_verify_options options = { .pin = &b->pin,
		.scratch = b->scratch.directory };

	return fv_verify(b->root, &options, result, err);
}

static void
a_bag_as_it_was_signed_is_genuine(void)
{
	struct fv_verify_result r;
	struct fv_err err;
	struct bag b;
	int i;

	make(&b);
	CU_ASSERT_EQUAL(check(&b, &r, &err), 0);
	for (i = 0; i < FV_VERIFY_STAGES; i++)
		CU_ASSERT_EQUAL(r.step[i].outcome, FV_VERIFY_OK);
	CU_ASSERT_STRING_EQUAL(r.signer, b.pin.fingerprint);
	CU_ASSERT_EQUAL(r.files, FV_COUNT(all));
	CU_ASSERT_EQUAL(r.datasets, 1);
	CU_ASSERT_EQUAL(r.flows, 3);
	end(&b);
}

/*
 * How far apart the bytes of the dataset are that are flipped; 1 for all
 * 280,000, which takes minutes.  Every byte of every other file is.
 */
static size_t
stride(void)
{
	const char *text = getenv("FLIP_STRIDE");
	size_t n = text == NULL ? 0 : (size_t)strtoul(text, NULL, 10);

	return n == 0 ? 487 : n;
}

/* Flip a bit of every ${step}th byte of ${name}; how many went by? */
static size_t
flips_missed(const struct bag *b, const char *name, size_t step)
{
	struct fv_verify_result r;
	struct fv_err err;
	struct stat status;
	size_t at, size, missed = 0;
	uint8_t byte, flipped;
	int fd = open(path_in(b, name), O_RDWR | O_CLOEXEC);

	CU_ASSERT_NOT_EQUAL_FATAL(fd, -1);
	CU_ASSERT_EQUAL_FATAL(fstat(fd, &status), 0);
	size = (size_t)status.st_size;
	for (at = 0; at < size; at += step) {
		if (pread(fd, &byte, 1, (off_t)at) != 1)
			abort();
		flipped = (uint8_t)(byte ^ 1U << at % 8);
		if (pwrite(fd, &flipped, 1, (off_t)at) != 1)
			abort();
		/* And no HDF5 file is opened for it. */
		if (check(b, &r, &err) == 0 ||
		    r.step[FV_VERIFY_STRUCTURE].outcome !=
			FV_VERIFY_NOT_REACHED)
			missed++;
		if (pwrite(fd, &byte, 1, (off_t)at) != 1)
			abort();
	}
	(void)close(fd);
	return missed;
}

static void
every_flipped_byte_is_found(void)
{
	struct fv_verify_result r;
	struct fv_err err;
	struct bag b;
	size_t i;

	make(&b);
	for (i = 0; i < FV_COUNT(all); i++)
		CU_ASSERT_EQUAL(
		    flips_missed(&b, all[i], i == 0 ? stride() : 1), 0);
	CU_ASSERT_EQUAL(check(&b, &r, &err), 0);
	end(&b);
}

static void
each_missing_file_is_found(void)
{
	struct fv_verify_result r;
	struct fv_err err;
	struct bag b;
	char aside[700];
	size_t i;

	make(&b);
	for (i = 0; i < FV_COUNT(all) - TWINS; i++) {
		(void)snprintf(aside, sizeof(aside), "%s", path_in(&b, all[i]));
		CU_ASSERT_EQUAL(
		    rename(aside, fv_scratch_path(&b.scratch, "aside")), 0);
		CU_ASSERT_EQUAL(check(&b, &r, &err), -1);
		CU_ASSERT_EQUAL(
		    rename(fv_scratch_path(&b.scratch, "aside"), aside), 0);
	}
	CU_ASSERT_EQUAL(check(&b, &r, &err), 0);
	end(&b);
}

static void
a_dataset_that_is_signed_and_bad_is_still_refused(void)
{
	struct fv_verify_result r;
	const struct fv_verify_options options = { .without_signature = true };
	struct fv_err err;
	struct bag b;
	char text[1024];
	uint8_t byte;
	size_t i, n;
	int fd;

	make(&b);
	fd = open(path_in(&b, "data/flows.h5"), O_RDWR | O_CLOEXEC);
	CU_ASSERT_EQUAL(pread(fd, &byte, 1, 600), 1);
	byte ^= 1;
	CU_ASSERT_EQUAL(pwrite(fd, &byte, 1, 600), 1);
	(void)close(fd);
	n = add_line(&b, "data/flows.h5", text);
	n += add_line(&b, "data/notes.txt", text + n);
	spill(&b, "manifest-sha256.txt", text, n);
	for (i = 0, n = 0; i < FV_COUNT(tags); i++)
		n += add_line(&b, tags[i], text + n);
	spill(&b, "tagmanifest-sha256.txt", text, n);
	CU_ASSERT_EQUAL(fv_verify(b.root, &options, &r, &err), -1);
	CU_ASSERT_EQUAL(r.step[FV_VERIFY_DIGESTS].outcome, FV_VERIFY_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "data/flows.h5: "));
	end(&b);
}

CU_TestInfo suite_verify[] = {
	{ "a bag as it was signed is genuine",
	    a_bag_as_it_was_signed_is_genuine },
	{ "every flipped byte is found", every_flipped_byte_is_found },
	{ "each missing file is found", each_missing_file_is_found },
	{ "a dataset that is signed and bad is still refused",
	    a_dataset_that_is_signed_and_bad_is_still_refused },
	CU_TEST_INFO_NULL,
};
