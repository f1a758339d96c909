#ifndef ANALYSIS_INSIDERS_H
#define ANALYSIS_INSIDERS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * The units that are looked at one by one: the internal addresses, numbered
 * from 0 in the order of their host numbers, so that states are arrays.
 * Who wants another unit (a host after R27, say) changes the numbering here.
 */
struct fv_insiders {
	uint32_t *number; /* of each host; FV_NO_ROW: not inside */
	uint32_t *host;   /* of each unit */
	size_t n;
	size_t hosts;
};

/* The most units that analyses keep arrays for; more are not looked at. */
#ifndef FV_INSIDERS_LIMIT /* tests have a lower one */
#define FV_INSIDERS_LIMIT ((size_t)1 << 17)
#endif

/*
 * Number the units.  Returns 0, or -1 with ${err} set.  Past the limit there
 * are none of them, and fv_insiders_missing says so.
 */
int fv_insiders_init(struct fv_insiders *in,
    const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;
void fv_insiders_free(struct fv_insiders *in);

/*
 * Whether there is nobody to look at; then a note that says why is added to
 * ${result}.
 */
bool fv_insiders_missing(const struct fv_insiders *in,
    const struct fv_analysis_context *context, struct fv_result *result);

/*
 * fv_insiders_of(in, direction, source, destination, sent):
 * The unit that a record is of, and whether it sent it; FV_NO_ROW if the
 * record did not cross the edge of the network.
 */
static inline uint32_t
fv_insiders_of(const struct fv_insiders *in, uint8_t direction, uint32_t source,
    uint32_t destination, bool *sent)
{
	*sent = direction == FV_DIRECTION_OUTBOUND;
	if (*sent)
		return in->number[source];
	return direction == FV_DIRECTION_INBOUND ? in->number[destination]
						 : FV_NO_ROW;
}

#define FV_INSIDERS_MINUTE INT64_C(60000000000) /* ns */
#define FV_INSIDERS_HOUR (60 * FV_INSIDERS_MINUTE)
#define FV_INSIDERS_DAY (24 * FV_INSIDERS_HOUR)

/* Which period of ${width} ns a time is in; 0 begins with 1970. */
static inline int64_t
fv_insiders_period(int64_t time, int64_t width)
{
	return time / width - (time % width < 0);
}

/* Hour of the day, 0 to 23, on the clock of the release. */
static inline unsigned
fv_insiders_hour(int64_t time)
{
	int64_t hour = fv_insiders_period(time, FV_INSIDERS_HOUR) % 24;

	return (unsigned)(hour < 0 ? hour + 24 : hour);
}

/*
 * Key of a unit and a period (of a minute or more, so that 32 bits hold it),
 * and back: keys stand by unit, then by time.
 */
static inline uint64_t
fv_insiders_key(uint32_t unit, int64_t period)
{
	return (uint64_t)unit << 32 | (uint32_t)(period + INT64_C(2147483648));
}

static inline uint32_t
fv_insiders_unit(uint64_t key)
{
	return (uint32_t)(key >> 32);
}

static inline int64_t
fv_insiders_when(uint64_t key)
{
	return (int64_t)(uint32_t)key - INT64_C(2147483648);
}

/* Times as unsigned numbers in the same order, for maxima; and back. */
static inline uint64_t
fv_insiders_lateness(int64_t time)
{
	return (uint64_t)time ^ (uint64_t)1 << 63;
}

static inline int64_t
fv_insiders_time(uint64_t lateness)
{
	return (int64_t)(lateness ^ (uint64_t)1 << 63);
}

/* When a record ends; a time that is none is its beginning. */
static inline int64_t
fv_insiders_end(int64_t start, int64_t duration)
{
	int64_t end;

	if (duration < 0 || __builtin_add_overflow(start, duration, &end))
		return start;
	return end;
}

#endif
