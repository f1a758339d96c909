#ifndef DATASETS_REFERENCE_DAY_H
#define DATASETS_REFERENCE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/plan.h"
#include "datasets/reference/reference.h"

/*
 * Packets in memory at once: a day is made in as many windows of time as
 * keep to about this many, and each window draws the day's conversations
 * again and keeps what falls into it.  The bytes do not depend on it.
 */
#define FV_DAY_WINDOW 1000000

/* What one thread needs to make days; its memory is used again. */
struct fv_day;

/* Returns NULL with ${err} set.  ${window}: see FV_DAY_WINDOW. */
struct fv_day *fv_day_new(const struct fv_reference_options *options,
    uint64_t window, struct fv_err *err) FV_MUST_CHECK;
void fv_day_free(struct fv_day *day);

/* The name of a site: hotel-01. */
#define FV_DAY_SITE 24
void fv_day_site(const struct fv_guests *guests, char name[FV_DAY_SITE]);

/* A conversation as it was played; times as those of talks. */
struct fv_day_told {
	int64_t start;
	int64_t end;
	const char *application; /* static text */
	uint32_t far;
	uint32_t out;
	uint32_t in;
	uint32_t gadget;
	uint16_t address;
	uint16_t near_port;
	uint16_t far_port;
	uint8_t protocol;
	bool ipv6;
	bool outside;
};

/*
 * fv_day_write(day, plan, number, directory, err):
 * Play day ${number} of ${plan}, and write its two captures to
 * ${directory}, as SITE-outbound-DATE.pcap and so on.  With NULL for a
 * directory the day is only played, for what it tells: a third of the work.
 * Returns 0, or -1 with ${err} set.
 */
int fv_day_write(struct fv_day *day, const struct fv_plan *plan,
    unsigned number, const char *directory, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_day_told(day, n):
 * The conversations of the day that was played last, in order of address
 * and start; valid until the next day.
 */
const struct fv_day_told *fv_day_told(const struct fv_day *day, size_t *n);

#endif
