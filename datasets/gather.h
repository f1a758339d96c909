#ifndef DATASETS_GATHER_H
#define DATASETS_GATHER_H

#include <stddef.h>

#include "datasets/schema.h"

/*
 * fv_gather_column(table, column, rows, n, out):
 * Copy the field of ${column} out of ${n} row structs of ${table} to ${out},
 * one value after the other.  Of text, what lies behind its NUL stays behind
 * and zeros take its place: a struct may hold old bytes there.
 */
void fv_gather_column(const struct fv_table *table,
    const struct fv_column *column, const void *rows, size_t n,
    unsigned char *out);

#endif
