#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/policy.h"
#include "anonymize/policy_check.h"
#include "datasets/flow.h"

#define FLOWS FV_TABLE_FLOWS

static struct fv_policy
parsed(const char *text)
{
	struct fv_policy policy;
	struct fv_err err;

	if (fv_policy_parse(text, strlen(text), &policy, &err) == -1)
		CU_FAIL_FATAL("a good policy was refused");
	return policy;
}

static void
values_that_disobey_are_counted(void)
{
	const struct fv_policy p = parsed(
	    "policy: x\nbase: open\nflows:\n  bytes: coarsen powers of 2\n"
	    "  icmp_type: drop\n  vlan: map\n");
	const int64_t times[] = { 1000000000, 1000000001, INT64_MAX, 0 };
	const uint64_t bytes[] = { 0, 1, 1024, 1025 };
	const uint32_t numbers[] = { FV_NO_ROW, 0 };
	const uint16_t vlans[] = { 0, 4096, 4097 };
	const uint8_t types[] = { 0, 3 }, ttls[] = { 32, 63, 255 };
	size_t at = 99;

	CU_ASSERT_EQUAL(fv_policy_check_column(
			    &p, FLOWS, FV_FLOW_START_TIME, times, 4, &at),
	    1);
	CU_ASSERT_EQUAL(at, 1);
	CU_ASSERT_EQUAL(
	    fv_policy_check_column(&p, FLOWS, FV_FLOW_BYTES, bytes, 4, &at), 1);
	CU_ASSERT_EQUAL(at, 3);
	CU_ASSERT_EQUAL(
	    fv_policy_check_column(&p, FLOWS, FV_FLOW_STACK, numbers, 2, &at),
	    1);
	CU_ASSERT_EQUAL(at, 1);
	CU_ASSERT_EQUAL(
	    fv_policy_check_column(&p, FLOWS, FV_FLOW_VLAN, vlans, 3, &at), 1);
	CU_ASSERT_EQUAL(at, 2);
	CU_ASSERT_EQUAL(
	    fv_policy_check_column(&p, FLOWS, FV_FLOW_ICMP_TYPE, types, 2, &at),
	    1);
	CU_ASSERT_EQUAL(
	    fv_policy_check_column(&p, FLOWS, FV_FLOW_TTL, ttls, 3, &at), 1);
	CU_ASSERT_EQUAL(at, 1);
	/* What is kept may be anything. */
	CU_ASSERT_EQUAL(
	    fv_policy_check_column(&p, FLOWS, FV_FLOW_ICMP_CODE, types, 2, &at),
	    0);
}

static void
words_are_those_of_rfc_6235(void)
{
	const struct fv_policy p = parsed("policy: x\nbase: open\n");
	struct fv_policy_words w;

	fv_policy_words(&p, FLOWS, FV_FLOW_START_TIME, &w);
	CU_ASSERT_STRING_EQUAL(w.technique, "offset and precision degradation");
	CU_ASSERT_STRING_EQUAL(
	    w.parameters, "multiples of 1000000000 ns; secret whole weeks");
	fv_policy_words(&p, FLOWS, FV_FLOW_VLAN, &w);
	CU_ASSERT_STRING_EQUAL(w.technique, FV_SCHEMA_DROPPED);
	fv_policy_words(&p, FLOWS, FV_FLOW_BYTES, &w);
	CU_ASSERT_PTR_NULL(w.technique);
	CU_ASSERT_PTR_NULL(w.stability);
}

CU_TestInfo suite_policy_check[] = {
	{ "values that disobey are counted", values_that_disobey_are_counted },
	{ "words are those of RFC 6235", words_are_those_of_rfc_6235 },
	CU_TEST_INFO_NULL,
};
