#include <string.h>

#include "datasets/schema.h"

/* What is asked of the schema, apart from its tables. */

bool
fv_schema_is_clock(const struct fv_column *column)
{
	static const char since[] = "nanoseconds since ";

	return column->units != NULL &&
	    strncmp(column->units, since, sizeof(since) - 1) == 0;
}

bool
fv_schema_is_biflow(const struct fv_table *flows)
{
	return flows->ncolumns == FV_BIFLOW_COLUMNS;
}

size_t
fv_schema_forward(size_t column)
{
	static const uint8_t forward[] = {
		[FV_FLOW_REVERSE_START_TIME - FV_FLOW_COLUMNS] =
		    FV_FLOW_START_TIME,
		[FV_FLOW_REVERSE_DURATION - FV_FLOW_COLUMNS] = FV_FLOW_DURATION,
		[FV_FLOW_REVERSE_PACKETS - FV_FLOW_COLUMNS] = FV_FLOW_PACKETS,
		[FV_FLOW_REVERSE_BYTES - FV_FLOW_COLUMNS] = FV_FLOW_BYTES,
		[FV_FLOW_REVERSE_LINK_BYTES - FV_FLOW_COLUMNS] =
		    FV_FLOW_LINK_BYTES,
		[FV_FLOW_REVERSE_TCP_FLAGS - FV_FLOW_COLUMNS] =
		    FV_FLOW_TCP_FLAGS,
		[FV_FLOW_REVERSE_INITIAL_TCP_FLAGS - FV_FLOW_COLUMNS] =
		    FV_FLOW_INITIAL_TCP_FLAGS,
		[FV_FLOW_BIFLOW_DIRECTION - FV_FLOW_COLUMNS] =
		    FV_FLOW_DIRECTION,
		[FV_FLOW_INITIATOR_SOURCE - FV_FLOW_COLUMNS] =
		    FV_FLOW_DIRECTION_SOURCE,
	};

	return column < FV_FLOW_COLUMNS ? column
					: forward[column - FV_FLOW_COLUMNS];
}

int
fv_schema_column(const struct fv_table *table, const char *name)
{
	size_t i;

	for (i = 0; i < table->ncolumns; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool
fv_schema_is_pointed_to(
    const struct fv_format *format, const struct fv_table *table)
{
	const struct fv_table *t;
	const char *to;
	size_t i;

	for (t = format->tables; t < format->tables + format->ntables; t++)
		for (i = 0; i < t->ncolumns; i++) {
			to = t->columns[i].refers_to;
			if (to != NULL && strcmp(to, table->name) == 0)
				return true;
		}
	return false;
}

const char *
fv_schema_type_name(enum fv_type type)
{
	static const char *const names[] = {
		[FV_U8] = "uint8",
		[FV_U16] = "uint16",
		[FV_U32] = "uint32",
		[FV_U64] = "uint64",
		[FV_I64] = "int64",
		[FV_TEXT] = "text",
	};

	return names[type];
}
