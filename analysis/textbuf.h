#ifndef ANALYSIS_TEXTBUF_H
#define ANALYSIS_TEXTBUF_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Text that grows.  What adds to it returns nothing: the first failure
 * sticks, later calls do nothing, and fv_textbuf_done says so once, at the
 * end.  A zeroed struct is an empty text.
 *
 * Invariant: unless failed, bytes is NULL or bytes[length] is a NUL.
 */
struct fv_textbuf {
	char *bytes;
	size_t length;
	size_t capacity;
	struct fv_err err; /* code is FV_OK until something failed */
};

/* Far beyond any report; a report that long is a fault of ours. */
#define FV_TEXTBUF_LIMIT ((size_t)1 << 28)

/* Append ${n} bytes, one text, one character ${n} times, or a format. */
void fv_textbuf_bytes(struct fv_textbuf *buf, const char *bytes, size_t n);
void fv_textbuf_text(struct fv_textbuf *buf, const char *text);
void fv_textbuf_repeat(struct fv_textbuf *buf, char character, size_t n);
void fv_textbuf_format(struct fv_textbuf *buf, const char *fmt, ...)
    FV_PRINTF(2, 3);

/* Take spaces off the end. */
void fv_textbuf_trim(struct fv_textbuf *buf);

/*
 * fv_textbuf_done(buf, err):
 * Whether all that was added is there: 0, or -1 with ${err} set.  After 0,
 * buf->bytes is a text with a final NUL, also when nothing was added.
 */
int fv_textbuf_done(struct fv_textbuf *buf, struct fv_err *err) FV_MUST_CHECK;

/* Give back the text; ${buf} is an empty one then. */
void fv_textbuf_free(struct fv_textbuf *buf);

/*
 * fv_textbuf_width(text):
 * How many columns UTF-8 ${text} takes on a terminal, at one column for
 * each code point.  Wide scripts are rare in what we print, and cost only
 * their alignment.
 */
size_t fv_textbuf_width(const char *text);

#endif
