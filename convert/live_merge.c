#include "convert/live_merge.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/key.h"
#include "base/memory.h"

/* What stands before a block that waits. */
struct waiting {
	int64_t time;
	int64_t came;
	size_t n;
};

/* What waits of a tap: bytes[first..end). */
struct queue {
	uint8_t *bytes;
	size_t first, end;
};

struct fv_live_merge {
	fv_live_merge_sink *sink;
	void *arg;
	int64_t hold;
	size_t room; /* of a queue */
	unsigned taps;
	struct queue queue[FV_LIVE_MERGE_TAPS];
};

struct fv_live_merge *
fv_live_merge_new(unsigned taps, size_t room, int64_t hold,
    fv_live_merge_sink *sink, void *arg, struct fv_err *err)
{
	struct fv_live_merge *m;
	unsigned i;

	assert(taps > 0 && taps <= FV_LIVE_MERGE_TAPS);
	if ((m = fv_memory_new(1, sizeof(*m), err)) == NULL)
		return NULL;
	m->sink = sink;
	m->arg = arg;
	m->hold = taps == 1 ? 0 : hold;
	m->room = room;
	m->taps = taps;
	for (i = 0; i < taps; i++) {
		m->queue[i].bytes = fv_memory_pages(room, err);
		if (m->queue[i].bytes == NULL) {
			fv_live_merge_free(m);
			return NULL;
		}
	}
	return m;
}

/* The block that waits first of ${q}, if one does. */
static bool
head_of(const struct queue *q, struct waiting *w)
{
	if (q->first == q->end)
		return false;
	memcpy(w, q->bytes + q->first, sizeof(*w));
	return true;
}

/* The bytes that a block of ${n} takes, so that the next one is aligned. */
static size_t
taken(size_t n)
{
	return sizeof(struct waiting) + ((n + 7) & ~(size_t)7);
}

/*
 * The earliest of all that waits: its tap, and in ${w} what it is; or -1
 * when nothing does.  ${all}: of each tap something does.
 */
static int
earliest(const struct fv_live_merge *m, struct waiting *w, bool *all)
{
	struct waiting other;
	int found = -1;
	unsigned i;

	*all = true;
	for (i = 0; i < m->taps; i++) {
		if (!head_of(&m->queue[i], &other)) {
			*all = false;
		} else if (found == -1 || other.time < w->time) {
			found = (int)i;
			*w = other;
		}
	}
	return found;
}

/* Let the first of ${q} go on, which is ${w}. */
static int
go_on(struct fv_live_merge *m, struct queue *q, const struct waiting *w)
{
	const uint8_t *block = q->bytes + q->first + sizeof(*w);

	q->first += taken(w->n);
	if (q->first == q->end)
		q->first = q->end = 0;
	return m->sink(m->arg, block, w->n);
}

int
fv_live_merge_pass(struct fv_live_merge *m, int64_t now)
{
	struct waiting w;
	bool all;
	int tap;

	while ((tap = earliest(m, &w, &all)) != -1 &&
	    (all || now - w.came >= m->hold))
		if (go_on(m, &m->queue[tap], &w) == -1)
			return -1;
	return 0;
}

int
fv_live_merge_end(struct fv_live_merge *m)
{
	struct waiting w;
	bool all;
	int tap;

	while ((tap = earliest(m, &w, &all)) != -1)
		if (go_on(m, &m->queue[tap], &w) == -1)
			return -1;
	return 0;
}

uint8_t *
fv_live_merge_add(
    struct fv_live_merge *m, unsigned tap, int64_t time, int64_t now, size_t n)
{
	const struct waiting added = { time, now, n };
	struct queue *q = &m->queue[tap];
	struct waiting w;
	uint8_t *at;
	bool all;

	assert(tap < m->taps && taken(n) <= m->room / 4);
	if (q->end - q->first + taken(n) > m->room)
		/* More than one, or each would have the rest moved. */
		while (q->end - q->first > m->room / 4 * 3)
			if (go_on(m, &m->queue[earliest(m, &w, &all)], &w) ==
			    -1)
				return NULL;
	if (q->end + taken(n) > m->room) {
		memmove(q->bytes, q->bytes + q->first, q->end - q->first);
		q->end -= q->first;
		q->first = 0;
	}
	at = q->bytes + q->end;
	memcpy(at, &added, sizeof(added));
	q->end += taken(n);
	return at + sizeof(added);
}

void
fv_live_merge_free(struct fv_live_merge *m)
{
	unsigned i;

	if (m == NULL)
		return;
	for (i = 0; i < m->taps; i++) {
		if (m->queue[i].bytes != NULL)
			fv_key_wipe(m->queue[i].bytes, m->room);
		free(m->queue[i].bytes);
	}
	free(m);
}
