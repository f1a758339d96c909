#ifndef DATASETS_FIELD_H
#define DATASETS_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "datasets/schema.h"

/*
 * For those who describe row structs as tables.  What the compiler knows of
 * a field is not written a second time: its type, offset and size come from
 * the row struct, and a field of a type that no column can have does not
 * compile.
 */
#define FV_FIELD_TYPE(row, field) \
	_Generic(((struct row *)0)->field, \
	    uint8_t: FV_U8,               \
	    uint16_t: FV_U16,             \
	    uint32_t: FV_U32,             \
	    uint64_t: FV_U64,             \
	    int64_t: FV_I64,              \
	    char *: FV_TEXT)

/* The initializers of a struct fv_column for ${field} of struct ${row}. */
#define FV_FIELD(row, field)                               \
	.name = #field, .type = FV_FIELD_TYPE(row, field), \
	.offset = offsetof(struct row, field),             \
	.size = sizeof(((struct row *)0)->field)

/* Those of a struct fv_table of struct ${row} with the columns ${list}. */
#define FV_FIELD_TABLE(row, list)                        \
	.row_size = sizeof(struct row), .columns = list, \
	.ncolumns = FV_COUNT(list)

/* The clock of every time column; UDUNITS, as CF 4.4 has it. */
#define FV_FIELD_CLOCK "nanoseconds since 1970-01-01T00:00:00Z"

#endif
