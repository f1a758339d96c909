#include "datasets/bag_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/outdir.h"
#include "base/outfile.h"
#include "datasets/archive.h"

/* Where the bytes of a file go: into an archive, or a file of their own. */
struct target {
	struct fv_archive *archive;
	struct fv_outdir *directory;
	struct fv_outfile *file;
	const char *top;
	uint64_t left; /* of what the entry of an archive may still take */
};

static int
put(void *context, const void *bytes, size_t n, struct fv_err *err)
{
	struct target *t = context;

	if (t->file != NULL)
		return fv_outfile_write(t->file, bytes, n, err);
	/* The archive was promised a size: a file that grew stops here. */
	if (n > t->left)
		return fv_err_set(
		    err, FV_EIO, "has changed while it was packaged");
	t->left -= n;
	return fv_archive_write(t->archive, bytes, n, err);
}

static int
begin(struct target *t, const struct fv_bag_item *item, struct fv_err *err)
{
	char *name;
	int rc;

	if (t->directory != NULL) {
		t->file = fv_outdir_file(t->directory, item->name, err);
		return t->file == NULL ? -1 : 0;
	}
	if (asprintf(&name, "%s/%s", t->top, item->name) == -1)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	t->left = item->size;
	rc = fv_archive_begin(t->archive, name, item->size, err);
	free(name);
	return rc;
}

static int
write_item(struct target *t, const struct fv_bag_item *item, struct fv_err *err)
{
	char digest[FV_DIGEST_TEXT];
	uint64_t size;
	int rc = -1;

	if (begin(t, item, err) == -1)
		goto out;
	if (fv_bag_read(item, put, t, &size, digest, err) == -1)
		goto out;
	if (size != item->size || strcmp(digest, item->digest) != 0) {
		(void)fv_err_set(err, FV_EIO,
		    "%s: has changed while it was packaged",
		    item->path == NULL ? item->name : item->path);
		goto out;
	}
	rc = t->file == NULL ? 0 : fv_outfile_commit(t->file, err);
out:
	fv_outfile_free(t->file);
	t->file = NULL;
	return rc;
}

int
fv_bag_write(const struct fv_bag *bag, const char *top, const char *path,
    bool replace, int64_t mtime, struct fv_err *err)
{
	struct target t = { .top = top };
	size_t i;
	int rc = -1;

	assert(bag->sealed);
	if (fv_archive_kind(path) != FV_ARCHIVE_NONE)
		t.archive = fv_archive_new(path, replace, mtime, err);
	else
		t.directory = fv_outdir_new(path, err);
	if (t.archive == NULL && t.directory == NULL)
		return -1;
	for (i = 0; i < bag->ntags; i++)
		if (write_item(&t, &bag->tags[i], err) == -1)
			goto out;
	for (i = 0; i < bag->count; i++)
		if (write_item(&t, &bag->items[i], err) == -1)
			goto out;
	rc = t.archive != NULL ? fv_archive_commit(t.archive, err)
			       : fv_outdir_commit(t.directory, err);
out:
	fv_archive_free(t.archive);
	fv_outdir_free(t.directory);
	return rc;
}

void
fv_bag_remove(const char *path)
{
	if (fv_archive_kind(path) != FV_ARCHIVE_NONE)
		(void)unlink(path);
	else
		fv_outdir_remove(path);
}
