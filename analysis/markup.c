#include "analysis/markup.h"

#include <stdint.h>
#include <string.h>

#include "base/digest.h"

void
fv_markup_text(struct fv_textbuf *out, const char *text)
{
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, "&<>\"'");
		fv_textbuf_bytes(out, text, n);
		text += n;
		switch (*text) {
		case '&':
			fv_textbuf_text(out, "&amp;");
			break;
		case '<':
			fv_textbuf_text(out, "&lt;");
			break;
		case '>':
			fv_textbuf_text(out, "&gt;");
			break;
		case '"':
			fv_textbuf_text(out, "&quot;");
			break;
		case '\'':
			fv_textbuf_text(out, "&#39;");
			break;
		default:
			return;
		}
		text++;
	}
}

/* U+2028 and U+2029 end a line in JavaScript, but not in JSON. */
static int
line_separator(const unsigned char *s)
{
	return s[0] == 0xe2 && s[1] == 0x80 && (s[2] == 0xa8 || s[2] == 0xa9);
}

void
fv_markup_json(struct fv_textbuf *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	fv_textbuf_text(out, "\"");
	for (; *s != '\0'; s++) {
		if (line_separator(s)) {
			fv_textbuf_format(
			    out, "\\u%s", s[2] == 0xa8 ? "2028" : "2029");
			s += 2;
		} else if (*s < 0x20 || strchr("<>&\"\\'", *s) != NULL) {
			fv_textbuf_format(out, "\\u%04x", *s);
		} else {
			fv_textbuf_bytes(out, (const char *)s, 1);
		}
	}
	fv_textbuf_text(out, "\"");
}

/* Base64 (RFC 4648, section 4). */
static void
put_base64(struct fv_textbuf *out, const uint8_t *bytes, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group;
	char text[4];
	size_t i;

	for (i = 0; i < n; i += 3) {
		group = (uint32_t)bytes[i] << 16;
		if (i + 1 < n)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < n)
			group |= bytes[i + 2];
		text[0] = digit[group >> 18];
		text[1] = digit[group >> 12 & 63];
		text[2] = i + 1 < n ? digit[group >> 6 & 63] : '=';
		text[3] = i + 2 < n ? digit[group & 63] : '=';
		fv_textbuf_bytes(out, text, sizeof(text));
	}
}

int
fv_markup_source(
    const char *bytes, size_t n, struct fv_textbuf *out, struct fv_err *err)
{
	uint8_t value[FV_DIGEST_SIZE];
	struct fv_digest *digest;
	int rc = -1;

	if ((digest = fv_digest_new(err)) == NULL)
		return -1;
	if (fv_digest_add(digest, bytes, n, err) == 0 &&
	    fv_digest_value(digest, value, err) == 0) {
		fv_textbuf_text(out, "'sha256-");
		put_base64(out, value, sizeof(value));
		fv_textbuf_text(out, "'");
		rc = 0;
	}
	fv_digest_free(digest);
	return rc;
}
