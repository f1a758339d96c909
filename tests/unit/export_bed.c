#include "tests/unit/export_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/hosts.h"
#include "tests/unit/rows.h"

static void
die(const struct fv_err *err)
{
	(void)fprintf(stderr, "export_bed: %s\n", err->text);
	abort();
}

static void
append(struct fv_writer *w, enum fv_table_id table, const void *rows, size_t n)
{
	struct fv_err err;

	if (fv_writer_append(w, table, rows, n, &err) == -1)
		die(&err);
}

static void
add_hosts(struct fv_writer *w)
{
	/* Of 192.0.2.0/24 and 2001:db8::/32, which are for documentation. */
	struct fv_published_addr addr = {
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1 }, 4
	};
	const struct fv_published_addr six = {
		{ 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
		6
	};
	struct fv_host host[3];

	memset(host, 0, sizeof(host));
	fv_hosts_set_address(&host[0], &addr);
	host[0].internal = 1;
	fv_hosts_set_address(&host[1], &six);
	host[1].site = 1;
	addr.octet[15] = 3;
	fv_hosts_set_address(&host[2], &addr);
	host[2].site = FV_NO_ROW;
	append(w, FV_TABLE_HOSTS, host, FV_COUNT(host));
}

static void
add_dimensions(struct fv_writer *w)
{
	const struct fv_site site[] = {
		{ .name = "a, \"b\"", .kind = "" },
		{ .name = "line\nbreak", .kind = "caf\xc3\xa9" },
	};
	const struct fv_device device = { .token = UINT64_MAX };
	const struct fv_stack stack = { .mss = 1460, .ttl = 64 };
	struct fv_capture_row capture;

	memset(&capture, 0, sizeof(capture));
	capture.site = 1;
	capture.side = FV_SIDE_OUTBOUND;
	append(w, FV_TABLE_SITES, site, FV_COUNT(site));
	append(w, FV_TABLE_DEVICES, &device, 1);
	append(w, FV_TABLE_STACKS, &stack, 1);
	append(w, FV_TABLE_CAPTURES, &capture, 1);
}

static void
add_flows(struct fv_writer *w, uint32_t source)
{
	struct fv_flow flow[3];

	memset(flow, 0, sizeof(flow));
	flow[0].start_time = 1225497601255840000;
	flow[0].destination = 1;
	flow[0].source_port = 65535;
	flow[0].packets = 1;
	flow[0].bytes = 40;
	flow[0].protocol = 6;
	flow[0].direction = FV_DIRECTION_OUTBOUND;
	flow[1].start_time = -1;
	flow[1].source = source;
	flow[1].destination = FV_NO_ROW;
	flow[1].stack = FV_NO_ROW;
	flow[1].source_device = FV_NO_ROW;
	flow[1].capture = FV_NO_ROW;
	flow[1].bytes = UINT64_MAX;
	flow[2].start_time = INT64_MAX;
	flow[2].source = 1;
	flow[2].destination = 2;
	flow[2].direction = 9; /* a code of a later version */
	append(w, FV_TABLE_FLOWS, flow, FV_COUNT(flow));
}

static void
open_bed(struct export_bed *bed)
{
	struct fv_err err;

	if ((bed->reader = fv_reader_open(bed->path, &err)) == NULL)
		die(&err);
}

void
export_bed_make_with(struct export_bed *bed, uint32_t row)
{
	const struct fv_writer_options options = { .threads = 1 };
	struct fv_writer *w;
	struct fv_err err;

	bed->directory = rows_directory();
	bed->path = rows_path(bed->directory, "bed.h5");
	if ((w = fv_writer_new(bed->path, &options, &err)) == NULL)
		die(&err);
	add_dimensions(w);
	add_hosts(w);
	add_flows(w, row);
	if (fv_writer_text(w, "title", "A test\nbed", &err) == -1 ||
	    fv_writer_number(w, "idle_timeout_ns", 300, &err) == -1 ||
	    fv_writer_commit(w, &err) == -1)
		die(&err);
	fv_writer_free(w);
	open_bed(bed);
}

void
export_bed_make(struct export_bed *bed)
{
	export_bed_make_with(bed, 2);
}

void
export_bed_make_rows(struct export_bed *bed, uint64_t flows)
{
	struct fv_err err;

	bed->directory = rows_directory();
	bed->path = rows_path(bed->directory, "rows.h5");
	if (rows_write(bed->path, flows, 1000, 1, &err) == -1)
		die(&err);
	open_bed(bed);
}

void
export_bed_remove(struct export_bed *bed)
{
	fv_reader_free(bed->reader);
	free(bed->path);
	rows_remove(bed->directory);
}

struct fv_export_plan *
export_bed_plan(const struct export_bed *bed, enum fv_table_id table,
    const char *columns, bool words)
{
	const struct fv_export_options options = { .table = table,
		.columns = columns,
		.rows = UINT64_MAX,
		.words = words };
	struct fv_export_plan *plan;
	struct fv_err err;

	if ((plan = fv_export_plan_new(bed->reader, &options, &err)) == NULL)
		die(&err);
	return plan;
}

int
export_bed_sink(void *arg, const void *bytes, size_t n, struct fv_err *err)
{
	struct fv_buffer *b = arg;

	fv_buffer_add(b, bytes, n);
	return fv_buffer_done(b, err);
}

int
export_bed_broken_sink(
    void *arg, const void *bytes, size_t n, struct fv_err *err)
{
	(void)arg;
	(void)bytes;
	(void)n;
	return fv_err_set(err, FV_EIO, "the sink is broken");
}
