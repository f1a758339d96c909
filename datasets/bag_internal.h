#ifndef DATASETS_BAG_INTERNAL_H
#define DATASETS_BAG_INTERNAL_H

#include "datasets/bag.h"

/* What a bag is, for bag.c (what is in it) and bag_write.c (where it goes). */
struct fv_bag {
	struct fv_bag_item *items; /* payload, sorted by name when asked for */
	size_t count;
	size_t capacity;
	struct fv_bag_item *tags; /* in the order in which they are written */
	size_t ntags;
	size_t tags_capacity;
	bool sorted;
	bool sealed;
};

/*
 * fv_bag_read(item, put, context, err):
 * Hand the bytes of ${item} to ${put} piece by piece (NULL: to nobody), and
 * write their number and SHA-256 to ${size} and ${hex}.
 * Returns 0, or -1 with ${err} set, by ${put} too.
 */
typedef int fv_bag_put(
    void *context, const void *bytes, size_t n, struct fv_err *err);
int fv_bag_read(const struct fv_bag_item *item, fv_bag_put *put, void *context,
    uint64_t *size, char hex[FV_DIGEST_TEXT], struct fv_err *err) FV_MUST_CHECK;

#endif
