#ifndef DATASETS_LICENCE_H
#define DATASETS_LICENCE_H

/*
 * Licences that datasets are given away under, by their identifiers in the
 * SPDX licence list.  Not all of that list: most of it is for programs.
 */
struct fv_licence {
	const char *id;
	const char *name;
	const char *url; /* where its text stands */
};

/* The licences known here; ends with a NULL id. */
extern const struct fv_licence fv_licences[];

/* The licence with that identifier (its case counts), or NULL. */
const struct fv_licence *fv_licence_find(const char *id);

#endif
