#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stdint.h>

/*
 * Integers to decimal digits, fast: no division per digit but one per two
 * or four, and no call of the C library.  Each writes at ${to} and returns
 * the place behind; there is no NUL.
 */

/* The most that any of them writes: -9223372036854775808. */
#define FV_DIGITS_MAX 20

char *fv_digits_u32(char *to, uint32_t value);
char *fv_digits_u64(char *to, uint64_t value);
char *fv_digits_i64(char *to, int64_t value);

/* ${value}, below 100, below 10^9: two digits, nine, with leading zeros. */
char *fv_digits_two(char *to, uint32_t value);
char *fv_digits_nine(char *to, uint32_t value);

#endif
