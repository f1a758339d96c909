#include "cli/audit_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/policy_check.h"
#include "base/memory.h"
#include "base/workers.h"
#include "datasets/flow.h"
#include "datasets/schema.h"

/* A place: "captures/ipv6_extension_short" and the like. */
enum { PLACE = 96 };

/* A column under way, or done. */
struct column {
	struct fv_reader *reader;
	const struct fv_traces *traces;
	enum fv_table_id table;
	size_t number;
	const struct fv_column *column;
	const struct fv_policy *policy; /* NULL: the file has none */
	bool dropped;
	struct fv_job job;
	struct fv_traces_tally tally;
	uint64_t wrong; /* values that its technique does not leave */
	uint64_t first_wrong;
	uint64_t disobeyed; /* values that the policy does not allow */
	uint64_t first_disobeyed;
	bool failed;
	struct fv_err err;
};

static uint64_t
value_at(const uint8_t *bytes, enum fv_type type)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (type) {
	case FV_U8:
		return *bytes;
	case FV_U16:
		memcpy(&u16, bytes, sizeof(u16));
		return u16;
	case FV_U32:
		memcpy(&u32, bytes, sizeof(u32));
		return u32;
	case FV_U64:
	case FV_I64:
	case FV_TEXT:
		break;
	}
	memcpy(&u64, bytes, sizeof(u64));
	return u64;
}

static bool
is_initial_ttl(uint64_t value)
{
	return value == 32 || value == 64 || value == 128 || value == 255;
}

/* Whether the schema, and what the file says of the column, allow a value. */
static bool
is_allowed(const struct column *c, uint64_t value)
{
	const struct fv_column *s = c->column;
	const struct fv_flag *flag;

	/* The mark of nothing: 0, and where 0 is a row, no row. */
	if (c->dropped)
		return value == 0 ||
		    (s->refers_to != NULL && value == FV_NO_ROW);
	/* The one binned field; other binnings have other names. */
	if (s->technique != NULL && strcmp(s->name, "ttl") == 0)
		return is_initial_ttl(value);
	if (s->flags != NULL) {
		for (flag = s->flags; flag->meaning != NULL; flag++)
			if (flag->value == value)
				return true;
		return false;
	}
	return s->valid_max == 0 || value <= s->valid_max;
}

static void
check_values(struct column *c, const uint8_t *bytes, size_t n, uint64_t row)
{
	size_t size = c->column->size, i;
	uint64_t value, last = 0;
	bool good = false;

	if (c->column->type == FV_TEXT) {
		for (i = 0; c->dropped && i < n * size; i++)
			if (bytes[i] != 0 && c->wrong++ == 0)
				c->first_wrong = row + i / size;
		return;
	}
	for (i = 0; i < n; i++) {
		value = value_at(bytes + i * size, c->column->type);
		if (i == 0 || value != last)
			good = is_allowed(c, value);
		last = value;
		if (!good && c->wrong++ == 0)
			c->first_wrong = row + i;
	}
}

/* Likewise by the policy that the file says it has. */
static void
check_policy(struct column *c, const uint8_t *bytes, size_t n, uint64_t row)
{
	size_t at = 0, wrong;

	if (c->policy == NULL || c->column->type == FV_TEXT)
		return;
	wrong = fv_policy_check_column(
	    c->policy, c->table, c->number, bytes, n, &at);
	if (wrong > 0 && c->disobeyed == 0)
		c->first_disobeyed = row + at;
	c->disobeyed += wrong;
}

static enum fv_traces_mode
mode_of(const struct column *c)
{
	if (c->column->type != FV_TEXT)
		return FV_TRACES_NUMBERS;
	return c->column->technique != NULL ? FV_TRACES_PSEUDONYMS
					    : FV_TRACES_TEXTS;
}

/* Chunk by chunk, the end of each again in front of the next. */
static int
read_column(struct column *c, uint8_t *values)
{
	uint64_t rows = fv_reader_rows(c->reader, c->table), row;
	size_t size = c->column->size, n, lead = 0, keep;

	keep = (FV_TRACES_LEAD + size - 1) / size * size;
	for (row = 0; row < rows; row += n) {
		n = rows - row < FV_CHUNK_ROWS ? (size_t)(rows - row)
					       : FV_CHUNK_ROWS;
		if (fv_reader_column(c->reader, c->table, c->number, row, n,
			values + lead, &c->err) == -1)
			return -1;
		check_values(c, values + lead, n, row);
		check_policy(c, values + lead, n, row);
		if (c->traces != NULL)
			fv_traces_scan(c->traces, mode_of(c), size, values,
			    lead + n * size, lead, row, &c->tally);
		else
			c->tally.bytes += n * size;
		if (lead + n * size > keep) {
			memmove(values, values + lead + n * size - keep, keep);
			lead = keep;
		} else {
			lead += n * size;
		}
	}
	return 0;
}

static void
run_column(void *arg)
{
	struct column *c = arg;
	uint8_t *values;

	values = fv_memory_new(
	    FV_CHUNK_ROWS + 2 * FV_TRACES_LEAD, c->column->size, &c->err);
	c->failed = values == NULL ||
	    (c->traces != NULL &&
		fv_traces_tally_init(c->traces, &c->tally, &c->err) == -1) ||
	    read_column(c, values) == -1;
	if (!c->failed && c->traces != NULL)
		fv_traces_settle(c->traces, &c->tally);
	fv_traces_tally_free(&c->tally);
	free(values);
}

/* What each kind of find is, and the gate that it fails. */
static const struct {
	enum fv_audit_gate gate;
	const char *what;
} kinds[FV_TRACES_KINDS] = {
	[FV_TRACES_IPV6] = { FV_AUDIT_IDENTIFIERS,
	    "half of an original IPv6 address" },
	[FV_TRACES_MAC] = { FV_AUDIT_IDENTIFIERS, "an original MAC" },
	[FV_TRACES_EUI64] = { FV_AUDIT_IDENTIFIERS,
	    "the EUI-64 of an original MAC" },
	[FV_TRACES_IPV4_TEXT] = { FV_AUDIT_TEXTS,
	    "an original IPv4 address as text" },
	[FV_TRACES_IPV6_TEXT] = { FV_AUDIT_TEXTS,
	    "an original IPv6 address as text" },
	[FV_TRACES_MAC_TEXT] = { FV_AUDIT_TEXTS, "an original MAC as text" },
	[FV_TRACES_NAME] = { FV_AUDIT_NAMES, "a name that is to be kept out" },
};

void
fv_audit_columns_tell(const struct fv_traces_tally *tally, const char *place,
    const char *unit, struct fv_audit_verdict *v)
{
	int i;

	if ((double)tally->met > tally->limit)
		fv_audit_verdict_find(v, FV_AUDIT_ADDRESSES,
		    "original IPv4 addresses as bytes in %s, the first in %s "
		    "%" PRIu64 ": %" PRIu64
		    "; chance makes %.3g, the limit is %.3g",
		    place, unit, tally->first[FV_TRACES_IPV4], tally->met,
		    tally->mean, tally->limit);
	for (i = 0; i < FV_TRACES_KINDS; i++)
		if (i != FV_TRACES_IPV4 && tally->finds[i] > 0)
			fv_audit_verdict_find(v, kinds[i].gate,
			    "%s in %s, %s %" PRIu64 " (%" PRIu64 " in all)",
			    kinds[i].what, place, unit, tally->first[i],
			    tally->finds[i]);
}

/*
 * Hosts that are published as they are have a gate of their own, which
 * judges them in their row; here they are no surprise.  Nor are pseudonyms in
 * a small network that is kept, where other hosts are.
 */
static void
allow_fixed_points(struct column *c, const struct fv_audit_verdict *v)
{
	if (c->table != FV_TABLE_HOSTS || c->column->technique == NULL)
		return;
	if (c->tally.mean < v->mapping.crowded)
		c->tally.mean = v->mapping.crowded;
	c->tally.limit =
	    fv_traces_limit(c->tally.mean) + (double)v->mapping.fixed.count;
}

static void
tell(struct column *c, struct fv_audit_verdict *v)
{
	char place[PLACE];

	(void)snprintf(place, sizeof(place), "column %s/%s",
	    fv_schema_tables[c->table].name, c->column->name);
	v->bytes += c->tally.bytes;
	v->columns++;
	allow_fixed_points(c, v);
	if (c->traces != NULL)
		fv_audit_columns_tell(&c->tally, place, "row", v);
	if (c->wrong > 0)
		fv_audit_verdict_find(v, FV_AUDIT_POLICY,
		    "%" PRIu64 " values of %s are not what %s leaves, the "
		    "first in row %" PRIu64,
		    c->wrong, place,
		    c->dropped                         ? FV_SCHEMA_DROPPED
			: c->column->technique != NULL ? c->column->technique
						       : "the format",
		    c->first_wrong);
	if (c->disobeyed > 0)
		fv_audit_verdict_find(v, FV_AUDIT_POLICY,
		    "%" PRIu64 " values of %s do not obey the dataset's "
		    "policy, the first in row %" PRIu64,
		    c->disobeyed, place, c->first_disobeyed);
}

static size_t
set_up(struct column *columns, struct fv_reader *reader,
    const struct fv_policy *policy, const struct fv_traces *traces)
{
	struct column *c = columns;
	size_t i, k;

	for (i = 0; i < FV_TABLES; i++)
		for (k = 0; k <
		     fv_reader_schema(reader, (enum fv_table_id)i)->ncolumns;
		     k++, c++) {
			c->reader = reader;
			c->policy = policy;
			c->traces = traces;
			c->table = (enum fv_table_id)i;
			c->number = k;
			c->column = &fv_schema_tables[i].columns[k];
			c->dropped = fv_reader_dropped(reader, c->table, k);
			c->job = (struct fv_job){ .run = run_column, .arg = c };
		}
	return (size_t)(c - columns);
}

/* The policy of the file; without one, columns cannot be held to it. */
static bool
read_policy(struct fv_reader *reader, struct fv_policy *policy,
    struct fv_audit_verdict *v)
{
	const char *text = fv_reader_text(reader, "policy");
	struct fv_err err;

	if (text == NULL)
		fv_audit_verdict_find(v, FV_AUDIT_POLICY,
		    "the dataset does not say what its policy is");
	else if (fv_policy_parse(text, strlen(text), policy, &err) == -1)
		fv_audit_verdict_find(v, FV_AUDIT_POLICY,
		    "the dataset's policy is none that can be read");
	else
		return true;
	return false;
}

/* Which of a record's two ports is kept takes both to see. */
static int
check_ports(struct fv_reader *reader, const struct fv_policy *policy,
    struct fv_audit_verdict *v, struct fv_err *err)
{
	uint64_t rows = fv_reader_rows(reader, FV_TABLE_FLOWS), row;
	uint64_t wrong = 0, first = 0;
	uint16_t *source, *destination;
	size_t n, at = 0, some;
	int rc = -1;

	source = fv_memory_new(2 * FV_CHUNK_ROWS, sizeof(*source), err);
	if (source == NULL)
		return -1;
	destination = source + FV_CHUNK_ROWS;
	for (row = 0; row < rows; row += n) {
		n = rows - row < FV_CHUNK_ROWS ? (size_t)(rows - row)
					       : FV_CHUNK_ROWS;
		if (fv_reader_column(reader, FV_TABLE_FLOWS,
			FV_FLOW_SOURCE_PORT, row, n, source, err) == -1 ||
		    fv_reader_column(reader, FV_TABLE_FLOWS,
			FV_FLOW_DESTINATION_PORT, row, n, destination,
			err) == -1)
			goto out;
		some =
		    fv_policy_check_ports(policy, source, destination, n, &at);
		if (some > 0 && wrong == 0)
			first = row + at;
		wrong += some;
	}
	if (wrong > 0)
		fv_audit_verdict_find(v, FV_AUDIT_POLICY,
		    "the ports of %" PRIu64 " flows are not what the policy "
		    "leaves, the first in row %" PRIu64,
		    wrong, first);
	rc = 0;
out:
	free(source);
	return rc;
}

int
fv_audit_columns(struct fv_reader *reader, const struct fv_traces *traces,
    unsigned threads, struct fv_audit_verdict *v, struct fv_err *err)
{
	struct fv_policy policy;
	bool has_policy = read_policy(reader, &policy, v);
	struct fv_workers *workers = fv_workers_new(threads, err);
	struct column *columns = NULL;
	size_t n = 0, i;
	int rc = -1;

	for (i = 0; i < FV_TABLES; i++) {
		n += fv_reader_schema(reader, (enum fv_table_id)i)->ncolumns;
		v->rows += fv_reader_rows(reader, (enum fv_table_id)i);
	}
	if (workers == NULL ||
	    (columns = fv_memory_new(n, sizeof(*columns), err)) == NULL)
		goto out;
	n = set_up(columns, reader, has_policy ? &policy : NULL, traces);
	for (i = 0; i < n; i++)
		fv_workers_start(workers, &columns[i].job);
	rc = 0;
	for (i = 0; i < n; i++) {
		fv_workers_wait(workers, &columns[i].job);
		if (columns[i].failed) {
			*err = columns[i].err;
			rc = -1;
		} else {
			tell(&columns[i], v);
		}
	}
	if (rc == 0 && has_policy)
		rc = check_ports(reader, &policy, v, err);
out:
	fv_workers_free(workers);
	free(columns);
	return rc;
}
