#include "analysis/biflow_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/flow.h"

/* What a column of the way back is, when it is not the same column. */
static const uint8_t turned[FV_FLOW_COLUMNS] = {
	[FV_FLOW_START_TIME] = FV_FLOW_REVERSE_START_TIME,
	[FV_FLOW_DURATION] = FV_FLOW_REVERSE_DURATION,
	[FV_FLOW_SOURCE] = FV_FLOW_DESTINATION,
	[FV_FLOW_DESTINATION] = FV_FLOW_SOURCE,
	[FV_FLOW_SOURCE_PORT] = FV_FLOW_DESTINATION_PORT,
	[FV_FLOW_DESTINATION_PORT] = FV_FLOW_SOURCE_PORT,
	[FV_FLOW_TCP_FLAGS] = FV_FLOW_REVERSE_TCP_FLAGS,
	[FV_FLOW_INITIAL_TCP_FLAGS] = FV_FLOW_REVERSE_INITIAL_TCP_FLAGS,
	[FV_FLOW_BYTES] = FV_FLOW_REVERSE_BYTES,
	[FV_FLOW_LINK_BYTES] = FV_FLOW_REVERSE_LINK_BYTES,
};

static int
read_packets(struct fv_reader *reader, uint64_t first, size_t n,
    uint64_t *packets, struct fv_err *err)
{
	return fv_reader_column(reader, FV_TABLE_FLOWS, FV_FLOW_REVERSE_PACKETS,
	    first, n, packets, err);
}

int
fv_biflow_rows_count(
    struct fv_reader *reader, uint64_t *rows, struct fv_err *err)
{
	const uint64_t all = fv_reader_rows(reader, FV_TABLE_FLOWS);
	uint64_t *packets, first;
	size_t i, n;
	int rc = 0;

	*rows = 0;
	packets = fv_memory_new(FV_CHUNK_ROWS, sizeof(*packets), err);
	if (packets == NULL)
		return -1;
	for (first = 0; first < all && rc == 0; first += n) {
		n = all - first < FV_CHUNK_ROWS ? (size_t)(all - first)
						: FV_CHUNK_ROWS;
		rc = read_packets(reader, first, n, packets, err);
		for (i = 0; i < n && rc == 0; i++)
			*rows += packets[i] > 0;
	}
	free(packets);
	return rc;
}

/* Keep those of ${n} values that ${packets} is not 0 of; returns how many. */
static size_t
keep(void *values, size_t size, const uint64_t *packets, size_t n)
{
	unsigned char *at = values;
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (packets[i] == 0)
			continue;
		memmove(at + kept * size, at + i * size, size);
		kept++;
	}
	return kept;
}

static void
turn_directions(uint8_t *direction, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (direction[i] == FV_DIRECTION_OUTBOUND)
			direction[i] = FV_DIRECTION_INBOUND;
		else if (direction[i] == FV_DIRECTION_INBOUND)
			direction[i] = FV_DIRECTION_OUTBOUND;
	}
}

/* What answers ICMP of ${type}, or asked for it: RFC 792, RFC 4443. */
static uint8_t
answer_to(uint8_t protocol, uint8_t type)
{
	enum { ICMP = 1, ICMPV6 = 58 };
	static const uint8_t pairs[][3] = { { ICMP, 8, 0 }, { ICMP, 13, 14 },
		{ ICMP, 15, 16 }, { ICMP, 17, 18 }, { ICMPV6, 128, 129 } };
	size_t i;

	for (i = 0; i < FV_COUNT(pairs); i++) {
		if (pairs[i][0] != protocol)
			continue;
		if (pairs[i][1] == type)
			return pairs[i][2];
		if (pairs[i][2] == type)
			return pairs[i][1];
	}
	return type;
}

static int
turn_types(struct fv_reader *reader, uint64_t first, const uint64_t *packets,
    size_t n, uint8_t *type, struct fv_err *err)
{
	uint8_t *protocol;
	size_t i, kept;
	int rc;

	if ((protocol = fv_memory_new(n, 1, err)) == NULL)
		return -1;
	rc = fv_reader_column(
	    reader, FV_TABLE_FLOWS, FV_FLOW_PROTOCOL, first, n, protocol, err);
	kept = rc == 0 ? keep(protocol, 1, packets, n) : 0;
	for (i = 0; i < kept; i++)
		type[i] = answer_to(protocol[i], type[i]);
	free(protocol);
	return rc;
}

/* Later fragments are apart, and so both ways are; first ones are not known. */
static void
turn_fragments(uint8_t *fragment, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fragment[i] != FV_FRAGMENT_LATER)
			fragment[i] = FV_FRAGMENT_NONE;
}

/* One column of the way back, of which there are ${rows} rows. */
static int
read_column(struct fv_reader *reader, uint64_t first, size_t n, size_t column,
    const uint64_t *packets, size_t rows, void *values, struct fv_err *err)
{
	const size_t size =
	    fv_schema_tables[FV_TABLE_FLOWS].columns[column].size;
	const size_t from = turned[column] != 0 ? turned[column] : column;
	size_t kept;

	/* What is not known is not read, and what was read not again. */
	switch (column) {
	case FV_FLOW_STACK:
		memset(values, 0xff, rows * size); /* FV_NO_ROW */
		return 0;
	case FV_FLOW_TTL:
	case FV_FLOW_OUT_OF_ORDER:
		memset(values, 0, rows * size);
		return 0;
	case FV_FLOW_PACKETS:
		memcpy(values, packets, n * size);
		(void)keep(values, size, packets, n);
		return 0;
	default:
		break;
	}
	if (fv_reader_column(
		reader, FV_TABLE_FLOWS, from, first, n, values, err) == -1)
		return -1;
	kept = keep(values, size, packets, n);
	switch (column) {
	case FV_FLOW_DIRECTION:
		turn_directions(values, kept);
		return 0;
	case FV_FLOW_ICMP_TYPE:
		return turn_types(reader, first, packets, n, values, err);
	case FV_FLOW_FRAGMENT:
		turn_fragments(values, kept);
		return 0;
	default:
		return 0;
	}
}

int
fv_biflow_rows_read(struct fv_reader *reader, uint64_t first, size_t n,
    uint32_t columns, void *const buffer[FV_FLOW_COLUMNS], size_t *rows,
    struct fv_err *err)
{
	uint64_t *packets;
	size_t i;
	int rc;

	*rows = 0;
	if ((packets = fv_memory_new(n, sizeof(*packets), err)) == NULL)
		return -1;
	rc = read_packets(reader, first, n, packets, err);
	for (i = 0; i < n && rc == 0; i++)
		*rows += packets[i] > 0;
	for (i = 0; i < FV_FLOW_COLUMNS && rc == 0; i++)
		if ((columns >> i & 1) != 0)
			rc = read_column(reader, first, n, i, packets, *rows,
			    buffer[i], err);
	free(packets);
	return rc;
}
