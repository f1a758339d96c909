#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/join.h"
#include "datasets/hosts.h"

/* 192.0.2.${last}, or 2001:db8::c000:2xx of the same low bits. */
static struct fv_host
host(uint8_t last, uint8_t version, uint32_t site)
{
	struct fv_published_addr addr = { { 0 }, version };
	struct fv_host h;

	memset(&h, 0, sizeof(h));
	memset(addr.octet + 10, 0xff, 2);
	memcpy(addr.octet + 12, "\xc0\x00\x02", 3);
	addr.octet[15] = last;
	fv_hosts_set_address(&h, &addr);
	h.site = site;
	return h;
}

static struct fv_site
site(const char *name)
{
	struct fv_site s;

	memset(&s, 0, sizeof(s));
	(void)strcpy(s.name, name);
	(void)strcpy(s.kind, "hotel");
	return s;
}

static struct fv_join *
new_join(void)
{
	struct fv_err err;
	struct fv_join *j = fv_join_new(&err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(j);
	return j;
}

static void
equal_hosts_of_a_site_and_key_get_one_number(void)
{
	struct fv_host first[] = { host(1, 4, 0), host(2, 4, 0) };
	struct fv_host second[] = { host(3, 4, 1), host(2, 4, 1), host(2, 6, 1),
		host(2, 4, 0), host(2, 4, 7) };
	struct fv_site a[] = { site("here") };
	struct fv_site b[] = { site("there"), site("here") };
	struct fv_join_part one = { first, 2, NULL, 0, a, 1, "k1",
		FV_ANALYSIS_RECORDS_PRIMITIVE, NULL, 0 };
	struct fv_join_part two = { second, 5, NULL, 0, b, 2, "k1",
		FV_ANALYSIS_RECORDS_PRIMITIVE, NULL, 0 };
	struct fv_join *j = new_join();
	const struct fv_analysis_context *c;
	uint32_t number[5];
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_join_add(j, &one, number, NULL, &err), 0);
	CU_ASSERT_EQUAL(number[0], 0);
	CU_ASSERT_EQUAL(number[1], 1);
	second[1].internal = 1;
	CU_ASSERT_EQUAL(fv_join_add(j, &two, number, NULL, &err), 0);
	CU_ASSERT_EQUAL(number[0], 2);
	CU_ASSERT_EQUAL(number[1], 1); /* the same as before */
	CU_ASSERT_EQUAL(number[2], 3); /* another IP version */
	CU_ASSERT_EQUAL(number[3], 4); /* another site */
	CU_ASSERT_EQUAL(number[4], 5); /* no site */
	c = fv_join_context(j);
	CU_ASSERT_EQUAL(c->nhosts, 6);
	CU_ASSERT_EQUAL(c->nsites, 2);
	CU_ASSERT_EQUAL(c->hosts[1].internal, 1);
	CU_ASSERT_EQUAL(c->hosts[2].site, 0);
	CU_ASSERT_EQUAL(c->hosts[4].site, 1);
	CU_ASSERT_EQUAL(c->hosts[5].site, FV_NO_ROW);
	CU_ASSERT_EQUAL(c->records, FV_ANALYSIS_RECORDS_PRIMITIVE);
	/* Under another key the same pseudonym is another host. */
	two.key = "k2";
	two.records = FV_ANALYSIS_RECORDS_UNIFLOW;
	CU_ASSERT_EQUAL(fv_join_add(j, &two, number, NULL, &err), 0);
	c = fv_join_context(j);
	CU_ASSERT_EQUAL(c->nhosts, 11);
	CU_ASSERT_EQUAL(c->nsites, 2);
	CU_ASSERT_EQUAL(c->records, FV_ANALYSIS_RECORDS_UNKNOWN);
	fv_join_free(j);
	fv_join_free(NULL);
}

/* Classes are mapped apart: one pseudonym, two hosts, and labels say so. */
static void
hosts_that_differ_in_class_alone(void)
{
	struct fv_host hosts[] = { host(1, 4, 0), host(1, 4, 0), host(2, 4, 0),
		host(1, 4, 1) };
	struct fv_site a[] = { site("here"), site("there") };
	struct fv_join_part one = { hosts, 4, NULL, 0, a, 2, "k1",
		FV_ANALYSIS_RECORDS_PRIMITIVE, NULL, 0 };
	static const char *const labels[] = { "192.0.2.1 (public) at here",
		"192.0.2.1 (private) at here", "192.0.2.2 at here",
		"192.0.2.1 at there" };
	struct fv_join *j = new_join();
	const struct fv_analysis_context *c;
	char label[FV_ANALYSIS_LABEL];
	uint32_t number[4], found = 0;
	struct fv_err err;
	size_t i;

	hosts[1].address_class = FV_ADDRESS_PRIVATE;
	CU_ASSERT_EQUAL(fv_join_add(j, &one, number, NULL, &err), 0);
	CU_ASSERT_EQUAL(fv_join_add(j, &one, number, NULL, &err), 0);
	c = fv_join_context(j);
	CU_ASSERT_EQUAL_FATAL(c->nhosts, 4);
	for (i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(number[i], i);
		fv_analysis_label(c, i, label);
		CU_ASSERT_STRING_EQUAL(label, labels[i]);
		CU_ASSERT_EQUAL(
		    fv_analysis_find(c, labels[i], &found, &err), 0);
		CU_ASSERT_EQUAL(found, i);
	}
	CU_ASSERT_EQUAL(fv_analysis_find(c, "192.0.2.2", &found, &err), 0);
	CU_ASSERT_EQUAL(found, 2);
	CU_ASSERT_EQUAL(fv_analysis_find(c, "192.0.2.1", &found, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "3 hosts are called"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "192.0.2.1 at there"));
	CU_ASSERT_EQUAL(fv_analysis_find(c, "192.0.2", &found, &err), -1);
	fv_join_free(j);
}

static void
captures_follow_each_other_with_their_sites(void)
{
	struct fv_capture_row rows[2];
	struct fv_site a[] = { site("here") }, b[] = { site("there") };
	struct fv_join_part one = { NULL, 0, rows, 2, a, 1, NULL,
		FV_ANALYSIS_RECORDS_UNIFLOW, NULL, 0 };
	struct fv_join_part two = { NULL, 0, rows, 1, b, 1, NULL,
		FV_ANALYSIS_RECORDS_UNIFLOW, NULL, 0 };
	struct fv_join *j = new_join();
	const struct fv_analysis_context *c;
	struct fv_err err;

	memset(rows, 0, sizeof(rows));
	rows[0].counter[FV_COUNT_READ] = 5;
	rows[1].site = 9;
	CU_ASSERT_EQUAL(fv_join_add(j, &one, NULL, NULL, &err), 0);
	CU_ASSERT_EQUAL(fv_join_add(j, &two, NULL, NULL, &err), 0);
	c = fv_join_context(j);
	CU_ASSERT_EQUAL_FATAL(c->ncaptures, 3);
	CU_ASSERT_EQUAL(c->captures[0].site, 0);
	CU_ASSERT_EQUAL(c->captures[1].site, FV_NO_ROW);
	CU_ASSERT_EQUAL(c->captures[2].site, 1);
	CU_ASSERT_EQUAL(c->captures[2].counter[FV_COUNT_READ], 5);
	fv_join_free(j);
}

static void
many_hosts_keep_their_numbers(void)
{
	enum { MANY = 20000 };
	struct fv_host *hosts = calloc(MANY, sizeof(*hosts));
	uint32_t *number = calloc(MANY, sizeof(*number));
	struct fv_join_part part = { hosts, MANY, NULL, 0, NULL, 0, NULL,
		FV_ANALYSIS_RECORDS_UNIFLOW, NULL, 0 };
	struct fv_join *j = new_join();
	struct fv_err err;
	size_t i, k, wrong = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(hosts);
	CU_ASSERT_PTR_NOT_NULL_FATAL(number);
	for (i = 0; i < MANY; i++) {
		hosts[i].ip_version = 6;
		hosts[i].address_high = UINT64_C(0x20010db8) << 32;
		hosts[i].address_low = i * 7919;
	}
	for (k = 0; k < 2; k++) {
		CU_ASSERT_EQUAL(fv_join_add(j, &part, number, NULL, &err), 0);
		for (i = 0; i < MANY; i++)
			wrong += number[i] != i;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(fv_join_context(j)->nhosts, MANY);
	free(hosts);
	free(number);
	fv_join_free(j);
}

CU_TestInfo suite_join[] = {
	{ "equal hosts of a site and key get one number",
	    equal_hosts_of_a_site_and_key_get_one_number },
	{ "hosts that differ in class alone",
	    hosts_that_differ_in_class_alone },
	{ "captures follow each other with their sites",
	    captures_follow_each_other_with_their_sites },
	{ "many hosts keep their numbers", many_hosts_keep_their_numbers },
	CU_TEST_INFO_NULL,
};
