#ifndef DATASETS_BAG_READ_H
#define DATASETS_BAG_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/digest.h"
#include "base/err.h"

/*
 * The small text files of a BagIt bag (RFC 8493), as a receiver reads them:
 * foreign data, so every length is bounded, and what is not understood is an
 * error and not passed by.
 */

/* Named limits: more is no bag of ours. */
#define FV_BAG_FILES 65536          /* files in a bag */
#define FV_BAG_NAME 512             /* bytes of a name in it */
#define FV_BAG_TAG_BYTES (16 << 20) /* of one tag file, and of all together */

/* Below it lies the payload. */
#define FV_BAG_PAYLOAD "data/"

/*
 * fv_bag_name_check(name, err):
 * Whether ${name} may name a file in a bag: a relative path with "/" between
 * its parts, none of them empty, "." or "..", in UTF-8 without control
 * characters or backslashes, and no drive letter.  Returns 0, or -1 with
 * ${err} set; the text does not quote the name.
 */
int fv_bag_name_check(const char *name, struct fv_err *err) FV_MUST_CHECK;

/* The digests that a manifest may have; others prove nothing any more. */
enum fv_bag_digest { FV_BAG_SHA256, FV_BAG_SHA512, FV_BAG_DIGESTS };

/* What a manifest's name says its digest is ("sha256"). */
extern const char *const fv_bag_digest_names[FV_BAG_DIGESTS];

/* A file and its digest. */
struct fv_bag_line {
	char *name;
	uint8_t digest[FV_DIGEST_LONG]; /* as many bytes as its kind has */
};

/* A manifest: lines in order of name, each name once. */
struct fv_bag_manifest {
	enum fv_bag_digest kind;
	struct fv_bag_line *lines;
	size_t count;
	size_t capacity;
};

/* Bytes of a digest. */
size_t fv_bag_digest_size(enum fv_bag_digest kind);

/*
 * fv_bag_manifest_parse(text, n, kind, manifest, err):
 * Read the ${n} bytes of a manifest or tag manifest of that kind (RFC 8493,
 * 2.1.3): "DIGEST  NAME" lines, CR, LF and % in names as %0D, %0A and %25.
 * Returns 0, or -1 with ${err} set, and nothing to clear.
 */
int fv_bag_manifest_parse(const char *text, size_t n, enum fv_bag_digest kind,
    struct fv_bag_manifest *manifest, struct fv_err *err) FV_MUST_CHECK;

/* The line of ${name}, or NULL. */
const struct fv_bag_line *fv_bag_manifest_find(
    const struct fv_bag_manifest *manifest, const char *name);

/* Free what ${manifest} holds. */
void fv_bag_manifest_clear(struct fv_bag_manifest *manifest);

/*
 * fv_bag_declaration_check(text, n, err):
 * Whether ${text} is the bagit.txt of BagIt 1.0 in UTF-8 (RFC 8493, 2.1.1).
 * Returns 0, or -1 with ${err} set.
 */
int fv_bag_declaration_check(
    const char *text, size_t n, struct fv_err *err) FV_MUST_CHECK;

/* Payload-Oxum: how many bytes and files there are in data/. */
struct fv_bag_oxum {
	bool given;
	uint64_t bytes;
	uint64_t files;
};

/*
 * fv_bag_info_parse(text, n, oxum, err):
 * Find the Payload-Oxum in a bag-info.txt (RFC 8493, 2.2.2), which may be
 * there once.  Returns 0, or -1 with ${err} set.
 */
int fv_bag_info_parse(const char *text, size_t n, struct fv_bag_oxum *oxum,
    struct fv_err *err) FV_MUST_CHECK;

#endif
