#ifndef DATASETS_DOCUMENT_H
#define DATASETS_DOCUMENT_H

#include <stdio.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A text that grows while it is printed, and how words are put into the
 * languages of a release's documents without being taken for markup.
 */
struct fv_document {
	FILE *out;
	char *text;
	size_t length;
};

/* Begin.  Returns 0, or -1 with ${err} set. */
int fv_document_begin(
    struct fv_document *document, struct fv_err *err) FV_MUST_CHECK;

/* The text, to be freed; NULL with ${err} set.  Always ends the document. */
char *fv_document_end(
    struct fv_document *document, struct fv_err *err) FV_MUST_CHECK;

/* ${text} in Markdown, in a table's cell, in XML (1.0, 2.4). */
void fv_document_markdown(FILE *out, const char *text);
void fv_document_xml(FILE *out, const char *text);

/* ${text} as a double-quoted scalar of YAML (1.2, 7.3.1). */
void fv_document_yaml(FILE *out, const char *text);

#endif
