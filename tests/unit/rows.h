#ifndef TESTS_UNIT_ROWS_H
#define TESTS_UNIT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/reader.h"
#include "datasets/writer.h"

/*
 * Made-up rows: row number ${i} of each table is a function of ${i} alone.
 * They are spread as in traffic of a hotspot, so that they compress like
 * it: few hosts with most flows, few ports, times that rise.
 */
#define ROWS_HOSTS 5000
#define ROWS_DEVICES 40
#define ROWS_STACKS 30
#define ROWS_CAPTURES 2
#define ROWS_SITES 1

void rows_flow(uint64_t i, struct fv_flow *flow);
void rows_host(uint64_t i, struct fv_host *host);
void rows_device(uint64_t i, struct fv_device *device);
void rows_stack(uint64_t i, struct fv_stack *stack);
void rows_capture(uint64_t i, struct fv_capture_row *capture);
void rows_site(uint64_t i, struct fv_site *site);

/* A number from a number, well mixed (splitmix64). */
uint64_t rows_mix(uint64_t i);

/*
 * Write a dataset of ${flows} flows, in batches of ${batch}, with all other
 * tables as above, and some root attributes.  Returns 0, or -1.
 */
int rows_write(const char *path, uint64_t flows, size_t batch, unsigned threads,
    struct fv_err *err) FV_MUST_CHECK;

/* A new empty directory, and a file name in it; both to be freed. */
char *rows_directory(void);
char *rows_path(const char *directory, const char *name);
/* Remove ${directory} with the files in it, and free it. */
void rows_remove(char *directory);

/* The bytes of a file, to be freed; NULL when it cannot be read. */
unsigned char *rows_slurp(const char *path, size_t *length);
int rows_spill(const char *path, const unsigned char *bytes, size_t length);

#endif
