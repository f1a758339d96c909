#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

enum { PAGE = 4096, HUGE_PAGE = 1 << 21 };

/* Arrays grow to twice their size up to so many bytes. */
#define DOUBLED ((size_t)1 << 17)

/*
 * Large arrays are asked for in large pages, where the system has any to
 * give: a table of 20 MB then costs ten faults, not five thousand.  It is
 * a wish; nothing depends on it.
 *
 * It is made for all pages of an array, to the last that the C library took
 * for it: of one with two kinds of pages realloc(3) would move the bytes, not
 * the pages.
 */
static void
wish_huge(void *p, size_t bytes)
{
	uintptr_t begin = (uintptr_t)p / PAGE * PAGE, end;

	if (bytes < HUGE_PAGE)
		return;
	end = ((uintptr_t)p + malloc_usable_size(p) + PAGE - 1) / PAGE * PAGE;
	(void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

void *
fv_memory_new(size_t count, size_t size, struct fv_err *err)
{
	/* calloc(3) checks the product; it may return NULL for nothing. */
	void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (p == NULL)
		(void)fv_err_set(err, FV_EMEMORY,
		    "out of memory (%zu times %zu bytes)", count, size);
	else
		wish_huge(p, count * size);
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

/*
 * What follows on a capacity of ${n}: twice as much, or a quarter more where
 * the system moves pages and not bytes, and half an array in reserve would be
 * much.
 */
static size_t
wider(size_t n, size_t size, size_t limit)
{
	size_t more = n < DOUBLED / (size == 0 ? 1 : size) ? n : n / 4;

	return limit <= n || more > limit - n ? limit : n + more;
}

void *
fv_memory_grow(void *array, size_t *capacity, size_t need, size_t size,
    size_t limit, struct fv_err *err)
{
	const size_t before = *capacity;
	void *p = fv_memory_widen(array, capacity, need, size, limit, err);

	if (p != NULL && *capacity > before)
		memset(
		    (char *)p + before * size, 0, (*capacity - before) * size);
	return p;
}

void *
fv_memory_widen(void *array, size_t *capacity, size_t need, size_t size,
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
		next = wider(next, size, limit);
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
	wish_huge(p, next * size);
	*capacity = next;
	return p;
}
