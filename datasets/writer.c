#include "datasets/writer.h"

#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "datasets/container.h"
#include "datasets/layout.h"
#include "datasets/packing.h"
#include "datasets/root.h"
#include "datasets/sink.h"
#include "datasets/splice.h"

/*
 * Root attributes wait here until the end, so that where they lie in the
 * file does not depend on how far the threads had got.
 */
struct fv_writer {
	char *path;
	const struct fv_format *format;
	struct fv_outfile *out;
	struct fv_sink *sink;
	hid_t file;
	struct fv_packing *packing;
	struct fv_splice *splice; /* NULL: no table is filled so */
	unsigned threads;
	struct fv_root root;
};

/*
 * What became of a call that may have written: ${rc}, or the failure that
 * HDF5 was not told of (datasets/sink.h).
 */
static int
outcome(const struct fv_writer *w, int rc, struct fv_err *err)
{
	int failure = fv_sink_failure(w->sink);

	if (failure != 0)
		return fv_err_system(err, failure, "%s", w->path);
	return rc == 0 ? 0 : fv_err_within(err, "%s", w->path);
}

int
fv_writer_append(struct fv_writer *w, unsigned table, const void *rows,
    size_t n, struct fv_err *err)
{
	struct fv_container_printing printing;
	int rc;

	fv_container_quiet(&printing);
	rc = fv_packing_append(w->packing, table, rows, n, err);
	fv_container_restore(&printing);
	return outcome(w, rc, err);
}

int
fv_writer_splice(struct fv_writer *w, enum fv_table_id table,
    const struct fv_splice_source *source, uint64_t n, struct fv_err *err)
{
	int failure, rc;

	if (w->splice == NULL &&
	    (w->splice = fv_splice_new(w->packing, table, w->threads, err)) ==
		NULL)
		return -1;
	rc = fv_splice_rows(w->splice, source, n, err);
	if ((failure = fv_sink_failure(w->sink)) != 0)
		return fv_err_system(err, failure, "%s", w->path);
	return rc;
}

int
fv_writer_complete(struct fv_writer *w, unsigned table, struct fv_err *err)
{
	struct fv_container_printing printing;
	int rc;

	fv_container_quiet(&printing);
	rc = fv_packing_complete(w->packing, table, err);
	fv_container_restore(&printing);
	return outcome(w, rc, err);
}

uint64_t
fv_writer_rows(const struct fv_writer *w, unsigned table)
{
	return fv_packing_rows(w->packing, table);
}

int
fv_writer_text(struct fv_writer *w, const char *name, const char *value,
    struct fv_err *err)
{
	return fv_root_add(&w->root, name, value, 0, err);
}

int
fv_writer_number(
    struct fv_writer *w, const char *name, int64_t value, struct fv_err *err)
{
	return fv_root_add(&w->root, name, NULL, value, err);
}

static int
finish_root(struct fv_writer *w, struct fv_digest *content, struct fv_err *err)
{
	uint8_t value[FV_DIGEST_SIZE];
	char hex[FV_DIGEST_TEXT];

	if (fv_root_write(&w->root, w->file, err) == -1 ||
	    fv_digest_value(content, value, err) == -1)
		return -1;
	fv_digest_hex(value, sizeof(value), hex);
	if (fv_container_put_text(w->file, w->format->version_name,
		w->format->version, err) == -1)
		return -1;
	return fv_container_put_text(w->file, FV_CONTAINER_CONTENT, hex, err);
}

/* Returns -1 when HDF5 could not write what it still held. */
static int
close_file(struct fv_writer *w)
{
	int rc = 0;

	if (w->packing != NULL && fv_packing_close(w->packing) == -1)
		rc = -1;
	if (w->file >= 0 && H5Fclose(w->file) < 0)
		rc = -1;
	w->file = H5I_INVALID_HID;
	return rc;
}

static int
finish(struct fv_writer *w, struct fv_digest *content, struct fv_err *err)
{
	if ((w->splice != NULL && fv_splice_finish(w->splice, err) == -1) ||
	    fv_packing_finish(w->packing, content, err) == -1 ||
	    finish_root(w, content, err) == -1)
		return -1;
	if (close_file(w) == -1)
		return fv_container_fault(err, "cannot be written");
	return 0;
}

int
fv_writer_commit(struct fv_writer *w, struct fv_err *err)
{
	struct fv_container_printing printing;
	struct fv_digest *content;
	int rc = -1;

	fv_container_quiet(&printing);
	if ((content = fv_digest_new(err)) != NULL)
		rc = finish(w, content, err);
	fv_container_restore(&printing);
	fv_digest_free(content);
	if (outcome(w, rc, err) == -1)
		return -1;
	return fv_outfile_commit(w->out, err);
}

struct fv_writer *
fv_writer_new_format(const char *path, const struct fv_format *format,
    const struct fv_writer_options *options, struct fv_err *err)
{
	struct fv_container_printing printing;
	struct fv_writer *w;

	if ((w = fv_memory_new(1, sizeof(*w), err)) == NULL)
		return NULL;
	w->file = H5I_INVALID_HID;
	w->threads = options->threads;
	w->format = format;
	if ((w->path = strdup(path)) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		goto fail;
	}
	if ((w->out = fv_outfile_new(path, options->replace, err)) == NULL)
		goto fail;
	fv_container_quiet(&printing);
	w->sink = fv_sink_new(fv_outfile_fd(w->out), err);
	if (w->sink != NULL)
		w->file = fv_layout_create(w->sink, err);
	if (w->file >= 0)
		w->packing = fv_packing_new(
		    w->file, format, options->threads, options->workers, err);
	fv_container_restore(&printing);
	if (w->sink == NULL ||
	    outcome(w, w->packing == NULL ? -1 : 0, err) == -1)
		goto fail;
	return w;
fail:
	fv_writer_free(w);
	return NULL;
}

struct fv_writer *
fv_writer_new(const char *path, const struct fv_writer_options *options,
    struct fv_err *err)
{
	return fv_writer_new_format(path, &fv_schema_format, options, err);
}

void
fv_writer_free(struct fv_writer *w)
{
	struct fv_container_printing printing;

	if (w == NULL)
		return;
	fv_container_quiet(&printing);
	if (w->sink != NULL)
		fv_sink_discard(w->sink);
	fv_splice_free(w->splice);
	(void)close_file(w);
	fv_packing_free(w->packing);
	fv_sink_free(w->sink);
	fv_container_restore(&printing);
	fv_outfile_free(w->out);
	fv_root_clear(&w->root);
	free(w->path);
	free(w);
}
