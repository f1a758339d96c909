#include "tests/unit/release_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/release_text.h"
#include "tests/unit/rows.h"

/* Row ${i} of a table, whichever. */
union row {
	struct fv_flow flow;
	struct fv_host host;
	struct fv_device device;
	struct fv_stack stack;
	struct fv_capture_row capture;
	struct fv_site site;
};

static void
make_row(enum fv_table_id table, uint64_t i, union row *row)
{
	switch (table) {
	case FV_TABLE_FLOWS:
		rows_flow(i, &row->flow);
		break;
	case FV_TABLE_HOSTS:
		rows_host(i, &row->host);
		break;
	case FV_TABLE_DEVICES:
		rows_device(i, &row->device);
		break;
	case FV_TABLE_STACKS:
		rows_stack(i, &row->stack);
		break;
	case FV_TABLE_CAPTURES:
		rows_capture(i, &row->capture);
		break;
	default:
		rows_site(i, &row->site);
	}
}

static int
write_rows(struct fv_writer *w, uint64_t flows,
    const struct release_twist *twist, struct fv_err *err)
{
	const uint64_t counts[FV_TABLES] = { flows, ROWS_HOSTS, ROWS_DEVICES,
		ROWS_STACKS, ROWS_CAPTURES, ROWS_SITES };
	union row row;
	uint64_t i;
	int t;

	for (t = 0; t < FV_TABLES; t++)
		for (i = 0; i < counts[t]; i++) {
			make_row((enum fv_table_id)t, i, &row);
			if (t == FV_TABLE_SITES && twist->site != NULL)
				(void)snprintf(row.site.name,
				    sizeof(row.site.name), "%s", twist->site);
			if (t == FV_TABLE_CAPTURES)
				row.capture.counter[FV_COUNT_READ] +=
				    twist->lost;
			if (fv_writer_append(
				w, (enum fv_table_id)t, &row, 1, err) == -1)
				return -1;
		}
	return 0;
}

int
release_dataset(const char *path, uint64_t flows,
    const struct release_twist *twist, struct fv_err *err)
{
	static const struct release_twist none = { .key_id = NULL };
	const struct fv_writer_options options = { .threads = 1,
		.replace = true };
	struct fv_writer *w;
	int rc = -1;

	if (twist == NULL)
		twist = &none;
	if ((w = fv_writer_new(path, &options, err)) == NULL)
		return -1;
	if (write_rows(w, flows, twist, err) == -1 ||
	    fv_writer_text(w, "title", "Made-up flows", err) == -1 ||
	    fv_writer_text(w, "source", "flowveil 9.9.9", err) == -1 ||
	    fv_writer_text(w, "record_mode",
		twist->mode != NULL ? twist->mode : "uniflow", err) == -1 ||
	    fv_writer_text(w, "anonymization_scheme", "crypto-pan", err) ==
		-1 ||
	    fv_writer_text(w, "key_id",
		twist->key_id != NULL ? twist->key_id : "00ff", err) == -1 ||
	    fv_writer_number(w, "idle_timeout_ns", 1500000000, err) == -1 ||
	    fv_writer_number(w, "active_timeout_ns", 0, err) == -1)
		goto out;
	if (twist->attribute != NULL &&
	    fv_writer_text(w, twist->attribute, twist->value, err) == -1)
		goto out;
	rc = fv_writer_commit(w, err);
out:
	fv_writer_free(w);
	return rc;
}

void
release_bed_make(struct release_bed *b)
{
	struct fv_metadata_faults faults;
	struct fv_err err;
	char *path;

	memset(b, 0, sizeof(*b));
	b->directory = rows_directory();
	path = rows_path(b->directory, "flows.h5");
	b->metadata = fv_metadata_parse(
	    RELEASE_TEXT, strlen(RELEASE_TEXT), &faults, &err);
	if (b->metadata == NULL ||
	    release_dataset(path, 100, NULL, &err) == -1 ||
	    fv_facts_open(path, &b->facts, &err) == -1)
		abort();
	free(path);
	b->dataset.name = "flows.h5";
	b->dataset.size = 4711;
	memset(b->dataset.digest, 'a', sizeof(b->dataset.digest) - 1);
	b->dataset.facts = &b->facts;
	b->release = (struct fv_release){
		.metadata = b->metadata,
		.facts = &b->facts,
		.datasets = &b->dataset,
		.ndatasets = 1,
		.part = 1,
		.parts = 1,
		.sample_rows = 10,
		.fingerprint = "sha256:0123",
	};
}

void
release_bed_clear(struct release_bed *b)
{
	fv_facts_clear(&b->facts);
	fv_metadata_free(b->metadata);
	rows_remove(b->directory);
}
