#ifndef DATASETS_GATHER_H
#define DATASETS_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/schema.h"

/*
 * The values of one column, as rows come.  Half the columns of a capture
 * hold one value for thousands of rows (no tunnel, a count of 1): as long as
 * all are the same, that one is kept and nothing is written.
 */
struct fv_gathered {
	const struct fv_table *table;
	const struct fv_column *column;
	unsigned char *values; /* the caller's room for all of them */
	size_t n;
	bool one_value; /* all ${n} are ${value}, and not in ${values} */
	unsigned char value[8];
};

/*
 * fv_gathered_begin(g, table, column, values):
 * Make ${g} empty, for values of ${column} of ${table} in ${values}, where
 * there is room for as many as will be added.
 */
void fv_gathered_begin(struct fv_gathered *g, const struct fv_table *table,
    const struct fv_column *column, unsigned char *values);

/*
 * fv_gathered_add(g, rows, n):
 * Add the field of ${n} row structs.  Of text, what lies behind its NUL stays
 * behind and zeros take its place: a struct may hold old bytes there.
 */
void fv_gathered_add(struct fv_gathered *g, const void *rows, size_t n);

/* All values of ${g}, written out if they were not. */
const unsigned char *fv_gathered_values(struct fv_gathered *g);

#endif
