#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60 };

/* Rows of chance over hosts of two sites. */
static void
make(struct trial *rows, size_t n)
{
	size_t i;

	trial_make(rows, n, HOSTS, 11);
	rows->context.nsites = 2;
	for (i = 0; i < HOSTS; i++) {
		rows->host[i].site = i % 2;
		rows->host[i].internal = i < HOSTS / 2;
	}
	for (i = 0; i < n; i++)
		if (rows->flow[i].source % 2 != rows->flow[i].destination % 2)
			rows->flow[i].destination ^= 1;
}

static bool
is_teredo(const struct fv_flow *f)
{
	return f->protocol == 17 &&
	    (f->source_port == 3544 || f->destination_port == 3544);
}

static bool
is_error(const struct fv_flow *f)
{
	return f->protocol == 58 || (f->protocol == 1 && f->icmp_type == 3);
}

static void
shares_are_as_a_plain_count_has_them(void)
{
	uint64_t all[2] = { 0 }, native[2] = { 0 }, tunnel[2] = { 0 };
	uint64_t teredo[2] = { 0 }, errors[2] = { 0 };
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;
	size_t i, site;

	make(&rows, 3000);
	for (i = 0; i < rows.n; i++) {
		const struct fv_flow *f = &rows.flow[i];

		site = f->source % 2;
		all[site] += f->packets;
		if (rows.host[f->source].ip_version == 6)
			native[site] += f->packets;
		tunnel[site] += f->protocol == 41 ? f->packets : 0;
		teredo[site] += is_teredo(f) ? f->packets : 0;
		errors[site] += is_error(f) ? f->packets : 0;
	}
	CU_ASSERT(tunnel[0] > 0 && teredo[0] > 0 && errors[0] > 0);
	r = trial_run(&fv_site_comparison_analysis, &rows, 3, TRIAL_PAIRS, 1);
	t = trial_table(r, "R28e", "sites");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 2);
	/* By name: the airport, which is site 1, comes first. */
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "site")->text, "airport");
	for (i = 0; i < 2; i++) {
		site = 1 - i;
		CU_ASSERT(trial_cell(t, i, "packets")->part == all[site]);
		trial_check_share(
		    trial_cell(t, i, "native"), native[site], all[site]);
		trial_check_share(
		    trial_cell(t, i, "tunnel"), tunnel[site], all[site]);
		trial_check_share(
		    trial_cell(t, i, "teredo"), teredo[site], all[site]);
		trial_check_share(
		    trial_cell(t, i, "errors"), errors[site], all[site]);
	}
	trial_check_share(trial_fact(r, "R28e", "native"),
	    native[0] + native[1],
	    native[0] + native[1] + tunnel[0] + tunnel[1] + teredo[0] +
		teredo[1]);
	fv_result_free(r);
	trial_free(&rows);
}

/* Four hosts, two a site, that each send outward by one service. */
static void
use(struct trial *rows, uint16_t here, uint16_t there)
{
	size_t i;

	make(rows, 40);
	for (i = 0; i < 40; i++) {
		struct fv_flow *f = &rows->flow[i];

		memset(f, 0, sizeof(*f));
		f->source = (uint32_t)(i % 4);
		f->destination = (uint32_t)(HOSTS / 2 + i % 4);
		f->direction = FV_DIRECTION_OUTBOUND;
		f->protocol = 6;
		f->source_port = 40000;
		f->destination_port = i % 2 == 0 ? here : there;
		f->packets = 1;
		f->stack = FV_NO_ROW;
	}
}

static void
sites_with_nothing_in_common_are_one_apart(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	use(&rows, 22, 80);
	r = trial_run(&fv_site_comparison_analysis, &rows, 2, TRIAL_PAIRS, 1);
	t = trial_table(r, "R28e", "distances");
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 1);
	CU_ASSERT(trial_cell(t, 0, "distance")->part == 1000000);
	CU_ASSERT(trial_cell(t, 0, "low")->part == 1000000);
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "site")->text, "airport");
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "service")->text, "SSH");
	trial_check_share(trial_cell(t, 0, "share"), 0, 20);
	trial_check_share(trial_cell(t, 0, "other_share"), 20, 20);
	fv_result_free(r);
	trial_free(&rows);
	use(&rows, 80, 80);
	r = trial_run(&fv_site_comparison_analysis, &rows, 2, TRIAL_PAIRS, 1);
	t = trial_table(r, "R28e", "distances");
	CU_ASSERT(trial_cell(t, 0, "distance")->part == 0);
	CU_ASSERT(trial_cell(t, 0, "alike")->part == 0);
	fv_result_free(r);
	trial_free(&rows);
}

static void
check_note(struct trial *rows, const char *words)
{
	const struct fv_result_section *section;
	struct fv_result *r;
	bool found = false;
	size_t i;

	r = trial_run(&fv_site_comparison_analysis, rows, 1, TRIAL_FORWARD, 1);
	section = trial_section(r, "R28e");
	for (i = 0; i < section->nnotes; i++)
		found |= strstr(section->note[i], words) != NULL;
	CU_ASSERT(found);
	CU_ASSERT_PTR_NULL(trial_table(r, "R28e", "distances"));
	fv_result_free(r);
}

static void
where_there_is_nothing_to_compare_it_says_so(void)
{
	struct trial rows;
	size_t i;

	use(&rows, 22, 80);
	rows.context.nsites = 1;
	check_note(&rows, "There is one site");
	rows.context.nsites = 2;
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = i == 0;
	check_note(&rows, "Only one site has internal hosts");
	rows.host[0].internal = 0;
	check_note(&rows, "No host of this dataset is known to be internal");
	rows.n = 0;
	rows.host[0].internal = 1;
	check_note(&rows, "Only one site has internal hosts");
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	static const size_t parts[] = { 1, 2, 7 };
	struct fv_result *r;
	struct trial rows;
	char *text, *other;
	size_t i;

	trial_check_laws(&fv_site_comparison_analysis);
	make(&rows, 3000);
	r = trial_run(&fv_site_comparison_analysis, &rows, 1, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NOT_NULL(trial_table(r, "R28e", "distances"));
	text = trial_json(r);
	fv_result_free(r);
	for (i = 0; i < 3; i++) {
		r = trial_run(&fv_site_comparison_analysis, &rows, parts[i],
		    (enum trial_order)i, i + 2);
		other = trial_json(r);
		fv_result_free(r);
		CU_ASSERT_STRING_EQUAL(text, other);
		free(other);
	}
	free(text);
	trial_free(&rows);
}

CU_TestInfo suite_site_comparison[] = {
	{ "shares are as a plain count has them",
	    shares_are_as_a_plain_count_has_them },
	{ "sites with nothing in common are one apart",
	    sites_with_nothing_in_common_are_one_apart },
	{ "where there is nothing to compare it says so",
	    where_there_is_nothing_to_compare_it_says_so },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};
