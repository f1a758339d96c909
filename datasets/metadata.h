#ifndef DATASETS_METADATA_H
#define DATASETS_METADATA_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * What a custodian says of a release, in one file: a CITATION.cff (Citation
 * File Format 1.2.0) of type dataset, with a map "flowveil" of what that
 * format has no fields for.  Everything here passed fv_prose_fault or a
 * narrower check; texts are UTF-8 without white space at their ends, and
 * NULL where the file says nothing.
 */
struct fv_metadata_person {
	char *name; /* of a group, instead of the next two */
	char *given_names;
	char *family_names;
	char *affiliation;
	char *email;
	char *orcid; /* https://orcid.org/... */
	char *website;
};

struct fv_metadata_site {
	char *name; /* as in the dataset's /sites */
	char *kind;
	char *description;
};

struct fv_metadata_word {
	char *text;
};

/* Each array and what it holds belong to the metadata. */
struct fv_metadata_people {
	struct fv_metadata_person *items;
	size_t count;
};
struct fv_metadata_sites {
	struct fv_metadata_site *items;
	size_t count;
};
struct fv_metadata_words {
	struct fv_metadata_word *items;
	size_t count;
};

struct fv_metadata {
	/* Of the Citation File Format. */
	char *cff_version;
	char *message;
	char *type;
	char *title;
	char *abstract;
	char *version;
	char *date_released; /* YYYY-MM-DD */
	struct fv_metadata_people authors;
	struct fv_metadata_people contacts;
	struct fv_metadata_words keywords;
	char *license; /* an identifier of datasets/licence.h */
	char *license_url;
	char *doi; /* 10.NNNN/... */
	char *url;
	/* Ours. */
	char *name; /* short; of the bag's directory */
	char *publisher;
	struct fv_metadata_sites sites;
	char *collection_start; /* YYYY-MM-DD, or with Thh:mm:ssZ */
	char *collection_end;
	char *observation_point;
	char *link;
	char *clock;
	char *loss;
	char *dropped;
	char *notes;
	char *access;
	char *terms;
};

/* One thing that is wrong with the file. */
struct fv_metadata_fault {
	unsigned line; /* from 1; 0: of the file as a whole */
	char text[320];
};

/* As many as a person mends in one go; more are only counted. */
#define FV_METADATA_FAULTS 64
struct fv_metadata_faults {
	size_t count; /* of all that were found */
	struct fv_metadata_fault fault[FV_METADATA_FAULTS];
};

/*
 * fv_metadata_open(path, faults, err), fv_metadata_parse(text, length,
 * faults, err):
 * What the file ${path}, or ${text}, says.  NULL with ${err} set: then
 * ${faults} has everything that is wrong with it, in order of lines, and is
 * empty when the file could not be read.  Texts of ${err} and ${faults} do
 * not begin with the path.
 */
struct fv_metadata *fv_metadata_open(const char *path,
    struct fv_metadata_faults *faults, struct fv_err *err) FV_MUST_CHECK;
struct fv_metadata *fv_metadata_parse(const char *text, size_t length,
    struct fv_metadata_faults *faults, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_metadata_template(err):
 * A file to fill in: every field with what it means and an example, in
 * comments.  To be freed; NULL with ${err} set.
 */
char *fv_metadata_template(struct fv_err *err) FV_MUST_CHECK;

void fv_metadata_free(struct fv_metadata *metadata);

#endif
