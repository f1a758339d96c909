#ifndef TESTS_UNIT_FLOW_BED_H
#define TESTS_UNIT_FLOW_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/publisher.h"
#include "convert/flow_table.h"

/* Timeouts in ns, small so that tests can be read. */
enum { IDLE = 1000, ACTIVE = 3000 };

/* A flow table with all that it needs, and the rows that came out of it. */
struct flow_bed {
	struct fv_key *key;
	struct fv_publisher *publisher;
	struct fv_flow_table *table;
	struct fv_publisher_input input;
	struct fv_flow *row;
	size_t n;
	size_t capacity;
	size_t calls; /* of the sink */
	bool broken;  /* the sink says no */
};

void flow_bed_setup(struct flow_bed *b, int64_t idle, int64_t active);
void flow_bed_setup_with(
    struct flow_bed *b, const struct fv_flow_table_options *options);
void flow_bed_teardown(struct flow_bed *b);

/* Add one packet, end all flows; both check the table's invariants. */
void flow_bed_add(struct flow_bed *b, const struct fv_raw_packet *p);
void flow_bed_flush(struct flow_bed *b);

/* A packet of one known flow at ${time}. */
struct fv_raw_packet flow_bed_packet(int64_t time);

#endif
