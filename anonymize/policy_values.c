#include "anonymize/policy_values.h"

#include <string.h>

#include "datasets/flow.h"
#include "datasets/schema.h"

static uint64_t
get(const struct fv_column *c, const unsigned char *field)
{
	uint64_t value = 0;
	uint16_t narrow;
	uint32_t wide;

	switch (c->size) {
	case 1:
		return *field;
	case 2:
		memcpy(&narrow, field, sizeof(narrow));
		return narrow;
	case 4:
		memcpy(&wide, field, sizeof(wide));
		return wide;
	default:
		memcpy(&value, field, sizeof(value));
		return value;
	}
}

static void
put(const struct fv_column *c, unsigned char *field, uint64_t value)
{
	uint16_t narrow = (uint16_t)value;
	uint32_t wide = (uint32_t)value;

	switch (c->size) {
	case 1:
		*field = (unsigned char)value;
		break;
	case 2:
		memcpy(field, &narrow, sizeof(narrow));
		break;
	case 4:
		memcpy(field, &wide, sizeof(wide));
		break;
	default:
		memcpy(field, &value, sizeof(value));
		break;
	}
}

/* Drop a column: zeros, or no row in one of row numbers. */
static void
drop(const struct fv_table *t, const struct fv_column *c, unsigned char *row,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++, row += t->row_size)
		memset(
		    row + c->offset, c->refers_to != NULL ? 0xff : 0, c->size);
}

static void
coarsen(const struct fv_table *t, const struct fv_column *c,
    enum fv_policy_way way, uint64_t step, unsigned char *row, size_t n)
{
	unsigned char *field;
	uint64_t value;
	size_t i;

	for (i = 0; i < n; i++, row += t->row_size) {
		field = row + c->offset;
		value = get(c, field);
		put(c, field,
		    way == FV_POLICY_POWERS ? fv_policy_power(value)
					    : fv_policy_multiple(value, step));
	}
}

void
fv_policy_rows(const struct fv_policy *policy, enum fv_table_id table,
    void *rows, size_t n)
{
	const struct fv_table *t = &fv_schema_tables[table];
	const struct fv_policy_treatment *treatment = policy->treatment[table];
	enum fv_policy_way way;
	size_t i;

	for (i = 0; i < t->ncolumns; i++) {
		if (treatment[i].action == FV_POLICY_DROP) {
			drop(t, &t->columns[i], rows, n);
			continue;
		}
		if (treatment[i].action != FV_POLICY_COARSEN)
			continue;
		way = fv_policy_rule(table, i).way;
		if (way == FV_POLICY_POWERS || way == FV_POLICY_STEPS)
			coarsen(
			    t, &t->columns[i], way, treatment[i].step, rows, n);
	}
}

void
fv_policy_row(const struct fv_policy *policy, enum fv_table_id table, void *row)
{
	fv_policy_rows(policy, table, row, 1);
}
