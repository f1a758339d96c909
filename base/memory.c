#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

void *
fv_memory_new(size_t count, size_t size, struct fv_err *err)
{
	/* calloc(3) checks the product; it may return NULL for nothing. */
	void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (p == NULL)
		(void)fv_err_set(err, FV_EMEMORY,
		    "out of memory (%zu times %zu bytes)", count, size);
	return p;
}

void *
fv_memory_pages(size_t bytes, struct fv_err *err)
{
	void *p = NULL;

	if (bytes <= SIZE_MAX - PAGE)
		p = aligned_alloc(PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
	if (p == NULL)
		(void)fv_err_set(
		    err, FV_EMEMORY, "out of memory (%zu bytes)", bytes);
	return p;
}

void *
fv_memory_grow(void *array, size_t *capacity, size_t need, size_t size,
    size_t limit, struct fv_err *err)
{
	size_t next = *capacity < 16 ? 16 : *capacity;
	void *p;

	if (need <= *capacity && array != NULL)
		return array;
	if (need > limit) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "%zu entries exceed the limit of %zu", need, limit);
		return NULL;
	}
	while (next < need)
		next = next > limit / 2 ? limit : next * 2;
	if (next > limit)
		next = limit;
	if (size != 0 && next > SIZE_MAX / size)
		p = NULL;
	else
		p = realloc(array, next * size);
	if (p == NULL) {
		(void)fv_err_set(err, FV_EMEMORY,
		    "out of memory (%zu times %zu bytes)", next, size);
		return NULL;
	}
	memset((char *)p + *capacity * size, 0, (next - *capacity) * size);
	*capacity = next;
	return p;
}
