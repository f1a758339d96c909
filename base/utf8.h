#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/*
 * fv_utf8_cleanse(text, n):
 * Make the ${n} bytes at ${text} safe to print and to parse, in place: each
 * byte that is no part of UTF-8 (RFC 3629) becomes "?", and so does each
 * byte of a control character (C0 and NUL, DEL, C1).
 */
void fv_utf8_cleanse(char *text, size_t n);

#endif
