#ifndef DATASETS_SCHEMA_H
#define DATASETS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/*
 * The schema: what tables and columns a dataset has.  It is data, and the
 * only place where a column is named: the writer, the reader, `dataset
 * schema`, the format document and the tests all walk these rows.
 */

/* What FORMAT_VERSION says in a file; see docs/dataset-format.md. */
#define FV_FORMAT_VERSION "0.7.0"

/* Rows per chunk, of every column: 512 KiB at the widest, which fits the
 * 1 MiB chunk cache that HDF5 gives each dataset by default. */
#define FV_CHUNK_ROWS 65536

enum fv_type { FV_U8, FV_U16, FV_U32, FV_U64, FV_I64, FV_TEXT };

/* One code of a coded column (CF flag_values and flag_meanings). */
struct fv_flag {
	uint8_t value;
	const char *meaning; /* one word: letters, digits, underscores */
};

struct fv_column {
	const char *name;
	enum fv_type type;
	uint16_t offset;   /* of the field in the table's row struct */
	uint16_t size;     /* bytes of one value */
	const char *units; /* UDUNITS; "1" for a number, NULL for text */
	const char *description;
	uint64_t valid_max; /* valid_min is 0; 0 here: no stated range */
	const struct fv_flag *flags; /* coded columns; ends at meaning NULL */
	const char *refers_to;       /* table whose row number it is, or NULL */
	const char *technique;   /* RFC 6235 section 4, or NULL: as captured */
	const char *stability;   /* RFC 6235: how far the mapping reaches */
	const char *parameters;  /* of the technique, as text, or NULL */
	const char *record_mode; /* the only one that has it; NULL: all have */
};

struct fv_table {
	const char *name; /* of the group, without the slash */
	const char *title;
	size_t row_size; /* sizeof the row struct */
	const struct fv_column *columns;
	size_t ncolumns;
};

/* A root attribute that this format gives a meaning. */
struct fv_attribute {
	const char *name;
	enum fv_type type; /* FV_TEXT or FV_I64 */
	const char *label; /* for `dataset info`; NULL: told in another way */
	const char *description;
};

/*
 * What a column's anonymization_technique says when a policy dropped its
 * values: all are 0, FV_NO_ROW in columns of row numbers, empty in those of
 * texts (RFC 6235, section 4, of any field).
 */
#define FV_SCHEMA_DROPPED "black-marker anonymization"

/* Root attributes with the policy of the release. */
#define FV_SCHEMA_POLICY_NAME "policy_name"
#define FV_SCHEMA_POLICY "policy"

enum fv_table_id {
	FV_TABLE_FLOWS,
	FV_TABLE_HOSTS,
	FV_TABLE_DEVICES,
	FV_TABLE_STACKS,
	FV_TABLE_CAPTURES,
	FV_TABLE_SITES,
	FV_TABLES
};

/* A kind of file that is made of such tables. */
struct fv_format {
	const char *version_name; /* the root attribute with the version */
	const char *version;
	const struct fv_table *tables;
	size_t ntables;
	const struct fv_attribute *attributes; /* ends with a NULL name */
};

/* Columns of /flows by number, for those who read single columns. */
enum fv_flow_column {
	FV_FLOW_START_TIME,
	FV_FLOW_DURATION,
	FV_FLOW_SOURCE,
	FV_FLOW_DESTINATION,
	FV_FLOW_SOURCE_PORT,
	FV_FLOW_DESTINATION_PORT,
	FV_FLOW_PROTOCOL,
	FV_FLOW_ICMP_TYPE,
	FV_FLOW_ICMP_CODE,
	FV_FLOW_TCP_FLAGS,
	FV_FLOW_INITIAL_TCP_FLAGS,
	FV_FLOW_PACKETS,
	FV_FLOW_BYTES,
	FV_FLOW_DIRECTION,
	FV_FLOW_DIRECTION_SOURCE,
	FV_FLOW_FRAGMENT,
	FV_FLOW_TTL,
	FV_FLOW_STACK,
	FV_FLOW_SOURCE_DEVICE,
	FV_FLOW_VLAN,
	FV_FLOW_END_REASON,
	FV_FLOW_CAPTURE,
	FV_FLOW_ENCAPSULATION,
	FV_FLOW_TUNNEL,
	FV_FLOW_LINK_BYTES,
	FV_FLOW_PART,
	FV_FLOW_OUT_OF_ORDER,
	FV_FLOW_COLUMNS,

	/* Only where record_mode is biflow. */
	FV_FLOW_REVERSE_START_TIME = FV_FLOW_COLUMNS,
	FV_FLOW_REVERSE_DURATION,
	FV_FLOW_REVERSE_PACKETS,
	FV_FLOW_REVERSE_BYTES,
	FV_FLOW_REVERSE_LINK_BYTES,
	FV_FLOW_REVERSE_TCP_FLAGS,
	FV_FLOW_REVERSE_INITIAL_TCP_FLAGS,
	FV_FLOW_BIFLOW_DIRECTION,
	FV_FLOW_INITIATOR_SOURCE,
	FV_BIFLOW_COLUMNS
};

/* The tables, in schema order; indexed by enum fv_table_id. */
extern const struct fv_table fv_schema_tables[FV_TABLES];

/*
 * The same for biflows: /flows has the FV_BIFLOW_COLUMNS, the first of them
 * as in all other datasets, and its rows are struct fv_biflow.
 */
extern const struct fv_table fv_schema_biflow_tables[FV_TABLES];

/* What record_mode says in such a dataset. */
#define FV_SCHEMA_BIFLOW "biflow"

/* The root attributes; ends with a NULL name. */
extern const struct fv_attribute fv_schema_attributes[];

/* All of it: the format of a dataset. */
extern const struct fv_format fv_schema_format;
extern const struct fv_format fv_schema_biflow_format;

/* Whether ${column} counts nanoseconds on a clock: its units say since when. */
bool fv_schema_is_clock(const struct fv_column *column);

/* Whether ${flows} is /flows of a dataset of biflows. */
bool fv_schema_is_biflow(const struct fv_table *flows);

/*
 * fv_schema_forward(column):
 * The column of /flows that tells of the source what ${column} tells of both
 * or of the way back; ${column} itself when it is in every dataset.  What a
 * policy says of the one goes for the other.
 */
size_t fv_schema_forward(size_t column);

/*
 * fv_schema_column(table, name):
 * The number of the column ${name} in ${table}, or -1 if it has none.
 */
int fv_schema_column(const struct fv_table *table, const char *name);

/* Whether a column of ${format} holds row numbers of ${table}. */
bool fv_schema_is_pointed_to(
    const struct fv_format *format, const struct fv_table *table);

/* The name of a type as the format document spells it ("uint32", ...). */
const char *fv_schema_type_name(enum fv_type type);

#endif
