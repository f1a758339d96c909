#include "anonymize/succession.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/schema.h"

/* What rows refer to. */
enum { HOSTS, DEVICES, STACKS, KINDS };

static const enum fv_table_id table[KINDS] = {
	[HOSTS] = FV_TABLE_HOSTS,
	[DEVICES] = FV_TABLE_DEVICES,
	[STACKS] = FV_TABLE_STACKS,
};

struct fv_succession {
	const struct fv_publisher *from;
	struct fv_publisher *to;
	uint32_t
	    *number[KINDS]; /* by the old one: first a mark, then the new */
	size_t n[KINDS];
};

struct fv_succession *
fv_succession_new(const struct fv_publisher *from, struct fv_publisher *to,
    struct fv_err *err)
{
	struct fv_succession *s;
	int kind;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->from = from;
	s->to = to;
	s->n[HOSTS] = fv_publisher_hosts(from);
	s->n[DEVICES] = fv_publisher_devices(from);
	s->n[STACKS] = fv_publisher_stacks(from);
	for (kind = 0; kind < KINDS; kind++) {
		s->number[kind] =
		    fv_memory_new(s->n[kind], sizeof(**s->number), err);
		if (s->number[kind] == NULL) {
			fv_succession_free(s);
			return NULL;
		}
	}
	return s;
}

static void
mark(struct fv_succession *s, int kind, uint32_t number)
{
	if (number == FV_NO_ROW)
		return;
	assert(number < s->n[kind]);
	s->number[kind][number] = true;
}

void
fv_succession_mark(struct fv_succession *s, const struct fv_flow *row)
{
	mark(s, HOSTS, row->source);
	mark(s, HOSTS, row->destination);
	mark(s, DEVICES, row->source_device);
	mark(s, STACKS, row->stack);
}

int
fv_succession_number(struct fv_succession *s, struct fv_err *err)
{
	uint32_t *number;
	size_t i;
	int kind;

	for (kind = 0; kind < KINDS; kind++) {
		number = s->number[kind];
		for (i = 0; i < s->n[kind]; i++)
			if (number[i] != 0 &&
			    fv_publisher_take(s->to, s->from, table[kind],
				(uint32_t)i, &number[i], err) == -1)
				return -1;
	}
	return 0;
}

static uint32_t
changed(const struct fv_succession *s, int kind, uint32_t number)
{
	return number == FV_NO_ROW ? FV_NO_ROW : s->number[kind][number];
}

void
fv_succession_change(const struct fv_succession *s, struct fv_flow *row)
{
	row->source = changed(s, HOSTS, row->source);
	row->destination = changed(s, HOSTS, row->destination);
	row->source_device = changed(s, DEVICES, row->source_device);
	row->stack = changed(s, STACKS, row->stack);
}

void
fv_succession_free(struct fv_succession *s)
{
	int kind;

	if (s == NULL)
		return;
	for (kind = 0; kind < KINDS; kind++)
		free(s->number[kind]);
	free(s);
}
