#include "datasets/document.h"

#include <stdlib.h>
#include <string.h>

int
fv_document_begin(struct fv_document *d, struct fv_err *err)
{
	d->text = NULL;
	d->length = 0;
	if ((d->out = open_memstream(&d->text, &d->length)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	return 0;
}

char *
fv_document_end(struct fv_document *d, struct fv_err *err)
{
	int failed = ferror(d->out);

	if (fclose(d->out) == 0 && !failed)
		return d->text;
	free(d->text);
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

void
fv_document_markdown(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\`*_<>[]|#", *text) != NULL)
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
}

void
fv_document_xml(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			(void)fputs("&amp;", out);
			break;
		case '<':
			(void)fputs("&lt;", out);
			break;
		case '>':
			(void)fputs("&gt;", out);
			break;
		case '"':
			(void)fputs("&quot;", out);
			break;
		default:
			(void)fputc(*text, out);
		}
	}
}

void
fv_document_yaml(FILE *out, const char *text)
{
	(void)fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			(void)fputs("\\n", out);
			continue;
		}
		if (*text == '"' || *text == '\\')
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
	(void)fputc('"', out);
}
