#include "datasets/parquet_footer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "datasets/parquet_page.h"
#include "datasets/thrift_compact.h"

/* Some 200 bytes for each column of each row group; readers have limits. */
#define FOOTER_LIMIT ((size_t)1 << 30)

/* Codes of parquet.thrift. */
enum { REQUIRED = 0, OPTIONAL = 1 };                       /* repetition */
enum { UTF8 = 0, UINT_8 = 11, UINT_16, UINT_32, UINT_64 }; /* ConvertedType */
enum { CODEC_GZIP = 2 };
enum { VERSION = 2 };

void
fv_parquet_footer_init(struct fv_parquet_footer *f,
    const struct fv_export_plan *plan, bool utc_times)
{
	*f = (struct fv_parquet_footer){ .plan = plan,
		.utc_times = utc_times,
		.groups = { .limit = FOOTER_LIMIT } };
}

void
fv_parquet_footer_free(struct fv_parquet_footer *f)
{
	fv_buffer_free(&f->groups);
}

/* Statistics: least and most in the order of the column's logical type. */
static void
put_statistics(struct fv_thrift *t, const struct fv_parquet_column *c)
{
	fv_thrift_struct(t, 12);
	fv_thrift_i64(t, 3, (int64_t)c->nulls);
	if (c->has_range) {
		fv_thrift_binary(t, 5, c->most.bytes, c->most.n);
		fv_thrift_binary(t, 6, c->least.bytes, c->least.n);
	}
	fv_thrift_end(t);
}

/* ColumnMetaData */
static void
put_column(struct fv_thrift *t, const struct fv_export_column *column,
    const struct fv_parquet_column *c, uint64_t at)
{
	fv_thrift_struct(t, 3);
	fv_thrift_i32(t, 1, (int32_t)fv_parquet_physical(column));
	fv_thrift_list(t, 2, FV_THRIFT_I32, c->has_dictionary ? 3 : 2);
	fv_thrift_element_i32(t, FV_PARQUET_PLAIN);
	fv_thrift_element_i32(t, FV_PARQUET_RLE);
	if (c->has_dictionary)
		fv_thrift_element_i32(t, FV_PARQUET_RLE_DICTIONARY);
	fv_thrift_list(t, 3, FV_THRIFT_BINARY, 1);
	fv_thrift_element_text(t, column->name);
	fv_thrift_i32(t, 4, CODEC_GZIP);
	fv_thrift_i64(t, 5, (int64_t)c->values);
	fv_thrift_i64(t, 6, (int64_t)c->unpacked);
	fv_thrift_i64(t, 7, (int64_t)c->packed);
	fv_thrift_i64(t, 9, (int64_t)(at + c->data_at));
	if (c->has_dictionary)
		fv_thrift_i64(t, 11, (int64_t)at);
	put_statistics(t, c);
	fv_thrift_end(t);
}

int
fv_parquet_footer_group(struct fv_parquet_footer *f,
    const struct fv_parquet_column *columns, uint64_t at, uint64_t rows,
    struct fv_err *err)
{
	uint64_t start = at, unpacked = 0, packed = 0;
	size_t i, n = f->plan->ncolumns;
	struct fv_thrift t;

	fv_thrift_begin(&t, &f->groups);
	fv_thrift_list(&t, 1, FV_THRIFT_STRUCT, n);
	for (i = 0; i < n; i++) {
		fv_thrift_element_struct(&t);
		fv_thrift_i64(&t, 2, (int64_t)at); /* file_offset */
		put_column(&t, &f->plan->column[i], &columns[i], at);
		fv_thrift_end(&t);
		at += columns[i].packed;
		packed += columns[i].packed;
		unpacked += columns[i].unpacked;
	}
	fv_thrift_i64(&t, 2, (int64_t)unpacked);
	fv_thrift_i64(&t, 3, (int64_t)rows);
	fv_thrift_i64(&t, 5, (int64_t)start);
	fv_thrift_i64(&t, 6, (int64_t)packed);
	fv_thrift_end(&t);
	f->ngroups++;
	f->rows += rows;
	return fv_buffer_done(&f->groups, err);
}

/* LogicalType INTEGER, and the older name for the same. */
static void
put_integer_type(struct fv_thrift *t, enum fv_type type)
{
	unsigned which = type == FV_U8 ? 0
	    : type == FV_U16           ? 1
	    : type == FV_U32           ? 2
				       : 3;

	fv_thrift_i32(t, 6, (int32_t)(UINT_8 + which));
	fv_thrift_struct(t, 10);
	fv_thrift_struct(t, 10);
	fv_thrift_i8(t, 1, (int8_t)(8 << which));
	fv_thrift_bool(t, 2, 0); /* not signed */
	fv_thrift_end(t);
	fv_thrift_end(t);
}

/* LogicalType TIMESTAMP(NANOS, adjusted to UTC); no older name. */
static void
put_time_type(struct fv_thrift *t)
{
	fv_thrift_struct(t, 10);
	fv_thrift_struct(t, 8);
	fv_thrift_bool(t, 1, 1);
	fv_thrift_struct(t, 2);
	fv_thrift_struct(t, 3);
	fv_thrift_end(t);
	fv_thrift_end(t);
	fv_thrift_end(t);
	fv_thrift_end(t);
}

static void
put_text_type(struct fv_thrift *t)
{
	fv_thrift_i32(t, 6, UTF8);
	fv_thrift_struct(t, 10);
	fv_thrift_struct(t, 1);
	fv_thrift_end(t);
	fv_thrift_end(t);
}

/* SchemaElement of the root and of each column. */
static void
put_schema(struct fv_thrift *t, const struct fv_parquet_footer *f)
{
	const struct fv_export_plan *plan = f->plan;
	const struct fv_export_column *c;
	size_t i;

	fv_thrift_list(t, 2, FV_THRIFT_STRUCT, plan->ncolumns + 1);
	fv_thrift_element_struct(t);
	fv_thrift_text(t, 4, fv_schema_tables[plan->table].name);
	fv_thrift_i32(t, 5, (int32_t)plan->ncolumns);
	fv_thrift_end(t);
	for (i = 0; i < plan->ncolumns; i++) {
		c = &plan->column[i];
		fv_thrift_element_struct(t);
		fv_thrift_i32(t, 1, (int32_t)fv_parquet_physical(c));
		fv_thrift_i32(t, 3, c->nullable ? OPTIONAL : REQUIRED);
		fv_thrift_text(t, 4, c->name);
		if (c->form != FV_EXPORT_NUMBER)
			put_text_type(t);
		else if (c->type != FV_I64)
			put_integer_type(t, c->type);
		else if (c->is_time && f->utc_times)
			put_time_type(t);
		fv_thrift_end(t);
	}
}

/* KeyValue elements; ${n} counts them. */
static void
put_pair(struct fv_buffer *pairs, size_t *n, const char *key, const char *text)
{
	char *copy = strdup(text);
	struct fv_thrift t;

	if (copy == NULL) {
		(void)fv_err_set(&pairs->err, FV_EMEMORY, "out of memory");
		return;
	}
	fv_utf8_cleanse(copy, strlen(copy));
	fv_thrift_begin(&t, pairs);
	fv_thrift_text(&t, 1, key);
	fv_thrift_text(&t, 2, copy);
	fv_thrift_end(&t);
	free(copy);
	(*n)++;
}

static void
put_attributes(struct fv_buffer *pairs, size_t *n, struct fv_reader *reader)
{
	const struct fv_attribute *a;
	const char *text;
	char digits[32];
	int64_t number;

	for (a = fv_schema_attributes; a->name != NULL; a++) {
		if ((text = fv_reader_text(reader, a->name)) != NULL) {
			put_pair(pairs, n, a->name, text);
		} else if (fv_reader_number(reader, a->name, &number)) {
			(void)snprintf(
			    digits, sizeof(digits), "%" PRId64, number);
			put_pair(pairs, n, a->name, digits);
		}
	}
}

static void
put_metadata(struct fv_thrift *t, const struct fv_export_plan *plan)
{
	struct fv_buffer pairs = { .limit = FOOTER_LIMIT };
	const struct fv_column *leaf;
	char key[FV_EXPORT_NAME + 32], text[128];
	size_t i, n = 0;

	put_pair(&pairs, &n, "table", fv_schema_tables[plan->table].name);
	put_attributes(&pairs, &n, plan->reader);
	for (i = 0; i < plan->ncolumns; i++) {
		leaf = plan->column[i].leaf;
		if (leaf == NULL || leaf->technique == NULL)
			continue;
		(void)snprintf(
		    key, sizeof(key), "anonymization:%s", plan->column[i].name);
		(void)snprintf(text, sizeof(text), "%s; %s", leaf->technique,
		    leaf->stability);
		put_pair(&pairs, &n, key, text);
	}
	fv_thrift_list(t, 5, FV_THRIFT_STRUCT, n);
	fv_buffer_add(t->out, pairs.at, pairs.length);
	if (pairs.err.code != FV_OK)
		t->out->err = pairs.err;
	fv_buffer_free(&pairs);
}

int
fv_parquet_footer_finish(
    struct fv_parquet_footer *f, struct fv_buffer *out, struct fv_err *err)
{
	size_t i, start = out->length;
	struct fv_thrift t;

	fv_thrift_begin(&t, out);
	fv_thrift_i32(&t, 1, VERSION);
	put_schema(&t, f);
	fv_thrift_i64(&t, 3, (int64_t)f->rows);
	fv_thrift_list(&t, 4, FV_THRIFT_STRUCT, f->ngroups);
	fv_buffer_add(out, f->groups.at, f->groups.length);
	put_metadata(&t, f->plan);
	fv_thrift_text(&t, 6, "flowveil version " FV_VERSION);
	/* Least and most are in the order of the types: TypeDefinedOrder. */
	fv_thrift_list(&t, 7, FV_THRIFT_STRUCT, f->plan->ncolumns);
	for (i = 0; i < f->plan->ncolumns; i++) {
		fv_thrift_element_struct(&t);
		fv_thrift_struct(&t, 1);
		fv_thrift_end(&t);
		fv_thrift_end(&t);
	}
	fv_thrift_end(&t);
	fv_buffer_le32(out, (uint32_t)(out->length - start));
	fv_buffer_add(out, "PAR1", 4);
	return fv_buffer_done(out, err);
}
