#include "tests/unit/oracle.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

static bool
inside_known(const struct trial *rows)
{
	size_t i;

	for (i = 0; i < rows->context.nhosts; i++)
		if (rows->host[i].internal)
			return true;
	return false;
}

bool
oracle_outward(const struct trial *rows, size_t i)
{
	const struct fv_flow *f = &rows->flow[i];

	if (!inside_known(rows))
		return f->direction == FV_DIRECTION_OUTBOUND ||
		    f->direction == FV_DIRECTION_UNKNOWN;
	return f->direction == FV_DIRECTION_OUTBOUND &&
	    rows->host[f->source].internal;
}

bool
oracle_of(const struct trial *rows, size_t i, uint32_t host)
{
	return rows->flow[i].source == host && oracle_outward(rows, i);
}

struct oracle_sent
oracle_sent(const struct trial *rows, uint32_t host)
{
	struct oracle_sent s = { 0, 0, 0, 0 };
	bool *met = calloc(rows->context.nhosts + 1, sizeof(*met));
	const struct fv_flow *f;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(met);
	for (i = 0; i < rows->n; i++) {
		f = &rows->flow[i];
		if (!oracle_of(rows, i, host))
			continue;
		if (s.records == 0 || f->start_time < s.first)
			s.first = f->start_time;
		s.destinations += !met[f->destination];
		met[f->destination] = true;
		s.packets += f->packets;
		s.records++;
	}
	free(met);
	return s;
}

uint32_t
oracle_suspect(const struct trial *rows)
{
	struct oracle_sent best = { 0, 0, 0, 0 }, s;
	uint32_t host, found = FV_NO_ROW;

	for (host = 0; host < rows->context.nhosts; host++) {
		s = oracle_sent(rows, host);
		if (s.destinations < best.destinations || s.records == 0)
			continue;
		if (s.destinations > best.destinations ||
		    s.first < best.first) {
			best = s;
			found = host;
		}
	}
	return found;
}

void
oracle_check_host(const struct trial *rows, const struct fv_result *r,
    const char *id, uint32_t host)
{
	const struct fv_result_cell *cell = trial_fact(r, id, "host");

	CU_ASSERT_PTR_NOT_NULL_FATAL(cell);
	CU_ASSERT_EQUAL(cell->type, FV_RESULT_HOST);
	CU_ASSERT_STRING_EQUAL(cell->text, rows->host[host].address);
}

void
oracle_check(
    const struct fv_result *r, const char *id, const char *name, uint64_t value)
{
	const struct fv_result_cell *cell = trial_fact(r, id, name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(cell);
	CU_ASSERT(cell->part == value);
}

void
oracle_check_ratio(const struct fv_result *r, const char *id, const char *name,
    uint64_t part, uint64_t whole)
{
	const struct fv_result_cell *cell = trial_fact(r, id, name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(cell);
	CU_ASSERT_EQUAL(cell->type, FV_RESULT_RATIO);
	CU_ASSERT(cell->part * whole == cell->whole * part);
}
