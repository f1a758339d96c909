#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/reference/law.h"
#include "datasets/reference/quota.h"
#include "datasets/reference/suspect.h"

enum { MOST = 100 };

static void
shares_add_up_and_are_never_small(void)
{
	struct fv_philox rng;
	double weight[MOST];
	uint32_t share[MOST], total, least, sum;
	size_t n, i, some;
	int round;

	fv_philox_start(&rng, 3, 1, 0, 0);
	for (round = 0; round < 300; round++) {
		n = fv_law_between(&rng, 1, MOST);
		total = fv_law_below(&rng, 5000);
		least = fv_law_below(&rng, 30);
		for (i = 0; i < n; i++)
			weight[i] = fv_law_below(&rng, 4) == 0
			    ? 0
			    : (double)fv_law_lognormal(&rng, 1000, 2000);
		fv_quota_share(total, least, weight, n, share);
		for (i = 0, sum = 0, some = 0; i < n; i++) {
			sum += share[i];
			some += share[i] > 0;
		}
		CU_ASSERT_EQUAL(sum, total);
		for (i = 0; i < n && some > 1; i++)
			CU_ASSERT(share[i] == 0 || share[i] >= least);
	}
}

static void
ties_go_to_the_lower_number(void)
{
	double weight[3] = { 1, 1, 1 };
	uint32_t share[3];

	fv_quota_share(5, 0, weight, 3, share);
	CU_ASSERT(share[0] == 2 && share[1] == 2 && share[2] == 1);
}

static void
parts_follow_each_other_exactly(void)
{
	uint32_t i, sum = 0;

	for (i = 0; i < 97; i++)
		sum += fv_quota_part(1000003, i + 1, 97) -
		    fv_quota_part(1000003, i, 97);
	CU_ASSERT_EQUAL(sum, 1000003);
	CU_ASSERT_EQUAL(fv_quota_part(5, 0, 0), 0);
}

/* Services and the suspicious host together are what the slides print. */
static void
the_deck_meets_its_quotas(void)
{
	const struct fv_profile *p = &fv_profile_deck;
	uint32_t out[64], in[64], web = 0;
	uint64_t sum[2], all[2] = { 0, 0 };
	size_t q, i;

	CU_ASSERT_FATAL(p->nservices <= 64);
	fv_quota_services(p, true, 100, FV_QUOTA_ONE, out, in);
	for (q = 0; q < p->nquotas; q++) {
		sum[1] = fv_suspect_quota(p->quotas[q].protocol, true);
		sum[0] = fv_suspect_quota(p->quotas[q].protocol, false);
		for (i = 0; i < p->nservices; i++) {
			if (p->services[i].protocol != p->quotas[q].protocol)
				continue;
			sum[1] += out[i];
			sum[0] += in[i];
		}
		CU_ASSERT_EQUAL(sum[1], p->quotas[q].out);
		CU_ASSERT_EQUAL(sum[0], p->quotas[q].in);
		all[0] += p->quotas[q].out + p->quotas[q].in;
		if (p->quotas[q].protocol != FV_PROFILE_NOT_IP)
			all[1] += p->quotas[q].out + p->quotas[q].in;
	}
	CU_ASSERT_EQUAL(all[0], 3390980);
	CU_ASSERT_EQUAL(all[1], 3333333);
	for (i = 0; i < p->nservices; i++)
		if (p->services[i].port == 80 || p->services[i].port == 443)
			web += out[i];
	CU_ASSERT_EQUAL(web + 36610, 642333);
}

static void
small_cells_outlive_any_scale(void)
{
	const struct fv_profile *p = &fv_profile_deck;
	uint32_t out[64], in[64];
	size_t i;

	fv_quota_services(p, true, 100, FV_QUOTA_ONE / 1000, out, in);
	for (i = 0; i < p->nservices; i++) {
		if (p->services[i].fewest == FV_PROFILE_UNSCALED)
			CU_ASSERT_EQUAL(out[i], p->services[i].out);
		if (strcmp(p->services[i].name, "bittorrent") == 0)
			CU_ASSERT_EQUAL(out[i] + in[i], 25);
		if (strcmp(p->services[i].name, "tunnel6") == 0)
			CU_ASSERT_EQUAL(out[i] + in[i], 1);
		if (strcmp(p->services[i].name, "ssh") == 0)
			CU_ASSERT_EQUAL(out[i], 157);
	}
}

static void
counted_ports_are_known(void)
{
	static const uint16_t port[] = { 1214, 1900, 4204, 6667, 6881, 6889,
		13991, 27015, 36459, 44849, 52523, 65209 };
	size_t i;

	for (i = 0; i < sizeof(port) / sizeof(port[0]); i++)
		CU_ASSERT(fv_profile_watched(port[i]));
	CU_ASSERT(!fv_profile_watched(50000));
	CU_ASSERT(fv_profile_find("deck") == &fv_profile_deck);
	CU_ASSERT(fv_profile_find("tomorrow") == NULL);
}

CU_TestInfo suite_reference_quota[] = {
	{ "shares add up and are never small",
	    shares_add_up_and_are_never_small },
	{ "ties go to the lower number", ties_go_to_the_lower_number },
	{ "parts follow each other exactly", parts_follow_each_other_exactly },
	{ "the deck meets its quotas", the_deck_meets_its_quotas },
	{ "small cells outlive any scale", small_cells_outlive_any_scale },
	{ "counted ports are known", counted_ports_are_known },
	CU_TEST_INFO_NULL,
};
