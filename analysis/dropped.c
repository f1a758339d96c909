#include "analysis/dropped.h"

#include <stdio.h>
#include <string.h>

#include "datasets/schema.h"

/* The columns that ${a} and whom it needs read. */
static uint32_t
columns_of(const struct fv_analysis *a)
{
	uint32_t columns = a->columns;
	size_t i;

	for (i = 0; i < FV_ANALYSIS_NEEDS; i++)
		if (a->needs[i] != NULL)
			columns |= a->needs[i]->columns;
	return columns;
}

bool
fv_dropped_stops(const struct fv_analysis *analysis,
    const struct fv_analysis_context *context)
{
	return (columns_of(analysis) & context->dropped) != 0;
}

/* Their names, with commas between. */
static void
list(uint32_t columns, char *text, size_t size)
{
	const struct fv_table *flows = &fv_schema_tables[FV_TABLE_FLOWS];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < FV_FLOW_COLUMNS; i++) {
		if ((columns >> i & 1) == 0 || n >= size)
			continue;
		n += (size_t)snprintf(text + n, size - n, "%s%s",
		    n == 0 ? "" : ", ", flows->columns[i].name);
	}
}

void
fv_dropped_put(const struct fv_analysis *analysis,
    const struct fv_analysis_context *context, struct fv_result *result)
{
	char id[16], columns[FV_RESULT_TEXT_LIMIT / 2];
	const char *at = analysis->ids;
	size_t n;

	list(columns_of(analysis) & context->dropped, columns, sizeof(columns));
	for (; *at != '\0'; at += n + strspn(at + n, " ")) {
		n = strcspn(at, " ");
		(void)snprintf(id, sizeof(id), "%.*s", (int)n, at);
		fv_result_section(
		    result, id, "Left out", analysis->description);
		fv_result_note(result,
		    "This needs what the policy of the release dropped: %s.",
		    columns);
	}
}
