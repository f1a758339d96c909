#include "datasets/root.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/container.h"
#include "datasets/schema.h"

const struct fv_root_attribute *
fv_root_find(const struct fv_root *root, const char *name)
{
	size_t i;

	for (i = 0; i < root->count; i++)
		if (strcmp(root->attributes[i].name, name) == 0)
			return &root->attributes[i];
	return NULL;
}

int
fv_root_add(struct fv_root *root, const char *name, const char *text,
    int64_t number, struct fv_err *err)
{
	struct fv_root_attribute a = { NULL, NULL, number };

	if (fv_root_find(root, name) != NULL)
		return fv_err_set(
		    err, FV_EUSAGE, "attribute %s is set twice", name);
	if (root->count == FV_ROOT_MAX)
		return fv_err_set(
		    err, FV_ELIMIT, "more than %d attributes", FV_ROOT_MAX);
	a.name = strdup(name);
	if (text != NULL)
		a.text = strdup(text);
	if (a.name == NULL || (text != NULL && a.text == NULL)) {
		free(a.name);
		free(a.text);
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	}
	root->attributes[root->count++] = a;
	return 0;
}

static int
write_one(const struct fv_root_attribute *a, hid_t file, struct fv_err *err)
{
	if (a->text != NULL)
		return fv_container_put_text(file, a->name, a->text, err);
	return fv_container_put_number(
	    file, a->name, FV_I64, (uint64_t)a->number, err);
}

static bool
in_schema(const char *name)
{
	const struct fv_attribute *a;

	for (a = fv_schema_attributes; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return true;
	return false;
}

/*
 * The schema's first and in its order: the same attributes give the same
 * bytes, whoever set them, and in which order.
 */
int
fv_root_write(const struct fv_root *root, hid_t file, struct fv_err *err)
{
	const struct fv_root_attribute *a;
	const struct fv_attribute *s;
	size_t i;

	for (s = fv_schema_attributes; s->name != NULL; s++)
		if ((a = fv_root_find(root, s->name)) != NULL &&
		    write_one(a, file, err) == -1)
			return -1;
	for (i = 0; i < root->count; i++)
		if (!in_schema(root->attributes[i].name) &&
		    write_one(&root->attributes[i], file, err) == -1)
			return -1;
	return 0;
}

struct reading {
	struct fv_root *root;
	struct fv_err *err;
};

/* Take one attribute; those of other kinds are passed by. */
static herr_t
take(hid_t file, const char *name, const H5A_info_t *info, void *arg)
{
	struct reading *reading = arg;
	int64_t number = 0;
	char *text;
	int rc;

	(void)info;
	if (reading->root->count == FV_ROOT_MAX)
		return 1; /* enough */
	text = fv_container_text(file, name);
	if (text == NULL && !fv_container_number(file, name, &number))
		return 0;
	rc = fv_root_add(reading->root, name, text, number, reading->err);
	free(text);
	return rc;
}

int
fv_root_read(struct fv_root *root, hid_t file, struct fv_err *err)
{
	struct reading reading = { root, err };
	hsize_t at = 0;

	err->code = FV_OK;
	if (H5Aiterate2(
		file, H5_INDEX_NAME, H5_ITER_INC, &at, take, &reading) >= 0)
		return 0;
	/* A fault of ours stops the walk too, and is told already. */
	return err->code != FV_OK ? -1
				  : fv_container_fault(err, "root attributes");
}

void
fv_root_clear(struct fv_root *root)
{
	size_t i;

	for (i = 0; i < root->count; i++) {
		free(root->attributes[i].name);
		free(root->attributes[i].text);
	}
	root->count = 0;
}
