#ifndef BASE_ATTRIBUTES_H
#define BASE_ATTRIBUTES_H

/*
 * What a prototype promises beyond its types, in words that gcc and clang
 * check: a result that must be looked at, and arguments that must agree
 * with a format.
 */
#define FV_MUST_CHECK __attribute__((warn_unused_result))
#define FV_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* How many elements an array has; for arrays only, never for pointers. */
#define FV_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
