#include "datasets/structure_attributes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/column_digest.h"
#include "datasets/container.h"
#include "datasets/structure.h"

/* Bytes of one attribute in the file, and of one text outside of it. */
enum { ATTRIBUTE_BYTES = 65536, TEXT_BYTES = 1 << 20 };

struct walk {
	const char *place;
	uint64_t *count;
	struct fv_err *err;
};

bool
fv_structure_name_allowed(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.";
	size_t n = strspn(name, letters);

	return n > 0 && n <= FV_STRUCTURE_NAME && name[n] == '\0' &&
	    name[0] != '.';
}

/* Texts of any length: each within bounds. */
static bool
texts_allowed(hid_t attribute, hid_t type, hid_t space, size_t n)
{
	struct fv_err err;
	char **values = fv_memory_new(n, sizeof(*values), &err);
	bool good;
	size_t i;

	if (values == NULL)
		return false;
	good = H5Aread(attribute, type, values) >= 0;
	for (i = 0; good && i < n; i++)
		good = values[i] != NULL &&
		    strnlen(values[i], TEXT_BYTES) < TEXT_BYTES;
	(void)H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
	free(values);
	return good;
}

/* The value of an attribute whose type and extent are known. */
static bool
value_allowed(hid_t attribute, hid_t type, hid_t space, size_t n)
{
	struct fv_err err;
	size_t size = H5Tget_size(type);
	void *value;
	bool good;

	if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0)
		return texts_allowed(attribute, type, space, n);
	if (H5Tget_class(type) == H5T_INTEGER ? size > 8 : size > TEXT_BYTES)
		return false;
	if (size == 0 || size * n > TEXT_BYTES)
		return false;
	if ((value = fv_memory_new(n, size, &err)) == NULL)
		return false;
	good = H5Aread(attribute, type, value) >= 0;
	free(value);
	return good;
}

/* The one list that grows with rows: digests of a column's chunks. */
static bool
digests_allowed(hid_t attribute, hid_t type, hssize_t n)
{
	const size_t most = FV_COLUMN_DIGEST_LIMIT * FV_DIGEST_SIZE;
	struct fv_err err;
	void *value;
	bool good;

	if (H5Tequal(type, H5T_STD_U8LE) <= 0 || n % FV_DIGEST_SIZE != 0 ||
	    (size_t)n > most || H5Aget_storage_size(attribute) > most)
		return false;
	if ((value = fv_memory_new((size_t)n, 1, &err)) == NULL)
		return false;
	good = H5Aread(attribute, H5T_NATIVE_UINT8, value) >= 0;
	free(value);
	return good;
}

static bool
attribute_allowed(hid_t attribute, const char *name)
{
	hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
	H5S_class_t extent = H5Sget_simple_extent_type(space);
	H5T_class_t class = H5Tget_class(type);
	hssize_t n = H5Sget_simple_extent_npoints(space);
	bool good;

	good = type >= 0 && space >= 0 &&
	    (class == H5T_STRING || class == H5T_INTEGER) &&
	    H5Tcommitted(type) == 0 &&
	    (extent == H5S_SCALAR ||
		(extent == H5S_SIMPLE &&
		    H5Sget_simple_extent_ndims(space) == 1)) &&
	    n > 0;
	if (good && extent == H5S_SIMPLE &&
	    strcmp(name, FV_CONTAINER_CHUNKS) == 0)
		good = digests_allowed(attribute, type, n);
	else if (good)
		good = n <= FV_STRUCTURE_VALUES &&
		    H5Aget_storage_size(attribute) <= ATTRIBUTE_BYTES &&
		    value_allowed(attribute, type, space, (size_t)n);
	if (type >= 0)
		(void)H5Tclose(type);
	if (space >= 0)
		(void)H5Sclose(space);
	return good;
}

static herr_t
visit(hid_t object, const char *name, const H5A_info_t *info, void *arg)
{
	const struct walk *w = arg;
	hid_t attribute;
	bool good;

	(void)info;
	if (!fv_structure_name_allowed(name))
		return fv_err_set(w->err, FV_EFORMAT,
		    "%s: has an attribute with an odd name", w->place);
	if ((attribute = H5Aopen(object, name, H5P_DEFAULT)) < 0)
		return fv_container_fault(
		    w->err, "%s: attribute %s", w->place, name);
	good = attribute_allowed(attribute, name);
	(void)H5Aclose(attribute);
	(*w->count)++;
	return good ? 0
		    : fv_err_set(w->err, FV_EFORMAT,
			  "%s: attribute %s: is not short text or integers",
			  w->place, name);
}

int
fv_structure_attributes_check(
    hid_t object, const char *place, uint64_t *count, struct fv_err *err)
{
	struct walk w = { place, count, err };
	H5O_info_t info;

	if (H5Oget_info2(object, &info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS) <
	    0)
		return fv_container_fault(err, "%s", place);
	if (info.num_attrs > FV_STRUCTURE_ATTRIBUTES)
		return fv_err_set(err, FV_EFORMAT,
		    "%s: has more than %d attributes", place,
		    FV_STRUCTURE_ATTRIBUTES);
	err->code = FV_OK;
	if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, &w) >=
	    0)
		return 0;
	return err->code != FV_OK
	    ? -1
	    : fv_container_fault(err, "%s: attributes", place);
}
