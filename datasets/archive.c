#include "datasets/archive.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <stdlib.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/memory.h"
#include "base/outfile.h"

struct fv_archive {
	struct archive *writer;
	struct archive_entry *entry;
	struct fv_outfile *out;
	int64_t mtime;
	uint64_t left; /* bytes of the entry that are still to come */
	bool committed;
	struct fv_err failure; /* why the callback failed; FV_OK: it did not */
};

static const struct {
	const char *ending;
	enum fv_archive_kind kind;
} endings[] = {
	{ ".tar", FV_ARCHIVE_TAR },
	{ ".tar.gz", FV_ARCHIVE_TAR_GZIP },
	{ ".tgz", FV_ARCHIVE_TAR_GZIP },
	{ ".tar.zst", FV_ARCHIVE_TAR_ZSTD },
	{ ".zip", FV_ARCHIVE_ZIP },
};

enum fv_archive_kind
fv_archive_kind(const char *path)
{
	const char *at = fv_archive_ending(path);
	size_t i;

	for (i = 0; i < FV_COUNT(endings); i++)
		if (strcmp(at, endings[i].ending) == 0)
			return endings[i].kind;
	return FV_ARCHIVE_NONE;
}

const char *
fv_archive_ending(const char *path)
{
	size_t i, n = strlen(path), m;

	for (i = 0; i < FV_COUNT(endings); i++) {
		m = strlen(endings[i].ending);
		/* "/.tar" is a hidden file, not an archive without a name. */
		if (n > m && strcmp(path + n - m, endings[i].ending) == 0 &&
		    path[n - m - 1] != '/')
			return path + n - m;
	}
	return path + n;
}

/* Called with bytes of the archive; what fails is told by our caller. */
static la_ssize_t
put(struct archive *writer, void *context, const void *bytes, size_t n)
{
	struct fv_archive *a = context;

	if (a->failure.code == FV_OK &&
	    fv_outfile_write(a->out, bytes, n, &a->failure) == 0)
		return (la_ssize_t)n;
	archive_set_error(writer, EIO, "not written");
	return -1;
}

static int
failed(const struct fv_archive *a, struct fv_err *err)
{
	const char *text = archive_error_string(a->writer);

	if (a->failure.code != FV_OK) {
		*err = a->failure;
		return -1;
	}
	return fv_err_set(err, FV_EIO, "the archive cannot be written: %s",
	    text == NULL ? "no reason given" : text);
}

/*
 * Formats and filters, with whatever they would put of the clock left out,
 * and without padding at the end, which zstd(1) takes for damage.
 */
static int
choose(struct archive *w, enum fv_archive_kind kind)
{
	int rc = archive_write_set_bytes_in_last_block(w, 1);

	if (rc != ARCHIVE_OK)
		return rc;
	if (kind == FV_ARCHIVE_ZIP) {
		rc = archive_write_set_format_zip(w);
		if (rc == ARCHIVE_OK)
			rc = archive_write_zip_set_compression_store(w);
		return rc;
	}
	rc = archive_write_set_format_pax_restricted(w);
	if (rc == ARCHIVE_OK && kind == FV_ARCHIVE_TAR_GZIP) {
		rc = archive_write_add_filter_gzip(w);
		if (rc == ARCHIVE_OK)
			rc = archive_write_set_filter_option(
			    w, "gzip", "timestamp", NULL);
	}
	if (rc == ARCHIVE_OK && kind == FV_ARCHIVE_TAR_ZSTD)
		rc = archive_write_add_filter_zstd(w);
	return rc;
}

struct fv_archive *
fv_archive_new(
    const char *path, bool replace, int64_t mtime, struct fv_err *err)
{
	struct fv_archive *a;

	assert(fv_archive_kind(path) != FV_ARCHIVE_NONE);
	if ((a = fv_memory_new(1, sizeof(*a), err)) == NULL)
		return NULL;
	a->mtime = mtime;
	if ((a->out = fv_outfile_new(path, replace, err)) == NULL)
		goto fail;
	if ((a->writer = archive_write_new()) == NULL ||
	    (a->entry = archive_entry_new()) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		goto fail;
	}
	if (choose(a->writer, fv_archive_kind(path)) != ARCHIVE_OK ||
	    archive_write_open(a->writer, a, NULL, put, NULL) != ARCHIVE_OK) {
		(void)failed(a, err);
		goto fail;
	}
	return a;
fail:
	fv_archive_free(a);
	return NULL;
}

int
fv_archive_begin(
    struct fv_archive *a, const char *name, uint64_t size, struct fv_err *err)
{
	struct archive_entry *e = a->entry;

	assert(a->left == 0);
	assert(name[0] != '/' && strstr(name, "..") == NULL);
	archive_entry_clear(e);
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)size);
	archive_entry_set_mtime(e, (time_t)a->mtime, 0);
	if (archive_write_header(a->writer, e) != ARCHIVE_OK)
		return failed(a, err);
	a->left = size;
	return 0;
}

int
fv_archive_write(
    struct fv_archive *a, const void *bytes, size_t n, struct fv_err *err)
{
	const char *at = bytes;
	la_ssize_t wrote;

	assert(n <= a->left);
	a->left -= n;
	while (n > 0) {
		if ((wrote = archive_write_data(a->writer, at, n)) <= 0)
			return failed(a, err);
		at += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

int
fv_archive_commit(struct fv_archive *a, struct fv_err *err)
{
	assert(a->left == 0);
	if (archive_write_close(a->writer) != ARCHIVE_OK)
		return failed(a, err);
	a->committed = true;
	return fv_outfile_commit(a->out, err);
}

void
fv_archive_free(struct fv_archive *a)
{
	if (a == NULL)
		return;
	/*
	 * Else it would pad a file that stopped short, be it terabytes;
	 * archive_write_fail would do, but leaks in libarchive 3.6.
	 */
	if (!a->committed && a->failure.code == FV_OK)
		a->failure.code = FV_EIO;
	if (a->writer != NULL)
		(void)archive_write_free(a->writer);
	archive_entry_free(a->entry);
	fv_outfile_free(a->out);
	free(a);
}
