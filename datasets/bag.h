#ifndef DATASETS_BAG_H
#define DATASETS_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/digest.h"
#include "base/err.h"
#include "datasets/signature.h"

/*
 * A bag (RFC 8493, version 1.0): payload below data/, SHA-256 manifests of
 * it and of the tag files, and a signature over the latter.  It is put
 * together in memory, where large files are only named and digested, and
 * then written whole, into an archive or a directory.
 *
 * In an archive the tag files come first: a receiver can check the signature
 * before the first byte of payload, and each file as it streams by.
 */
struct fv_bag;

/* A file of the bag. */
struct fv_bag_item {
	char *name;  /* from the bag's top: "data/flows.h5" */
	char *path;  /* where the bytes are, or NULL: they are ... */
	char *bytes; /* ... these */
	uint64_t size;
	char digest[FV_DIGEST_TEXT]; /* SHA-256 in hex */
};

/* Files of a bag: shards by the thousand, and a few documents; not more than
 * `dataset verify` takes. */
#define FV_BAG_ITEMS 65000

/* An empty bag.  NULL with ${err} set. */
struct fv_bag *fv_bag_new(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_bag_add_file(bag, name, path, err):
 * Add the regular file ${path} as ${name}, and digest it.  It is read again
 * when the bag is written, and must be the same then.
 * fv_bag_add_text(bag, name, text, err):
 * Add ${text} as ${name}.
 * Names are of our own making: small letters, digits, dots, dashes and
 * slashes, and each once.  Return 0, or -1 with ${err} set.
 */
int fv_bag_add_file(struct fv_bag *bag, const char *name, const char *path,
    struct fv_err *err) FV_MUST_CHECK;
int fv_bag_add_text(struct fv_bag *bag, const char *name, const char *text,
    struct fv_err *err) FV_MUST_CHECK;

/* The files so far, in the order of their names; they belong to ${bag}. */
const struct fv_bag_item *fv_bag_items(struct fv_bag *bag, size_t *n);

/* How many bytes, and files, of payload it has. */
void fv_bag_oxum(const struct fv_bag *bag, uint64_t *bytes, uint64_t *files);

/*
 * fv_bag_seal(bag, info, ninfo, key, err):
 * Add the tag files, in this order: bagit.txt; bag-info.txt with ${info},
 * to which Payload-Oxum and an External-Identifier that depends on the
 * payload alone are added; the manifests; and, with ${key} (or NULL), the
 * public key, the signature and its twins.  Returns 0, or -1 with ${err}
 * set.  After it nothing can be added.
 */
struct fv_bag_info {
	const char *label;
	const char *value; /* one line; NULL: left out */
};
int fv_bag_seal(struct fv_bag *bag, const struct fv_bag_info *info,
    size_t ninfo, const struct fv_signature_key *key,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_bag_write(bag, top, path, replace, mtime, err):
 * Write the sealed bag to ${path}: as an archive in which everything lies
 * below the directory ${top}, when the name ends like one (see
 * datasets/archive.h), else as the new directory ${path} itself.  It appears
 * when it is whole.  Returns 0, or -1 with ${err} set, also when a file
 * is not any more what was digested.
 */
int fv_bag_write(const struct fv_bag *bag, const char *top, const char *path,
    bool replace, int64_t mtime, struct fv_err *err) FV_MUST_CHECK;

/* Remove what fv_bag_write wrote to ${path}. */
void fv_bag_remove(const char *path);

void fv_bag_free(struct fv_bag *bag);

#endif
