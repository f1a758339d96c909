#include "analysis/sources.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/biflow_rows.h"
#include "analysis/join.h"
#include "analysis/lanes.h"
#include "base/memory.h"
#include "datasets/door.h"

/* A dataset, and where its rows lie among all. */
struct source {
	const char *path;
	struct fv_reader *reader;
	uint64_t rows;
	uint64_t back;          /* of them, in which something came back */
	bool biflows;           /* each chunk is two: there, and back */
	uint64_t chunks_before; /* chunks of the datasets before */
	uint32_t *host;         /* common number of each of its hosts */
	size_t nhosts;
	bool same;       /* each has its own number, as in the first dataset */
	uint32_t *stack; /* likewise, of each of its stacks */
	size_t nstacks;
	uint32_t captures_before;
	size_t ncaptures;
};

struct fv_sources {
	struct source *source;
	size_t nsources;
	struct fv_join *join;
	uint64_t chunks;
	uint64_t rows;
	uint32_t dropped; /* columns of any, as bits */
	char policy[256]; /* names, with commas between */
};

static const struct fv_column *
column_of(size_t column)
{
	return &fv_schema_tables[FV_TABLE_FLOWS].columns[column];
}

static bool
wanted(uint32_t columns, size_t column)
{
	return (columns >> column & 1) != 0;
}

/* What a record counts, from the attribute that the converter sets. */
static enum fv_analysis_records
records_of(struct fv_reader *reader)
{
	const char *mode = fv_reader_text(reader, "record_mode");

	if (mode != NULL && strcmp(mode, "primitive") == 0)
		return FV_ANALYSIS_RECORDS_PRIMITIVE;
	if (mode != NULL && strcmp(mode, "uniflow") == 0)
		return FV_ANALYSIS_RECORDS_UNIFLOW;
	if (mode != NULL && strcmp(mode, FV_SCHEMA_BIFLOW) == 0)
		return FV_ANALYSIS_RECORDS_UNIFLOW; /* as they are read */
	return FV_ANALYSIS_RECORDS_UNKNOWN;
}

/*
 * How the addresses of a dataset were mapped, to be freed: pseudonyms of two
 * datasets mean the same if these texts are equal.  NULL with ${err} set.
 */
static char *
mapping_of(struct fv_reader *reader, struct fv_err *err)
{
	static const char *const names[] = { "key_id", "anonymization_scheme",
		"address_spaces", "release" };
	const char *text;
	char *all = NULL;
	size_t i, length = 0;
	FILE *out;

	if ((out = open_memstream(&all, &length)) != NULL) {
		for (i = 0; i < FV_COUNT(names); i++) {
			text = fv_reader_text(reader, names[i]);
			(void)fprintf(out, "%s\n", text == NULL ? "" : text);
		}
		if (fclose(out) == 0)
			return all;
		free(all);
	}
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

/* Whether ${name} is in the list already. */
static bool
has_policy(const struct fv_sources *s, const char *name)
{
	size_t n = strlen(name);
	const char *at;

	for (at = s->policy; *at != '\0'; at += strspn(at, ", ")) {
		if (strncmp(at, name, n) == 0 &&
		    (at[n] == ',' || at[n] == '\0'))
			return true;
		at += strcspn(at, ",");
	}
	return false;
}

/* Names are short words; what a foreign file has instead is passed by. */
static void
add_policy(struct fv_sources *s, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n = strlen(s->policy);

	if (name == NULL || strspn(name, letters) != strlen(name) ||
	    has_policy(s, name))
		return;
	if (n + strlen(name) + 3 <= sizeof(s->policy))
		(void)snprintf(s->policy + n, sizeof(s->policy) - n, "%s%s",
		    n == 0 ? "" : ", ", name);
}

/* Open the dataset of ${src}, if it is of a kind and size that is counted. */
static int
open_reader(struct source *src, struct fv_err *err)
{
	if ((src->reader = fv_door_open(src->path, err)) == NULL)
		return -1;
	src->rows = fv_reader_rows(src->reader, FV_TABLE_FLOWS);
	src->biflows =
	    fv_schema_is_biflow(fv_reader_schema(src->reader, FV_TABLE_FLOWS));
	if (src->biflows &&
	    fv_biflow_rows_count(src->reader, &src->back, err) == -1)
		return -1;
	src->nhosts = fv_reader_rows(src->reader, FV_TABLE_HOSTS);
	src->ncaptures = fv_reader_rows(src->reader, FV_TABLE_CAPTURES);
	src->nstacks = fv_reader_rows(src->reader, FV_TABLE_STACKS);
	if (src->nhosts > FV_JOIN_HOSTS_LIMIT ||
	    src->ncaptures > FV_JOIN_CAPTURES_LIMIT ||
	    src->nstacks > FV_JOIN_STACKS_LIMIT)
		return fv_err_set(err, FV_ELIMIT,
		    "more than %zu hosts, %zu captures or %zu stacks",
		    FV_JOIN_HOSTS_LIMIT, FV_JOIN_CAPTURES_LIMIT,
		    FV_JOIN_STACKS_LIMIT);
	return 0;
}

static int
open_source(struct fv_sources *s, struct source *src, struct fv_err *err)
{
	struct fv_host *hosts = NULL;
	struct fv_capture_row *captures = NULL;
	struct fv_site *sites = NULL;
	struct fv_stack *stacks = NULL;
	struct fv_join_part part;
	char *mapped = NULL;
	size_t i;
	int rc = -1;

	if (open_reader(src, err) == -1 ||
	    (hosts = fv_reader_table(src->reader, FV_TABLE_HOSTS, err)) ==
		NULL ||
	    (captures = fv_reader_table(src->reader, FV_TABLE_CAPTURES, err)) ==
		NULL ||
	    (sites = fv_reader_table(src->reader, FV_TABLE_SITES, err)) ==
		NULL ||
	    (stacks = fv_reader_table(src->reader, FV_TABLE_STACKS, err)) ==
		NULL ||
	    (src->host = fv_memory_new(src->nhosts, sizeof(*src->host), err)) ==
		NULL ||
	    (src->stack = fv_memory_new(
		 src->nstacks, sizeof(*src->stack), err)) == NULL ||
	    (mapped = mapping_of(src->reader, err)) == NULL)
		goto out;
	part =
	    (struct fv_join_part){ hosts, src->nhosts, captures, src->ncaptures,
		    sites, fv_reader_rows(src->reader, FV_TABLE_SITES), mapped,
		    records_of(src->reader), stacks, src->nstacks };
	add_policy(s, fv_reader_text(src->reader, FV_SCHEMA_POLICY_NAME));
	src->captures_before = (uint32_t)fv_join_context(s->join)->ncaptures;
	rc = fv_join_add(s->join, &part, src->host, src->stack, err);
	src->same = true;
	for (i = 0; i < src->nhosts; i++)
		src->same &= src->host[i] == i;
	for (i = 0; i < FV_FLOW_COLUMNS; i++)
		if (fv_reader_dropped(src->reader, FV_TABLE_FLOWS, i))
			s->dropped |= UINT32_C(1) << i;
out:
	free(mapped);
	free(hosts);
	free(captures);
	free(sites);
	free(stacks);
	return rc == 0 ? 0 : fv_err_within(err, "%s", src->path);
}

static int
open_all(struct fv_sources *s, const char *const *paths, struct fv_err *err)
{
	struct source *src;
	uint64_t chunks;
	size_t i;

	for (i = 0; i < s->nsources; i++) {
		src = &s->source[i];
		src->path = paths[i];
		if (open_source(s, src, err) == -1)
			return -1;
		src->chunks_before = s->chunks;
		chunks =
		    src->rows / FV_CHUNK_ROWS + (src->rows % FV_CHUNK_ROWS > 0);
		s->chunks += src->biflows ? 2 * chunks : chunks;
		s->rows += src->rows + src->back;
	}
	return 0;
}

/* Numbers of a table's rows: all below ${limit}, then turned to common. */
static int
check_numbers(const uint32_t *number, size_t n, size_t limit,
    const char *column, struct fv_err *err)
{
	uint32_t largest = fv_lanes_largest_u32(number, n);

	if (n > 0 && largest >= limit)
		return fv_err_set(err, FV_EFORMAT,
		    "flows/%s: row %" PRIu32 " of a table of %zu", column,
		    largest, limit);
	return 0;
}

/* Numbers of stacks, likewise; there may be none. */
static int
check_stacks(
    const struct source *src, uint32_t *number, size_t n, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (number[i] == FV_NO_ROW)
			continue;
		if (number[i] >= src->nstacks)
			return fv_err_set(err, FV_EFORMAT,
			    "flows/stack: row %" PRIu32 " of a table of %zu",
			    number[i], src->nstacks);
		number[i] = src->stack[number[i]];
	}
	return 0;
}

static int
check_directions(const uint8_t *direction, size_t n, struct fv_err *err)
{
	uint8_t largest = fv_lanes_largest_u8(direction, n);

	if (largest >= FV_ANALYSIS_DIRECTIONS)
		return fv_err_set(err, FV_EFORMAT,
		    "flows/direction: code %u is none", (unsigned)largest);
	return 0;
}

/* Check the rows in ${buffer}, and make numbers common. */
static int
check_rows(const struct source *src, uint32_t columns,
    void *const buffer[FV_FLOW_COLUMNS], size_t n, struct fv_err *err)
{
	static const size_t ends[] = { FV_FLOW_SOURCE, FV_FLOW_DESTINATION };
	uint32_t *number;
	size_t i, k;

	for (k = 0; k < FV_COUNT(ends); k++) {
		if (!wanted(columns, ends[k]))
			continue;
		number = buffer[ends[k]];
		if (check_numbers(number, n, src->nhosts,
			column_of(ends[k])->name, err) == -1)
			return -1;
		for (i = 0; i < n && !src->same; i++)
			number[i] = src->host[number[i]];
	}
	if (wanted(columns, FV_FLOW_CAPTURE)) {
		number = buffer[FV_FLOW_CAPTURE];
		if (check_numbers(number, n, src->ncaptures, "capture", err) ==
		    -1)
			return -1;
		for (i = 0; i < n; i++)
			number[i] += src->captures_before;
	}
	if (wanted(columns, FV_FLOW_STACK) &&
	    check_stacks(src, buffer[FV_FLOW_STACK], n, err) == -1)
		return -1;
	if (wanted(columns, FV_FLOW_DIRECTION))
		return check_directions(buffer[FV_FLOW_DIRECTION], n, err);
	return 0;
}

struct fv_sources *
fv_sources_open(const char *const *paths, size_t n, struct fv_err *err)
{
	struct fv_sources *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->nsources = n;
	if ((s->source = fv_memory_new(n, sizeof(*s->source), err)) == NULL ||
	    (s->join = fv_join_new(err)) == NULL ||
	    open_all(s, paths, err) == -1) {
		fv_sources_free(s);
		return NULL;
	}
	return s;
}

const char *
fv_sources_policy(const struct fv_sources *s)
{
	return s->policy[0] == '\0' ? NULL : s->policy;
}

uint32_t
fv_sources_dropped(const struct fv_sources *s)
{
	return s->dropped;
}

const struct fv_analysis_context *
fv_sources_context(const struct fv_sources *s)
{
	return fv_join_context(s->join);
}

uint64_t
fv_sources_rows(const struct fv_sources *s)
{
	return s->rows;
}

uint64_t
fv_sources_chunks(const struct fv_sources *s)
{
	return s->chunks;
}

/* The rows as they are: of biflows, what the source sent. */
static int
read_forward(const struct source *src, uint64_t first, size_t n,
    uint32_t columns, void *const buffer[FV_FLOW_COLUMNS], struct fv_err *err)
{
	size_t c;

	for (c = 0; c < FV_FLOW_COLUMNS; c++)
		if (wanted(columns, c) &&
		    fv_reader_column(src->reader, FV_TABLE_FLOWS, c, first, n,
			buffer[c], err) == -1)
			return -1;
	return 0;
}

int
fv_sources_read(const struct fv_sources *s, uint64_t chunk, uint32_t columns,
    void *const buffer[FV_FLOW_COLUMNS], size_t *rows, struct fv_err *err)
{
	const struct source *src = &s->source[s->nsources - 1];
	uint64_t first;
	bool back = false;

	assert((columns & FV_SOURCES_NOT_JOINED) == 0 && chunk < s->chunks);
	while (src->chunks_before > chunk)
		src--;
	chunk -= src->chunks_before;
	if (src->biflows) {
		back = chunk % 2 == 1;
		chunk /= 2;
	}
	first = chunk * FV_CHUNK_ROWS;
	*rows = FV_CHUNK_ROWS;
	if (src->rows - first < *rows)
		*rows = (size_t)(src->rows - first);
	if ((back ? fv_biflow_rows_read(
			src->reader, first, *rows, columns, buffer, rows, err)
		  : read_forward(src, first, *rows, columns, buffer, err)) ==
	    -1)
		return fv_err_within(err, "%s", src->path);
	if (check_rows(src, columns, buffer, *rows, err) == -1)
		return fv_err_within(err, "%s", src->path);
	return 0;
}

void
fv_sources_free(struct fv_sources *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; s->source != NULL && i < s->nsources; i++) {
		fv_reader_free(s->source[i].reader);
		free(s->source[i].host);
		free(s->source[i].stack);
	}
	free(s->source);
	fv_join_free(s->join);
	free(s);
}
