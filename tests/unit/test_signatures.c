#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "tests/unit/oracle.h"

enum { HOSTS = 60 };

struct signature {
	unsigned protocol, port, flags;
	uint64_t packets, bytes;
};

static struct signature
signature_of(const struct fv_flow *f)
{
	struct signature s = { f->protocol, f->destination_port, f->tcp_flags,
		f->packets, f->bytes };

	if (f->protocol == 1 || f->protocol == 58)
		s.port = f->icmp_type * 256u + f->icmp_code;
	return s;
}

static bool
same(const struct signature *a, const struct signature *b)
{
	return a->protocol == b->protocol && a->port == b->port &&
	    a->flags == b->flags && a->packets == b->packets &&
	    a->bytes == b->bytes;
}

/* Whether row ${i} counts: of the host, or of all with FV_NO_ROW. */
static bool
counts(const struct trial *rows, size_t i, uint32_t host)
{
	return host == FV_NO_ROW
	    ? rows->flow[i].direction == FV_DIRECTION_OUTBOUND
	    : oracle_of(rows, i, host);
}

static uint64_t
count(const struct trial *rows, uint32_t host, const struct signature *want)
{
	struct signature s;
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		s = signature_of(&rows->flow[i]);
		n += counts(rows, i, host) && same(&s, want);
	}
	return n;
}

static struct signature
read_row(const struct fv_result_table *t, size_t row)
{
	static const char letters[] = "FSRPAUEC";
	struct signature s = { 0, 0, 0, 0, 0 };
	const char *c;

	s.protocol = (unsigned)trial_cell(t, row, "protocol")->part;
	s.port = (unsigned)trial_cell(t, row, "destination_port")->part;
	for (c = trial_cell(t, row, "flags")->text; *c != '\0'; c++)
		s.flags |= 1u << (strchr(letters, *c) - letters);
	s.packets = (uint64_t)trial_cell(t, row, "packets")->part;
	s.bytes = (uint64_t)trial_cell(t, row, "bytes")->part;
	return s;
}

static void
check(const struct trial *rows, uint32_t host, const char *name,
    const struct fv_result *r)
{
	const struct fv_result_table *t = trial_table(r, "R23", name);
	uint64_t records = 0, different = 0, last = UINT64_MAX, n;
	char fact[32];
	struct signature s, row;
	size_t i, k;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (i = 0; i < fv_result_rows(t); i++) {
		row = read_row(t, i);
		n = count(rows, host, &row);
		CU_ASSERT(n > 0 && n <= last);
		CU_ASSERT(trial_cell(t, i, "records")->part == n);
		last = n;
	}
	/* Whatever is not in the table has no more records than its last. */
	for (i = 0; i < rows->n; i++) {
		if (!counts(rows, i, host))
			continue;
		records++;
		s = signature_of(&rows->flow[i]);
		for (k = 0; k < i; k++) {
			row = signature_of(&rows->flow[k]);
			if (counts(rows, k, host) && same(&s, &row))
				break;
		}
		different += k == i;
		for (k = 0; k < fv_result_rows(t); k++) {
			row = read_row(t, k);
			if (same(&s, &row))
				break;
		}
		if (k == fv_result_rows(t))
			CU_ASSERT(count(rows, host, &s) <= last);
	}
	CU_ASSERT_EQUAL(fv_result_rows(t), different < 10 ? different : 10);
	trial_check_share(trial_cell(t, 0, "share"),
	    (uint64_t)trial_cell(t, 0, "records")->part, records);
	(void)strcat(strcpy(fact, "records_"), name);
	oracle_check(r, "R23", fact, records);
	(void)strcat(strcpy(fact, "signatures_"), name);
	oracle_check(r, "R23", fact, different);
}

static void
signatures_are_as_a_plain_count_has_them(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i;

	trial_make(&rows, 1200, HOSTS, 6);
	/* Few of everything, and one host with most. */
	for (i = 0; i < rows.n; i++) {
		rows.flow[i].tcp_flags &= 18;
		if (i % 4 == 0)
			rows.flow[i].source = 7;
	}
	rows.host[7].internal = 1;
	r = trial_run(&fv_signatures_analysis, &rows, 4, TRIAL_PAIRS, 1);
	oracle_check_host(&rows, r, "R23", 7);
	CU_ASSERT_EQUAL(oracle_suspect(&rows), 7);
	check(&rows, 7, "suspect", r);
	check(&rows, FV_NO_ROW, "all", r);
	fv_result_free(r);
	trial_free(&rows);
}

/* The slides' rows, each a number of times of its own. */
static void
the_printed_rows_are_found(void)
{
	static const struct {
		const char *name;
		struct signature s;
	} printed[] = {
		{ "tcp_80_a_40", { 6, 80, 16, 1, 40 } },
		{ "tcp_80_a_52", { 6, 80, 16, 1, 52 } },
		{ "tcp_443_a_40", { 6, 443, 16, 1, 40 } },
		{ "tcp_80_ra_40", { 6, 80, 20, 1, 40 } },
		{ "udp_1900_61", { 17, 1900, 0, 1, 61 } },
		{ "tcp_80_s_52", { 6, 80, 2, 1, 52 } },
		{ "tcp_80_s_48", { 6, 80, 2, 1, 48 } },
		{ "tcp_65209_r_40", { 6, 65209, 4, 1, 40 } },
		{ "tcp_80_fa_40", { 6, 80, 17, 1, 40 } },
		{ "tcp_80_a_60", { 6, 80, 16, 1, 60 } },
	};
	struct fv_flow *f;
	struct fv_result *r;
	struct trial rows;
	size_t i, k, n = 0;

	trial_make(&rows, 200, 3, 1);
	rows.context.records = FV_ANALYSIS_RECORDS_PRIMITIVE;
	rows.host[0].internal = 1;
	for (i = 0; i < FV_COUNT(printed); i++)
		for (k = 0; k <= i; k++) {
			f = &rows.flow[n++];
			f->direction = FV_DIRECTION_OUTBOUND;
			f->source = 0;
			f->protocol = (uint8_t)printed[i].s.protocol;
			f->destination_port = (uint16_t)printed[i].s.port;
			f->tcp_flags = (uint8_t)printed[i].s.flags;
			f->packets = printed[i].s.packets;
			f->bytes = printed[i].s.bytes;
		}
	rows.n = n;
	r = trial_run(&fv_signatures_analysis, &rows, 2, TRIAL_FORWARD, 1);
	for (i = 0; i < FV_COUNT(printed); i++)
		oracle_check(r, "R23", printed[i].name, i + 1);
	/* Most records first. */
	CU_ASSERT(
	    trial_cell(trial_table(r, "R23", "suspect"), 0, "bytes")->part ==
	    60);
	fv_result_free(r);
	/* Where records are flows, these rows would say nothing. */
	rows.context.records = FV_ANALYSIS_RECORDS_UNIFLOW;
	r = trial_run(&fv_signatures_analysis, &rows, 2, TRIAL_FORWARD, 1);
	CU_ASSERT_PTR_NULL(trial_fact(r, "R23", printed[0].name));
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_signatures_analysis);
}

CU_TestInfo suite_signatures[] = {
	{ "signatures are as a plain count has them",
	    signatures_are_as_a_plain_count_has_them },
	{ "the printed rows are found", the_printed_rows_are_found },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};
