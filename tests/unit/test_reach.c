#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/reach.h"
#include "base/memory.h"

enum { HOSTS = 200, PAIRS = 5000 };

/* No room for bits, and none for all of the pairs. */
static const struct fv_ledger_room narrow = { "/tmp", 1 };
static const struct fv_ledger_room wide = { "/tmp", 1 << 20 };

/* Each third host sends, to some places again and again. */
static uint64_t
pair(size_t i)
{
	uint64_t from = i * 7919 % HOSTS / 3 * 3;

	return from << 32 | (i * i + from) % 97;
}

/* Count ${PAIRS} pairs, the odd ones apart and merged. */
static void
count_all(const struct fv_ledger_room *room, uint64_t count[HOSTS],
    uint64_t *distinct)
{
	bool sends[HOSTS];
	struct fv_reach r[2];
	struct fv_err err;
	uint64_t p;
	size_t i;

	for (i = 0; i < HOSTS; i++)
		sends[i] = i % 3 == 0;
	for (i = 0; i < 2; i++)
		CU_ASSERT_EQUAL_FATAL(
		    fv_reach_init(&r[i], sends, HOSTS, room, &err), 0);
	CU_ASSERT_EQUAL(r[0].bits == NULL, room == &narrow);
	for (i = 0; i < PAIRS; i++) {
		p = pair(i);
		CU_ASSERT_EQUAL(fv_reach_add(&r[i % 2], &p, 1, &err), 0);
	}
	CU_ASSERT_EQUAL(fv_reach_merge(&r[0], &r[1], &err), 0);
	memset(count, 0, HOSTS * sizeof(*count));
	CU_ASSERT_EQUAL(fv_reach_count(&r[0], count, distinct, &err), 0);
	fv_reach_free(&r[0]);
	fv_reach_free(&r[1]);
	fv_reach_free(&r[1]);
}

static void
bits_and_ledger_count_as_a_plain_count_does(void)
{
	static bool met[HOSTS][HOSTS];
	uint64_t bits[HOSTS], ledger[HOSTS], all[2], plain, distinct = 0, p;
	size_t i, k;
	bool any;

	for (i = 0; i < PAIRS; i++) {
		p = pair(i);
		met[p >> 32][(uint32_t)p] = true;
	}
	count_all(&wide, bits, &all[0]);
	count_all(&narrow, ledger, &all[1]);
	for (i = 0; i < HOSTS; i++) {
		plain = 0;
		any = false;
		for (k = 0; k < HOSTS; k++) {
			plain += met[i][k];
			any |= met[k][i];
		}
		distinct += any;
		CU_ASSERT_EQUAL(bits[i], plain);
		CU_ASSERT_EQUAL(ledger[i], plain);
	}
	CU_ASSERT_EQUAL(all[0], distinct);
	CU_ASSERT_EQUAL(all[1], distinct);
}

static void
nobody_reaches_nobody(void)
{
	struct fv_reach r;
	struct fv_err err;
	uint64_t count = 7, distinct = 7;
	bool sends = false;

	CU_ASSERT_EQUAL_FATAL(fv_reach_init(&r, &sends, 0, &wide, &err), 0);
	CU_ASSERT_EQUAL(fv_reach_count(&r, &count, &distinct, &err), 0);
	CU_ASSERT_EQUAL(distinct, 0);
	fv_reach_free(&r);
}

CU_TestInfo suite_reach[] = {
	{ "bits and ledger count as a plain count does",
	    bits_and_ledger_count_as_a_plain_count_does },
	{ "nobody reaches nobody", nobody_reaches_nobody },
	CU_TEST_INFO_NULL,
};
