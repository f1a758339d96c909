#ifndef DATASETS_PARQUET_DICTIONARY_H
#define DATASETS_PARQUET_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * The distinct values of a column in a row group, in order of first
 * appearance, and each value as its number.  One object belongs to one
 * thread at a time.
 */
struct fv_parquet_dictionary;

/* More values than this are no dictionary: their numbers take 16 bits. */
#define FV_PARQUET_DICTIONARY 65536

struct fv_parquet_dictionary *fv_parquet_dictionary_new(
    struct fv_err *err) FV_MUST_CHECK;
void fv_parquet_dictionary_free(struct fv_parquet_dictionary *dictionary);

/*
 * fv_parquet_dictionary_make(dictionary, values, n, codes):
 * Number the ${n} values, and put the number of each into ${codes}.  False
 * when there are more than FV_PARQUET_DICTIONARY of them, or so many among
 * the first that a dictionary is no use; ${codes} means nothing then.  The
 * same values give the same answer.
 */
bool fv_parquet_dictionary_make(struct fv_parquet_dictionary *dictionary,
    const uint64_t *values, size_t n, uint32_t *codes);

/* The values of the last one that was made, and how many. */
const uint64_t *fv_parquet_dictionary_values(
    const struct fv_parquet_dictionary *dictionary, uint32_t *count);

#endif
