#include "datasets/container.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer attribute text is left alone: nothing of ours comes near. */
enum { TEXT_MAX = 1 << 20 };

/* As much of an HDF5 error message as is passed on. */
enum { REASON_MAX = 200 };

/*
 * HDF5 1.10 leaves memory behind when it meets a damaged file, and then
 * prints of an "infinite loop closing library" when the process exits.
 * Every file of ours is closed by then; it need not clean up.  Nor may it
 * load a plug-in from wherever a variable or a file points: our filters are
 * built in.
 */
static void
tame_library(void)
{
	(void)H5dont_atexit();
	(void)H5PLset_loading_state(0);
}

void
fv_container_quiet(struct fv_container_printing *saved)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, tame_library);
	saved->function = NULL;
	saved->argument = NULL;
	(void)H5Eget_auto2(H5E_DEFAULT, &saved->function, &saved->argument);
	(void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void
fv_container_restore(const struct fv_container_printing *saved)
{
	(void)H5Eset_auto2(H5E_DEFAULT, saved->function, saved->argument);
}

static pthread_mutex_t hdf5 = PTHREAD_MUTEX_INITIALIZER;

void
fv_container_enter(struct fv_container_printing *saved)
{
	(void)pthread_mutex_lock(&hdf5);
	fv_container_quiet(saved);
}

void
fv_container_leave(const struct fv_container_printing *saved)
{
	fv_container_restore(saved);
	(void)pthread_mutex_unlock(&hdf5);
}

/* What a walk over the error stack looks for. */
struct reason {
	int number; /* errno, as the file driver tells it in its text */
	char text[REASON_MAX];
};

static herr_t
look(unsigned n, const H5E_error2_t *entry, void *arg)
{
	struct reason *reason = arg;
	const char *at;
	int number;

	if (entry->desc == NULL)
		return 0;
	if (n == 0)
		(void)snprintf(
		    reason->text, sizeof(reason->text), "%s", entry->desc);
	/* H5FDsec2.c: "file write failed: ..., errno = 28, ..." */
	at = strstr(entry->desc, "errno = ");
	if (at != NULL && reason->number == 0 &&
	    sscanf(at, "errno = %d", &number) == 1)
		reason->number = number;
	return 0;
}

int
fv_container_fault(struct fv_err *err, const char *fmt, ...)
{
	struct reason reason = { 0, "unknown fault" };
	char what[FV_ERR_TEXT];
	va_list args;

	(void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look, &reason);
	(void)H5Eclear2(H5E_DEFAULT);
	va_start(args, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (reason.number > 0)
		return fv_err_system(err, reason.number, "%s", what);
	return fv_err_set(err, FV_EFORMAT, "%s: HDF5: %s", what, reason.text);
}

static hid_t
integer_type(enum fv_type type)
{
	switch (type) {
	case FV_U8:
		return H5T_STD_U8LE;
	case FV_U16:
		return H5T_STD_U16LE;
	case FV_U32:
		return H5T_STD_U32LE;
	case FV_U64:
		return H5T_STD_U64LE;
	case FV_I64:
		return H5T_STD_I64LE;
	case FV_TEXT:
		break;
	}
	return H5I_INVALID_HID;
}

hid_t
fv_container_type(enum fv_type type, size_t size)
{
	hid_t id;

	if (type != FV_TEXT)
		return H5Tcopy(integer_type(type));
	/* ASCII: Octave gives up on a file with fixed-length UTF-8. */
	if ((id = H5Tcopy(H5T_C_S1)) < 0)
		return id;
	if (H5Tset_size(id, size) < 0 ||
	    H5Tset_strpad(id, H5T_STR_NULLPAD) < 0) {
		(void)H5Tclose(id);
		return H5I_INVALID_HID;
	}
	return id;
}

/* Variable length UTF-8. */
static hid_t
text_type(void)
{
	hid_t id = H5Tcopy(H5T_C_S1);

	if (id >= 0 &&
	    (H5Tset_size(id, H5T_VARIABLE) < 0 ||
		H5Tset_cset(id, H5T_CSET_UTF8) < 0)) {
		(void)H5Tclose(id);
		return H5I_INVALID_HID;
	}
	return id;
}

/* Write one attribute, scalar when ${n} is 0, else a list; closes ${space}. */
static int
put(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
    hid_t space, const void *values, struct fv_err *err)
{
	hid_t attribute = H5I_INVALID_HID;
	int rc = -1;

	if (space >= 0)
		attribute = H5Acreate2(
		    object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
	if (attribute >= 0 && H5Awrite(attribute, memory_type, values) >= 0)
		rc = 0;
	if (rc == -1)
		(void)fv_container_fault(err, "attribute %s", name);
	if (attribute >= 0)
		(void)H5Aclose(attribute);
	if (space >= 0)
		(void)H5Sclose(space);
	return rc;
}

static hid_t
list_space(size_t n)
{
	hsize_t extent = n;

	return H5Screate_simple(1, &extent, NULL);
}

int
fv_container_put_text(
    hid_t object, const char *name, const char *value, struct fv_err *err)
{
	hid_t type = text_type();
	int rc;

	if (type < 0)
		return fv_container_fault(err, "attribute %s", name);
	rc = put(object, name, type, type, H5Screate(H5S_SCALAR), &value, err);
	(void)H5Tclose(type);
	return rc;
}

int
fv_container_put_texts(hid_t object, const char *name,
    const char *const *values, size_t n, struct fv_err *err)
{
	hid_t type = text_type();
	int rc;

	if (type < 0)
		return fv_container_fault(err, "attribute %s", name);
	rc = put(object, name, type, type, list_space(n), values, err);
	(void)H5Tclose(type);
	return rc;
}

int
fv_container_put_number(hid_t object, const char *name, enum fv_type type,
    uint64_t value, struct fv_err *err)
{
	return put(object, name, integer_type(type),
	    type == FV_I64 ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64,
	    H5Screate(H5S_SCALAR), &value, err);
}

int
fv_container_put_codes(hid_t object, const char *name, const uint8_t *codes,
    size_t n, struct fv_err *err)
{
	return put(object, name, H5T_STD_U8LE, H5T_NATIVE_UINT8, list_space(n),
	    codes, err);
}

/* Read the text of ${attribute}, which has the variable length ${type}. */
static char *
read_variable(hid_t attribute, hid_t type)
{
	char *value = NULL, *copy = NULL;

	if (H5Aread(attribute, type, &value) < 0 || value == NULL)
		return NULL;
	if (strnlen(value, TEXT_MAX) < TEXT_MAX)
		copy = strdup(value);
	(void)H5free_memory(value);
	return copy;
}

static char *
read_fixed(hid_t attribute, hid_t type)
{
	size_t size = H5Tget_size(type);
	char *value;

	if (size == 0 || size >= TEXT_MAX ||
	    (value = calloc(1, size + 1)) == NULL)
		return NULL;
	if (H5Aread(attribute, type, value) < 0) {
		free(value);
		return NULL;
	}
	return value;
}

/* Open a scalar attribute of a class, and tell its type. */
static hid_t
open_scalar(hid_t object, const char *name, H5T_class_t class, hid_t *type)
{
	hid_t attribute, space;
	bool good;

	if (H5Aexists(object, name) <= 0 ||
	    (attribute = H5Aopen(object, name, H5P_DEFAULT)) < 0)
		return H5I_INVALID_HID;
	space = H5Aget_space(attribute);
	*type = H5Aget_type(attribute);
	good = space >= 0 && *type >= 0 &&
	    H5Sget_simple_extent_type(space) == H5S_SCALAR &&
	    H5Tget_class(*type) == class;
	if (space >= 0)
		(void)H5Sclose(space);
	if (good)
		return attribute;
	if (*type >= 0)
		(void)H5Tclose(*type);
	(void)H5Aclose(attribute);
	return H5I_INVALID_HID;
}

char *
fv_container_text(hid_t object, const char *name)
{
	hid_t attribute, type;
	char *value;

	attribute = open_scalar(object, name, H5T_STRING, &type);
	if (attribute < 0)
		return NULL;
	if (H5Tis_variable_str(type) > 0)
		value = read_variable(attribute, type);
	else
		value = read_fixed(attribute, type);
	(void)H5Tclose(type);
	(void)H5Aclose(attribute);
	return value;
}

bool
fv_container_number(hid_t object, const char *name, int64_t *value)
{
	hid_t attribute, type;
	bool good;

	attribute = open_scalar(object, name, H5T_INTEGER, &type);
	if (attribute < 0)
		return false;
	good = H5Aread(attribute, H5T_NATIVE_INT64, value) >= 0;
	(void)H5Tclose(type);
	(void)H5Aclose(attribute);
	return good;
}

bool
fv_container_codes(hid_t object, const char *name, uint8_t *codes, size_t n)
{
	hid_t attribute, type, space;
	bool good;

	if (H5Aexists(object, name) <= 0 ||
	    (attribute = H5Aopen(object, name, H5P_DEFAULT)) < 0)
		return false;
	type = H5Aget_type(attribute);
	space = H5Aget_space(attribute);
	good = type >= 0 && space >= 0 && H5Tequal(type, H5T_STD_U8LE) > 0 &&
	    H5Sget_simple_extent_npoints(space) == (hssize_t)n &&
	    H5Aread(attribute, H5T_NATIVE_UINT8, codes) >= 0;
	if (space >= 0)
		(void)H5Sclose(space);
	if (type >= 0)
		(void)H5Tclose(type);
	(void)H5Aclose(attribute);
	return good;
}
