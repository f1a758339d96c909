#include "base/utf8.h"

#include <stdbool.h>

/* Whether ${s} has a second byte in [low, high] and ${n} in all. */
static bool
continues(
    const unsigned char *s, size_t left, size_t n, unsigned low, unsigned high)
{
	size_t i;

	if (left < n || s[1] < low || s[1] > high)
		return false;
	for (i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/*
 * Bytes of the sequence at ${s}, of which ${left} are there, or 0 if it is
 * none: the table of RFC 3629, section 4, without controls.
 */
static size_t
sequence(const unsigned char *s, size_t left)
{
	unsigned first = s[0];

	if (first < 0x80)
		return first >= 0x20 && first != 0x7f;
	/* From C2 A0 on: before are the C1 controls. */
	if (first >= 0xc2 && first <= 0xdf)
		return continues(s, left, 2, first == 0xc2 ? 0xa0 : 0x80, 0xbf)
		    ? 2
		    : 0;
	if (first >= 0xe0 && first <= 0xef)
		return continues(s, left, 3, first == 0xe0 ? 0xa0 : 0x80,
			   first == 0xed ? 0x9f : 0xbf)
		    ? 3
		    : 0;
	if (first >= 0xf0 && first <= 0xf4)
		return continues(s, left, 4, first == 0xf0 ? 0x90 : 0x80,
			   first == 0xf4 ? 0x8f : 0xbf)
		    ? 4
		    : 0;
	return 0;
}

void
fv_utf8_cleanse(char *text, size_t n)
{
	size_t at, length;

	for (at = 0; at < n; at += length) {
		length = sequence((const unsigned char *)text + at, n - at);
		if (length == 0) {
			text[at] = '?';
			length = 1;
		}
	}
}
