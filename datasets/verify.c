#include "datasets/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/bag_contents.h"
#include "datasets/bag_files.h"
#include "datasets/door.h"
#include "datasets/verify_bag.h"
#include "datasets/verify_scratch.h"

/* What is open while a bag is checked. */
struct bag {
	struct fv_bag_files *files;
	struct fv_bag_contents contents;
	struct fv_verify_manifests manifests;
	const struct fv_verify_options *options;
	struct fv_verify_result *result;
};

const char *
fv_verify_stage_name(enum fv_verify_stage stage)
{
	static const char *const names[] = {
		[FV_VERIFY_CONTAINER] = "files",
		[FV_VERIFY_SIGNATURE] = "signature",
		[FV_VERIFY_MANIFESTS] = "manifests",
		[FV_VERIFY_DIGESTS] = "digests",
		[FV_VERIFY_STRUCTURE] = "structure",
		[FV_VERIFY_CONTENT] = "content",
	};

	return names[stage];
}

static void passed(struct fv_verify_result *result, enum fv_verify_stage stage,
    enum fv_verify_outcome outcome, const char *fmt, ...) FV_PRINTF(4, 5);

static void
passed(struct fv_verify_result *result, enum fv_verify_stage stage,
    enum fv_verify_outcome outcome, const char *fmt, ...)
{
	struct fv_verify_step *step = &result->step[stage];
	va_list args;

	step->outcome = outcome;
	va_start(args, fmt);
	(void)vsnprintf(step->detail, sizeof(step->detail), fmt, args);
	va_end(args);
}

/* The stage ended with the fault in ${err}. */
static int
failed(struct fv_verify_result *result, enum fv_verify_stage stage,
    const struct fv_err *err)
{
	passed(result, stage, FV_VERIFY_FAILED, "%s", err->text);
	return -1;
}

/* "s" where there are several. */
static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/*
 * The last two stages for one dataset, ${name} or NULL.  Their lines tell of
 * all datasets so far.
 */
static int
check_dataset(int fd, uint64_t size, const char *name,
    struct fv_verify_result *result, struct fv_err *err)
{
	enum fv_verify_stage stage = FV_VERIFY_STRUCTURE;
	struct fv_door_found found;
	size_t i;

	if (fv_door_structure(fd, size, &found, err) == -1)
		goto fail;
	result->datasets++;
	for (i = 0; i < FV_TABLES; i++)
		result->rows += found.rows[i];
	result->flows += found.rows[FV_TABLE_FLOWS];
	passed(result, stage, FV_VERIFY_OK,
	    "%" PRIu64
	    " dataset%s, columns of numbers and text and nothing else",
	    result->datasets, plural(result->datasets));
	stage = FV_VERIFY_CONTENT;
	if (fv_door_content(fd, size, err) == -1)
		goto fail;
	passed(result, stage, FV_VERIFY_OK,
	    "%" PRIu64 " rows, %" PRIu64 " of them flow records; references "
	    "and column digests agree",
	    result->rows, result->flows);
	return 0;
fail:
	if (name != NULL)
		(void)fv_err_within(err, "%s", name);
	return failed(result, stage, err);
}

/* A dataset without a bag around it. */
static int
verify_dataset(int fd, uint64_t size, const struct fv_verify_options *options,
    struct fv_verify_result *result, struct fv_err *err)
{
	result->kind = "dataset";
	result->files = 1;
	result->bytes = size;
	passed(result, FV_VERIFY_CONTAINER, FV_VERIFY_OK,
	    "a dataset alone, of %" PRIu64 " bytes", size);
	if (options->pin != NULL) {
		(void)fv_err_set(err, FV_EKEY,
		    "a dataset alone carries no signature that the key could "
		    "have made; ask for the bag that it came in");
		return failed(result, FV_VERIFY_SIGNATURE, err);
	}
	passed(result, FV_VERIFY_SIGNATURE, FV_VERIFY_NOT_ASKED,
	    "a dataset alone carries none");
	passed(result, FV_VERIFY_MANIFESTS, FV_VERIFY_NOT_ASKED,
	    "a dataset alone has none");
	passed(result, FV_VERIFY_DIGESTS, FV_VERIFY_NOT_ASKED,
	    "only those inside, see content");
	return check_dataset(fd, size, NULL, result, err);
}

static int
check_container(struct bag *b, const char *path, struct fv_err *err)
{
	struct fv_verify_result *r = b->result;

	if ((b->files = fv_bag_files_open(path, err)) == NULL)
		return failed(r, FV_VERIFY_CONTAINER, err);
	r->kind = fv_bag_files_kind(b->files);
	if (fv_bag_contents_read(b->files, &b->contents, err) == -1)
		return failed(r, FV_VERIFY_CONTAINER, err);
	r->files = b->contents.count;
	r->bytes = b->contents.bytes;
	passed(r, FV_VERIFY_CONTAINER, FV_VERIFY_OK,
	    "%" PRIu64 " file%s in the %s, %" PRIu64 " bytes, names and sizes "
	    "in order",
	    r->files, plural(r->files), r->kind, r->bytes);
	return 0;
}

static int
check_signature(struct bag *b, struct fv_err *err)
{
	bool is_signed = fv_verify_bag_is_signed(&b->contents);
	struct fv_verify_result *r = b->result;

	if (b->options->pin != NULL) {
		if (fv_verify_bag_signature(
			&b->contents, b->options->pin, r->signer, err) == -1)
			return failed(r, FV_VERIFY_SIGNATURE, err);
		passed(r, FV_VERIFY_SIGNATURE, FV_VERIFY_OK,
		    "made with the key %s", r->signer);
		return 0;
	}
	if (b->options->without_signature) {
		passed(r, FV_VERIFY_SIGNATURE, FV_VERIFY_NOT_ASKED,
		    is_signed ? "there is one, which was not to be checked"
			      : "there is none");
		return 0;
	}
	/* A bag that is none is told so before it is asked for a key. */
	if (fv_bag_contents_find(&b->contents, "bagit.txt") == NULL)
		return 0;
	(void)fv_err_set(err, FV_EKEY,
	    is_signed
		? "the bag is signed, and a key that lies in it proves "
		  "nothing: give --key with the sender's public key, or its "
		  "fingerprint, as you have it by another way; or --unsigned "
		  "to check all but who made it"
		: "the bag is not signed, so anybody can have made it; "
		  "--unsigned checks the rest");
	return failed(r, FV_VERIFY_SIGNATURE, err);
}

static int
check_files(struct bag *b, struct fv_err *err)
{
	struct fv_verify_result *r = b->result;

	if (fv_verify_bag_manifests(&b->contents, &b->manifests, err) == -1)
		return failed(r, FV_VERIFY_MANIFESTS, err);
	passed(r, FV_VERIFY_MANIFESTS, FV_VERIFY_OK,
	    "%zu payload file%s, none missing and no other",
	    b->contents.payload_files, plural(b->contents.payload_files));
	if (fv_verify_bag_digests(b->files, &b->manifests, err) == -1)
		return failed(r, FV_VERIFY_DIGESTS, err);
	passed(r, FV_VERIFY_DIGESTS, FV_VERIFY_OK,
	    "%s of %" PRIu64 " payload bytes agree",
	    b->manifests.there[FV_BAG_SHA512] ? "SHA-512" : "SHA-256",
	    b->contents.payload_bytes);
	return 0;
}

/* Check the dataset that the walk over the files is at. */
static int
check_member(struct bag *b, const struct fv_bag_file *file, struct fv_err *err)
{
	int fd, rc;

	fd = fv_verify_scratch_take(
	    b->files, file, &b->manifests, b->options->scratch, err);
	if (fd == -1)
		return failed(b->result, FV_VERIFY_DIGESTS, err);
	rc = check_dataset(fd, file->size, file->name, b->result, err);
	(void)close(fd);
	return rc;
}

static int
check_datasets(struct bag *b, struct fv_err *err)
{
	static const char ending[] = ".h5";
	struct fv_bag_file file;
	size_t n;
	int rc;

	rc = fv_bag_files_begin(b->files, FV_BAG_DATASETS, err);
	while (rc == 0 && (rc = fv_bag_files_next(b->files, &file, err)) == 1) {
		rc = 0;
		n = strlen(file.name);
		if (fv_bag_contents_is_payload(file.name) &&
		    n > strlen(ending) &&
		    strcmp(file.name + n - strlen(ending), ending) == 0 &&
		    check_member(b, &file, err) == -1)
			return -1;
	}
	if (rc == 0 && b->result->datasets == 0)
		rc = fv_err_set(err, FV_EFORMAT,
		    "the bag holds no dataset: no file of its payload ends in "
		    "%s",
		    ending);
	return rc == 0 ? 0 : failed(b->result, FV_VERIFY_STRUCTURE, err);
}

static int
verify_bag(const char *path, const struct fv_verify_options *options,
    struct fv_verify_result *result, struct fv_err *err)
{
	struct bag b = { .options = options, .result = result };
	int rc = -1;

	if (check_container(&b, path, err) == 0 &&
	    check_signature(&b, err) == 0 && check_files(&b, err) == 0)
		rc = check_datasets(&b, err);
	fv_verify_manifests_clear(&b.manifests);
	fv_bag_contents_clear(&b.contents);
	fv_bag_files_free(b.files);
	return rc;
}

/* How a file begins that is one of the archives that are read. */
static bool
is_archive(const unsigned char *head, size_t n)
{
	static const struct {
		size_t at;
		size_t length;
		const char *bytes;
	} known[] = {
		{ 0, 4, "PK\003\004" },       /* zip */
		{ 0, 3, "\037\213\010" },     /* gzip */
		{ 0, 4, "\050\265\057\375" }, /* zstd */
		{ 257, 5, "ustar" },          /* POSIX and GNU tar */
	};
	size_t i;

	for (i = 0; i < FV_COUNT(known); i++)
		if (n >= known[i].at + known[i].length &&
		    memcmp(head + known[i].at, known[i].bytes,
			known[i].length) == 0)
			return true;
	return false;
}

/* Look at a file: is it an archive, a dataset, or something else? */
static int
verify_file(int fd, uint64_t size, const char *path,
    const struct fv_verify_options *options, struct fv_verify_result *result,
    struct fv_err *err)
{
	unsigned char head[512];
	ssize_t n;

	do
		n = pread(fd, head, sizeof(head), 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		(void)fv_err_system(err, errno, "cannot be read");
	else if (is_archive(head, (size_t)n))
		return verify_bag(path, options, result, err);
	else if (n >= 4 && memcmp(head, "\211HDF", 4) == 0)
		return verify_dataset(fd, size, options, result, err);
	else
		(void)fv_err_set(err, FV_EFORMAT,
		    n == 0
			? "is empty: the copy is not complete"
			: "is neither a dataset nor a bag (a directory, or a "
			  ".tar, .tar.gz, .tar.zst or .zip of one)");
	return failed(result, FV_VERIFY_CONTAINER, err);
}

int
fv_verify(const char *path, const struct fv_verify_options *options,
    struct fv_verify_result *result, struct fv_err *err)
{
	struct stat status;
	uint64_t size;
	int fd, rc;

	memset(result, 0, sizeof(*result));
	result->kind = "unknown";
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return verify_bag(path, options, result, err);
	if ((fd = fv_door_open_file(path, &size, err)) == -1)
		return failed(result, FV_VERIFY_CONTAINER, err);
	rc = verify_file(fd, size, path, options, result, err);
	(void)close(fd);
	return rc;
}
