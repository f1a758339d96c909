#ifndef ANALYSIS_LEDGER_H
#define ANALYSIS_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/tally.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * A tally that may outgrow memory.  When it holds as much as it may, its
 * entries are sorted by key and written to a file without a name, as a run;
 * then it begins anew.  To read it all, the runs are merged, so what is
 * found is exact however little memory there was.  The file holds numbers
 * of hosts, ports and the like, as the dataset does, and goes with the
 * ledger, or with the program if that is killed.
 *
 * (External merge sort: Knuth, The Art of Computer Programming, volume 3,
 * 5.4.1.)
 */
struct fv_ledger_run {
	int file; /* shared by runs; closed with its owner */
	uint64_t offset;
	uint64_t entries;
};

/* What a ledger may use. */
struct fv_ledger_room {
	const char *scratch; /* directory for files; NULL: /var/tmp */
	size_t bytes;        /* of memory; 0: FV_LEDGER_BYTES */
};

#define FV_LEDGER_BYTES ((size_t)1 << 30)

/* The ledgers that states of one thread have at a time, at most. */
#define FV_LEDGER_MANY 4

/*
 * What each ledger of ${threads} threads may use of ${memory} bytes in all,
 * or of FV_LEDGER_BYTES for 0.
 */
static inline struct fv_ledger_room
fv_ledger_share(const char *scratch, size_t memory, size_t threads)
{
	if (memory == 0)
		memory = FV_LEDGER_BYTES;
	return (struct fv_ledger_room){ scratch,
		memory / (threads * FV_LEDGER_MANY) };
}

struct fv_ledger {
	struct fv_tally tally;
	uint32_t maxima; /* bit n: of value word n the largest is kept */
	const char *scratch;
	int own; /* file, or -1 */
	uint64_t written;
	struct fv_ledger_run *run;
	size_t nruns, runs_capacity;
	int *file; /* all that runs lie in, to be closed */
	size_t nfiles, files_capacity;
};

/* More runs than this need more memory than they save. */
#define FV_LEDGER_RUNS ((size_t)4096)

/*
 * fv_ledger_init(l, key_words, value_words, maxima, room, err):
 * Make ${l} empty.  What is entered twice is added up, but for the value
 * words that ${maxima} has bits for.  Returns 0, or -1 with ${err} set.
 */
int fv_ledger_init(struct fv_ledger *l, size_t key_words, size_t value_words,
    uint32_t maxima, const struct fv_ledger_room *room,
    struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${l} holds; it may be zeroed or freed already. */
void fv_ledger_free(struct fv_ledger *l);

/*
 * fv_ledger_spill(l, err):
 * Write what the tally holds to a run, and empty it.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_ledger_spill(struct fv_ledger *l, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_ledger_at(l, key, hash, key_words, err):
 * As fv_tally_at over l->tally.  The value may be of a part of the entries
 * of ${key} only, so callers add to it or raise it, and do nothing else.
 */
static inline uint64_t *
fv_ledger_at(struct fv_ledger *l, const uint64_t *key, uint64_t hash,
    size_t key_words, struct fv_err *err)
{
	uint64_t *value = fv_tally_at(&l->tally, key, hash, key_words, err);

	if (value != NULL || err->code != FV_ELIMIT)
		return value;
	if (fv_ledger_spill(l, err) == -1)
		return NULL;
	return fv_tally_at(&l->tally, key, hash, key_words, err);
}

/*
 * fv_ledger_merge(into, from, err):
 * Enter into ${into} all that ${from} holds, which may be freed then.
 * Returns 0, or -1 with ${err} set.
 */
int fv_ledger_merge(struct fv_ledger *into, const struct fv_ledger *from,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_ledger_each(l, visit, arg, err):
 * Call ${visit} once for each key: entry points to its words and those of
 * its value, valid during the call.  The order is that of keys if any were
 * spilled, else that of arrival.  Returns 0, or -1 with ${err} set, when a
 * file could not be read or there is no memory.
 */
int fv_ledger_each(const struct fv_ledger *l,
    void (*visit)(void *arg, const uint64_t *entry), void *arg,
    struct fv_err *err) FV_MUST_CHECK;

#endif
