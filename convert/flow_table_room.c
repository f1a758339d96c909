#include <stdlib.h>

#include "base/memory.h"
#include "convert/flow_table_internal.h"

/* The memory that a flow table has. */

/* ${array}, or where it is now, has room for one record more. */
static void *
grown(const struct fv_flow_table *t, void *array, size_t *room, size_t size,
    struct fv_err *err)
{
	return fv_memory_widen(
	    array, room, t->used + 1, size, t->options.most, err);
}

int
fv_flow_table_grow(struct fv_flow_table *t, struct fv_err *err)
{
	void *record, *link, *beside;

	record = grown(t, t->record, &t->capacity, sizeof(*t->record), err);
	if (record == NULL)
		return fv_err_within(err, "flow table");
	t->record = record;
	link = grown(t, t->link, &t->links, sizeof(*t->link), err);
	if (link == NULL)
		return fv_err_within(err, "flow table");
	t->link = link;
	beside = t->options.biflow
	    ? grown(t, t->session, &t->sessions, sizeof(*t->session), err)
	    : grown(t, t->begin, &t->begins, sizeof(*t->begin), err);
	if (beside == NULL)
		return fv_err_within(err, "flow table");
	if (t->options.biflow)
		t->session = beside;
	else
		t->begin = beside;
	return 0;
}

size_t
fv_flow_table_bytes(const struct fv_flow_table *t)
{
	return t->capacity * sizeof(*t->record) + t->links * sizeof(*t->link) +
	    t->sessions * sizeof(*t->session) + t->begins * sizeof(*t->begin) +
	    fv_hashmap_bytes(&t->map);
}

void
fv_flow_table_free(struct fv_flow_table *t)
{
	if (t == NULL)
		return;
	fv_hashmap_free(&t->map);
	/* The keys hold real addresses. */
	if (t->record != NULL)
		fv_key_wipe(t->record, t->used * sizeof(*t->record));
	free(t->record);
	free(t->link);
	free(t->session);
	free(t->begin);
	free(t);
}
