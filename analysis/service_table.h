#ifndef ANALYSIS_SERVICE_TABLE_H
#define ANALYSIS_SERVICE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Services by port, as data: those that the slides name, those of their
 * time, and those of today.  A port is where a service usually listens, no
 * evidence that it did.
 */

/* Over which of TCP and UDP; bits. */
enum fv_service_over {
	FV_SERVICE_TCP = 1,
	FV_SERVICE_UDP = 2,
	FV_SERVICE_BOTH = FV_SERVICE_TCP | FV_SERVICE_UDP
};

/* Which end of a record must have the port. */
enum fv_service_side {
	FV_SERVICE_EITHER,
	/*
	 * The destination alone: ports that systems also hand out to
	 * clients, where a source port says nothing.  Replies are missed.
	 */
	FV_SERVICE_DESTINATION
};

enum fv_service_era {
	FV_SERVICE_ALWAYS,
	FV_SERVICE_THEN, /* of the slides' time, about 2008 */
	FV_SERVICE_TODAY
};

struct fv_service {
	const char *name;
	uint8_t over; /* enum fv_service_over */
	uint8_t side; /* enum fv_service_side */
	uint8_t era;  /* enum fv_service_era */
	uint16_t low, high;
};

/* Sorted by low; no two of one protocol share a port. */
extern const struct fv_service fv_service_table[];
extern const size_t fv_service_table_count;

/* The most rows, so that a row's number and "none" fit a byte. */
#define FV_SERVICE_TABLE_LIMIT 255

/* The row of the service ${name}, which there is. */
size_t fv_service_table_find(const char *name);

#endif
