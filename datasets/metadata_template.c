#include "datasets/metadata.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/licence.h"
#include "datasets/metadata_field.h"

static const char HEAD[] =
    "# What this release is: fill it in, then\n"
    "#   flowveil dataset package --metadata THIS-FILE -o RELEASE.tar "
    "DATASET.h5\n"
    "# It is a CITATION.cff (Citation File Format 1.2.0, in YAML) with a part "
    "of\n"
    "# flowveil's own at the end.  All that you write here is published.  "
    "What is\n"
    "# not marked as required may stay empty.  A text that holds ': ' or ' #' "
    "needs\n"
    "# \"quotes\"; behind | it goes on over indented lines.\n";

enum { INDENT = 2 };

static void
print_comment(FILE *out, const char *text, int indent)
{
	const char *end;

	for (; text != NULL && *text != '\0'; text = end + (*end == '\n')) {
		end = text + strcspn(text, "\n");
		(void)fprintf(
		    out, "%*s# %.*s\n", indent, "", (int)(end - text), text);
	}
}

/* The identifiers that 'license' takes, a few to a line. */
static void
print_licences(FILE *out)
{
	const struct fv_licence *l;
	int width = 0;

	for (l = fv_licences; l->id != NULL; l++) {
		if (width == 0 || width + strlen(l->id) > 70)
			width = fprintf(out, "%s#  ", width == 0 ? "" : "\n");
		width += fprintf(out, " %s", l->id);
	}
	(void)fputc('\n', out);
}

static void
print_about(FILE *out, const struct fv_metadata_field *f, int indent)
{
	bool items = f->fields != NULL;

	if (indent == 0)
		(void)fputc('\n', out);
	print_comment(out, f->help, indent);
	if (f->shape == FV_METADATA_LICENCE)
		print_licences(out);
	if (f->required && !f->filled && !items)
		(void)fprintf(out, "%*s# Required.%s%s\n", indent, "",
		    f->example == NULL ? "" : "  Such as: ",
		    f->example == NULL ? "" : f->example);
	else if (f->example != NULL && !f->filled)
		(void)fprintf(
		    out, "%*s# Such as: %s\n", indent, "", f->example);
}

static void
print_fields(FILE *out, const struct fv_metadata_field *group, int indent)
{
	bool item = group->shape == FV_METADATA_ITEMS;
	const struct fv_metadata_field *f;
	size_t i;

	for (i = 0; i < group->nfields; i++) {
		f = &group->fields[i];
		/* The dash of an item stands before its first field. */
		if (item && i == 0) {
			print_about(out, f, indent - INDENT);
			(void)fprintf(out, "%*s- ", indent - INDENT, "");
		} else {
			print_about(out, f, indent);
			(void)fprintf(out, "%*s", indent, "");
		}
		(void)fprintf(out, "%s:", f->name);
		if (f->filled)
			(void)fprintf(out, " %s", f->example);
		else if (f->shape == FV_METADATA_PROSE)
			(void)fputs(" |", out);
		(void)fputc('\n', out);
		if (f->fields != NULL)
			print_fields(out, f,
			    indent + INDENT +
				(f->shape == FV_METADATA_ITEMS ? INDENT : 0));
	}
}

char *
fv_metadata_template(struct fv_err *err)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	int failed;

	if (out != NULL) {
		(void)fputs(HEAD, out);
		print_fields(out, &fv_metadata_root, 0);
		failed = ferror(out);
		if (fclose(out) == 0 && !failed)
			return text;
	}
	free(text);
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}
