#include "analysis/join.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/hashmap.h"
#include "base/memory.h"

/*
 * Within a space an address means one host: the datasets of one key at one
 * site.  A host without a site has one of the key alone.
 */
struct space {
	char *key;
	uint32_t site; /* row of sites, or FV_NO_ROW */
};

struct fv_join {
	struct fv_hash_key hash;
	struct fv_hashmap index; /* of hosts */
	struct fv_host *hosts;
	uint32_t *host_space; /* of each host */
	bool *alike;          /* in address to one of another class */
	size_t nhosts, hosts_capacity, spaces_of_hosts_capacity;
	size_t alike_capacity;
	struct fv_capture_row *captures;
	size_t ncaptures, captures_capacity;
	struct fv_site *sites;
	size_t nsites, sites_capacity;
	struct space *spaces;
	size_t nspaces, spaces_capacity;
	struct fv_hashmap stack_index;
	struct fv_stack *stacks;
	size_t nstacks, stacks_capacity;
	enum fv_analysis_records records;
	bool any; /* dataset was added */
	struct fv_analysis_context context;
};

struct fv_join *
fv_join_new(struct fv_err *err)
{
	struct fv_join *j;

	if ((j = fv_memory_new(1, sizeof(*j), err)) == NULL)
		return NULL;
	if (fv_hash_key_random(&j->hash, err) == -1 ||
	    fv_hashmap_init(&j->index, 0, err) == -1 ||
	    fv_hashmap_init(&j->stack_index, 0, err) == -1) {
		fv_join_free(j);
		return NULL;
	}
	return j;
}

static bool
same_site(const struct fv_site *a, const struct fv_site *b)
{
	return strncmp(a->name, b->name, sizeof(a->name)) == 0 &&
	    strncmp(a->kind, b->kind, sizeof(a->kind)) == 0;
}

/* The common number of ${site}, which is entered if it is new. */
static int
enter_site(struct fv_join *j, const struct fv_site *site, uint32_t *number,
    struct fv_err *err)
{
	size_t i;
	void *grown;

	for (i = 0; i < j->nsites; i++)
		if (same_site(&j->sites[i], site)) {
			*number = (uint32_t)i;
			return 0;
		}
	grown = fv_memory_grow(j->sites, &j->sites_capacity, j->nsites + 1,
	    sizeof(*j->sites), FV_JOIN_SITES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "sites");
	j->sites = grown;
	*number = (uint32_t)j->nsites;
	j->sites[j->nsites++] = *site;
	return 0;
}

/* The number of a space, which is entered if it is new. */
static int
enter_space(struct fv_join *j, const char *key, uint32_t site, uint32_t *number,
    struct fv_err *err)
{
	size_t i;
	char *copy;
	void *grown;

	for (i = 0; i < j->nspaces; i++)
		if (j->spaces[i].site == site &&
		    strcmp(j->spaces[i].key, key) == 0) {
			*number = (uint32_t)i;
			return 0;
		}
	grown = fv_memory_grow(j->spaces, &j->spaces_capacity, j->nspaces + 1,
	    sizeof(*j->spaces), FV_JOIN_SITES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "sites and keys");
	j->spaces = grown;
	if ((copy = strdup(key)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	*number = (uint32_t)j->nspaces;
	j->spaces[j->nspaces++] = (struct space){ copy, site };
	return 0;
}

static uint64_t
hash_of(const struct fv_join *j, const struct fv_host *h, uint32_t space)
{
	const uint64_t words[3] = { h->address_high, h->address_low,
		(uint64_t)space << 8 | h->ip_version };

	return fv_hash_words(&j->hash, words, FV_COUNT(words));
}

/*
 * The host ${h} of ${space}, or FV_HASHMAP_NONE; then ${other} is one that
 * differs in its class alone, if there is one.
 */
static uint32_t
find_host(const struct fv_join *j, uint64_t hash, const struct fv_host *h,
    uint32_t space, uint32_t *other)
{
	const struct fv_host *found;
	uint32_t n;
	size_t at = 0;

	*other = FV_HASHMAP_NONE;

	while ((n = fv_hashmap_next(&j->index, hash, &at)) != FV_HASHMAP_NONE) {
		found = &j->hosts[n];
		if (found->address_high == h->address_high &&
		    found->address_low == h->address_low &&
		    found->ip_version == h->ip_version &&
		    j->host_space[n] == space) {
			if (found->address_class == h->address_class)
				break;
			*other = n;
		}
	}
	return n;
}

static int
new_host(struct fv_join *j, uint64_t hash, const struct fv_host *h,
    uint32_t site, uint32_t space, struct fv_err *err)
{
	void *grown;

	grown = fv_memory_grow(j->hosts, &j->hosts_capacity, j->nhosts + 1,
	    sizeof(*j->hosts), FV_JOIN_HOSTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "hosts");
	j->hosts = grown;
	grown = fv_memory_grow(j->host_space, &j->spaces_of_hosts_capacity,
	    j->nhosts + 1, sizeof(*j->host_space), FV_JOIN_HOSTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "hosts");
	j->host_space = grown;
	grown = fv_memory_grow(j->alike, &j->alike_capacity, j->nhosts + 1,
	    sizeof(*j->alike), FV_JOIN_HOSTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "hosts");
	j->alike = grown;
	if (fv_hashmap_add(&j->index, hash, (uint32_t)j->nhosts, err) == -1)
		return -1;
	j->hosts[j->nhosts] = *h;
	j->hosts[j->nhosts].site = site;
	j->host_space[j->nhosts++] = space;
	return 0;
}

/*
 * Room for the hosts of the first part, most of which will be entered, at
 * once: to grow into it is to copy it all several times.
 */
static int
reserve_hosts(struct fv_join *j, size_t n, struct fv_err *err)
{
	void *grown;

	if (j->any)
		return 0;
	grown = fv_memory_grow(j->hosts, &j->hosts_capacity, n,
	    sizeof(*j->hosts), FV_JOIN_HOSTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "hosts");
	j->hosts = grown;
	grown = fv_memory_grow(j->host_space, &j->spaces_of_hosts_capacity, n,
	    sizeof(*j->host_space), FV_JOIN_HOSTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "hosts");
	j->host_space = grown;
	fv_hashmap_free(&j->index);
	return fv_hashmap_init(&j->index, n, err);
}

/* Enter the hosts of ${part}, whose site i is ${site}[i] of all. */
static int
enter_hosts(struct fv_join *j, const struct fv_join_part *part,
    const uint32_t *site, uint32_t *host, struct fv_err *err)
{
	const char *key = part->key == NULL ? "" : part->key;
	uint32_t *space = NULL, alone, at, in, other;
	const struct fv_host *h;
	uint64_t hash;
	size_t i;
	int rc = -1;

	if ((space = fv_memory_new(part->nsites, sizeof(*space), err)) == NULL)
		goto out;
	for (i = 0; i < part->nsites; i++)
		if (enter_space(j, key, site[i], &space[i], err) == -1)
			goto out;
	if (enter_space(j, key, FV_NO_ROW, &alone, err) == -1 ||
	    reserve_hosts(j, part->nhosts, err) == -1)
		goto out;
	for (i = 0; i < part->nhosts; i++) {
		h = &part->hosts[i];
		at = h->site < part->nsites ? site[h->site] : FV_NO_ROW;
		in = h->site < part->nsites ? space[h->site] : alone;
		hash = hash_of(j, h, in);
		host[i] = find_host(j, hash, h, in, &other);
		if (host[i] == FV_HASHMAP_NONE) {
			host[i] = (uint32_t)j->nhosts;
			if (new_host(j, hash, h, at, in, err) == -1)
				goto out;
			if (other != FV_HASHMAP_NONE)
				j->alike[other] = j->alike[host[i]] = true;
		}
		if (h->internal)
			j->hosts[host[i]].internal = 1;
	}
	rc = 0;
out:
	free(space);
	return rc;
}

static int
enter_captures(struct fv_join *j, const struct fv_join_part *part,
    const uint32_t *site, struct fv_err *err)
{
	struct fv_capture_row *row;
	void *grown;
	size_t i;

	grown = fv_memory_grow(j->captures, &j->captures_capacity,
	    j->ncaptures + part->ncaptures, sizeof(*j->captures),
	    FV_JOIN_CAPTURES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "captures");
	j->captures = grown;
	for (i = 0; i < part->ncaptures; i++) {
		row = &j->captures[j->ncaptures++];
		*row = part->captures[i];
		row->site =
		    row->site < part->nsites ? site[row->site] : FV_NO_ROW;
	}
	return 0;
}

static bool
same_stack(const struct fv_stack *a, const struct fv_stack *b)
{
	return a->option_layout == b->option_layout &&
	    a->syn_length == b->syn_length && a->window == b->window &&
	    a->mss == b->mss && a->window_scale == b->window_scale &&
	    a->ttl == b->ttl;
}

/* The common number of ${stack}, which is entered if it is new. */
static int
enter_stack(struct fv_join *j, const struct fv_stack *stack, uint32_t *number,
    struct fv_err *err)
{
	const uint64_t words[2] = { stack->option_layout,
		(uint64_t)stack->syn_length << 48 |
		    (uint64_t)stack->window << 32 | (uint64_t)stack->mss << 16 |
		    (uint64_t)stack->window_scale << 8 | stack->ttl };
	uint64_t hash = fv_hash_words(&j->hash, words, FV_COUNT(words));
	size_t at = 0;
	void *grown;
	uint32_t n;

	while ((n = fv_hashmap_next(&j->stack_index, hash, &at)) !=
	    FV_HASHMAP_NONE)
		if (same_stack(&j->stacks[n], stack)) {
			*number = n;
			return 0;
		}
	grown = fv_memory_grow(j->stacks, &j->stacks_capacity, j->nstacks + 1,
	    sizeof(*j->stacks), FV_JOIN_STACKS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "stacks");
	j->stacks = grown;
	*number = (uint32_t)j->nstacks;
	if (fv_hashmap_add(&j->stack_index, hash, *number, err) == -1)
		return -1;
	j->stacks[j->nstacks++] = *stack;
	return 0;
}

int
fv_join_add(struct fv_join *j, const struct fv_join_part *part, uint32_t *host,
    uint32_t *stack, struct fv_err *err)
{
	uint32_t *site;
	size_t i;
	int rc = -1;

	if ((site = fv_memory_new(part->nsites, sizeof(*site), err)) == NULL)
		goto out;
	for (i = 0; i < part->nsites; i++)
		if (enter_site(j, &part->sites[i], &site[i], err) == -1)
			goto out;
	if (enter_hosts(j, part, site, host, err) == -1 ||
	    enter_captures(j, part, site, err) == -1)
		goto out;
	for (i = 0; i < part->nstacks; i++)
		if (enter_stack(j, &part->stacks[i], &stack[i], err) == -1)
			goto out;
	if (!j->any)
		j->records = part->records;
	else if (j->records != part->records)
		j->records = FV_ANALYSIS_RECORDS_UNKNOWN;
	j->any = true;
	j->context = (struct fv_analysis_context){
		.hosts = j->hosts,
		.nhosts = j->nhosts,
		.alike = j->alike,
		.captures = j->captures,
		.ncaptures = j->ncaptures,
		.sites = j->sites,
		.nsites = j->nsites,
		.stacks = j->stacks,
		.nstacks = j->nstacks,
		.records = j->records,
	};
	rc = 0;
out:
	free(site);
	return rc;
}

const struct fv_analysis_context *
fv_join_context(const struct fv_join *j)
{
	return &j->context;
}

void
fv_join_free(struct fv_join *j)
{
	size_t i;

	if (j == NULL)
		return;
	fv_hashmap_free(&j->index);
	fv_hashmap_free(&j->stack_index);
	free(j->stacks);
	for (i = 0; i < j->nspaces; i++)
		free(j->spaces[i].key);
	free(j->spaces);
	free(j->hosts);
	free(j->host_space);
	free(j->alike);
	free(j->captures);
	free(j->sites);
	free(j);
}
