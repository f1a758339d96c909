#include "datasets/verify_bag.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "datasets/signature_twin.h"

/* "tagmanifest-sha256.txt.sig.signify" is the longest. */
enum { NAME = 64 };

static const char *const twins[] = { FV_SIGNATURE_TWIN_MINISIGN,
	FV_SIGNATURE_TWIN_SIGNIFY };

/* The name of a manifest: "manifest-sha256.txt", with what stands around. */
static void
manifest_name(const char *before, enum fv_bag_digest kind, const char *after,
    char name[NAME])
{
	(void)snprintf(name, NAME, "%smanifest-%s.txt%s", before,
	    fv_bag_digest_names[kind], after);
}

static const struct fv_bag_content *
find_manifest(const struct fv_bag_contents *c, const char *before,
    enum fv_bag_digest kind, const char *after)
{
	char name[NAME];

	manifest_name(before, kind, after, name);
	return fv_bag_contents_find(c, name);
}

/* The signed tag manifest and its signature. */
static const struct fv_bag_content *
find_signed(
    const struct fv_bag_contents *c, const struct fv_bag_content **signature)
{
	int kind;

	for (kind = 0; kind < FV_BAG_DIGESTS; kind++) {
		*signature = find_manifest(
		    c, "tag", (enum fv_bag_digest)kind, FV_SIGNATURE_SUFFIX);
		if (*signature != NULL)
			return find_manifest(
			    c, "tag", (enum fv_bag_digest)kind, "");
	}
	return NULL;
}

bool
fv_verify_bag_is_signed(const struct fv_bag_contents *c)
{
	const struct fv_bag_content *signature;

	(void)find_signed(c, &signature);
	return signature != NULL;
}

/*
 * The key to check with: the pinned one, or the one in the bag if it is the
 * one that was pinned by its fingerprint.  A key in the bag must be the
 * pinned one in any case: a bag that says otherwise is not to be trusted.
 */
static int
choose_key(const struct fv_bag_contents *c, const struct fv_signature_pin *pin,
    struct fv_signature_public *key, struct fv_err *err)
{
	const struct fv_bag_content *offered =
	    fv_bag_contents_find(c, FV_SIGNATURE_PUBLIC_NAME);

	if (offered == NULL && !pin->is_key)
		return fv_err_set(err, FV_EKEY,
		    "a fingerprint was given, but the bag does not bring the "
		    "key along; ask the sender for the key, and give that");
	if (offered == NULL) {
		*key = pin->key;
		return 0;
	}
	if (fv_signature_public_parse(
		offered->text, (size_t)offered->size, key, err) == -1)
		return fv_err_within(err, "%s", FV_SIGNATURE_PUBLIC_NAME);
	return fv_signature_pin_check(pin, key, err);
}

/* The same signature in the words of other tools must be the same, too. */
static int
check_twins(const struct fv_bag_contents *c,
    const struct fv_signature_public *key,
    const struct fv_bag_content *manifest, struct fv_err *err)
{
	const struct fv_bag_content *twin;
	char name[NAME];
	size_t i;

	for (i = 0; i < FV_COUNT(twins); i++) {
		(void)snprintf(
		    name, sizeof(name), "%s%s", manifest->name, twins[i]);
		twin = fv_bag_contents_find(c, name);
		if (twin != NULL &&
		    fv_signature_twin_check(twins[i], key, manifest->text,
			(size_t)manifest->size, twin->text, (size_t)twin->size,
			err) == -1)
			return fv_err_within(err, "%s", name);
	}
	return 0;
}

int
fv_verify_bag_signature(const struct fv_bag_contents *c,
    const struct fv_signature_pin *pin,
    char signer[FV_SIGNATURE_FINGERPRINT_TEXT], struct fv_err *err)
{
	const struct fv_bag_content *signature;
	const struct fv_bag_content *manifest = find_signed(c, &signature);
	struct fv_signature_public key;

	if (signature == NULL)
		return fv_err_set(err, FV_EKEY,
		    "the bag is not signed, so it is not known to come from "
		    "the owner of that key");
	if (manifest == NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "%s: the file that it signs is missing", signature->name);
	if (choose_key(c, pin, &key, err) == -1)
		return -1;
	if (fv_signature_verify(&key, manifest->text, (size_t)manifest->size,
		signature->text, (size_t)signature->size, err) == -1)
		return fv_err_within(err, "%s", signature->name);
	if (check_twins(c, &key, manifest, err) == -1)
		return -1;
	return fv_signature_fingerprint(&key, signer, err);
}

/* The digest of bytes in memory. */
static int
digest_text(const struct fv_bag_content *file, enum fv_bag_digest kind,
    uint8_t value[FV_DIGEST_LONG], struct fv_err *err)
{
	struct fv_digest *d = kind == FV_BAG_SHA256 ? fv_digest_new(err)
						    : fv_digest_new_long(err);
	int rc = -1;

	if (d != NULL &&
	    fv_digest_add(d, file->text, (size_t)file->size, err) == 0)
		rc = fv_digest_value(d, value, err);
	fv_digest_free(d);
	return rc;
}

static int
changed(const char *name, struct fv_err *err)
{
	return fv_err_set(err, FV_EFORMAT,
	    "%s: does not have the digest that the manifest says: it was "
	    "changed, or its copy is not complete",
	    name);
}

/* Whether every tag file that a tag manifest names is there, unchanged. */
static int
check_tag_digests(const struct fv_bag_contents *c,
    const struct fv_bag_manifest *tags, struct fv_err *err)
{
	const struct fv_bag_content *file;
	uint8_t value[FV_DIGEST_LONG];
	size_t i;

	for (i = 0; i < tags->count; i++) {
		file = fv_bag_contents_find(c, tags->lines[i].name);
		if (file == NULL)
			return fv_err_set(err, FV_EFORMAT, "%s: is missing",
			    tags->lines[i].name);
		if (file->text == NULL)
			return fv_err_set(err, FV_EFORMAT,
			    "%s: is payload, which a tag manifest does not "
			    "name",
			    file->name);
		if (digest_text(file, tags->kind, value, err) == -1)
			return -1;
		if (memcmp(value, tags->lines[i].digest,
			fv_bag_digest_size(tags->kind)) != 0)
			return changed(file->name, err);
	}
	return 0;
}

/* Whether a name is that of a tag manifest or of a signature of one. */
static bool
stands_outside(const char *name)
{
	static const char *const after[] = { "", FV_SIGNATURE_SUFFIX,
		FV_SIGNATURE_TWIN_MINISIGN, FV_SIGNATURE_TWIN_SIGNIFY };
	char known[NAME];
	size_t i;
	int kind;

	for (kind = 0; kind < FV_BAG_DIGESTS; kind++)
		for (i = 0; i < FV_COUNT(after); i++) {
			manifest_name(
			    "tag", (enum fv_bag_digest)kind, after[i], known);
			if (strcmp(name, known) == 0)
				return true;
		}
	return false;
}

/* Whether every tag file is in the tag manifest, but those that cannot be. */
static int
check_tag_names(const struct fv_bag_contents *c,
    const struct fv_bag_manifest *tags, struct fv_err *err)
{
	const struct fv_bag_content *file;
	size_t i;

	for (i = 0; i < c->count; i++) {
		file = &c->files[i];
		if (file->text != NULL && !stands_outside(file->name) &&
		    strcmp(file->name, FV_SIGNATURE_PUBLIC_NAME) != 0 &&
		    fv_bag_manifest_find(tags, file->name) == NULL)
			return fv_err_set(err, FV_EFORMAT,
			    "%s: is in the bag, but no manifest names it",
			    file->name);
	}
	return 0;
}

/* The tag manifests: at least one, and the signed one names all. */
static int
check_tags(const struct fv_bag_contents *c, struct fv_err *err)
{
	const struct fv_bag_content *file;
	struct fv_bag_manifest tags;
	int kind, rc = 0, found = 0;

	for (kind = 0; kind < FV_BAG_DIGESTS && rc == 0; kind++) {
		file = find_manifest(c, "tag", (enum fv_bag_digest)kind, "");
		if (file == NULL)
			continue;
		found++;
		rc = fv_bag_manifest_parse(file->text, (size_t)file->size,
		    (enum fv_bag_digest)kind, &tags, err);
		if (rc == -1)
			return fv_err_within(err, "%s", file->name);
		rc = check_tag_digests(c, &tags, err);
		if (rc == 0)
			rc = check_tag_names(c, &tags, err);
		fv_bag_manifest_clear(&tags);
	}
	if (rc == 0 && found == 0)
		return fv_err_set(
		    err, FV_EFORMAT, "tagmanifest-sha256.txt: is missing");
	return rc;
}

/* Whether a payload manifest and the payload name the same files. */
static int
check_payload_names(const struct fv_bag_contents *c,
    const struct fv_bag_manifest *m, struct fv_err *err)
{
	const struct fv_bag_content *file;
	size_t i;

	for (i = 0; i < m->count; i++) {
		if (!fv_bag_contents_is_payload(m->lines[i].name))
			return fv_err_set(err, FV_EFORMAT,
			    "%s: is in a payload manifest, but not below %s",
			    m->lines[i].name, FV_BAG_PAYLOAD);
		if (fv_bag_contents_find(c, m->lines[i].name) == NULL)
			return fv_err_set(err, FV_EFORMAT,
			    "%s: is missing; the bag is not complete",
			    m->lines[i].name);
	}
	for (i = 0; i < c->count; i++) {
		file = &c->files[i];
		if (file->text == NULL &&
		    fv_bag_manifest_find(m, file->name) == NULL)
			return fv_err_set(err, FV_EFORMAT,
			    "%s: is in the bag, but no manifest names it",
			    file->name);
	}
	return 0;
}

static int
check_payload(const struct fv_bag_contents *c,
    struct fv_verify_manifests *manifests, struct fv_err *err)
{
	const struct fv_bag_content *file;
	int kind, rc = 0, found = 0;

	for (kind = 0; kind < FV_BAG_DIGESTS && rc == 0; kind++) {
		file = find_manifest(c, "", (enum fv_bag_digest)kind, "");
		if (file == NULL)
			continue;
		found++;
		rc = fv_bag_manifest_parse(file->text, (size_t)file->size,
		    (enum fv_bag_digest)kind, &manifests->of[kind], err);
		if (rc == -1)
			return fv_err_within(err, "%s", file->name);
		manifests->there[kind] = true;
		rc = check_payload_names(c, &manifests->of[kind], err);
	}
	if (rc == 0 && found == 0)
		return fv_err_set(
		    err, FV_EFORMAT, "manifest-sha256.txt: is missing");
	return rc;
}

static int
check_oxum(const struct fv_bag_contents *c, struct fv_err *err)
{
	const struct fv_bag_content *info =
	    fv_bag_contents_find(c, "bag-info.txt");
	struct fv_bag_oxum oxum;

	if (info == NULL)
		return 0;
	if (fv_bag_info_parse(info->text, (size_t)info->size, &oxum, err) == -1)
		return fv_err_within(err, "bag-info.txt");
	if (oxum.given &&
	    (oxum.bytes != c->payload_bytes || oxum.files != c->payload_files))
		return fv_err_set(err, FV_EFORMAT,
		    "bag-info.txt says %" PRIu64 " bytes in %" PRIu64
		    " files of payload, but there are %" PRIu64 " in %zu: "
		    "the bag is not complete, or was changed",
		    oxum.bytes, oxum.files, c->payload_bytes, c->payload_files);
	return 0;
}

int
fv_verify_bag_manifests(const struct fv_bag_contents *c,
    struct fv_verify_manifests *manifests, struct fv_err *err)
{
	const struct fv_bag_content *declaration;

	memset(manifests, 0, sizeof(*manifests));
	declaration = fv_bag_contents_find(c, "bagit.txt");
	if (declaration == NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "bagit.txt: is missing; this is not a bag, or not all of "
		    "one");
	if (fv_bag_contents_find(c, "fetch.txt") != NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "fetch.txt: parts of the bag are to be fetched from "
		    "elsewhere, which is not done");
	if (check_tags(c, err) == -1)
		return -1;
	if (fv_bag_declaration_check(
		declaration->text, (size_t)declaration->size, err) == -1)
		return fv_err_within(err, "bagit.txt");
	if (check_payload(c, manifests, err) == 0 && check_oxum(c, err) == 0)
		return 0;
	fv_verify_manifests_clear(manifests);
	return -1;
}

void
fv_verify_manifests_clear(struct fv_verify_manifests *manifests)
{
	int kind;

	for (kind = 0; kind < FV_BAG_DIGESTS; kind++)
		fv_bag_manifest_clear(&manifests->of[kind]);
}

int
fv_verify_digests_begin(struct fv_verify_digests *d,
    const struct fv_verify_manifests *manifests, const char *name,
    struct fv_err *err)
{
	int kind;

	memset(d, 0, sizeof(*d));
	d->manifests = manifests;
	d->name = name;
	for (kind = 0; kind < FV_BAG_DIGESTS; kind++) {
		if (!manifests->there[kind])
			continue;
		d->digest[kind] = kind == FV_BAG_SHA256
		    ? fv_digest_new(err)
		    : fv_digest_new_long(err);
		if (d->digest[kind] == NULL)
			return fv_verify_digests_end(d, false, err);
	}
	return 0;
}

int
fv_verify_digests_add(struct fv_verify_digests *d, const void *bytes, size_t n,
    struct fv_err *err)
{
	int kind;

	for (kind = 0; kind < FV_BAG_DIGESTS; kind++)
		if (d->digest[kind] != NULL &&
		    fv_digest_add(d->digest[kind], bytes, n, err) == -1)
			return -1;
	return 0;
}

static int
compare(
    struct fv_verify_digests *d, enum fv_bag_digest kind, struct fv_err *err)
{
	const struct fv_bag_line *line =
	    fv_bag_manifest_find(&d->manifests->of[kind], d->name);
	uint8_t value[FV_DIGEST_LONG];

	if (fv_digest_value(d->digest[kind], value, err) == -1)
		return -1;
	/* A line there was when names were compared; files may change. */
	if (line == NULL ||
	    memcmp(value, line->digest, fv_bag_digest_size(kind)) != 0)
		return changed(d->name, err);
	return 0;
}

int
fv_verify_digests_end(
    struct fv_verify_digests *d, bool wanted, struct fv_err *err)
{
	int kind, rc = wanted ? 0 : -1;

	for (kind = 0; kind < FV_BAG_DIGESTS; kind++) {
		if (rc == 0 && d->digest[kind] != NULL)
			rc = compare(d, (enum fv_bag_digest)kind, err);
		fv_digest_free(d->digest[kind]);
		d->digest[kind] = NULL;
	}
	return rc;
}

/* Read the payload file that ${files} is at. */
static int
digest_file(struct fv_bag_files *files,
    const struct fv_verify_manifests *manifests, const char *name,
    struct fv_err *err)
{
	struct fv_verify_digests d;
	const void *bytes;
	size_t n;
	int rc;

	if (fv_verify_digests_begin(&d, manifests, name, err) == -1)
		return -1;
	while ((rc = fv_bag_files_read(files, &bytes, &n, err)) == 1)
		if (fv_verify_digests_add(&d, bytes, n, err) == -1) {
			rc = -1;
			break;
		}
	if (rc == -1)
		(void)fv_err_within(err, "%s", name);
	return fv_verify_digests_end(&d, rc == 0, err);
}

int
fv_verify_bag_digests(struct fv_bag_files *files,
    const struct fv_verify_manifests *manifests, struct fv_err *err)
{
	struct fv_bag_file file;
	int rc;

	rc = fv_bag_files_begin(files, FV_BAG_ALL_FILES, err);
	while (rc == 0 && (rc = fv_bag_files_next(files, &file, err)) == 1)
		rc = fv_bag_contents_is_payload(file.name)
		    ? digest_file(files, manifests, file.name, err)
		    : 0;
	return rc;
}
