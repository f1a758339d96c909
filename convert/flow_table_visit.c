#include "convert/flow_table_internal.h"

size_t
fv_flow_table_count(const struct fv_flow_table *t)
{
	return t->map.used;
}

uint64_t
fv_flow_table_evicted(const struct fv_flow_table *t)
{
	return t->evicted;
}

static void
visit_list(struct fv_flow_table *t, int list, fv_flow_visit *visit, void *arg)
{
	uint32_t n;
	uint64_t packets;

	for (n = t->list[list].oldest; n != FV_FLOW_NOBODY;
	     n = t->link[n].newer) {
		packets = t->record[n].row.packets;
		if (t->options.biflow)
			packets += t->session[n].packets;
		visit(arg, &t->record[n].row, packets);
	}
}

void
fv_flow_table_visit(struct fv_flow_table *t, fv_flow_visit *visit, void *arg)
{
	visit_list(t, FV_FLOW_LIST_CLOSED, visit, arg);
	visit_list(t, FV_FLOW_LIST_OPEN, visit, arg);
}

void
fv_flow_table_publish(struct fv_flow_table *t, struct fv_publisher *publisher)
{
	t->publisher = publisher;
}
