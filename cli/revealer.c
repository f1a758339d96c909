#include "cli/revealer.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "base/memory.h"
#include "datasets/door.h"
#include "datasets/info.h"
#include "datasets/reader.h"

/* Codes of classes to try when none is said; the schema ends before. */
enum { CLASSES = FV_ADDRESS_TUNNEL + 1 };

/*
 * Without a dataset there is one mapping and no host.  Of a dataset there is
 * one for each site, made when it is wanted, and ${order} has the rows of
 * /hosts by address.
 */
struct fv_revealer {
	const struct fv_key *key;
	struct fv_mapping_options options;
	struct fv_mapping **mapping;
	struct fv_site *sites; /* NULL: no dataset */
	size_t nsites;
	struct fv_host *hosts;
	size_t nhosts;
	const struct fv_host **order;
	char *release;
};

struct fv_revealer *
fv_revealer_new(const struct fv_key *key,
    const struct fv_mapping_options *options, struct fv_err *err)
{
	struct fv_revealer *r;

	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return NULL;
	r->key = key;
	r->options = *options;
	r->mapping = fv_memory_new(1, sizeof(struct fv_mapping *), err);
	if (r->mapping == NULL ||
	    (r->mapping[0] = fv_mapping_new(key, options, err)) == NULL) {
		fv_revealer_free(r);
		return NULL;
	}
	return r;
}

static int
by_address(const void *a, const void *b)
{
	const struct fv_host *const *x = a, *const *y = b;

	if ((*x)->address_high != (*y)->address_high)
		return (*x)->address_high < (*y)->address_high ? -1 : 1;
	if ((*x)->address_low != (*y)->address_low)
		return (*x)->address_low < (*y)->address_low ? -1 : 1;
	return (*x)->ip_version - (*y)->ip_version;
}

/* What the dataset says of its mapping, if it was made with the key. */
static int
take_mapping(
    struct fv_revealer *r, struct fv_reader *reader, struct fv_err *err)
{
	const char *id = fv_reader_text(reader, "key_id");
	const char *scheme = fv_reader_text(reader, "anonymization_scheme");
	const char *spaces = fv_reader_text(reader, "address_spaces");
	const char *release = fv_reader_text(reader, "release");
	char *theirs;

	if (id == NULL || scheme == NULL || spaces == NULL)
		return fv_err_set(err, FV_EFORMAT,
		    "does not say how its addresses were mapped");
	if (strcmp(id, fv_key_id(r->key)) != 0) {
		theirs = fv_info_tame(id, strlen(id));
		(void)fv_err_set(err, FV_EKEY,
		    "was made with the key %s, and this is %s",
		    theirs == NULL ? "?" : theirs, fv_key_id(r->key));
		free(theirs);
		return -1;
	}
	if (fv_mapping_scheme_parse(scheme, &r->options.scheme, err) == -1)
		return fv_err_set(err, FV_EFORMAT,
		    "its anonymization_scheme is none that this version knows");
	r->options.canonical = strcmp(spaces, FV_MAPPING_SPACES_ONE) == 0;
	if (!r->options.canonical &&
	    strcmp(spaces, FV_MAPPING_SPACES_APART) != 0)
		return fv_err_set(err, FV_EFORMAT,
		    "its address_spaces are none that this version knows");
	if (release != NULL && (r->release = strdup(release)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	r->options.scope.release = r->release;
	return 0;
}

static int
take_hosts(struct fv_revealer *r, struct fv_reader *reader, struct fv_err *err)
{
	size_t i;

	r->nsites = fv_reader_rows(reader, FV_TABLE_SITES);
	r->nhosts = fv_reader_rows(reader, FV_TABLE_HOSTS);
	if ((r->sites = fv_reader_table(reader, FV_TABLE_SITES, err)) == NULL ||
	    (r->hosts = fv_reader_table(reader, FV_TABLE_HOSTS, err)) == NULL ||
	    (r->order = fv_memory_new(r->nhosts, sizeof(*r->order), err)) ==
		NULL ||
	    (r->mapping = fv_memory_new(
		 r->nsites, sizeof(struct fv_mapping *), err)) == NULL)
		return -1;
	for (i = 0; i < r->nhosts; i++) {
		if (r->hosts[i].site >= r->nsites)
			return fv_err_set(err, FV_EFORMAT,
			    "hosts/site: row %zu refers to a row of sites that "
			    "is not there",
			    i);
		r->order[i] = &r->hosts[i];
	}
	qsort(r->order, r->nhosts, sizeof(struct fv_host *), by_address);
	return 0;
}

struct fv_revealer *
fv_revealer_open(const struct fv_key *key, const char *path, struct fv_err *err)
{
	struct fv_reader *reader = NULL;
	struct fv_revealer *r;
	int rc = -1;

	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return NULL;
	r->key = key;
	if ((reader = fv_door_open(path, err)) != NULL &&
	    take_mapping(r, reader, err) == 0)
		rc = take_hosts(r, reader, err);
	fv_reader_free(reader);
	if (rc == 0)
		return r;
	(void)fv_err_within(err, "%s", path);
	fv_revealer_free(r);
	return NULL;
}

/* The address of ${class} behind ${pseudonym}: 1 told, 0 none, -1. */
static int
reveal(struct fv_mapping *mapping, const char *site,
    const struct fv_published_addr *pseudonym, enum fv_address_class class,
    fv_revealer_tell *tell, void *context, struct fv_err *err)
{
	struct fv_revealer_answer answer = { .class = NULL };
	struct fv_published_addr shown;
	struct fv_raw_addr raw;
	struct fv_host host;
	bool found;

	if (fv_mapping_unmap(
		mapping, pseudonym, &class, 1, &raw, &found, err) == -1)
		return -1;
	if (!found)
		return 0;
	fv_hosts_set_address(&host, pseudonym);
	memcpy(answer.pseudonym, host.address, sizeof(answer.pseudonym));
	/* The one place where a real address is to be printed. */
	memcpy(shown.octet, raw.octet, sizeof(shown.octet));
	shown.ip_version = raw.ip_version;
	fv_hosts_set_address(&host, &shown);
	memcpy(answer.address, host.address, sizeof(answer.address));
	answer.class = fv_hosts_class_name((uint8_t) class);
	memcpy(answer.site, site, strnlen(site, FV_SITE_TEXT));
	tell(context, &answer);
	fv_key_wipe(&raw, sizeof(raw));
	return 1;
}

/* A host of the dataset: its row says the class and the site. */
static int
reveal_host(struct fv_revealer *r, const struct fv_host *host,
    fv_revealer_tell *tell, void *context, struct fv_err *err)
{
	struct fv_published_addr pseudonym = { .ip_version = host->ip_version };
	struct fv_mapping_options options = r->options;
	char site[FV_SITE_TEXT + 1] = "";
	struct fv_mapping **mapping = &r->mapping[host->site];
	size_t i;

	if (host->ip_version != 4 && host->ip_version != 6)
		return 0;
	memcpy(site, r->sites[host->site].name,
	    strnlen(r->sites[host->site].name, FV_SITE_TEXT));
	options.scope.site = site;
	if (*mapping == NULL &&
	    (*mapping = fv_mapping_new(r->key, &options, err)) == NULL)
		return -1;
	for (i = 0; i < 8; i++) {
		pseudonym.octet[i] =
		    (uint8_t)(host->address_high >> (56 - 8 * i));
		pseudonym.octet[8 + i] =
		    (uint8_t)(host->address_low >> (56 - 8 * i));
	}
	return reveal(*mapping, site, &pseudonym,
	    (enum fv_address_class)host->address_class, tell, context, err);
}

int
fv_revealer_host(struct fv_revealer *r, uint64_t row, fv_revealer_tell *tell,
    void *context, struct fv_err *err)
{
	return row < r->nhosts
	    ? reveal_host(r, &r->hosts[row], tell, context, err)
	    : 0;
}

/* All hosts of the dataset that have the pseudonym. */
static int
reveal_hosts(struct fv_revealer *r, const struct fv_published_addr *pseudonym,
    int class, fv_revealer_tell *tell, void *context, struct fv_err *err)
{
	struct fv_host wanted;
	const struct fv_host *key = &wanted;
	size_t low = 0, high = r->nhosts, middle;
	int rc, found = 0;

	fv_hosts_set_address(&wanted, pseudonym);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (by_address(&r->order[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < r->nhosts && by_address(&r->order[low], &key) == 0;
	     low++) {
		if (class != FV_REVEALER_ANY &&
		    r->order[low]->address_class != class)
			continue;
		rc = reveal_host(r, r->order[low], tell, context, err);
		if (rc == -1)
			return -1;
		found += rc;
	}
	return found;
}

int
fv_revealer_address(struct fv_revealer *r,
    const struct fv_published_addr *pseudonym, int class,
    fv_revealer_tell *tell, void *context, struct fv_err *err)
{
	const char *site = r->options.scope.site;
	int one, rc, found = 0;

	if (r->sites != NULL)
		return reveal_hosts(r, pseudonym, class, tell, context, err);
	for (one = 0; one < CLASSES; one++) {
		if (class != FV_REVEALER_ANY && class != one)
			continue;
		rc = reveal(r->mapping[0], site == NULL ? "" : site, pseudonym,
		    (enum fv_address_class)one, tell, context, err);
		if (rc == -1)
			return -1;
		found += rc;
	}
	return found;
}

void
fv_revealer_free(struct fv_revealer *r)
{
	size_t i, n;

	if (r == NULL)
		return;
	n = r->sites == NULL ? 1 : r->nsites;
	for (i = 0; r->mapping != NULL && i < n; i++)
		fv_mapping_free(r->mapping[i]);
	free(r->mapping);
	free(r->sites);
	free(r->hosts);
	free(r->order);
	free(r->release);
	free(r);
}
