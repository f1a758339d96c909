#ifndef DATASETS_RELEASE_H
#define DATASETS_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "datasets/facts.h"
#include "datasets/metadata.h"

/*
 * A release as its documents see it.  They are written from this and
 * nothing else, and all text in it passed fv_prose_fault: what the custodian
 * wrote of it, what was counted in the datasets, and what lies in the bag.
 * It points to what others own.
 */
struct fv_release_dataset {
	const char *name; /* below data/: "flows.h5", "shards/part-00000.h5" */
	uint64_t size;
	char digest[FV_DIGEST_TEXT]; /* SHA-256 in hex */
	const struct fv_facts *facts;
};

struct fv_release {
	const struct fv_metadata *metadata;
	const struct fv_facts *facts;              /* of the whole release */
	const struct fv_release_dataset *datasets; /* of this bag */
	size_t ndatasets;
	unsigned part; /* from 1 */
	unsigned parts;
	uint64_t sample_rows;    /* 0: there is no sample */
	const char *fingerprint; /* of the signing key, or NULL */
};

/* What things are called below data/. */
#define FV_RELEASE_DATASET "flows.h5"
#define FV_RELEASE_SHARD "shards/part-%05zu.h5"
#define FV_RELEASE_SAMPLE "sample.h5"
#define FV_RELEASE_CRATE "ro-crate-metadata.json"
#define FV_RELEASE_CITATION "CITATION.cff"
#define FV_RELEASE_README "README.md"
#define FV_RELEASE_TERMS "LICENSE.txt"
#define FV_RELEASE_SCHEMA "metadata/schema.json"
#define FV_RELEASE_DATACITE "metadata/datacite.json"
#define FV_RELEASE_DATACITE_XML "metadata/datacite.xml"
#define FV_RELEASE_PROVENANCE "metadata/provenance.json"
#define FV_RELEASE_PROVENANCE_SHARD "metadata/provenance/part-%05zu.json"
#define FV_RELEASE_REPORTS "reports/"

#endif
