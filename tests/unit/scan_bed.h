#ifndef TESTS_UNIT_SCAN_BED_H
#define TESTS_UNIT_SCAN_BED_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/unit/trial.h"

/* Rows of a trial, written to datasets that can be scanned. */
enum { SCAN_BED_HOSTS = 60 };

/* ${n} rows, each at a time of its own. */
void scan_bed_make(struct trial *rows, size_t n);

/* Which rows go into a dataset, and how it numbers its hosts. */
struct scan_bed_part {
	size_t number, of;  /* rows i with i * 7919 % of == number */
	bool by_appearance; /* else all hosts, as they are */
	size_t first_capture, ncaptures;
	const char *key;
};

/* Write that part of ${rows} to a dataset at ${path}. */
void scan_bed_write(const char *path, const struct trial *rows,
    const struct scan_bed_part *part);

#endif
