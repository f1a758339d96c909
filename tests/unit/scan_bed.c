#include "tests/unit/scan_bed.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "datasets/writer.h"

void
scan_bed_make(struct trial *rows, size_t n)
{
	size_t i;

	trial_make(rows, n, SCAN_BED_HOSTS, 11);
	for (i = 0; i < n; i++)
		rows->flow[i].start_time = (int64_t)i * 1000;
}

/* Append the hosts to ${w} as the part has them; to[h] is h's row. */
static int
append_hosts(struct fv_writer *w, const struct trial *rows,
    const struct scan_bed_part *part, uint32_t *to, struct fv_err *err)
{
	uint32_t n = 0, ends[2];
	size_t i, k;

	if (!part->by_appearance) {
		for (i = 0; i < rows->context.nhosts; i++)
			to[i] = (uint32_t)i;
		return fv_writer_append(
		    w, FV_TABLE_HOSTS, rows->host, rows->context.nhosts, err);
	}
	memset(to, 0xff, rows->context.nhosts * sizeof(*to));
	for (i = 0; i < rows->n; i++) {
		if (i * 7919 % part->of != part->number)
			continue;
		ends[0] = rows->flow[i].source;
		ends[1] = rows->flow[i].destination;
		for (k = 0; k < 2; k++) {
			if (to[ends[k]] != UINT32_MAX)
				continue;
			to[ends[k]] = n++;
			if (fv_writer_append(w, FV_TABLE_HOSTS,
				&rows->host[ends[k]], 1, err) == -1)
				return -1;
		}
	}
	return 0;
}

static int
append_flows(struct fv_writer *w, const struct trial *rows,
    const struct scan_bed_part *part, const uint32_t *to, struct fv_err *err)
{
	struct fv_flow flow;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		if (i * 7919 % part->of != part->number)
			continue;
		flow = rows->flow[i];
		/* What is out of range stays so: some tests want it. */
		if (flow.source < rows->context.nhosts)
			flow.source = to[flow.source];
		if (flow.destination < rows->context.nhosts)
			flow.destination = to[flow.destination];
		flow.capture = 0;
		flow.stack = flow.source_device = FV_NO_ROW;
		if (fv_writer_append(w, FV_TABLE_FLOWS, &flow, 1, err) == -1)
			return -1;
	}
	return 0;
}

void
scan_bed_write(const char *path, const struct trial *rows,
    const struct scan_bed_part *part)
{
	struct fv_writer_options options = { .threads = 1 };
	uint32_t to[SCAN_BED_HOSTS];
	struct fv_writer *w;
	struct fv_err err;

	w = fv_writer_new(path, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_EQUAL(append_hosts(w, rows, part, to, &err), 0);
	CU_ASSERT_EQUAL(append_flows(w, rows, part, to, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_writer_append(w, FV_TABLE_SITES, rows->site, 1, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_writer_append(w, FV_TABLE_CAPTURES,
		rows->capture + part->first_capture, part->ncaptures, &err),
	    0);
	CU_ASSERT_EQUAL(fv_writer_text(w, "record_mode", "uniflow", &err), 0);
	if (part->key != NULL)
		CU_ASSERT_EQUAL(
		    fv_writer_text(w, "key_id", part->key, &err), 0);
	CU_ASSERT_EQUAL(fv_writer_commit(w, &err), 0);
	fv_writer_free(w);
}
