#include "datasets/renumber.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/memory.h"
#include "datasets/info.h"
#include "datasets/renumber_captures.h"
#include "datasets/series.h"

_Static_assert(FV_TABLES == 6, "a new table has to be renumbered here");

/* What makes hosts one. */
struct host_key {
	uint64_t high;
	uint64_t low;
	uint32_t site; /* of the result */
	uint16_t ip_version;
	uint16_t address_class; /* classes are mapped apart */
};

struct fv_renumber {
	struct fv_intern site_names;
	struct fv_intern host_keys;
	struct fv_intern devices;
	struct fv_intern stacks;
	struct fv_site *sites; /* one for each name */
	size_t sites_capacity;
	struct fv_host *hosts; /* one for each key */
	size_t hosts_capacity;
	struct fv_renumber_captures *captures;
};

struct fv_renumber *
fv_renumber_new(struct fv_err *err)
{
	struct fv_renumber *r;

	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return NULL;
	if ((r->captures = fv_renumber_captures_new(err)) == NULL ||
	    fv_intern_init(&r->site_names, FV_SITE_TEXT,
		FV_RENUMBER_SITES_LIMIT, err) == -1 ||
	    fv_intern_init(&r->host_keys, sizeof(struct host_key),
		FV_RENUMBER_HOSTS_LIMIT, err) == -1 ||
	    fv_intern_init(&r->devices, sizeof(struct fv_device),
		FV_RENUMBER_DEVICES_LIMIT, err) == -1 ||
	    fv_intern_init(&r->stacks, sizeof(struct fv_stack),
		FV_RENUMBER_STACKS_LIMIT, err) == -1) {
		fv_renumber_free(r);
		return NULL;
	}
	return r;
}

/* The row that row ${from} of a table refers to, in the result. */
static int
follow(const struct fv_renumber_map *map, const char *table, uint64_t from,
    uint32_t *row, struct fv_err *err)
{
	if (*row == FV_NO_ROW)
		return 0;
	if (*row >= map->n)
		return fv_err_set(err, FV_EFORMAT,
		    "%s/site: row %" PRIu64 " refers to row %" PRIu32
		    " of sites, which has %" PRIu64,
		    table, from, *row, map->n);
	*row = map->row[*row];
	return 0;
}

/* The words are a file's: what a terminal obeys is taken out. */
static int
contradict_kind(
    const struct fv_site *known, const char *kind, struct fv_err *err)
{
	char *name = fv_info_tame(known->name, FV_SITE_TEXT);
	char *before = fv_info_tame(known->kind, FV_SITE_TEXT);
	char *here = fv_info_tame(kind, FV_SITE_TEXT);

	if (name == NULL || before == NULL || here == NULL)
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	else
		(void)fv_err_set(err, FV_EFORMAT,
		    "site %s is of kind '%s' here and '%s' in a dataset "
		    "before; convert all captures of a site with the same "
		    "--site-kind",
		    name, here, before);
	free(name);
	free(before);
	free(here);
	return -1;
}

/* Enter a site by its name, and see that its kind is no other. */
static int
enter_site(struct fv_renumber *r, const struct fv_site *in, uint32_t *number,
    struct fv_err *err)
{
	struct fv_site site = { { 0 }, { 0 } };
	size_t before = r->site_names.count;
	uint64_t hash;
	void *grown;

	memcpy(site.name, in->name, strnlen(in->name, sizeof(in->name)));
	memcpy(site.kind, in->kind, strnlen(in->kind, sizeof(in->kind)));
	hash = fv_intern_hash(&r->site_names, site.name, sizeof(site.name) / 8);
	if (fv_intern_number(&r->site_names, site.name, hash, sizeof(site.name),
		number, err) == -1)
		return -1;
	if (r->site_names.count > before) {
		grown = fv_memory_grow(r->sites, &r->sites_capacity, before + 1,
		    sizeof(site), FV_RENUMBER_SITES_LIMIT, err);
		if (grown == NULL)
			return -1;
		r->sites = grown;
		r->sites[before] = site;
		return 0;
	}
	if (memcmp(r->sites[*number].kind, site.kind, sizeof(site.kind)) != 0)
		return contradict_kind(&r->sites[*number], site.kind, err);
	return 0;
}

static int
add_sites(struct fv_renumber *r, const struct fv_site *sites,
    struct fv_renumber_map *map, struct fv_err *err)
{
	uint64_t i;

	for (i = 0; i < map->n; i++)
		if (enter_site(r, &sites[i], &map->row[i], err) == -1)
			return fv_err_within(err, "sites");
	return 0;
}

/*
 * Enter a host.  What was decided of its address must be the same in all:
 * if it is not, the datasets were converted under different rules.
 */
static int
enter_host(struct fv_renumber *r, const struct fv_host *host, uint32_t *number,
    struct fv_err *err)
{
	const struct host_key key = { host->address_high, host->address_low,
		host->site, host->ip_version, host->address_class };
	size_t before = r->host_keys.count;
	uint64_t hash = fv_intern_hash(&r->host_keys, &key, sizeof(key) / 8);
	const struct fv_host *known;
	void *grown;

	if (fv_intern_number(
		&r->host_keys, &key, hash, sizeof(key), number, err) == -1)
		return -1;
	if (r->host_keys.count > before) {
		grown = fv_memory_grow(r->hosts, &r->hosts_capacity, before + 1,
		    sizeof(*host), FV_RENUMBER_HOSTS_LIMIT, err);
		if (grown == NULL)
			return -1;
		r->hosts = grown;
		r->hosts[before] = *host;
		return 0;
	}
	known = &r->hosts[*number];
	if (known->internal != host->internal)
		return fv_err_set(err, FV_EFORMAT,
		    "a host is %s the tapped network here and %s it in a "
		    "dataset before; convert all captures of a site with the "
		    "same --internal",
		    host->internal ? "inside" : "outside",
		    known->internal ? "inside" : "outside");
	return 0;
}

static int
add_hosts(struct fv_renumber *r, struct fv_host *hosts,
    const struct fv_renumber_map *sites, struct fv_renumber_map *map,
    struct fv_err *err)
{
	uint64_t i;

	for (i = 0; i < map->n; i++)
		if (follow(sites, "hosts", i, &hosts[i].site, err) == -1 ||
		    enter_host(r, &hosts[i], &map->row[i], err) == -1)
			return fv_err_within(err, "hosts");
	return 0;
}

static int
add_devices(struct fv_renumber *r, const struct fv_device *devices,
    struct fv_renumber_map *map, struct fv_err *err)
{
	uint64_t i, hash;

	for (i = 0; i < map->n; i++) {
		hash = fv_intern_hash(
		    &r->devices, &devices[i], sizeof(*devices) / 8);
		if (fv_intern_number(&r->devices, &devices[i], hash,
			sizeof(*devices), &map->row[i], err) == -1)
			return fv_err_within(err, "devices");
	}
	return 0;
}

static int
add_stacks(struct fv_renumber *r, const struct fv_stack *stacks,
    struct fv_renumber_map *map, struct fv_err *err)
{
	uint64_t i, hash;

	for (i = 0; i < map->n; i++) {
		hash =
		    fv_intern_hash(&r->stacks, &stacks[i], sizeof(*stacks) / 8);
		if (fv_intern_number(&r->stacks, &stacks[i], hash,
			sizeof(*stacks), &map->row[i], err) == -1)
			return fv_err_within(err, "stacks");
	}
	return 0;
}

static int
add_captures(struct fv_renumber *r, struct fv_capture_row *rows,
    const char *name, const struct fv_series *series,
    const struct fv_renumber_map *sites, struct fv_renumber_map *map,
    struct fv_err *err)
{
	uint64_t i;

	for (i = 0; i < map->n; i++)
		if (follow(sites, "captures", i, &rows[i].site, err) == -1 ||
		    fv_renumber_captures_add(r->captures, &rows[i], series,
			name, i, &map->row[i], err) == -1)
			return fv_err_within(err, "captures");
	return 0;
}

/* Enter the rows of one table, whose map has room for them. */
static int
add_table(struct fv_renumber *r, enum fv_table_id table, void *rows,
    const char *name, const struct fv_series *series,
    struct fv_renumber_map map[FV_TABLES], struct fv_err *err)
{
	const struct fv_renumber_map *sites = &map[FV_TABLE_SITES];

	switch (table) {
	case FV_TABLE_SITES:
		return add_sites(r, rows, &map[table], err);
	case FV_TABLE_HOSTS:
		return add_hosts(r, rows, sites, &map[table], err);
	case FV_TABLE_DEVICES:
		return add_devices(r, rows, &map[table], err);
	case FV_TABLE_STACKS:
		return add_stacks(r, rows, &map[table], err);
	case FV_TABLE_CAPTURES:
		return add_captures(
		    r, rows, name, series, sites, &map[table], err);
	case FV_TABLE_FLOWS:
	case FV_TABLES:
		break;
	}
	return 0;
}

static bool
changes_nothing(const struct fv_renumber_map *map)
{
	uint64_t i;

	for (i = 0; i < map->n; i++)
		if (map->row[i] != i)
			return false;
	return true;
}

int
fv_renumber_add(struct fv_renumber *r, struct fv_reader *reader,
    const char *name, struct fv_renumber_map map[FV_TABLES], struct fv_err *err)
{
	/* Sites first: hosts and captures refer to them. */
	static const enum fv_table_id order[] = { FV_TABLE_SITES,
		FV_TABLE_CAPTURES, FV_TABLE_HOSTS, FV_TABLE_DEVICES,
		FV_TABLE_STACKS };
	struct fv_renumber_map *m;
	struct fv_series series;
	void *rows;
	size_t i;
	int rc;

	memset(map, 0, FV_TABLES * sizeof(*map));
	if (fv_series_read(reader, &series, err) == -1)
		return -1;
	for (i = 0; i < FV_COUNT(order); i++) {
		m = &map[order[i]];
		m->n = fv_reader_rows(reader, order[i]);
		if ((rows = fv_reader_table(reader, order[i], err)) == NULL)
			return -1;
		m->row = fv_memory_new(m->n, sizeof(*m->row), err);
		rc = m->row == NULL
		    ? -1
		    : add_table(r, order[i], rows, name, &series, map, err);
		free(rows);
		if (rc == -1)
			return -1;
		m->same = changes_nothing(m);
	}
	return 0;
}

void
fv_renumber_forget(struct fv_renumber_map map[FV_TABLES])
{
	size_t i;

	for (i = 0; i < FV_TABLES; i++) {
		free(map[i].row);
		map[i].row = NULL;
	}
}

int
fv_renumber_write(
    const struct fv_renumber *r, struct fv_writer *writer, struct fv_err *err)
{
	const struct fv_capture_row *captures;
	size_t n;

	if (fv_writer_append(writer, FV_TABLE_HOSTS, r->hosts,
		r->host_keys.count, err) == -1 ||
	    fv_writer_append(writer, FV_TABLE_DEVICES, r->devices.record,
		r->devices.count, err) == -1 ||
	    fv_writer_append(writer, FV_TABLE_STACKS, r->stacks.record,
		r->stacks.count, err) == -1 ||
	    fv_writer_append(writer, FV_TABLE_SITES, r->sites,
		r->site_names.count, err) == -1)
		return -1;
	captures = fv_renumber_captures_rows(r->captures, &n);
	return fv_writer_append(writer, FV_TABLE_CAPTURES, captures, n, err);
}

const struct fv_capture_row *
fv_renumber_rows(const struct fv_renumber *r, size_t *n)
{
	return fv_renumber_captures_rows(r->captures, n);
}

void
fv_renumber_free(struct fv_renumber *r)
{
	if (r == NULL)
		return;
	fv_renumber_captures_free(r->captures);
	fv_intern_free(&r->site_names);
	fv_intern_free(&r->host_keys);
	fv_intern_free(&r->devices);
	fv_intern_free(&r->stacks);
	free(r->sites);
	free(r->hosts);
	free(r);
}
