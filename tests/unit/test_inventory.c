#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hdf5.h>

#include "datasets/container.h"
#include "datasets/schema.h"
#include "datasets/structure_inventory.h"
#include "tests/fuzz/tiny.h"
#include "tests/unit/scratch.h"

/* What a walk has told. */
struct told {
	uint64_t unknown;
	uint64_t values;
	uint64_t bytes;
	bool found; /* the text that is looked for */
	const char *text;
	char place[128]; /* of the last that is unknown */
};

static void
on_unknown(void *arg, const char *place)
{
	struct told *told = arg;

	told->unknown++;
	(void)snprintf(told->place, sizeof(told->place), "%s", place);
}

static void
on_value(void *arg, const char *place, const void *bytes, size_t n,
    size_t width, bool text)
{
	struct told *told = arg;

	(void)place;
	CU_ASSERT(width > 0 && n % width == 0);
	told->values++;
	if (text && told->text != NULL &&
	    memmem(bytes, n, told->text, strlen(told->text)) != NULL)
		told->found = true;
}

static void
on_bytes(void *arg, const uint8_t *bytes, size_t n, size_t lead)
{
	struct told *told = arg;

	CU_ASSERT(lead <= n && lead <= FV_INVENTORY_LEAD);
	told->bytes += n - lead;
	if (told->text != NULL &&
	    memmem(bytes, n, told->text, strlen(told->text)) != NULL)
		told->found = true;
}

static struct fv_inventory
take(const char *path, struct told *told)
{
	const struct fv_inventory_listener listener = { on_unknown, on_value,
		on_bytes, told };
	struct fv_inventory about;
	FILE *file = fopen(path, "r");
	struct fv_err err;
	long size;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	(void)fseek(file, 0, SEEK_END);
	size = ftell(file);
	CU_ASSERT_EQUAL_FATAL(fv_inventory_take(fileno(file), (uint64_t)size,
				  &listener, &about, &err),
	    0);
	CU_ASSERT_EQUAL(about.chunk_bytes + about.other_bytes, (uint64_t)size);
	CU_ASSERT_EQUAL(told->bytes, about.other_bytes);
	(void)fclose(file);
	return about;
}

static const char *
dataset(struct fv_scratch *s)
{
	const char *path;
	struct fv_err err;

	fv_scratch_make(s);
	path = fv_scratch_path(s, "a.h5");
	CU_ASSERT_EQUAL_FATAL(tiny_write(path, 70000, &err), 0);
	return path;
}

static hid_t
open_again(const char *path)
{
	hid_t access = H5Pcreate(H5P_FILE_ACCESS), file;

	(void)H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
	file = H5Fopen(path, H5F_ACC_RDWR, access);
	CU_ASSERT_FATAL(file >= 0);
	(void)H5Pclose(access);
	return file;
}

static void
all_of_the_file_is_told_of(void)
{
	struct told told = { .text = "COLUMN_TABLE" };
	struct fv_inventory about;
	struct fv_scratch s;
	uint64_t columns = 0;
	size_t i;

	about = take(dataset(&s), &told);
	for (i = 0; i < FV_TABLES; i++)
		columns += fv_schema_tables[i].ncolumns;
	CU_ASSERT_EQUAL(about.names, FV_TABLES + columns + about.attributes);
	CU_ASSERT_EQUAL(about.unknown, 0);
	CU_ASSERT_EQUAL(about.times, 0);
	CU_ASSERT_EQUAL(about.hidden, 0);
	CU_ASSERT_TRUE(told.found);
	fv_scratch_remove(&s);
}

/* Neither in the place nor anywhere else is its name told as a place. */
static void
what_the_format_does_not_have_is_told_by_number(void)
{
	struct told told = { .text = "secret-of-mine" };
	struct fv_inventory about;
	struct fv_scratch s;
	struct fv_err err;
	const char *path = dataset(&s);
	hid_t file = open_again(path), group;

	group = H5Gopen2(file, "hosts", H5P_DEFAULT);
	CU_ASSERT_EQUAL(fv_container_put_text(
			    group, "name-of-mine", "secret-of-mine", &err),
	    0);
	(void)H5Gclose(group);
	(void)H5Fclose(file);
	about = take(path, &told);
	CU_ASSERT_EQUAL(about.unknown, 1);
	CU_ASSERT_EQUAL(told.unknown, 1);
	CU_ASSERT_PTR_NULL(strstr(told.place, "mine"));
	CU_ASSERT_PTR_NOT_NULL(strstr(told.place, "hosts, attribute number"));
	CU_ASSERT_TRUE(told.found);
	fv_scratch_remove(&s);
}

static void
what_was_deleted_is_found(void)
{
	static uint32_t values[65536];
	const hsize_t rows = 65536;
	struct told told = { 0 };
	struct fv_inventory about;
	struct fv_scratch s;
	const char *path = dataset(&s);
	hid_t file = open_again(path), space, creation, column;
	size_t i;

	for (i = 0; i < rows; i++)
		values[i] = (uint32_t)(i * 2654435761U);
	space = H5Screate_simple(1, &rows, NULL);
	creation = H5Pcreate(H5P_DATASET_CREATE);
	(void)H5Pset_chunk(creation, 1, &rows);
	(void)H5Pset_deflate(creation, 1);
	column = H5Dcreate2(file, "flows/x", H5T_STD_U32LE, space, H5P_DEFAULT,
	    creation, H5P_DEFAULT);
	(void)H5Dwrite(
	    column, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
	(void)H5Dclose(column);
	column = H5Dcreate2(file, "flows/y", H5T_STD_U32LE, space, H5P_DEFAULT,
	    creation, H5P_DEFAULT);
	(void)H5Dwrite(
	    column, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
	(void)H5Dclose(column);
	(void)H5Ldelete(file, "flows/x", H5P_DEFAULT);
	(void)H5Pclose(creation);
	(void)H5Sclose(space);
	(void)H5Fclose(file);
	about = take(path, &told);
	CU_ASSERT_EQUAL(about.unknown, 1); /* flows/y */
	CU_ASSERT_EQUAL(about.hidden, 1);  /* flows/x */
	fv_scratch_remove(&s);
}

static void
objects_with_times_are_counted(void)
{
	struct told told = { 0 };
	struct fv_inventory about;
	struct fv_scratch s;
	const char *path = dataset(&s);
	hid_t file = open_again(path), creation = H5Pcreate(H5P_GROUP_CREATE);

	(void)H5Pset_obj_track_times(creation, true);
	(void)H5Gclose(
	    H5Gcreate2(file, "extra", H5P_DEFAULT, creation, H5P_DEFAULT));
	(void)H5Pclose(creation);
	(void)H5Fclose(file);
	about = take(path, &told);
	CU_ASSERT_EQUAL(about.unknown, 1);
	CU_ASSERT_EQUAL(about.times, 1);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_inventory[] = {
	{ "all of the file is told of", all_of_the_file_is_told_of },
	{ "what the format does not have is told by number",
	    what_the_format_does_not_have_is_told_by_number },
	{ "what was deleted is found", what_was_deleted_is_found },
	{ "objects with times are counted", objects_with_times_are_counted },
	CU_TEST_INFO_NULL,
};
