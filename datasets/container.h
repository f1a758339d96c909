#ifndef DATASETS_CONTAINER_H
#define DATASETS_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/schema.h"

/*
 * What the writer and the reader of datasets share of HDF5: its error
 * stack, its types and its attributes.  For those two only; nobody else
 * names an HDF5 identifier.
 */

/* Names in the file that both sides use. */
#define FV_CONTAINER_CLASS "COLUMN_TABLE" /* HEP001 */
#define FV_CONTAINER_CLASS_VERSION "1.0"
#define FV_CONTAINER_NROWS "NROWS"
#define FV_CONTAINER_DIGEST "sha256"
#define FV_CONTAINER_CHUNKS "chunk_sha256"
#define FV_CONTAINER_CONTENT "content_digest"
#define FV_CONTAINER_FORMAT "FORMAT_VERSION" /* of a dataset */
#define FV_CONTAINER_TRUTH "TRUTH_VERSION"   /* of a truth file */

/* How HDF5 prints errors by itself: what it was set to. */
struct fv_container_printing {
	H5E_auto2_t function;
	void *argument;
};

/*
 * fv_container_quiet(saved), fv_container_restore(saved):
 * Keep HDF5 from printing errors in this thread, and put back what was set.
 * Every function that calls HDF5 does so between these two.  The first call
 * also keeps HDF5 from cleaning up when the process exits: files that
 * others left open are then not flushed for them; and from loading plug-ins.
 */
void fv_container_quiet(struct fv_container_printing *saved);
void fv_container_restore(const struct fv_container_printing *saved);

/*
 * fv_container_enter(saved), fv_container_leave(saved):
 * The same, and in between no other thread of the process is in HDF5: for
 * calls from worker threads, and from the caller while those run.  Not
 * every build of HDF5 is safe in threads, and those that are take turns.
 */
void fv_container_enter(struct fv_container_printing *saved);
void fv_container_leave(const struct fv_container_printing *saved);

/*
 * fv_container_fault(err, fmt, ...):
 * Record what HDF5 just failed at, behind ${fmt}: the system's reason when
 * its error stack names one (a full disk), else the library's own.  A
 * system's reason is FV_EIO, any other is FV_EFORMAT.  Returns -1.
 */
int fv_container_fault(struct fv_err *err, const char *fmt, ...)
    FV_PRINTF(2, 3);

/*
 * fv_container_type(type, size):
 * The type of a column as it is in the file: little-endian integers, NUL
 * padded UTF-8 of ${size} bytes for text.  The caller closes it with
 * H5Tclose.  Negative when HDF5 fails.
 */
hid_t fv_container_type(enum fv_type type, size_t size);

/*
 * fv_container_put_text(object, name, value, err):
 * Give ${object} an attribute: scalar, variable length UTF-8, the one form
 * of text that h5py and PyTables both give as a string.
 * fv_container_put_texts does so with a list.
 * Returns 0, or -1 with ${err} set.
 */
int fv_container_put_text(hid_t object, const char *name, const char *value,
    struct fv_err *err) FV_MUST_CHECK;
int fv_container_put_texts(hid_t object, const char *name,
    const char *const *values, size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_container_put_number(object, name, type, value, err):
 * Give ${object} a scalar integer attribute.  In the file it has the type
 * ${type} of a column, which is not FV_TEXT; ${value} must fit it, and is
 * the bits of a signed number for FV_I64.
 * fv_container_put_codes makes a list of uint8.
 * Returns 0, or -1 with ${err} set.
 */
int fv_container_put_number(hid_t object, const char *name, enum fv_type type,
    uint64_t value, struct fv_err *err) FV_MUST_CHECK;
int fv_container_put_codes(hid_t object, const char *name, const uint8_t *codes,
    size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_container_text(object, name):
 * The value of a scalar text attribute, to be freed by the caller; NULL
 * when there is no such attribute, or it is of another kind.
 */
char *fv_container_text(hid_t object, const char *name);

/*
 * fv_container_number(object, name, value):
 * Put the scalar integer attribute ${name} into ${value}, clipped to its
 * range.  Returns whether there is one.
 */
bool fv_container_number(hid_t object, const char *name, int64_t *value);

/*
 * fv_container_codes(object, name, codes, n):
 * Put the list of uint8 ${name} into ${codes}, if it has ${n} values.
 * Returns whether there is such a list.
 */
bool fv_container_codes(
    hid_t object, const char *name, uint8_t *codes, size_t n);

#endif
