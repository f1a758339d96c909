#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "analysis/ledger.h"
#include "analysis/registry.h"
#include "tests/unit/suites.h"
#include "tests/unit/trial.h"

/* Keys of two words below KEYS; a sum and a maximum for each. */
enum { KEYS = 3000, ENTRIES = 20000 };

static const struct fv_ledger_room wide = { .bytes = 0 };
static const struct fv_ledger_room narrow = { .scratch = "/tmp", .bytes = 1 };

struct oracle {
	uint64_t sum[KEYS];
	uint64_t most[KEYS];
	bool met[KEYS];
};

static void
start(struct fv_ledger *l, const struct fv_ledger_room *room)
{
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_ledger_init(l, 2, 2, 2, room, &err), 0);
}

static void
enter(struct fv_ledger *l, uint64_t n, uint64_t amount)
{
	const uint64_t key[2] = { n % 7, n };
	struct fv_err err;
	uint64_t *value;

	value = fv_ledger_at(l, key, fv_tally_hash(&l->tally, key, 2), 2, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	value[0] += amount;
	if (amount > value[1])
		value[1] = amount;
}

/* Chance entries ${from} to ${to} of a sequence, into ${l}. */
static void
enter_some(struct fv_ledger *l, struct oracle *o, uint64_t seed)
{
	uint64_t n, amount;
	size_t i;

	for (i = 0; i < ENTRIES; i++) {
		n = trial_random(&seed) % KEYS;
		amount = trial_random(&seed) % 1000;
		enter(l, n, amount);
		o->met[n] = true;
		o->sum[n] += amount;
		if (amount > o->most[n])
			o->most[n] = amount;
	}
}

struct walk {
	const struct oracle *oracle;
	bool seen[KEYS];
	uint64_t last[2];
	size_t n;
	size_t faults;
	size_t disorder;
};

static void
visit(void *arg, const uint64_t *entry)
{
	struct walk *w = arg;
	uint64_t n = entry[1];

	if (n >= KEYS || entry[0] != n % 7 || w->seen[n] ||
	    !w->oracle->met[n] || entry[2] != w->oracle->sum[n] ||
	    entry[3] != w->oracle->most[n]) {
		w->faults++;
		return;
	}
	w->seen[n] = true;
	if (w->n++ > 0 &&
	    (entry[0] < w->last[0] ||
		(entry[0] == w->last[0] && n < w->last[1])))
		w->disorder++;
	memcpy(w->last, entry, sizeof(w->last));
}

/* Assert that ${l} holds what ${o} says, each key once. */
static void
check(const struct fv_ledger *l, const struct oracle *o)
{
	struct walk w = { .oracle = o };
	struct fv_err err;
	size_t i, met = 0;

	CU_ASSERT_EQUAL(fv_ledger_each(l, visit, &w, &err), 0);
	CU_ASSERT_EQUAL(w.faults, 0);
	for (i = 0; i < KEYS; i++)
		met += o->met[i];
	CU_ASSERT_EQUAL(w.n, met);
	if (l->nruns > 0)
		CU_ASSERT_EQUAL(w.disorder, 0);
}

static void
with_room_nothing_is_spilled(void)
{
	struct oracle *o = calloc(1, sizeof(*o));
	struct fv_ledger l;

	start(&l, &wide);
	enter_some(&l, o, 1);
	CU_ASSERT_EQUAL(l.nruns, 0);
	check(&l, o);
	fv_ledger_free(&l);
	free(o);
}

static void
without_room_the_same_is_found(void)
{
	struct oracle *o = calloc(1, sizeof(*o));
	struct fv_ledger l;

	start(&l, &narrow);
	enter_some(&l, o, 1);
	CU_ASSERT(l.nruns > 100);
	CU_ASSERT(l.tally.count <= 64);
	check(&l, o);
	check(&l, o); /* reading changes nothing */
	enter_some(&l, o, 2);
	check(&l, o);
	fv_ledger_free(&l);
	free(o);
}

static void
an_empty_one_has_nothing(void)
{
	struct oracle *o = calloc(1, sizeof(*o));
	struct fv_ledger l;
	struct fv_err err;

	start(&l, &narrow);
	check(&l, o);
	CU_ASSERT_EQUAL(fv_ledger_spill(&l, &err), 0);
	check(&l, o);
	fv_ledger_free(&l);
	fv_ledger_free(&l);
	free(o);
}

/* Of five, some spilled; what is merged may be freed. */
static void
merged_they_hold_what_all_held(void)
{
	struct oracle *o = calloc(1, sizeof(*o));
	struct fv_ledger part[5];
	struct fv_err err;
	size_t i;

	for (i = 0; i < 5; i++) {
		start(&part[i], i % 2 == 0 ? &narrow : &wide);
		if (i != 3) /* which is empty */
			enter_some(&part[i], o, i);
	}
	CU_ASSERT_EQUAL(fv_ledger_merge(&part[1], &part[0], &err), 0);
	fv_ledger_free(&part[0]);
	CU_ASSERT_EQUAL(fv_ledger_merge(&part[3], &part[2], &err), 0);
	fv_ledger_free(&part[2]);
	CU_ASSERT_EQUAL(fv_ledger_merge(&part[4], &part[3], &err), 0);
	fv_ledger_free(&part[3]);
	CU_ASSERT_EQUAL(fv_ledger_merge(&part[1], &part[4], &err), 0);
	fv_ledger_free(&part[4]);
	check(&part[1], o);
	fv_ledger_free(&part[1]);
	free(o);
}

static void
where_no_file_can_be_made_is_said(void)
{
	const struct fv_ledger_room nowhere = { "/dev/null", 1 };
	struct fv_ledger l;
	struct fv_err err;
	uint64_t key[2], *value = NULL;
	size_t i;

	start(&l, &nowhere);
	for (i = 0; i < 1000; i++) {
		key[0] = key[1] = i;
		value = fv_ledger_at(
		    &l, key, fv_tally_hash(&l.tally, key, 2), 2, &err);
		if (value == NULL)
			break;
	}
	CU_ASSERT_PTR_NULL(value);
	CU_ASSERT_EQUAL(i, 64);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "another directory"));
	fv_ledger_free(&l);
}

/* The analyses that have ledgers, with room and without. */
static void
reports_are_the_same_whatever_the_room(void)
{
	static const struct fv_analysis *const analysis[] = {
		&fv_destinations_analysis, &fv_targets_analysis,
		&fv_signatures_analysis
	};
	struct fv_result *r;
	struct trial rows;
	char *with, *without;
	size_t i;

	for (i = 0; i < FV_COUNT(analysis); i++) {
		trial_make(&rows, 20000, 500, 9);
		r = trial_run(analysis[i], &rows, 3, TRIAL_PAIRS, 1);
		with = trial_text(r);
		fv_result_free(r);
		rows.context.room = narrow;
		r = trial_run(analysis[i], &rows, 3, TRIAL_PAIRS, 1);
		without = trial_text(r);
		fv_result_free(r);
		CU_ASSERT_STRING_EQUAL(with, without);
		free(with);
		free(without);
		trial_free(&rows);
	}
}

CU_TestInfo suite_ledger[] = {
	{ "with room nothing is spilled", with_room_nothing_is_spilled },
	{ "without room the same is found", without_room_the_same_is_found },
	{ "an empty one has nothing", an_empty_one_has_nothing },
	{ "merged, they hold what all held", merged_they_hold_what_all_held },
	{ "where no file can be made is said",
	    where_no_file_can_be_made_is_said },
	{ "reports are the same whatever the room",
	    reports_are_the_same_whatever_the_room },
	CU_TEST_INFO_NULL,
};
