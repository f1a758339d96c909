#include "analysis/textbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Room for ${n} more bytes and a NUL; whether there is. */
static int
reserve(struct fv_textbuf *buf, size_t n)
{
	char *bytes;

	if (buf->err.code != FV_OK)
		return 0;
	if (n > FV_TEXTBUF_LIMIT)
		n = FV_TEXTBUF_LIMIT;
	bytes = fv_memory_grow(buf->bytes, &buf->capacity, buf->length + n + 1,
	    1, FV_TEXTBUF_LIMIT, &buf->err);
	if (bytes == NULL)
		return 0;
	buf->bytes = bytes;
	return 1;
}

void
fv_textbuf_bytes(struct fv_textbuf *buf, const char *bytes, size_t n)
{
	if (!reserve(buf, n))
		return;
	memcpy(buf->bytes + buf->length, bytes, n);
	buf->length += n;
	buf->bytes[buf->length] = '\0';
}

void
fv_textbuf_text(struct fv_textbuf *buf, const char *text)
{
	fv_textbuf_bytes(buf, text, strlen(text));
}

void
fv_textbuf_repeat(struct fv_textbuf *buf, char character, size_t n)
{
	if (!reserve(buf, n))
		return;
	memset(buf->bytes + buf->length, character, n);
	buf->length += n;
	buf->bytes[buf->length] = '\0';
}

void
fv_textbuf_format(struct fv_textbuf *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !reserve(buf, (size_t)n))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf->bytes + buf->length, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->length += (size_t)n;
}

void
fv_textbuf_trim(struct fv_textbuf *buf)
{
	if (buf->err.code != FV_OK || buf->bytes == NULL)
		return;
	while (buf->length > 0 && buf->bytes[buf->length - 1] == ' ')
		buf->bytes[--buf->length] = '\0';
}

int
fv_textbuf_done(struct fv_textbuf *buf, struct fv_err *err)
{
	if (reserve(buf, 0))
		buf->bytes[buf->length] = '\0';
	if (buf->err.code == FV_OK)
		return 0;
	*err = buf->err;
	return -1;
}

void
fv_textbuf_free(struct fv_textbuf *buf)
{
	free(buf->bytes);
	memset(buf, 0, sizeof(*buf));
}

size_t
fv_textbuf_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			width++;
	return width;
}
