#ifndef ANALYSIS_ANALYSIS_H
#define ANALYSIS_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/ledger.h"
#include "analysis/result.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/schema.h"

/*
 * An analysis is a commutative monoid over rows of /flows: a state that
 * begins empty, takes in batches of rows, and merges with another state.
 * Rows may come in any order, be split among states in any way, and states
 * merged in any order: finish gives the same result, to the byte, because
 * every state holds integers only.  So a report is the same whatever the
 * number of threads, datasets or machines.
 *
 * Reports are the same before and after addresses are mapped, too: an
 * analysis works on host numbers, and neither compares nor hashes addresses.
 * One that looks at how addresses share prefixes asks for nothing else of
 * them, since prefixes are what the mapping keeps.
 *
 * Some results look closely at one host, and which one is known only when
 * all rows were seen.  So there are two readings: analyses of the first
 * select hosts, those of the second (closer) find them in the context.
 * Reading twice costs time; keeping what might be asked of each host, in
 * case it is the one, would cost memory without a bound.
 */

/* Rows of /flows, by column; those that were not asked for are NULL. */
struct fv_analysis_batch {
	size_t rows;                         /* at most FV_CHUNK_ROWS */
	const void *column[FV_FLOW_COLUMNS]; /* of the schema's types */
};

/* What a record counts, when the datasets agree on it. */
enum fv_analysis_records {
	FV_ANALYSIS_RECORDS_UNKNOWN, /* not stated, or not the same */
	FV_ANALYSIS_RECORDS_PRIMITIVE,
	FV_ANALYSIS_RECORDS_UNIFLOW
};

/* The hosts that are looked at closely; FV_NO_ROW where there is none. */
struct fv_analysis_focus {
	uint32_t loudest;    /* sent most bytes outward (R06) */
	uint32_t suspect;    /* sent to most destinations (R15), or asked for */
	size_t suspect_rank; /* in R15's table, from 1 */
	bool asked;          /* suspect was named by who asks */
	bool undecided; /* fv_destination_sets_analysis could not choose it */

	/*
	 * For each host that was sent to outward, which one it was in order
	 * of first appearance, from 0; NULL unless fv_appearance_analysis is
	 * needed.  Made by its select, to be given back with free(3) by who
	 * feeds the analyses.
	 */
	uint32_t *turn;
	size_t turns; /* how many there are */
};

/*
 * What all batches share.  Belongs to who feeds them, and outlives the
 * states.  A batch's rows agree with it (who feeds them sees to it):
 * source and destination are below nhosts, capture below ncaptures, stack
 * below nstacks or FV_NO_ROW,
 * direction is a code that enum fv_direction has, and neither packets nor
 * bytes of all rows add up past 64 bits.
 */
struct fv_analysis_context {
	const struct fv_host *hosts;
	size_t nhosts;

	/*
	 * NULL, or by host: whether another of its site has its address, but
	 * is of another class, which were mapped apart.
	 */
	const bool *alike;

	/*
	 * NULL, or by host: which segment of its address it is, from 1, and
	 * 0 for all of it (analysis/units.h).
	 */
	const uint32_t *segment;
	const struct fv_capture_row *captures;
	size_t ncaptures;
	const struct fv_site *sites; /* that hosts and captures refer to */
	size_t nsites;
	const struct fv_stack *stacks;
	size_t nstacks;
	enum fv_analysis_records records;
	struct fv_analysis_focus focus; /* set from the second reading on */
	struct fv_ledger_room room;     /* for each ledger of each state */
	uint32_t dropped;   /* FV_ANALYSIS_COLUMN bits: dropped by a policy */
	const char *policy; /* names of the datasets' policies, or NULL */
};

/* How many analyses one may need. */
#define FV_ANALYSIS_NEEDS 2

struct fv_analysis {
	const char *ids;         /* its results, as docs/analyses.md has them */
	const char *name;        /* one word; its file */
	const char *description; /* one sentence */
	uint32_t columns;        /* FV_ANALYSIS_COLUMN bits that it reads */

	/* Whether it is of the second reading, and whose select that needs. */
	bool closer;
	const struct fv_analysis *needs[FV_ANALYSIS_NEEDS]; /* NULL: no more */

	/* A state that has seen nothing; NULL with ${err} set. */
	void *(*init)(
	    const struct fv_analysis_context *context, struct fv_err *err);

	/* Take in ${batch}.  0, or -1 with ${err} set. */
	int (*add)(void *state, const struct fv_analysis_context *context,
	    const struct fv_analysis_batch *batch, struct fv_err *err);

	/* Take in what ${from} has seen.  0, or -1 with ${err} set. */
	int (*merge)(void *into, const void *from,
	    const struct fv_analysis_context *context, struct fv_err *err);

	/*
	 * NULL, or: after the first reading, enter into ${focus} the host
	 * that stands out.  What is asked for stays, but for its rank.
	 * 0, or -1 with ${err} set.
	 */
	int (*select)(const void *state,
	    const struct fv_analysis_context *context,
	    struct fv_analysis_focus *focus, struct fv_err *err);

	/* NULL, or: add the findings to ${result}.  0, or -1 with ${err} set. */
	int (*finish)(const void *state,
	    const struct fv_analysis_context *context, struct fv_result *result,
	    struct fv_err *err);

	/* Free ${state}, or NULL. */
	void (*free)(void *state);
};

/* The bit of a column, by the end of its name: SOURCE_PORT. */
#define FV_ANALYSIS_COLUMN(name) (UINT32_C(1) << FV_FLOW_##name)

_Static_assert(FV_FLOW_COLUMNS <= 32, "columns fit a set of 32 bits");

#define FV_ANALYSIS_DIRECTIONS (FV_DIRECTION_TRANSIT + 1)

/* What things are weighed by: the three ways to count a row. */
struct fv_analysis_weight {
	uint64_t records;
	uint64_t packets;
	uint64_t bytes;
};

static inline void
fv_analysis_weigh(
    struct fv_analysis_weight *w, uint64_t packets, uint64_t bytes)
{
	w->records++;
	w->packets += packets;
	w->bytes += bytes;
}

static inline void
fv_analysis_sum(
    struct fv_analysis_weight *into, const struct fv_analysis_weight *from)
{
	into->records += from->records;
	into->packets += from->packets;
	into->bytes += from->bytes;
}

/* Whether any host is known to be inside. */
bool fv_analysis_inside_known(const struct fv_analysis_context *context);

/*
 * Whether a record of ${direction} counts as sent outward.  Where no host
 * is known to be inside, a record of unknown direction does, too: it is the
 * nearest thing that there is.
 */
static inline bool
fv_analysis_outward(uint8_t direction, bool inside_known)
{
	return direction == FV_DIRECTION_OUTBOUND ||
	    (!inside_known && direction == FV_DIRECTION_UNKNOWN);
}

/*
 * fv_analysis_outward_rows(direction, from, n, inside_known, row):
 * Enter into ${row} which of the ${n} rows from ${from} on count as sent
 * outward.  Without a branch: directions come in no order that a processor
 * could guess.  Returns how many there are.
 */
static inline size_t
fv_analysis_outward_rows(const uint8_t *direction, size_t from, size_t n,
    bool inside_known, uint32_t *row)
{
	size_t i, found = 0;

	for (i = from; i < from + n; i++) {
		row[found] = (uint32_t)i;
		found += fv_analysis_outward(direction[i], inside_known);
	}
	return found;
}

/*
 * A start_time so that memory of zeros says "never", and earlier is larger:
 * states take the maximum.
 */
static inline uint64_t
fv_analysis_earliness(int64_t time)
{
	return ~((uint64_t)time ^ (uint64_t)1 << 63);
}

/*
 * What reports call a host: its address, #2 for the second segment of it, its
 * class if the address alone does not tell it from another, and its site if
 * there are several.
 */
#define FV_ANALYSIS_LABEL                 \
	(FV_ADDRESS_TEXT + FV_SITE_TEXT + \
	    sizeof("#4294967295 (unspecified) at "))
void fv_analysis_label(const struct fv_analysis_context *context, size_t host,
    char label[FV_ANALYSIS_LABEL]);

/*
 * fv_analysis_find(context, label, host, err):
 * The number of the host that reports label ${label}; of an address alone, if
 * there is but one host that has it.  0, or -1 with ${err} set (FV_EUSAGE).
 */
int fv_analysis_find(const struct fv_analysis_context *context,
    const char *label, uint32_t *host, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_analysis_host(result, context, rank, host):
 * Add to ${result} the host with the number ${host}, at ${rank} in its
 * table: its address, and its site when there are several.
 */
void fv_analysis_host(struct fv_result *result,
    const struct fv_analysis_context *context, size_t rank, size_t host);

/*
 * Masked labels are ranks.  In a table that names addresses more than once,
 * those are of the order in which it names them: an address has one rank,
 * whatever its rows.
 */
struct fv_analysis_ranks {
	size_t host[2 * FV_RESULT_ROWS_KEPT]; /* two in a row, at most */
	size_t n;
};

/* The rank of ${host}, which is entered if it is new. */
size_t fv_analysis_rank(struct fv_analysis_ranks *ranks, size_t host);

/*
 * fv_analysis_suspect(result, context):
 * Add the fact of which host the section is about, R15's; or a note that
 * there is none, and return false.
 */
bool fv_analysis_suspect(
    struct fv_result *result, const struct fv_analysis_context *context);

/* Add ${part} of ${whole} with as many decimals as show it well. */
void fv_analysis_share(struct fv_result *result, uint64_t part, uint64_t whole);

/*
 * fv_analysis_shares(result, part, whole):
 * Add three shares: of records, of packets and of bytes.
 */
void fv_analysis_shares(struct fv_result *result,
    const struct fv_analysis_weight *part,
    const struct fv_analysis_weight *whole);

/*
 * fv_analysis_share_columns(result, bar):
 * Add to the table the three columns for them; ${bar} is for packets.
 */
void fv_analysis_share_columns(
    struct fv_result *result, enum fv_result_bar bar);

/*
 * fv_analysis_port_figure(result, name, title, ports, amount, log, from):
 * Begin what most figures are: an ${amount} for each of ${ports}; ${from} is
 * NULL, or the section that has the points.
 */
void fv_analysis_port_figure(struct fv_result *result, const char *name,
    const char *title, const char *ports, const char *amount, bool log,
    const char *from);

#endif
