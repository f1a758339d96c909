#ifndef DATASETS_BAG_CONTENTS_H
#define DATASETS_BAG_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/bag_files.h"

/*
 * What a received bag says that it holds: the names and sizes of its files,
 * and the bytes of its tag files, which are small.  Nothing of it is
 * believed yet.
 */
struct fv_bag_content {
	char *name;
	uint64_t size;
	char *text; /* of a tag file: its bytes and a NUL; else NULL */
};

struct fv_bag_contents {
	struct fv_bag_content *files; /* in order of name */
	size_t count;
	size_t capacity;
	uint64_t bytes; /* of all of them */
	uint64_t payload_bytes;
	size_t payload_files;
};

/*
 * fv_bag_contents_read(files, contents, err):
 * Go over ${files} once.  A name that comes twice, and tag files of more
 * than FV_BAG_TAG_BYTES together, are errors.
 * Returns 0, or -1 with ${err} set and nothing to clear.
 */
int fv_bag_contents_read(struct fv_bag_files *files,
    struct fv_bag_contents *contents, struct fv_err *err) FV_MUST_CHECK;

/* Free what ${contents} holds. */
void fv_bag_contents_clear(struct fv_bag_contents *contents);

/* The file of that name, or NULL. */
const struct fv_bag_content *fv_bag_contents_find(
    const struct fv_bag_contents *contents, const char *name);

/* Whether a file is payload, which is what lies below data/. */
bool fv_bag_contents_is_payload(const char *name);

#endif
