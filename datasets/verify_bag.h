#ifndef DATASETS_VERIFY_BAG_H
#define DATASETS_VERIFY_BAG_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/bag_contents.h"
#include "datasets/bag_read.h"
#include "datasets/signature.h"

/* The steps of datasets/verify.h that are about a bag as such. */

/*
 * fv_verify_bag_signature(contents, pin, signer, err):
 * Whether the tag manifest is signed by the key of ${pin}; its fingerprint
 * goes to ${signer}.  The key that lies in the bag is used only where the
 * pin is the fingerprint of it.  Returns 0, or -1 with ${err} set.
 */
int fv_verify_bag_signature(const struct fv_bag_contents *contents,
    const struct fv_signature_pin *pin,
    char signer[FV_SIGNATURE_FINGERPRINT_TEXT],
    struct fv_err *err) FV_MUST_CHECK;

/* Whether there is a signature of a tag manifest, whoever made it. */
bool fv_verify_bag_is_signed(const struct fv_bag_contents *contents);

/* The payload manifests of a bag, by kind; those that are not there are
 * empty, with no lines. */
struct fv_verify_manifests {
	struct fv_bag_manifest of[FV_BAG_DIGESTS];
	bool there[FV_BAG_DIGESTS];
};

/*
 * fv_verify_bag_manifests(contents, manifests, err):
 * Whether the bag is complete and holds nothing else: bagit.txt and
 * Payload-Oxum, the digests of the tag files, a payload manifest of each
 * kind with each payload file in it and no other, no fetch.txt, and no tag
 * file that no tag manifest names.  Payload is not read.
 * Returns 0 with ${manifests} filled, or -1 with ${err} set and nothing to
 * clear.
 */
int fv_verify_bag_manifests(const struct fv_bag_contents *contents,
    struct fv_verify_manifests *manifests, struct fv_err *err) FV_MUST_CHECK;

void fv_verify_manifests_clear(struct fv_verify_manifests *manifests);

/*
 * fv_verify_bag_digests(files, manifests, err):
 * Read every payload file and compare its digests.
 * Returns 0, or -1 with ${err} set.
 */
int fv_verify_bag_digests(struct fv_bag_files *files,
    const struct fv_verify_manifests *manifests,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * A file being read against its lines in the manifests: begin, add all of
 * its bytes, and end, which compares.  Each returns 0, or -1 with ${err}
 * set; after begin has returned 0, end frees what it made, and takes whether
 * to compare.
 */
struct fv_verify_digests {
	const struct fv_verify_manifests *manifests;
	const char *name;
	struct fv_digest *digest[FV_BAG_DIGESTS];
};
int fv_verify_digests_begin(struct fv_verify_digests *digests,
    const struct fv_verify_manifests *manifests, const char *name,
    struct fv_err *err) FV_MUST_CHECK;
int fv_verify_digests_add(struct fv_verify_digests *digests, const void *bytes,
    size_t n, struct fv_err *err) FV_MUST_CHECK;
int fv_verify_digests_end(struct fv_verify_digests *digests, bool compare,
    struct fv_err *err) FV_MUST_CHECK;

#endif
