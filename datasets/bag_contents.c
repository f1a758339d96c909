#include "datasets/bag_contents.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/bag_read.h"

bool
fv_bag_contents_is_payload(const char *name)
{
	return strncmp(name, FV_BAG_PAYLOAD, strlen(FV_BAG_PAYLOAD)) == 0;
}

/* The bytes of the tag file that ${files} is at. */
static char *
read_text(struct fv_bag_files *files, uint64_t size, struct fv_err *err)
{
	char *text = fv_memory_new((size_t)size + 1, 1, err), *at = text;
	const void *bytes;
	size_t n;
	int rc = text == NULL ? -1 : 1;

	while (
	    rc == 1 && (rc = fv_bag_files_read(files, &bytes, &n, err)) == 1) {
		memcpy(at, bytes, n); /* no more than size in all */
		at += n;
	}
	if (rc == 0)
		return text;
	free(text);
	return NULL;
}

/* Take in the file that ${files} is at; ${tags} counts their bytes. */
static int
take(struct fv_bag_contents *c, struct fv_bag_files *files,
    const struct fv_bag_file *file, uint64_t *tags, struct fv_err *err)
{
	struct fv_bag_content *grown, *to;

	grown = fv_memory_grow(c->files, &c->capacity, c->count + 1,
	    sizeof(*grown), FV_BAG_FILES, err);
	if (grown == NULL)
		return fv_err_within(err, "files");
	c->files = grown;
	to = &grown[c->count++];
	if ((to->name = strdup(file->name)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	to->size = file->size;
	c->bytes += file->size;
	if (fv_bag_contents_is_payload(file->name)) {
		c->payload_files++;
		c->payload_bytes += file->size;
		return 0;
	}
	if (file->size > FV_BAG_TAG_BYTES - *tags)
		return fv_err_set(err, FV_ELIMIT,
		    "%s: with it, the files that describe the bag have more "
		    "than %d bytes",
		    to->name, FV_BAG_TAG_BYTES);
	*tags += file->size;
	if ((to->text = read_text(files, file->size, err)) == NULL)
		return fv_err_within(err, "%s", to->name);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct fv_bag_content *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int
sort(struct fv_bag_contents *c, struct fv_err *err)
{
	size_t i;

	if (c->count > 0)
		qsort(c->files, c->count, sizeof(*c->files), by_name);
	for (i = 1; i < c->count; i++)
		if (strcmp(c->files[i - 1].name, c->files[i].name) == 0)
			return fv_err_set(err, FV_EFORMAT, "%s: is there twice",
			    c->files[i].name);
	return 0;
}

int
fv_bag_contents_read(
    struct fv_bag_files *files, struct fv_bag_contents *c, struct fv_err *err)
{
	struct fv_bag_file file;
	uint64_t tags = 0;
	int rc;

	memset(c, 0, sizeof(*c));
	rc = fv_bag_files_begin(files, FV_BAG_TAG_FILES, err);
	while (rc == 0 && (rc = fv_bag_files_next(files, &file, err)) == 1)
		rc = take(c, files, &file, &tags, err);
	if (rc == 0)
		rc = sort(c, err);
	if (rc == -1)
		fv_bag_contents_clear(c);
	return rc;
}

void
fv_bag_contents_clear(struct fv_bag_contents *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		free(c->files[i].name);
		free(c->files[i].text);
	}
	free(c->files);
	memset(c, 0, sizeof(*c));
}

static int
with_name(const void *name, const void *file)
{
	const struct fv_bag_content *c = file;

	return strcmp(name, c->name);
}

const struct fv_bag_content *
fv_bag_contents_find(const struct fv_bag_contents *c, const char *name)
{
	if (c->count == 0)
		return NULL;
	return bsearch(name, c->files, c->count, sizeof(*c->files), with_name);
}
