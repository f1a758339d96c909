#include "datasets/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/door.h"
#include "datasets/prose.h"
#include "datasets/reader.h"
#include "datasets/variant.h"

/* Times finer than this are not looked for; coarser ones are whole seconds. */
static const int64_t SECOND = 1000000000;

/* The columns that are counted, a chunk at a time. */
struct batch {
	int64_t start[FV_CHUNK_ROWS];
	uint64_t packets[FV_CHUNK_ROWS];
	uint64_t bytes[FV_CHUNK_ROWS];
	uint8_t protocol[FV_CHUNK_ROWS];
	uint8_t direction[FV_CHUNK_ROWS];
};

static int
no_memory(struct fv_err *err)
{
	return fv_err_set(err, FV_EMEMORY, "out of memory");
}

/* Whether a text attribute, if it is there, may be published. */
static int
check_text(struct fv_reader *r, const char *name, struct fv_err *err)
{
	const char *text = fv_reader_text(r, name), *why = NULL;

	if (text != NULL)
		why = fv_prose_fault(text, true);
	if (why == NULL)
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    "its attribute '%s' cannot be published: it %s", name, why);
}

/* A text attribute; one that is not there stays NULL. */
static int
take_text(struct fv_reader *r, const char *name, char **to, struct fv_err *err)
{
	const char *text = fv_reader_text(r, name);

	if (text != NULL && (*to = strdup(text)) == NULL)
		return no_memory(err);
	return 0;
}

static int
take_attributes(struct fv_reader *r, struct fv_facts *f, struct fv_err *err)
{
	const struct {
		const char *name;
		char **to;
	} text[] = {
		{ "FORMAT_VERSION", &f->format_version },
		{ "record_mode", &f->record_mode },
		{ "anonymization_scheme", &f->scheme },
		{ "address_spaces", &f->spaces },
		{ "release", &f->release },
		{ "key_id", &f->key_id },
		{ "internal_rule", &f->internal_rule },
		{ "source", &f->source },
		{ FV_SCHEMA_POLICY_NAME, &f->policy_name },
		{ FV_SCHEMA_POLICY, &f->policy },
	};
	const struct fv_attribute *a;
	size_t i;

	/* All of them are in the file that goes out. */
	for (a = fv_schema_attributes; a->name != NULL; a++)
		if (check_text(r, a->name, err) == -1)
			return -1;
	for (i = 0; i < FV_COUNT(text); i++)
		if (take_text(r, text[i].name, text[i].to, err) == -1)
			return -1;
	if (f->scheme == NULL || f->key_id == NULL || f->record_mode == NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "does not say how its addresses were anonymized: only a "
		    "dataset that 'flowveil convert' wrote is packaged");
	f->has_timeouts =
	    fv_reader_number(r, "idle_timeout_ns", &f->idle_timeout) &&
	    fv_reader_number(r, "active_timeout_ns", &f->active_timeout);
	return 0;
}

/* Put ${type} on the list unless it is there; the list is sorted. */
static void
add_link_type(struct fv_facts *f, uint32_t type)
{
	size_t i = 0;

	while (i < f->nlink_types && f->link_types[i] < type)
		i++;
	if (f->nlink_types == FV_FACTS_LINKS ||
	    (i < f->nlink_types && f->link_types[i] == type))
		return;
	memmove(&f->link_types[i + 1], &f->link_types[i],
	    (f->nlink_types - i) * sizeof(f->link_types[0]));
	f->link_types[i] = type;
	f->nlink_types++;
}

static void
cover(struct fv_facts *f, int64_t first, int64_t last)
{
	if (!f->covered || first < f->first)
		f->first = first;
	if (!f->covered || last > f->last)
		f->last = last;
	f->covered = true;
}

static int
take_captures(struct fv_reader *r, struct fv_facts *f, struct fv_err *err)
{
	const struct fv_capture_row *c;
	struct fv_capture_row *rows;
	uint64_t i;

	if ((rows = fv_reader_table(r, FV_TABLE_CAPTURES, err)) == NULL)
		return -1;
	for (i = 0; i < f->rows[FV_TABLE_CAPTURES]; i++) {
		c = &rows[i];
		fv_counters_add(f->counter, c->counter);
		if (c->side < FV_COUNT(f->captures_of_side))
			f->captures_of_side[c->side]++;
		add_link_type(f, c->link_type);
		if (c->snapshot_length > f->snapshot_length)
			f->snapshot_length = c->snapshot_length;
		if (c->counter[FV_COUNT_RECORDED] > 0)
			cover(f, c->first_time, c->last_time);
	}
	free(rows);
	return 0;
}

static bool
has_site(const struct fv_facts *f, const struct fv_site *site)
{
	size_t i;

	for (i = 0; i < f->nsites; i++)
		if (memcmp(&f->sites[i], site, sizeof(*site)) == 0)
			return true;
	return false;
}

/* Texts of the file end where their column does: make them strings. */
static int
take_sites(struct fv_reader *r, struct fv_facts *f, struct fv_err *err)
{
	struct fv_site *site;
	const char *why;
	size_t i;

	f->sites = fv_reader_table(r, FV_TABLE_SITES, err);
	if (f->sites == NULL)
		return -1;
	f->nsites = (size_t)f->rows[FV_TABLE_SITES];
	for (i = 0; i < f->nsites; i++) {
		site = &f->sites[i];
		site->name[FV_SITE_TEXT - 1] = '\0';
		site->kind[FV_SITE_TEXT - 1] = '\0';
		why = fv_prose_fault(site->name, false);
		if (why == NULL)
			why = fv_prose_fault(site->kind, false);
		if (why != NULL)
			return fv_err_set(err, FV_EFORMAT,
			    "its site %zu cannot be published: it %s", i, why);
	}
	return 0;
}

static int
take_hosts(struct fv_reader *r, struct fv_facts *f, struct fv_err *err)
{
	int column =
	    fv_schema_column(&fv_schema_tables[FV_TABLE_HOSTS], "internal");
	uint64_t at, rows = f->rows[FV_TABLE_HOSTS];
	uint8_t *values;
	size_t i, n;
	int rc = 0;

	if ((values = fv_memory_new(FV_CHUNK_ROWS, 1, err)) == NULL)
		return -1;
	for (at = 0; rc == 0 && at < rows; at += n) {
		n = rows - at < FV_CHUNK_ROWS ? (size_t)(rows - at)
					      : FV_CHUNK_ROWS;
		rc = fv_reader_column(
		    r, FV_TABLE_HOSTS, (size_t)column, at, n, values, err);
		for (i = 0; rc == 0 && i < n; i++)
			f->internal_hosts += values[i] != 0;
	}
	free(values);
	return rc;
}

static enum fv_facts_protocol
protocol_of(uint8_t number)
{
	switch (number) {
	case 6:
		return FV_FACTS_TCP;
	case 17:
		return FV_FACTS_UDP;
	case 1:
	case 58:
		return FV_FACTS_ICMP;
	default:
		return FV_FACTS_OTHER;
	}
}

static void
add_sum(struct fv_facts_sum *into, const struct fv_facts_sum *sum)
{
	into->records += sum->records;
	into->packets += sum->packets;
	into->bytes += sum->bytes;
}

static void
count_batch(struct fv_facts *f, const struct batch *b, size_t n)
{
	struct fv_facts_sum row;
	size_t i;

	for (i = 0; i < n; i++) {
		row = (struct fv_facts_sum){ 1, b->packets[i], b->bytes[i] };
		add_sum(&f->total, &row);
		add_sum(&f->protocol[protocol_of(b->protocol[i])], &row);
		if (b->direction[i] < FV_FACTS_DIRECTIONS)
			add_sum(&f->direction[b->direction[i]], &row);
		while (b->start[i] % f->resolution != 0)
			f->resolution /= 10;
	}
}

static int
take_flows(struct fv_reader *r, struct fv_facts *f, struct fv_err *err)
{
	uint64_t at, rows = f->rows[FV_TABLE_FLOWS];
	struct batch *b;
	size_t i, n;
	int rc = 0;

	if ((b = fv_memory_new(1, sizeof(*b), err)) == NULL)
		return -1;
	const struct {
		enum fv_flow_column column;
		void *to;
	} wanted[] = {
		{ FV_FLOW_START_TIME, b->start },
		{ FV_FLOW_PACKETS, b->packets },
		{ FV_FLOW_BYTES, b->bytes },
		{ FV_FLOW_PROTOCOL, b->protocol },
		{ FV_FLOW_DIRECTION, b->direction },
	};
	for (at = 0; rc == 0 && at < rows; at += n) {
		n = rows - at < FV_CHUNK_ROWS ? (size_t)(rows - at)
					      : FV_CHUNK_ROWS;
		for (i = 0; rc == 0 && i < FV_COUNT(wanted); i++)
			rc = fv_reader_column(r, FV_TABLE_FLOWS,
			    wanted[i].column, at, n, wanted[i].to, err);
		if (rc == 0)
			count_batch(f, b, n);
	}
	free(b);
	return rc;
}

/* Whether all of it is there, and is what was written. */
static int
check_whole(struct fv_reader *r, const struct fv_facts *f, struct fv_err *err)
{
	if (fv_reader_check_content(r, err) == -1 ||
	    fv_reader_check_references(r, err) == -1)
		return fv_err_within(
		    err, "is not a whole dataset, and is not packaged");
	if (!fv_counters_balance(f->counter))
		return fv_err_set(err, FV_EFORMAT,
		    "is not packaged: its counters do not add up to the "
		    "packets read");
	return 0;
}

int
fv_facts_open(const char *path, struct fv_facts *f, struct fv_err *err)
{
	struct fv_reader *r;
	size_t i;
	int rc = -1;

	memset(f, 0, sizeof(*f));
	f->resolution = SECOND;
	if ((r = fv_door_open(path, err)) == NULL)
		return -1;
	for (i = 0; i < FV_TABLES; i++)
		f->rows[i] = fv_reader_rows(r, (enum fv_table_id)i);
	if ((f->variant = fv_variant_read(r, err)) != NULL &&
	    take_attributes(r, f, err) == 0 && take_captures(r, f, err) == 0 &&
	    check_whole(r, f, err) == 0 && take_sites(r, f, err) == 0 &&
	    take_hosts(r, f, err) == 0 && take_flows(r, f, err) == 0)
		rc = 0;
	fv_reader_free(r);
	return rc;
}

/* Take over a text, or see that it is the same in both. */
static int
same_text(char **into, const char *one, bool begun, const char *what,
    struct fv_err *err)
{
	if (!begun) {
		if (one != NULL && (*into = strdup(one)) == NULL)
			return no_memory(err);
		return 0;
	}
	if ((*into == NULL) != (one == NULL) ||
	    (one != NULL && strcmp(*into, one) != 0))
		return fv_err_set(err, FV_EUSAGE,
		    "was made with another %s than the datasets before: make "
		    "a release of each",
		    what);
	return 0;
}

static int
add_sites(struct fv_facts *into, const struct fv_facts *one, struct fv_err *err)
{
	struct fv_site *sites;
	size_t i;

	for (i = 0; i < one->nsites; i++) {
		if (has_site(into, &one->sites[i]))
			continue;
		sites =
		    realloc(into->sites, (into->nsites + 1) * sizeof(*sites));
		if (sites == NULL)
			return no_memory(err);
		into->sites = sites;
		into->sites[into->nsites++] = one->sites[i];
	}
	return 0;
}

int
fv_facts_add(
    struct fv_facts *into, const struct fv_facts *one, struct fv_err *err)
{
	bool begun = into->record_mode != NULL;
	size_t i;

	if (same_text(&into->format_version, one->format_version, begun,
		"format version", err) == -1 ||
	    same_text(&into->scheme, one->scheme, begun, "anonymization scheme",
		err) == -1 ||
	    same_text(&into->spaces, one->spaces, begun, "address spaces",
		err) == -1 ||
	    same_text(&into->release, one->release, begun, "release", err) ==
		-1 ||
	    same_text(&into->key_id, one->key_id, begun, "key", err) == -1 ||
	    same_text(&into->internal_rule, one->internal_rule, begun,
		"rule of what is internal", err) == -1 ||
	    same_text(&into->policy, one->policy, begun, "policy", err) == -1 ||
	    same_text(&into->policy_name, one->policy_name, begun,
		"name of the policy", err) == -1 ||
	    same_text(&into->source, one->source, begun,
		"version of the program", err) == -1 ||
	    same_text(&into->record_mode, one->record_mode, begun,
		"record mode", err) == -1 ||
	    add_sites(into, one, err) == -1)
		return -1;
	if (begun &&
	    (into->has_timeouts != one->has_timeouts ||
		into->idle_timeout != one->idle_timeout ||
		into->active_timeout != one->active_timeout))
		return fv_err_set(err, FV_EUSAGE,
		    "was made with other timeouts than the datasets before: "
		    "make a release of each");
	if (into->variant == NULL && one->variant != NULL &&
	    (into->variant = fv_variant_copy(one->variant, err)) == NULL)
		return -1;
	into->has_timeouts = one->has_timeouts;
	into->idle_timeout = one->idle_timeout;
	into->active_timeout = one->active_timeout;
	for (i = 0; i < FV_TABLES; i++)
		into->rows[i] += one->rows[i];
	fv_counters_add(into->counter, one->counter);
	if (one->covered)
		cover(into, one->first, one->last);
	if (!begun || one->resolution < into->resolution)
		into->resolution = one->resolution;
	add_sum(&into->total, &one->total);
	for (i = 0; i < FV_FACTS_PROTOCOLS; i++)
		add_sum(&into->protocol[i], &one->protocol[i]);
	for (i = 0; i < FV_FACTS_DIRECTIONS; i++)
		add_sum(&into->direction[i], &one->direction[i]);
	into->internal_hosts += one->internal_hosts;
	for (i = 0; i < FV_COUNT(into->captures_of_side); i++)
		into->captures_of_side[i] += one->captures_of_side[i];
	for (i = 0; i < one->nlink_types; i++)
		add_link_type(into, one->link_types[i]);
	if (one->snapshot_length > into->snapshot_length)
		into->snapshot_length = one->snapshot_length;
	return 0;
}

void
fv_facts_clear(struct fv_facts *f)
{
	free(f->format_version);
	free(f->record_mode);
	free(f->scheme);
	free(f->spaces);
	free(f->release);
	free(f->key_id);
	free(f->internal_rule);
	free(f->source);
	free(f->policy_name);
	free(f->policy);
	fv_variant_free(f->variant);
	free(f->sites);
	memset(f, 0, sizeof(*f));
}
