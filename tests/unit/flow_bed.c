#include "tests/unit/flow_bed.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/unit/addresses.h"

static int
collect(void *context, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err)
{
	struct flow_bed *b = context;

	b->calls++;
	if (b->broken)
		return fv_err_set(err, FV_EIO, "no room");
	if (b->n + n > b->capacity) {
		b->capacity = 2 * b->capacity + n;
		b->row = realloc(b->row, b->capacity * sizeof(*b->row));
		b->reverse =
		    realloc(b->reverse, b->capacity * sizeof(*b->reverse));
		if (b->row == NULL || b->reverse == NULL)
			abort();
	}
	memcpy(b->row + b->n, rows, n * sizeof(*rows));
	if (reverse != NULL)
		memcpy(b->reverse + b->n, reverse, n * sizeof(*reverse));
	b->n += n;
	return 0;
}

void
flow_bed_setup(struct flow_bed *b, int64_t idle, int64_t active)
{
	const struct fv_flow_table_options options = {
		.idle_timeout = idle,
		.active_timeout = active,
	};

	flow_bed_setup_with(b, &options);
}

void
flow_bed_setup_with(
    struct flow_bed *b, const struct fv_flow_table_options *options)
{
	struct fv_err err;

	memset(b, 0, sizeof(*b));
	b->key = fv_key_of_hex(FV_REFERENCE_KEY);
	b->publisher = fv_publisher_new(
	    NULL, 0, b->key, &(struct fv_key_scope){ NULL, NULL }, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->publisher);
	b->table = fv_flow_table_new(options, b->publisher, collect, b, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->table);
}

void
flow_bed_add(struct flow_bed *b, const struct fv_raw_packet *p)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_flow_table_add(b->table, &b->input, p, 1, &err), 0);
	fv_flow_table_check(b->table);
}

void
flow_bed_flush(struct flow_bed *b)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_flow_table_flush(b->table, &err), 0);
	CU_ASSERT_EQUAL(fv_flow_table_count(b->table), 0);
	fv_flow_table_check(b->table);
}

void
flow_bed_teardown(struct flow_bed *b)
{
	fv_flow_table_free(b->table);
	fv_publisher_free(b->publisher);
	fv_key_free(b->key);
	free(b->row);
	free(b->reverse);
}

struct fv_raw_packet
flow_bed_packet(int64_t time)
{
	struct fv_raw_packet p;

	memset(&p, 0, sizeof(p));
	p.source = fv_raw_address("10.0.0.1");
	p.destination = fv_raw_address("192.0.2.1");
	p.has = FV_HAS_PORTS | FV_HAS_TCP_FLAGS;
	p.protocol = 6;
	p.source_port = 40001;
	p.destination_port = 443;
	p.time = time;
	p.bytes = 100;
	p.link_bytes = 14;
	p.ttl = 64;
	return p;
}
