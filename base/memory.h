#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Memory with the multiplication checked.  What these return is the
 * caller's, to give back with free(3).
 */

/*
 * fv_memory_new(count, size, err):
 * An array of ${count} zeroed elements of ${size} bytes; an array of none
 * is a valid pointer too.  Returns NULL with ${err} set.
 */
void *fv_memory_new(
    size_t count, size_t size, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_memory_pages(bytes, err):
 * At least ${bytes} bytes, not zeroed, that begin on a page: what read(2)
 * copies into fastest.  Returns NULL with ${err} set.
 */
void *fv_memory_pages(size_t bytes, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_memory_grow(array, capacity, need, size, limit, err):
 * Make the array of ${*capacity} elements of ${size} bytes at ${array} (NULL
 * with a capacity of 0 to begin with) hold ${need} of them, doubling up to a
 * hundred kilobytes and then by a quarter at a time, never past ${limit}; new
 * elements are zeroed.  Returns where the array is now and updates
 * ${*capacity}, or returns NULL with ${err} set (FV_ELIMIT past the limit),
 * when ${array} is untouched and still the caller's.
 */
void *fv_memory_grow(void *array, size_t *capacity, size_t need, size_t size,
    size_t limit, struct fv_err *err) FV_MUST_CHECK;

/*
 * The same, but new elements are as the system gives them: for large arrays
 * whose elements are written whole before they are read, so that their memory
 * is not touched twice.
 */
void *fv_memory_widen(void *array, size_t *capacity, size_t need, size_t size,
    size_t limit, struct fv_err *err) FV_MUST_CHECK;

#endif
