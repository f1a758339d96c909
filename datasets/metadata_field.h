#ifndef DATASETS_METADATA_FIELD_H
#define DATASETS_METADATA_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The fields of a release's metadata: the rows that the file is read by,
 * that its template is made of, and by which it is freed.
 */
enum fv_metadata_shape {
	FV_METADATA_CONSTANT, /* the example, and nothing else */
	FV_METADATA_LINE,
	FV_METADATA_PROSE,   /* paragraphs */
	FV_METADATA_NAME,    /* of files: small letters, digits, dashes */
	FV_METADATA_VERSION, /* letters, digits, dots, dashes */
	FV_METADATA_DATE,
	FV_METADATA_MOMENT, /* a date, or a time in UTC */
	FV_METADATA_EMAIL,
	FV_METADATA_WEB,
	FV_METADATA_DOI,
	FV_METADATA_ORCID,
	FV_METADATA_LICENCE,
	FV_METADATA_WORDS, /* a list of lines */
	FV_METADATA_ITEMS, /* a list of maps */
	FV_METADATA_GROUP  /* a map, whose fields lie in the same struct */
};

struct fv_metadata_field {
	const char *name;
	enum fv_metadata_shape shape;
	bool required;
	size_t at;           /* of a char *, or of an array and its count */
	const char *help;    /* lines of a comment, without the # */
	const char *example; /* or NULL */
	bool filled;         /* the template has the example as the value */
	const struct fv_metadata_field *fields; /* of items or a group */
	size_t nfields;
	size_t size; /* of an item */
};

/* The whole file is a group. */
extern const struct fv_metadata_field fv_metadata_root;

/*
 * fv_metadata_value_fault(field, text):
 * Why ${text} is no value of that (text) field, as the end of a sentence,
 * or NULL.
 */
const char *fv_metadata_value_fault(
    const struct fv_metadata_field *field, const char *text);

#endif
