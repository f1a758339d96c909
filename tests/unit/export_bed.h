#ifndef TESTS_UNIT_EXPORT_BED_H
#define TESTS_UNIT_EXPORT_BED_H

#include "base/buffer.h"
#include "datasets/export_plan.h"
#include "datasets/export_rows.h"
#include "datasets/reader.h"

/*
 * A small dataset of awkward values, and what tests of exports do with it.
 *
 *	sites	  0 'a, "b"' of kind ''; 1 'line<LF>break' of kind 'caf<e acute>'
 *	hosts	  0 192.0.2.1 inside, site 0; 1 2001:db8::1, site 1;
 *		  2 192.0.2.3, no site
 *	captures  0 outbound, site 1	stacks 0 mss 1460
 *	devices	  0 token UINT64_MAX
 *	flows	  0 source 0, destination 1, all else there, direction 1
 *		  1 source 2, no destination, stack, device or capture,
 *		    time -1, bytes UINT64_MAX
 *		  2 source 1, destination 2, time INT64_MAX, direction 9
 */
struct export_bed {
	char *directory;
	char *path;
	struct fv_reader *reader;
};

/* Make it and open it; a test without it cannot go on, and aborts. */
void export_bed_make(struct export_bed *bed);

/* The same, but the source of flow 1 is row ${row} of hosts. */
void export_bed_make_with(struct export_bed *bed, uint32_t row);

/* The same, of ${flows} of the made-up flows of tests/unit/rows.h. */
void export_bed_make_rows(struct export_bed *bed, uint64_t flows);

void export_bed_remove(struct export_bed *bed);

/* A plan for all rows of ${table}; aborts when there is none. */
struct fv_export_plan *export_bed_plan(const struct export_bed *bed,
    enum fv_table_id table, const char *columns, bool words);

/* A sink into struct fv_buffer; and one that fails at once (FV_EIO). */
int export_bed_sink(void *arg, const void *bytes, size_t n, struct fv_err *err);
int export_bed_broken_sink(
    void *arg, const void *bytes, size_t n, struct fv_err *err);

#endif
