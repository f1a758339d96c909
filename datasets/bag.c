#include "datasets/bag_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "datasets/signature_twin.h"

/* Bytes that are read at once; enough that calls do not count. */
enum { PIECE = 1 << 20 };

/* The tag manifest is signed as one piece in memory. */
static const char TAGMANIFEST[] = "tagmanifest-sha256.txt";

struct fv_bag *
fv_bag_new(struct fv_err *err)
{
	return fv_memory_new(1, sizeof(struct fv_bag), err);
}

static int
read_pieces(int fd, fv_bag_put *put, void *context, struct fv_digest *digest,
    uint64_t *size, struct fv_err *err)
{
	char *piece;
	ssize_t n = 0;
	int rc = 0;

	if ((piece = fv_memory_pages(PIECE, err)) == NULL)
		return -1;
	*size = 0;
	while (rc == 0 && (n = read(fd, piece, PIECE)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			rc = fv_err_system(err, errno, "not readable");
			break;
		}
		rc = fv_digest_add(digest, piece, (size_t)n, err);
		if (rc == 0 && put != NULL)
			rc = put(context, piece, (size_t)n, err);
		*size += (uint64_t)n;
	}
	free(piece);
	return rc;
}

static int
read_file(const char *path, fv_bag_put *put, void *context,
    struct fv_digest *digest, uint64_t *size, struct fv_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int rc = -1;

	if (fd == -1 || fstat(fd, &st) == -1)
		(void)fv_err_system(err, errno, "not readable");
	else if (!S_ISREG(st.st_mode))
		(void)fv_err_set(err, FV_EIO, "is not a regular file");
	else
		rc = read_pieces(fd, put, context, digest, size, err);
	if (fd != -1)
		(void)close(fd);
	return rc == 0 ? 0 : fv_err_within(err, "%s", path);
}

int
fv_bag_read(const struct fv_bag_item *item, fv_bag_put *put, void *context,
    uint64_t *size, char hex[FV_DIGEST_TEXT], struct fv_err *err)
{
	uint8_t value[FV_DIGEST_SIZE];
	struct fv_digest *digest;
	int rc;

	if ((digest = fv_digest_new(err)) == NULL)
		return -1;
	if (item->path != NULL) {
		rc = read_file(item->path, put, context, digest, size, err);
	} else {
		*size = item->size;
		rc = fv_digest_add(digest, item->bytes, item->size, err);
		if (rc == 0 && put != NULL)
			rc = put(context, item->bytes, item->size, err);
	}
	if (rc == 0 && (rc = fv_digest_value(digest, value, err)) == 0)
		fv_digest_hex(value, sizeof(value), hex);
	fv_digest_free(digest);
	return rc;
}

/* A new item at the end of a list; what it holds is still empty. */
static struct fv_bag_item *
append(struct fv_bag_item **items, size_t *count, size_t *capacity,
    const char *name, struct fv_err *err)
{
	struct fv_bag_item *grown, *item;

	grown = fv_memory_grow(
	    *items, capacity, *count + 1, sizeof(**items), FV_BAG_ITEMS, err);
	if (grown == NULL) {
		if (err->code == FV_ELIMIT)
			(void)fv_err_set(err, FV_ELIMIT,
			    "a bag holds %d files at most", FV_BAG_ITEMS);
		return NULL;
	}
	*items = grown;
	item = &grown[*count];
	memset(item, 0, sizeof(*item));
	if ((item->name = strdup(name)) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		return NULL;
	}
	(*count)++;
	return item;
}

static struct fv_bag_item *
append_payload(struct fv_bag *bag, const char *name, struct fv_err *err)
{
	assert(!bag->sealed && strncmp(name, "data/", 5) == 0);
	bag->sorted = false;
	return append(&bag->items, &bag->count, &bag->capacity, name, err);
}

static int
no_memory(struct fv_err *err)
{
	return fv_err_set(err, FV_EMEMORY, "out of memory");
}

int
fv_bag_add_file(
    struct fv_bag *bag, const char *name, const char *path, struct fv_err *err)
{
	struct fv_bag_item *item = append_payload(bag, name, err);

	if (item == NULL)
		return -1;
	if ((item->path = strdup(path)) == NULL)
		return no_memory(err);
	return fv_bag_read(item, NULL, NULL, &item->size, item->digest, err);
}

/* Fill an item with ${n} bytes, and digest them. */
static int
fill(struct fv_bag_item *item, const void *bytes, size_t n, struct fv_err *err)
{
	if ((item->bytes = fv_memory_new(n, 1, err)) == NULL)
		return -1;
	memcpy(item->bytes, bytes, n);
	item->size = n;
	return fv_bag_read(item, NULL, NULL, &item->size, item->digest, err);
}

int
fv_bag_add_text(
    struct fv_bag *bag, const char *name, const char *text, struct fv_err *err)
{
	struct fv_bag_item *item = append_payload(bag, name, err);

	return item == NULL ? -1 : fill(item, text, strlen(text), err);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct fv_bag_item *)a)->name,
	    ((const struct fv_bag_item *)b)->name);
}

const struct fv_bag_item *
fv_bag_items(struct fv_bag *bag, size_t *n)
{
	if (!bag->sorted && bag->count > 0)
		qsort(bag->items, bag->count, sizeof(bag->items[0]), by_name);
	bag->sorted = true;
	*n = bag->count;
	return bag->items;
}

void
fv_bag_oxum(const struct fv_bag *bag, uint64_t *bytes, uint64_t *files)
{
	size_t i;

	*bytes = 0;
	*files = bag->count;
	for (i = 0; i < bag->count; i++)
		*bytes += bag->items[i].size;
}

static int
add_tag(struct fv_bag *bag, const char *name, const void *bytes, size_t n,
    struct fv_err *err)
{
	struct fv_bag_item *tag =
	    append(&bag->tags, &bag->ntags, &bag->tags_capacity, name, err);

	return tag == NULL ? -1 : fill(tag, bytes, n, err);
}

/* "digest  name" of each item, to be freed; NULL with ${err} set. */
static char *
manifest(const struct fv_bag_item *items, size_t n, size_t *length,
    struct fv_err *err)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	size_t i;
	int failed;

	if (out == NULL) {
		(void)no_memory(err);
		return NULL;
	}
	for (i = 0; i < n; i++)
		(void)fprintf(out, "%s  %s\n", items[i].digest, items[i].name);
	failed = ferror(out);
	if (fclose(out) == 0 && !failed)
		return text;
	free(text);
	(void)no_memory(err);
	return NULL;
}

/*
 * A UUID of version 8 (RFC 9562, 5.8) out of the manifest's digest: a name
 * for exactly these bytes, the same whenever they are packaged.
 */
static void
make_uuid(const char *digest, char text[64])
{
	(void)snprintf(text, 64, "urn:uuid:%.8s-%.4s-8%.3s-%c%.3s-%.12s",
	    digest, digest + 8, digest + 13, "89ab"[digest[16] % 4],
	    digest + 17, digest + 20);
}

static int
add_info(struct fv_bag *bag, const struct fv_bag_info *info, size_t n,
    const char *digest, struct fv_err *err)
{
	uint64_t bytes, files;
	char *text = NULL, uuid[64];
	size_t i, length = 0;
	FILE *out = open_memstream(&text, &length);
	int rc = -1, failed;

	if (out == NULL)
		return no_memory(err);
	fv_bag_oxum(bag, &bytes, &files);
	make_uuid(digest, uuid);
	for (i = 0; i < n; i++)
		if (info[i].value != NULL)
			(void)fprintf(
			    out, "%s: %s\n", info[i].label, info[i].value);
	(void)fprintf(out, "External-Identifier: %s\n", uuid);
	(void)fprintf(
	    out, "Payload-Oxum: %" PRIu64 ".%" PRIu64 "\n", bytes, files);
	failed = ferror(out);
	if (fclose(out) != 0 || failed)
		(void)no_memory(err);
	else
		rc = add_tag(bag, "bag-info.txt", text, length, err);
	free(text);
	return rc;
}

/* bagit.txt, bag-info.txt, the payload's manifest; and the public key. */
static int
add_listed(struct fv_bag *bag, const struct fv_bag_info *info, size_t ninfo,
    const struct fv_signature_key *key, struct fv_err *err)
{
	static const char declaration[] =
	    "BagIt-Version: 1.0\n"
	    "Tag-File-Character-Encoding: UTF-8\n";
	struct fv_bag_item whole = { .path = NULL };
	char *list, *pem = NULL;
	size_t length, n;
	int rc = -1;

	(void)fv_bag_items(bag, &n); /* sorts */
	if ((list = manifest(bag->items, n, &length, err)) == NULL)
		return -1;
	whole.bytes = list;
	whole.size = length;
	if (fv_bag_read(&whole, NULL, NULL, &whole.size, whole.digest, err) ==
		-1 ||
	    add_tag(bag, "bagit.txt", declaration, sizeof(declaration) - 1,
		err) == -1 ||
	    add_info(bag, info, ninfo, whole.digest, err) == -1 ||
	    add_tag(bag, "manifest-sha256.txt", list, length, err) == -1)
		goto out;
	if (key != NULL &&
	    ((pem = fv_signature_public_pem(
		  fv_signature_key_public(key), err)) == NULL ||
		add_tag(bag, FV_SIGNATURE_PUBLIC_NAME, pem, strlen(pem), err) ==
		    -1))
		goto out;
	rc = 0;
out:
	free(pem);
	free(list);
	return rc;
}

static int
add_text_tag(
    struct fv_bag *bag, const char *suffix, char *text, struct fv_err *err)
{
	char name[64];
	int rc;

	if (text == NULL)
		return -1;
	(void)snprintf(name, sizeof(name), "%s%s", TAGMANIFEST, suffix);
	rc = add_tag(bag, name, text, strlen(text), err);
	free(text);
	return rc;
}

/* Sign the tag manifest, three ways. */
static int
sign(struct fv_bag *bag, const char *list, size_t length,
    const struct fv_signature_key *key, struct fv_err *err)
{
	static const char comment[] = "tag manifest of a flowveil release";
	uint8_t signature[FV_SIGNATURE_SIZE];
	char name[64];

	(void)snprintf(
	    name, sizeof(name), "%s%s", TAGMANIFEST, FV_SIGNATURE_SUFFIX);
	if (fv_signature_sign(key, list, length, signature, err) == -1 ||
	    add_tag(bag, name, signature, sizeof(signature), err) == -1 ||
	    add_text_tag(bag, FV_SIGNATURE_TWIN_MINISIGN,
		fv_signature_twin_minisign(key, list, length, comment, err),
		err) == -1 ||
	    add_text_tag(bag, FV_SIGNATURE_TWIN_SIGNIFY,
		fv_signature_twin_signify(key, list, length, err), err) == -1)
		return -1;
	return 0;
}

int
fv_bag_seal(struct fv_bag *bag, const struct fv_bag_info *info, size_t ninfo,
    const struct fv_signature_key *key, struct fv_err *err)
{
	struct fv_bag_item *listed;
	char *list = NULL;
	size_t length;
	int rc = -1;

	assert(!bag->sealed);
	if (add_listed(bag, info, ninfo, key, err) == -1)
		return -1;
	/* Listed by name, as the payload is; written in their own order. */
	listed = fv_memory_new(bag->ntags, sizeof(*listed), err);
	if (listed == NULL)
		return -1;
	memcpy(listed, bag->tags, bag->ntags * sizeof(*listed));
	qsort(listed, bag->ntags, sizeof(*listed), by_name);
	list = manifest(listed, bag->ntags, &length, err);
	if (list != NULL && add_tag(bag, TAGMANIFEST, list, length, err) == 0 &&
	    (key == NULL || sign(bag, list, length, key, err) == 0))
		rc = 0;
	bag->sealed = rc == 0;
	free(list);
	free(listed);
	return rc;
}

static void
free_items(struct fv_bag_item *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(items[i].name);
		free(items[i].path);
		free(items[i].bytes);
	}
	free(items);
}

void
fv_bag_free(struct fv_bag *bag)
{
	if (bag == NULL)
		return;
	free_items(bag->items, bag->count);
	free_items(bag->tags, bag->ntags);
	free(bag);
}
