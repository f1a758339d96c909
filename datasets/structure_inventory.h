#ifndef DATASETS_STRUCTURE_INVENTORY_H
#define DATASETS_STRUCTURE_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Everything that is in the file of a dataset beside the values of columns:
 * for an audit, which must know that nothing else is there.  The file's
 * structure is to be checked before (datasets/door.h).
 *
 * A place is told in words of the schema: "hosts/address, attribute units".
 * What the schema does not know is told by number ("table 7"), since its name
 * may be what nobody shall read.
 */
struct fv_inventory_listener {
	/* A table, a column or an attribute that the format does not have. */
	void (*unknown)(void *arg, const char *place);

	/* A name or a value: text, or integers of ${width} bytes. */
	void (*value)(void *arg, const char *place, const void *bytes, size_t n,
	    size_t width, bool text);

	/*
	 * Bytes of the file that are no values of columns, as they lie there,
	 * in the order of offsets.  The first ${lead} of them were at the end
	 * of the piece before.
	 */
	void (*bytes)(void *arg, const uint8_t *bytes, size_t n, size_t lead);
	void *arg;
};

/* How much of a piece of bytes comes again with the next. */
#define FV_INVENTORY_LEAD 128

/* What it adds up to. */
struct fv_inventory {
	uint64_t names;
	uint64_t attributes;
	uint64_t unknown;
	uint64_t chunk_bytes; /* of values, packed */
	uint64_t other_bytes; /* all the others */
	uint64_t hidden;      /* of these: packed values of no column */
	uint64_t times;       /* objects that say when they were made */
};

/*
 * fv_inventory_take(fd, size, listener, inventory, err):
 * Go through the ${size} bytes of the file ${fd}.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_inventory_take(int fd, uint64_t size,
    const struct fv_inventory_listener *listener,
    struct fv_inventory *inventory, struct fv_err *err) FV_MUST_CHECK;

#endif
