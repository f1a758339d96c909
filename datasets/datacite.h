#ifndef DATASETS_DATACITE_H
#define DATASETS_DATACITE_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/release.h"

/*
 * The release for catalogues: DataCite Metadata Schema 4, as the JSON of
 * its REST interface and as XML of kernel-4.  The XML needs a DOI, for the
 * schema refuses an empty one.  To be freed; NULL with ${err} set.
 */
char *fv_datacite_json(
    const struct fv_release *release, struct fv_err *err) FV_MUST_CHECK;
char *fv_datacite_xml(
    const struct fv_release *release, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_datacite_collected(metadata, text):
 * The collection period as DataCite and ISO 8601 write it: "start/end".
 */
#define FV_DATACITE_COLLECTED 48
void fv_datacite_collected(
    const struct fv_metadata *metadata, char text[FV_DATACITE_COLLECTED]);

#endif
