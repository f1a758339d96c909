#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/outdir.h"
#include "datasets/bag.h"
#include "tests/unit/scratch.h"

/* sha256sum of "one\n" and of nothing. */
static const char ONE[] =
    "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";
static const char NOTHING[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static const struct fv_bag_info INFO[] = {
	{ "Source-Organization", "Example Networks" },
	{ "Bag-Count", NULL },
};

static struct fv_bag *
made(struct fv_scratch *s)
{
	struct fv_bag *bag;
	struct fv_err err;

	bag = fv_bag_new(&err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bag);
	(void)fv_scratch_file(s, "source", "one\n", 4, 0600);
	CU_ASSERT_EQUAL(fv_bag_add_file(bag, "data/z/one.txt",
			    fv_scratch_path(s, "source"), &err),
	    0);
	CU_ASSERT_EQUAL(fv_bag_add_text(bag, "data/empty", "", &err), 0);
	return bag;
}

static void
files_are_digested_and_sorted(void)
{
	const struct fv_bag_item *items;
	struct fv_scratch s;
	struct fv_bag *bag;
	struct fv_err err;
	uint64_t bytes, files;
	size_t n;

	fv_scratch_make(&s);
	bag = made(&s);
	items = fv_bag_items(bag, &n);
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT_STRING_EQUAL(items[0].name, "data/empty");
	CU_ASSERT_STRING_EQUAL(items[0].digest, NOTHING);
	CU_ASSERT_EQUAL(items[0].size, 0);
	CU_ASSERT_STRING_EQUAL(items[1].name, "data/z/one.txt");
	CU_ASSERT_STRING_EQUAL(items[1].digest, ONE);
	CU_ASSERT_EQUAL(items[1].size, 4);
	fv_bag_oxum(bag, &bytes, &files);
	CU_ASSERT(bytes == 4 && files == 2);
	CU_ASSERT_EQUAL(fv_bag_add_file(bag, "data/none",
			    fv_scratch_path(&s, "none"), &err),
	    -1);
	CU_ASSERT_EQUAL(
	    fv_bag_add_file(bag, "data/folder", s.directory, &err), -1);
	fv_bag_free(bag);
	fv_bag_free(NULL);
	fv_scratch_remove(&s);
}

static void
a_written_bag_has_its_tag_files(void)
{
	struct fv_scratch s;
	struct fv_bag *bag;
	struct fv_err err;
	char text[1024], wanted[256];

	fv_scratch_make(&s);
	bag = made(&s);
	CU_ASSERT_EQUAL(fv_bag_seal(bag, INFO, 2, NULL, &err), 0);
	CU_ASSERT_EQUAL(fv_bag_write(bag, "top", fv_scratch_path(&s, "bag"),
			    false, 0, &err),
	    0);
	(void)fv_scratch_read(&s, "bag/bagit.txt", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(
	    text, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
	(void)fv_scratch_read(
	    &s, "bag/manifest-sha256.txt", text, sizeof(text));
	(void)snprintf(wanted, sizeof(wanted),
	    "%s  data/empty\n%s  data/z/one.txt\n", NOTHING, ONE);
	CU_ASSERT_STRING_EQUAL(text, wanted);
	(void)fv_scratch_read(&s, "bag/bag-info.txt", text, sizeof(text));
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    text, "Source-Organization: Example Networks\nExternal-Iden"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nPayload-Oxum: 4.2\n"));
	CU_ASSERT_EQUAL(
	    fv_scratch_read(&s, "bag/data/z/one.txt", text, sizeof(text)), 4);
	CU_ASSERT_EQUAL(fv_scratch_read(&s, "bag/tagmanifest-sha256.txt.sig",
			    text, sizeof(text)),
	    -1);
	/* The name is taken now, and what is there stays. */
	CU_ASSERT_EQUAL(
	    fv_bag_write(bag, "top", fv_scratch_path(&s, "bag"), true, 0, &err),
	    -1);
	fv_bag_remove(fv_scratch_path(&s, "bag"));
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
	fv_bag_free(bag);
	fv_scratch_remove(&s);
}

/* A file that changes between digest and writing: grown, cut, another. */
static void
a_file_that_changed_is_noticed(void)
{
	static const char *const after[] = { "one\ntwo", "on", "two\n" };
	static const char *const name[] = { "bag", "bag.tar" };
	struct fv_scratch s;
	struct fv_bag *bag;
	struct fv_err err;
	size_t i, j;

	for (i = 0; i < FV_COUNT(after); i++)
		for (j = 0; j < FV_COUNT(name); j++) {
			fv_scratch_make(&s);
			bag = made(&s);
			CU_ASSERT_EQUAL(
			    fv_bag_seal(bag, INFO, 2, NULL, &err), 0);
			(void)unlink(fv_scratch_path(&s, "source"));
			(void)fv_scratch_file(
			    &s, "source", after[i], strlen(after[i]), 0600);
			CU_ASSERT_EQUAL(
			    fv_bag_write(bag, "top",
				fv_scratch_path(&s, name[j]), false, 0, &err),
			    -1);
			CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "has changed"));
			CU_ASSERT_EQUAL(fv_scratch_count(&s), 1);
			fv_bag_free(bag);
			fv_scratch_remove(&s);
		}
}

static void
the_signature_is_over_the_tag_manifest(void)
{
	struct fv_signature_public public;
	struct fv_signature_key *key;
	struct fv_scratch s;
	struct fv_bag *bag;
	struct fv_err err;
	char list[1024], signature[128], pem[256];
	long n, m;

	fv_scratch_make(&s);
	CU_ASSERT_EQUAL(
	    fv_signature_key_create(fv_scratch_path(&s, "key"), &err), 0);
	key = fv_signature_key_open(fv_scratch_path(&s, "key"), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	bag = made(&s);
	CU_ASSERT_EQUAL(fv_bag_seal(bag, INFO, 2, key, &err), 0);
	CU_ASSERT_EQUAL(fv_bag_write(bag, "top", fv_scratch_path(&s, "bag"),
			    false, 0, &err),
	    0);
	n = fv_scratch_read(
	    &s, "bag/tagmanifest-sha256.txt", list, sizeof(list));
	m = fv_scratch_read(
	    &s, "bag/tagmanifest-sha256.txt.sig", signature, sizeof(signature));
	CU_ASSERT(n > 0 && m == FV_SIGNATURE_SIZE);
	CU_ASSERT(
	    fv_scratch_read(&s, "bag/signing-key.pem", pem, sizeof(pem)) > 0);
	CU_ASSERT_EQUAL(
	    fv_signature_public_parse(pem, strlen(pem), &public, &err), 0);
	CU_ASSERT_EQUAL(fv_signature_verify(&public, list, (size_t)n, signature,
			    (size_t)m, &err),
	    0);
	/* All tag files but the signatures are vouched for. */
	CU_ASSERT_PTR_NOT_NULL(strstr(list, "  bag-info.txt\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(list, "  bagit.txt\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(list, "  manifest-sha256.txt\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(list, "  signing-key.pem\n"));
	CU_ASSERT_PTR_NULL(strstr(list, "tagmanifest"));
	fv_outdir_remove(fv_scratch_path(&s, "bag"));
	fv_bag_free(bag);
	fv_signature_key_free(key);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_bag[] = {
	{ "files are digested and sorted", files_are_digested_and_sorted },
	{ "a written bag has its tag files", a_written_bag_has_its_tag_files },
	{ "a file that changed is noticed", a_file_that_changed_is_noticed },
	{ "the signature is over the tag manifest",
	    the_signature_is_over_the_tag_manifest },
	CU_TEST_INFO_NULL,
};
