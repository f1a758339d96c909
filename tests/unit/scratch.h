#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stddef.h>

/* A directory of its own for a test that needs files. */
struct fv_scratch {
	char directory[256];
	char *path[4];
	unsigned next;
};

/* Make the directory; a test without one cannot go on, and aborts. */
void fv_scratch_make(struct fv_scratch *s);

/* The path of ${name} in it; four of them are valid at a time. */
const char *fv_scratch_path(struct fv_scratch *s, const char *name);

/* How many entries the directory has, hidden ones too. */
size_t fv_scratch_count(const struct fv_scratch *s);

/* Write ${n} bytes to the new file ${name} of that mode; its path. */
const char *fv_scratch_file(struct fv_scratch *s, const char *name,
    const void *bytes, size_t n, unsigned mode);

/* The first ${size} - 1 bytes of file ${name} with a NUL; how many, or -1. */
long fv_scratch_read(
    struct fv_scratch *s, const char *name, char *text, size_t size);

/* Remove the directory and the files in it. */
void fv_scratch_remove(struct fv_scratch *s);

#endif
