#ifndef DATASETS_REFERENCE_STREAMS_H
#define DATASETS_REFERENCE_STREAMS_H

/*
 * The names of the random streams (see philox.h).  Numbers are for good:
 * a new stream goes to the end, or every month changes.
 */
enum fv_stream {
	FV_STREAM_SITE = 1,  /* a seed per site */
	FV_STREAM_ROLES,     /* the order of the addresses */
	FV_STREAM_ARRIVALS,  /* by day */
	FV_STREAM_GUEST,     /* by guest */
	FV_STREAM_SESSIONS,  /* by guest */
	FV_STREAM_VOLUME,    /* ranks of the addresses by bytes */
	FV_STREAM_TREE,      /* nodes of the address cascade */
	FV_STREAM_ADDRESS,   /* draws in the cascade */
	FV_STREAM_FAVOURITE, /* by guest and service */
	FV_STREAM_CELL,      /* by cell and day: sizes, starts, peers */
	FV_STREAM_TALK,      /* by host-day and talk: packets */
	FV_STREAM_SUSPECT_WEB,
	FV_STREAM_SUSPECT_DAY,
	FV_STREAM_SUSPECT_PEER,
	FV_STREAM_FAR,   /* by far address: distance, stack */
	FV_STREAM_MISHAP /* by tap and day, and packet */
};

#endif
