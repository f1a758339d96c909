#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/reference/truth.h"
#include "datasets/schema.h"

static const struct fv_format *const formats[] = { &fv_schema_format,
	&fv_truth_format };

/* Run ${body} with t and c set to each column of each table of ${f}. */
#define EACH_COLUMN_OF(f, t, c)                                    \
	for (t = (f)->tables; t < (f)->tables + (f)->ntables; t++) \
		for (c = t->columns; c < t->columns + t->ncolumns; c++)

/* The same with those of every format. */
#define EACH_COLUMN(t, c)                                 \
	for (size_t f_ = 0; f_ < FV_COUNT(formats); f_++) \
	EACH_COLUMN_OF(formats[f_], t, c)

static void
sizes_are_those_of_the_types(void)
{
	static const size_t size[] = {
		[FV_U8] = 1,
		[FV_U16] = 2,
		[FV_U32] = 4,
		[FV_U64] = 8,
		[FV_I64] = 8,
	};
	const struct fv_table *t;
	const struct fv_column *c;

	EACH_COLUMN(t, c)
	{
		if (c->type == FV_TEXT) {
			CU_ASSERT(c->size > 8);
		} else {
			CU_ASSERT_EQUAL(c->size, size[c->type]);
		}
		CU_ASSERT(c->offset + c->size <= t->row_size);
	}
}

/* No field is forgotten, and none is in two columns, but for padding. */
static void
columns_cover_the_structs(void)
{
	static const size_t padding[FV_TABLES] = {
		[FV_TABLE_FLOWS] = sizeof(struct fv_flow) - 87,
		[FV_TABLE_HOSTS] = sizeof(struct fv_host) - 63,
		[FV_TABLE_DEVICES] = sizeof(struct fv_device) - 10,
		[FV_TABLE_STACKS] = sizeof(struct fv_stack) - 16,
		[FV_TABLE_CAPTURES] = sizeof(struct fv_capture_row) - 49 -
		    FV_ETHERTYPES_TEXT - 8 * FV_COUNTERS,
		[FV_TABLE_SITES] = 0,
	};
	unsigned char used[1024];
	const struct fv_column *c;
	size_t i, j, k, holes;

	for (i = 0; i < FV_TABLES; i++) {
		memset(used, 0, sizeof(used));
		CU_ASSERT_FATAL(fv_schema_tables[i].row_size <= sizeof(used));
		for (j = 0; j < fv_schema_tables[i].ncolumns; j++) {
			c = &fv_schema_tables[i].columns[j];
			for (k = 0; k < c->size; k++) {
				CU_ASSERT_EQUAL(used[c->offset + k], 0);
				used[c->offset + k] = 1;
			}
		}
		for (k = 0, holes = 0; k < fv_schema_tables[i].row_size; k++)
			holes += used[k] == 0;
		CU_ASSERT_EQUAL(holes, padding[i]);
	}
}

static void
flow_columns_have_the_numbers_of_the_enum(void)
{
	static const struct {
		enum fv_flow_column number;
		const char *name;
		size_t offset;
	} expected[] = {
#define E(n, field) { n, #field, offsetof(struct fv_flow, field) }
		E(FV_FLOW_START_TIME, start_time),
		E(FV_FLOW_DURATION, duration),
		E(FV_FLOW_SOURCE, source),
		E(FV_FLOW_DESTINATION, destination),
		E(FV_FLOW_SOURCE_PORT, source_port),
		E(FV_FLOW_DESTINATION_PORT, destination_port),
		E(FV_FLOW_PROTOCOL, protocol),
		E(FV_FLOW_ICMP_TYPE, icmp_type),
		E(FV_FLOW_ICMP_CODE, icmp_code),
		E(FV_FLOW_TCP_FLAGS, tcp_flags),
		E(FV_FLOW_INITIAL_TCP_FLAGS, initial_tcp_flags),
		E(FV_FLOW_PACKETS, packets),
		E(FV_FLOW_BYTES, bytes),
		E(FV_FLOW_DIRECTION, direction),
		E(FV_FLOW_DIRECTION_SOURCE, direction_source),
		E(FV_FLOW_FRAGMENT, fragment),
		E(FV_FLOW_TTL, ttl),
		E(FV_FLOW_STACK, stack),
		E(FV_FLOW_SOURCE_DEVICE, source_device),
		E(FV_FLOW_VLAN, vlan),
		E(FV_FLOW_END_REASON, end_reason),
		E(FV_FLOW_CAPTURE, capture),
		E(FV_FLOW_ENCAPSULATION, encapsulation),
		E(FV_FLOW_TUNNEL, tunnel),
		E(FV_FLOW_LINK_BYTES, link_bytes),
		E(FV_FLOW_PART, part),
		E(FV_FLOW_OUT_OF_ORDER, out_of_order),
#undef E
	};
	const struct fv_column *c;
	size_t i;

	CU_ASSERT_EQUAL(FV_COUNT(expected), FV_FLOW_COLUMNS);
	for (i = 0; i < FV_COUNT(expected); i++) {
		c = &fv_schema_tables[FV_TABLE_FLOWS]
			 .columns[expected[i].number];
		CU_ASSERT_STRING_EQUAL(c->name, expected[i].name);
		CU_ASSERT_EQUAL(c->offset, expected[i].offset);
	}
}

static void
every_column_is_described(void)
{
	const struct fv_table *t;
	const struct fv_column *c;

	EACH_COLUMN(t, c)
	{
		CU_ASSERT(strlen(c->description) > 10);
		CU_ASSERT_EQUAL(c->units == NULL, c->type == FV_TEXT);
		CU_ASSERT_EQUAL(c->technique == NULL, c->stability == NULL);
		CU_ASSERT_EQUAL(strpbrk(c->name, "/ .-"), NULL);
	}
}

static void
names_are_found_and_are_unique(void)
{
	const struct fv_table *t;
	const struct fv_column *c;

	EACH_COLUMN(t, c)
	CU_ASSERT_EQUAL(fv_schema_column(t, c->name), c - t->columns);
	CU_ASSERT_EQUAL(fv_schema_column(fv_schema_tables, "payload"), -1);
}

static void
references_are_row_numbers_of_tables_that_exist(void)
{
	const struct fv_table *t, *to;
	const struct fv_column *c;
	const struct fv_format *f;
	size_t i;

	for (i = 0; i < FV_COUNT(formats); i++) {
		f = formats[i];
		EACH_COLUMN_OF(f, t, c)
		{
			if (c->refers_to == NULL)
				continue;
			CU_ASSERT_EQUAL(c->type, FV_U32);
			CU_ASSERT_EQUAL(c->valid_max, 0);
			for (to = f->tables; to < f->tables + f->ntables; to++)
				if (strcmp(to->name, c->refers_to) == 0)
					break;
			CU_ASSERT_FATAL(to < f->tables + f->ntables);
			CU_ASSERT_TRUE(fv_schema_is_pointed_to(f, to));
		}
	}
	CU_ASSERT_FALSE(fv_schema_is_pointed_to(
	    &fv_schema_format, &fv_schema_tables[FV_TABLE_FLOWS]));
}

static void
each_format_names_the_attribute_of_its_version(void)
{
	const struct fv_attribute *a;
	size_t i;

	for (i = 0; i < FV_COUNT(formats); i++) {
		for (a = formats[i]->attributes; a->name != NULL; a++)
			if (strcmp(a->name, formats[i]->version_name) == 0)
				break;
		CU_ASSERT_PTR_NOT_NULL(a->name);
	}
}

static void
codes_are_bytes_of_one_word_in_range(void)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	const struct fv_table *t;
	const struct fv_column *c;
	const struct fv_flag *f;

	EACH_COLUMN(t, c)
	{
		if (c->flags == NULL)
			continue;
		CU_ASSERT_EQUAL(c->type, FV_U8);
		for (f = c->flags; f->meaning != NULL; f++) {
			CU_ASSERT(f->value <= c->valid_max);
			CU_ASSERT_EQUAL(
			    strspn(f->meaning, letters), strlen(f->meaning));
			CU_ASSERT(f == c->flags || f->value > f[-1].value);
		}
		CU_ASSERT_EQUAL(f[-1].value, c->valid_max);
	}
}

static void
each_counter_is_a_column_of_captures(void)
{
	const struct fv_table *t = &fv_schema_tables[FV_TABLE_CAPTURES];
	const struct fv_column *c;
	int i, n;

	for (i = 0; i < FV_COUNTERS; i++) {
		n = fv_schema_column(t, fv_counter_info[i].column);
		CU_ASSERT_FATAL(n >= 0);
		c = &t->columns[n];
		CU_ASSERT_EQUAL(
		    c->offset, offsetof(struct fv_capture_row, counter[i]));
		CU_ASSERT_PTR_NOT_NULL(
		    strstr(c->description, fv_counter_info[i].description));
	}
}

CU_TestInfo suite_schema[] = {
	{ "sizes are those of the types", sizes_are_those_of_the_types },
	{ "columns cover the structs", columns_cover_the_structs },
	{ "flow columns have the numbers of the enum",
	    flow_columns_have_the_numbers_of_the_enum },
	{ "every column is described", every_column_is_described },
	{ "names are found and are unique", names_are_found_and_are_unique },
	{ "references are row numbers of tables that exist",
	    references_are_row_numbers_of_tables_that_exist },
	{ "each format names the attribute of its version",
	    each_format_names_the_attribute_of_its_version },
	{ "codes are bytes of one word in range",
	    codes_are_bytes_of_one_word_in_range },
	{ "each counter is a column of captures",
	    each_counter_is_a_column_of_captures },
	CU_TEST_INFO_NULL,
};
