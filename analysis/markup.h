#ifndef ANALYSIS_MARKUP_H
#define ANALYSIS_MARKUP_H

#include "analysis/textbuf.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Words of a dataset inside HTML: whatever they hold, they stay words.  Host
 * labels and site names come from files that others made.
 */

/*
 * fv_markup_text(out, text):
 * Append ${text} so that it reads the same between tags and inside a quoted
 * attribute: & < > " ' as character references.
 */
void fv_markup_text(struct fv_textbuf *out, const char *text);

/*
 * fv_markup_json(out, text):
 * Append ${text} as a JSON string (RFC 8259) that may stand in a script
 * element: < > & and the line separators of JavaScript are \u escapes, so
 * that no "</script" or "<!--" can come about.
 */
void fv_markup_json(struct fv_textbuf *out, const char *text);

/*
 * fv_markup_source(bytes, n, out, err):
 * Append the source expression of a Content-Security-Policy that allows one
 * inline element with these ${n} bytes in it: 'sha256-BASE64' (CSP level 2,
 * section 4.2).  Returns 0, or -1 with ${err} set.
 */
int fv_markup_source(const char *bytes, size_t n, struct fv_textbuf *out,
    struct fv_err *err) FV_MUST_CHECK;

#endif
