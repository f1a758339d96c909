#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/*
 * fv_utf8_cleanse(text, n):
 * Make the ${n} bytes at ${text} safe to print and to parse, in place: each
 * byte that is no part of UTF-8 (RFC 3629), and each control character (C0,
 * DEL, C1), becomes "?".  A NUL is a control character too.  Returns how
 * many bytes there are now: a C1 control took two of them, the rest as many
 * as before.
 */
size_t fv_utf8_cleanse(char *text, size_t n);

#endif
