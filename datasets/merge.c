#include "datasets/merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "datasets/agreement.h"
#include "datasets/chunk.h"
#include "datasets/counters.h"
#include "datasets/coverage.h"
#include "datasets/door.h"
#include "datasets/flow.h"
#include "datasets/reader.h"
#include "datasets/renumber.h"
#include "datasets/schema.h"
#include "datasets/series.h"
#include "datasets/splice.h"
#include "datasets/variant.h"
#include "datasets/writer.h"

/* Rows between two reports of progress: whole chunks of the result. */
#define SLICE_ROWS ((uint64_t)64 * FV_CHUNK_ROWS)

/*
 * Datasets that stay open between the two looks at them: coming in by the
 * door costs more than what many of them hold.  The rest come in twice.
 */
enum { OPEN_MOST = 64 };

/* What is remembered of a dataset between two looks at it. */
struct part {
	const char *path;
	struct fv_door_pass pass;
	struct fv_reader *reader; /* NULL: to be opened again */
	char site[FV_SITE_TEXT];  /* the first one's name */
	int64_t first_time;       /* INT64_MAX: no packet was recorded */
	struct fv_series series;
	int64_t place; /* in time: first_time, of its series' first */
	char digest[FV_DIGEST_TEXT];
	uint64_t rows;
};

struct merge {
	const struct fv_merge_options *options;
	struct part *parts;
	size_t nparts;
	size_t open; /* parts with a reader */
	struct fv_agreement *agreement;
	struct fv_renumber *renumber;
	struct fv_variant *variant; /* of the first dataset, as of all */
	struct fv_writer *writer;
	uint64_t rows; /* done so far */
	uint64_t total;
};

/* A dataset while its flows are taken. */
struct pouring {
	const struct part *part;
	struct fv_reader *reader;
	struct fv_renumber_map map[FV_TABLES];
	struct fv_column_digest digest[FV_BIFLOW_COLUMNS];
	uint64_t base; /* row that the source calls 0 */
};

/* The map of what a column of /flows refers to, or NULL. */
static const struct fv_renumber_map *
map_of(const struct pouring *p, const struct fv_column *column)
{
	size_t i;

	if (column->refers_to == NULL)
		return NULL;
	for (i = 0; i < FV_TABLES; i++)
		if (strcmp(fv_schema_tables[i].name, column->refers_to) == 0)
			return &p->map[i];
	return NULL;
}

/*
 * Put the numbers of the result in place of those of the dataset; ${first}
 * is the row of the first.  Returns 1 when any changed, 0 when none did, or
 * -1 with ${err} set when one points to nothing.
 */
static int
renumber(uint32_t *values, size_t n, const struct fv_column *column,
    const struct fv_renumber_map *map, uint64_t first, struct fv_err *err)
{
	uint32_t before, changed = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		before = values[i];
		if (before == FV_NO_ROW)
			continue;
		if (before >= map->n)
			return fv_err_set(err, FV_EFORMAT,
			    "flows/%s: row %" PRIu64 " refers to row %" PRIu32
			    " of %s, which has %" PRIu64,
			    column->name, first + i, before, column->refers_to,
			    map->n);
		values[i] = map->row[before];
		changed |= values[i] ^ before;
	}
	return changed != 0;
}

/* A chunk that becomes one of the result as it is, with its digest. */
static int
copy_chunk(struct pouring *p, size_t column, uint64_t first,
    struct fv_splice_chunk *chunk, struct fv_err *err)
{
	uint64_t number = first / FV_CHUNK_ROWS;

	if (fv_reader_chunk(p->reader, FV_TABLE_FLOWS, column, number,
		chunk->packed, &chunk->length, NULL, err) == -1)
		return fv_err_within(err, "%s", p->part->path);
	memcpy(chunk->digest, p->digest[column].chunks[number],
	    sizeof(chunk->digest));
	chunk->digested = true;
	return 0;
}

static int
read_values(struct pouring *p, size_t column, uint64_t first, size_t n,
    void *values, struct fv_splice_chunk *chunk, struct fv_err *err)
{
	if (chunk == NULL || first % FV_CHUNK_ROWS != 0)
		return fv_reader_column(
		    p->reader, FV_TABLE_FLOWS, column, first, n, values, err);
	return fv_reader_chunk(p->reader, FV_TABLE_FLOWS, column,
	    first / FV_CHUNK_ROWS, chunk->packed, &chunk->length, values, err);
}

/* The source of the writer's splice; runs in its threads. */
static int
take(void *context, size_t column, uint64_t first, size_t n, void *values,
    struct fv_splice_chunk *chunk, struct fv_err *err)
{
	const struct fv_column *schema =
	    &fv_schema_tables[FV_TABLE_FLOWS].columns[column];
	struct pouring *p = context;
	const struct fv_renumber_map *map = map_of(p, schema);
	int changed = 0;

	first += p->base;
	if (chunk != NULL && first % FV_CHUNK_ROWS == 0 &&
	    (map == NULL || map->same))
		return copy_chunk(p, column, first, chunk, err);
	if (read_values(p, column, first, n, values, chunk, err) == -1)
		goto fail;
	if (map != NULL)
		changed = renumber(values, n, schema, map, first, err);
	if (changed == -1)
		goto fail;
	if (changed == 1 && chunk != NULL)
		chunk->length = 0; /* not what is in the file any more */
	return 0;
fail:
	return fv_err_within(err, "%s", p->part->path);
}

/* Remember what the order is made of. */
static int
remember(struct part *part, struct fv_reader *reader, struct fv_err *err)
{
	uint64_t i, n = fv_reader_rows(reader, FV_TABLE_CAPTURES);
	const char *digest = fv_reader_text(reader, "content_digest");
	struct fv_capture_row *captures = NULL;
	struct fv_site *sites = NULL;
	int rc = -1;

	if ((captures = fv_reader_table(reader, FV_TABLE_CAPTURES, err)) ==
		NULL ||
	    (sites = fv_reader_table(reader, FV_TABLE_SITES, err)) == NULL)
		goto out;
	if (digest == NULL || strlen(digest) >= sizeof(part->digest)) {
		(void)fv_err_set(
		    err, FV_EFORMAT, "it has no content_digest; is it whole?");
		goto out;
	}
	if (fv_series_read(reader, &part->series, err) == -1)
		goto out;
	memcpy(part->digest, digest, strlen(digest) + 1);
	if (fv_reader_rows(reader, FV_TABLE_SITES) > 0)
		memcpy(part->site, sites[0].name, sizeof(part->site));
	part->first_time = INT64_MAX;
	for (i = 0; i < n; i++)
		if (captures[i].counter[FV_COUNT_RECORDED] > 0 &&
		    captures[i].first_time < part->first_time)
			part->first_time = captures[i].first_time;
	part->rows = fv_reader_rows(reader, FV_TABLE_FLOWS);
	rc = 0;
out:
	free(captures);
	free(sites);
	return rc;
}

/* Devices are told apart by their tokens. */
static int
check_devices(struct fv_reader *reader, struct fv_err *err)
{
	int token =
	    fv_schema_column(&fv_schema_tables[FV_TABLE_DEVICES], "token");

	if (fv_reader_rows(reader, FV_TABLE_DEVICES) == 0 ||
	    !fv_reader_dropped(reader, FV_TABLE_DEVICES, (size_t)token))
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    "its policy dropped the tokens of devices but kept their numbers: "
	    "nothing tells which device of another dataset is the same one, "
	    "so it cannot be merged");
}

/* Bring a dataset in by the door. */
static struct fv_reader *
enter(struct part *part, struct fv_err *err)
{
	if (fv_door_admit(part->path, &part->pass, err) == -1)
		return NULL;
	return fv_door_reopen(part->path, &part->pass, err);
}

/* What the first dataset says of its columns goes for the result. */
static int
begin(struct merge *m, const char *output, struct fv_err *err)
{
	const struct fv_writer_options options = { m->options->threads,
		m->options->replace, NULL };
	struct part *first = &m->parts[0];

	if ((first->reader = enter(first, err)) == NULL ||
	    (m->variant = fv_variant_read(first->reader, err)) == NULL)
		return fv_err_within(err, "%s", first->path);
	m->writer = fv_writer_new_format(
	    output, fv_variant_format(m->variant), &options, err);
	return m->writer == NULL ? -1 : 0;
}

/*
 * The first look at a dataset: does it go with the others, and where?  The
 * threads of the writer wait while the door forks.
 */
static int
look(struct merge *m, struct part *part, struct fv_err *err)
{
	struct fv_reader *reader = part->reader;
	int rc = -1;

	part->reader = NULL;
	if (reader == NULL)
		reader = enter(part, err);
	if (reader != NULL)
		rc = check_devices(reader, err);
	if (rc == 0)
		rc = remember(part, reader, err);
	if (rc == -1)
		(void)fv_err_within(err, "%s", part->path);
	else
		rc = fv_agreement_add(m->agreement, reader, part->path, err);
	if (rc == 0 && m->open < OPEN_MOST) {
		part->reader = reader;
		m->open++;
	} else
		fv_reader_free(reader);
	m->total += part->rows;
	return rc;
}

/* The datasets of each series one after the other; the others first. */
static int
compare_series(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	int order = strcmp(x->series.name, y->series.name);

	if (order != 0)
		return order;
	return x->series.number < y->series.number ? -1
	    : x->series.number == y->series.number ? 0
						   : 1;
}

/* The order of the result. */
static int
compare(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	int order = memcmp(x->site, y->site, sizeof(x->site));

	if (order != 0)
		return order;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if ((order = compare_series(a, b)) != 0)
		return order;
	if (x->first_time != y->first_time)
		return x->first_time < y->first_time ? -1 : 1;
	return strcmp(x->digest, y->digest);
}

static bool
is_one_series(const struct part *a, const struct part *b)
{
	return a->series.name[0] != '\0' &&
	    strcmp(a->series.name, b->series.name) == 0;
}

/*
 * Put the datasets in order, and see that none of a series is there twice:
 * its captures would be counted twice.
 */
static int
sort(struct merge *m, struct fv_err *err)
{
	struct part *part;
	int64_t place;
	size_t i, n, k;

	qsort(m->parts, m->nparts, sizeof(*m->parts), compare_series);
	for (i = 0; i < m->nparts; i += n) {
		part = &m->parts[i];
		place = part->first_time;
		for (n = 1; i + n < m->nparts && is_one_series(part, &part[n]);
		     n++) {
			if (part[n].series.number == part[n - 1].series.number)
				return fv_err_set(err, FV_EFORMAT,
				    "%s and %s are both number %" PRIu64
				    " of one series; leave one of the two out",
				    part[n - 1].path, part[n].path,
				    part[n].series.number);
			if (part[n].first_time < place)
				place = part[n].first_time;
		}
		for (k = 0; k < n; k++)
			part[k].place = place;
	}
	qsort(m->parts, m->nparts, sizeof(*m->parts), compare);
	return 0;
}

/* Append the flows of a dataset, whose tables are renumbered already. */
static int
pour_flows(struct merge *m, struct pouring *p, struct fv_err *err)
{
	const struct fv_splice_source source = { take, p };
	uint64_t n, left;

	for (left = p->part->rows; left > 0; left -= n) {
		n = left < SLICE_ROWS ? left : SLICE_ROWS;
		p->base = p->part->rows - left;
		if (fv_writer_splice(
			m->writer, FV_TABLE_FLOWS, &source, n, err) == -1)
			return -1;
		m->rows += n;
		if (m->options->progress != NULL)
			m->options->progress(
			    m->options->context, m->rows, m->total);
	}
	return 0;
}

/* The digests that are copied with chunks. */
static int
get_digests(struct pouring *p, struct fv_err *err)
{
	char text[FV_DIGEST_TEXT];
	size_t i;

	for (i = 0; i < fv_reader_schema(p->reader, FV_TABLE_FLOWS)->ncolumns;
	     i++)
		if (fv_reader_column_digest(p->reader, FV_TABLE_FLOWS, i, text,
			&p->digest[i], err) == -1)
			return -1;
	return 0;
}

/*
 * The second look: take all that is in it.  The threads of the writer may be
 * at work on what is before it, so nothing forks here.
 */
static int
pour(struct merge *m, struct part *part, struct fv_err *err)
{
	struct pouring p = { .part = part, .reader = part->reader };
	const char *digest;
	size_t i;
	int rc = -1;

	part->reader = NULL;
	if (p.reader == NULL &&
	    (p.reader = fv_door_reopen(part->path, &part->pass, err)) == NULL)
		goto named;
	digest = fv_reader_text(p.reader, "content_digest");
	if (digest == NULL || strcmp(digest, part->digest) != 0 ||
	    fv_reader_rows(p.reader, FV_TABLE_FLOWS) != part->rows) {
		(void)fv_err_set(err, FV_EIO, "changed while it was read");
		goto named;
	}
	if (get_digests(&p, err) == -1 ||
	    fv_renumber_add(m->renumber, p.reader, part->path, p.map, err) ==
		-1)
		goto named;
	rc = pour_flows(m, &p, err);
	goto out;
named:
	(void)fv_err_within(err, "%s", part->path);
out:
	for (i = 0; i < FV_BIFLOW_COLUMNS; i++)
		fv_column_digest_clear(&p.digest[i]);
	fv_renumber_forget(p.map);
	fv_reader_free(p.reader);
	return rc;
}

/* What can be written only once all flows are in. */
static int
finish(struct merge *m, struct fv_merge_summary *summary, struct fv_err *err)
{
	const struct fv_capture_row *captures;
	size_t n;

	captures = fv_renumber_rows(m->renumber, &n);
	if (fv_renumber_write(m->renumber, m->writer, err) == -1 ||
	    fv_agreement_write(m->agreement, m->writer, err) == -1 ||
	    fv_coverage_write(m->writer, captures, n, err) == -1 ||
	    fv_writer_commit(m->writer, err) == -1)
		return -1;
	summary->flows = fv_writer_rows(m->writer, FV_TABLE_FLOWS);
	summary->hosts = fv_writer_rows(m->writer, FV_TABLE_HOSTS);
	summary->devices = fv_writer_rows(m->writer, FV_TABLE_DEVICES);
	summary->captures = fv_writer_rows(m->writer, FV_TABLE_CAPTURES);
	summary->sites = fv_writer_rows(m->writer, FV_TABLE_SITES);
	return 0;
}

static int
run(struct merge *m, struct fv_merge_summary *summary, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < m->nparts; i++)
		if (look(m, &m->parts[i], err) == -1)
			return -1;
	if (sort(m, err) == -1)
		return -1;
	for (i = 0; i < m->nparts; i++)
		if (pour(m, &m->parts[i], err) == -1)
			return -1;
	return finish(m, summary, err);
}

int
fv_merge_run(const char *const *paths, size_t n, const char *output,
    const struct fv_merge_options *options, struct fv_merge_summary *summary,
    struct fv_err *err)
{
	struct merge m = { .options = options, .nparts = n };
	size_t i;
	int rc = -1;

	memset(summary, 0, sizeof(*summary));
	if ((m.agreement = fv_agreement_new(err)) == NULL ||
	    (m.renumber = fv_renumber_new(err)) == NULL ||
	    (m.parts = fv_memory_new(n, sizeof(*m.parts), err)) == NULL)
		goto out;
	for (i = 0; i < n; i++)
		m.parts[i].path = paths[i];
	if (begin(&m, output, err) == 0)
		rc = run(&m, summary, err);
out:
	for (i = 0; m.parts != NULL && i < n; i++)
		fv_reader_free(m.parts[i].reader);
	free(m.parts);
	fv_renumber_free(m.renumber);
	fv_agreement_free(m.agreement);
	fv_writer_free(m.writer);
	fv_variant_free(m.variant);
	return rc;
}
