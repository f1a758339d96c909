#include "datasets/reference/mishap.h"

#include <string.h>

#include "datasets/reference/law.h"
#include "datasets/reference/streams.h"

void
fv_mishap_begin(struct fv_mishap *m, const struct fv_reference_options *options,
    struct fv_tap *tap, uint64_t seed, unsigned day, bool out)
{
	m->options = options;
	m->tap = tap;
	m->seed = seed;
	m->day = day * 2 + out;
	m->number = 0;
	m->stamp = 0;
	m->waits = 0;
}

/* Another packet has gone by: one less for the held one to wait for. */
static int
pass(struct fv_mishap *m, struct fv_err *err)
{
	if (m->waits == 0 || --m->waits > 0)
		return 0;
	return fv_tap_write(
	    m->tap, m->held_stamp, m->held, m->held_length, err);
}

int
fv_mishap_write(struct fv_mishap *m, int64_t time, const uint8_t *frame,
    size_t length, struct fv_err *err)
{
	const struct fv_reference_options *o = m->options;
	struct fv_philox rng;

	if (o->jitter == 0 && o->loss == 0 && o->reorder == 0)
		return fv_tap_write(m->tap, time, frame, length, err);
	fv_philox_start(&rng, m->seed, FV_STREAM_MISHAP, m->day, m->number++);
	time += fv_law_below(&rng, o->jitter + 1);
	/* A clock that is late does not run backwards. */
	if (time < m->stamp)
		time = m->stamp;
	m->stamp = time;
	if (fv_law_below(&rng, FV_REFERENCE_MILLION) < o->loss)
		return 0;
	if (m->waits == 0 &&
	    fv_law_below(&rng, FV_REFERENCE_MILLION) < o->reorder) {
		m->waits = 1 + fv_law_below(&rng, FV_MISHAP_BEHIND);
		m->held_stamp = time;
		m->held_length = length;
		memcpy(m->held, frame, length);
		return 0;
	}
	if (fv_tap_write(m->tap, time, frame, length, err) == -1)
		return -1;
	return pass(m, err);
}

int
fv_mishap_end(struct fv_mishap *m, struct fv_err *err)
{
	if (m->waits == 0)
		return 0;
	m->waits = 1;
	return pass(m, err);
}
