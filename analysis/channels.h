#ifndef ANALYSIS_CHANNELS_H
#define ANALYSIS_CHANNELS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/analysis.h"

/*
 * A channel: what one internal host sends to one port of one public
 * destination, over TCP or UDP.  Here is what channels.c, which chooses them
 * in the first reading, and beacons.c, which keeps their times in the
 * second, have to agree on.
 */

/* A beacon comes so often or more. */
#define FV_CHANNELS_LEAST 24

/* What comes less than so long after the last is part of it, in ns. */
#define FV_CHANNELS_APART INT64_C(60000000000)

/* The most that are looked at closely. */
#ifndef FV_CHANNELS_LIMIT /* tests have a lower one */
#define FV_CHANNELS_LIMIT ((size_t)1 << 14)
#endif

/* Destinations of more than one in so many hosts, and of several, are popular. */
#define FV_CHANNELS_POPULAR 10

#define FV_CHANNELS_COLUMNS                                            \
	(FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) | \
	    FV_ANALYSIS_COLUMN(DESTINATION) |                          \
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |                     \
	    FV_ANALYSIS_COLUMN(PROTOCOL) |                             \
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS) |                    \
	    FV_ANALYSIS_COLUMN(DIRECTION))

/*
 * Whether a record opens what it is of: TCP's first packet is a SYN; of UDP,
 * which has no beginning, each may.
 */
static inline bool
fv_channels_opens(uint8_t protocol, uint8_t initial_flags, uint16_t port)
{
	if (protocol == 6)
		return (initial_flags & 18) == 2;
	return protocol == 17 && port != 0;
}

/* Both words of a channel's key. */
static inline uint64_t
fv_channels_ends(uint32_t source, uint32_t destination)
{
	return (uint64_t)source << 32 | destination;
}

static inline uint64_t
fv_channels_which(uint16_t port, uint8_t protocol)
{
	return (uint64_t)port << 8 | protocol;
}

/* A time as an unsigned number in the same order, for maxima; and back. */
static inline uint64_t
fv_channels_lateness(int64_t time)
{
	return (uint64_t)time ^ (uint64_t)1 << 63;
}

/* Whether ${users} of ${hosts} are too many for a beacon's destination. */
static inline bool
fv_channels_popular(uint64_t users, uint64_t hosts)
{
	return users > 1 && users * FV_CHANNELS_POPULAR > hosts;
}

#endif
