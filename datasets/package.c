#include "datasets/package_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "datasets/archive.h"
#include "datasets/info.h"

char *
fv_package_path(const struct fv_package *p, unsigned part, unsigned parts,
    struct fv_err *err)
{
	const char *ending = fv_archive_ending(p->output);
	size_t n = (size_t)(ending - p->output);
	char *path;
	int rc;

	while (*ending == '\0' && n > 1 && p->output[n - 1] == '/')
		n--;
	if (parts == 1)
		rc = asprintf(&path, "%.*s%s", (int)n, p->output, ending);
	else
		rc = asprintf(&path, "%.*s-%u-of-%u%s", (int)n, p->output, part,
		    parts, ending);
	if (rc != -1)
		return path;
	(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	return NULL;
}

static int
measure(struct fv_package_input *input, struct fv_err *err)
{
	struct stat st;

	if (stat(input->path, &st) == -1)
		return fv_err_system(err, errno, "%s", input->path);
	if (!S_ISREG(st.st_mode))
		return fv_err_set(
		    err, FV_EIO, "%s: is not a regular file", input->path);
	input->size = (uint64_t)st.st_size;
	return 0;
}

/* Share the datasets out, in order, as many to a part as fit. */
static int
share_out(struct fv_package_run *run, struct fv_err *err)
{
	const struct fv_package *p = run->package;
	struct fv_package_input *input;
	uint64_t used = 0;
	size_t i;

	run->parts = 1;
	for (i = 0; i < p->ndatasets; i++) {
		input = &run->inputs[i];
		input->path = p->datasets[i];
		if (measure(input, err) == -1)
			return -1;
		if (p->part_size > 0 && input->size > p->part_size)
			return fv_err_set(err, FV_EUSAGE,
			    "%s: has %" PRIu64 " bytes, more than a part of "
			    "%" PRIu64 "; datasets are not cut: make them of "
			    "fewer captures each",
			    input->path, input->size, p->part_size);
		if (p->part_size > 0 && input->size > p->part_size - used &&
		    used > 0) {
			run->parts++;
			used = 0;
		}
		used += input->size;
		input->part = run->parts;
	}
	return 0;
}

/* Say so now when an output is in the way, and not after hours. */
static int
check_outputs(const struct fv_package_run *run, struct fv_err *err)
{
	const struct fv_package *p = run->package;
	struct stat st;
	unsigned part;
	char *path;
	int rc = 0;

	for (part = 1; rc == 0 && part <= run->parts; part++) {
		if ((path = fv_package_path(p, part, run->parts, err)) == NULL)
			return -1;
		if (lstat(path, &st) == 0 &&
		    (!p->replace || fv_archive_kind(path) == FV_ARCHIVE_NONE))
			rc = fv_err_set(err, FV_EEXIST,
			    "%s: exists already, and is left as it is: name "
			    "another%s",
			    path,
			    fv_archive_kind(path) == FV_ARCHIVE_NONE
				? ""
				: ", or say that it may be replaced "
				  "(--replace)");
		free(path);
	}
	return rc;
}

static void
tell(const struct fv_package *p, const char *what, size_t done)
{
	if (p->progress != NULL)
		p->progress(p->context, what, done, p->ndatasets);
}

/* Check and count every dataset. */
static int
gather(struct fv_package_run *run, struct fv_err *err)
{
	struct fv_package_input *input;
	size_t i;

	for (i = 0; i < run->package->ndatasets; i++) {
		input = &run->inputs[i];
		tell(run->package, "checking", i);
		if (fv_facts_open(input->path, &input->facts, err) == -1 ||
		    fv_facts_add(&run->total, &input->facts, err) == -1)
			return fv_err_within(err, "%s", input->path);
	}
	return 0;
}

static int
check_sites(const struct fv_package_run *run, struct fv_err *err)
{
	const struct fv_metadata *m = run->package->metadata;
	const struct fv_site *site;
	size_t i, j;

	for (i = 0; i < run->total.nsites; i++) {
		site = &run->total.sites[i];
		for (j = 0; j < m->sites.count; j++)
			if (strcmp(m->sites.items[j].name, site->name) == 0)
				break;
		if (j == m->sites.count)
			return fv_err_set(err, FV_EFORMAT,
			    "the dataset has a site '%s', which the metadata's "
			    "'sites' do not name",
			    site->name);
		if (site->kind[0] != '\0' &&
		    strcmp(m->sites.items[j].kind, site->kind) != 0)
			return fv_err_set(err, FV_EFORMAT,
			    "the site '%s' is of kind '%s' in the dataset, and "
			    "'%s' in the metadata",
			    site->name, site->kind, m->sites.items[j].kind);
	}
	return 0;
}

/*
 * Times as text, compared as far as the metadata go: to the day, or to the
 * second.
 */
static int
check_period(const struct fv_package_run *run, struct fv_err *err)
{
	const struct fv_metadata *m = run->package->metadata;
	char first[FV_INFO_TIME], last[FV_INFO_TIME];
	size_t start = strlen(m->collection_start) == 10 ? 10 : 19;
	size_t end = strlen(m->collection_end) == 10 ? 10 : 19;

	if (!run->total.covered)
		return 0;
	fv_info_time(run->total.first, first);
	fv_info_time(run->total.last, last);
	if (strncmp(first, m->collection_start, start) < 0)
		return fv_err_set(err, FV_EFORMAT,
		    "the first packet is of %s, before the start of the "
		    "metadata's 'collection', %s",
		    first, m->collection_start);
	if (strncmp(last, m->collection_end, end) > 0)
		return fv_err_set(err, FV_EFORMAT,
		    "the last packet is of %s, behind the end of the "
		    "metadata's 'collection', %s",
		    last, m->collection_end);
	return 0;
}

/* Midnight of the day of release, UTC. */
static int64_t
release_time(const struct fv_metadata *m)
{
	struct tm tm = { .tm_sec = 0 };

	(void)sscanf(m->date_released, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon,
	    &tm.tm_mday);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm);
}

/* Remove the ${done} parts that were written before one failed. */
static void
withdraw(const struct fv_package_run *run, unsigned done)
{
	struct fv_err ignored;
	char *path;
	unsigned part;

	for (part = 1; part <= done; part++) {
		path =
		    fv_package_path(run->package, part, run->parts, &ignored);
		if (path != NULL)
			fv_bag_remove(path);
		free(path);
	}
}

static int
write_parts(const struct fv_package_run *run, struct fv_package_result *result,
    struct fv_err *err)
{
	unsigned part;
	char *path;
	int rc = 0;

	result->parts = run->parts;
	for (part = 1; rc == 0 && part <= run->parts; part++) {
		path = fv_package_path(run->package, part, run->parts, err);
		rc = path == NULL
		    ? -1
		    : fv_package_part(run, part, path, result, err);
		free(path);
		if (rc == -1)
			withdraw(run, part - 1);
	}
	return rc;
}

int
fv_package_write(const struct fv_package *p, struct fv_package_result *result,
    struct fv_err *err)
{
	struct fv_package_run run = { .package = p };
	size_t i;
	int rc = -1;

	memset(result, 0, sizeof(*result));
	if (p->ndatasets == 0 || p->ndatasets > FV_PACKAGE_DATASETS)
		return fv_err_set(err, FV_EUSAGE,
		    "a release has 1 to %d datasets; merge them before",
		    FV_PACKAGE_DATASETS);
	run.mtime = p->mtime >= 0 ? p->mtime : release_time(p->metadata);
	run.inputs = fv_memory_new(p->ndatasets, sizeof(*run.inputs), err);
	if (run.inputs == NULL)
		return -1;
	if (p->key != NULL &&
	    fv_signature_fingerprint(
		fv_signature_key_public(p->key), run.fingerprint, err) == -1)
		goto out;
	if (share_out(&run, err) == -1 || check_outputs(&run, err) == -1 ||
	    gather(&run, err) == -1 || check_sites(&run, err) == -1 ||
	    check_period(&run, err) == -1)
		goto out;
	rc = write_parts(&run, result, err);
out:
	for (i = 0; i < p->ndatasets; i++)
		fv_facts_clear(&run.inputs[i].facts);
	fv_facts_clear(&run.total);
	free(run.inputs);
	return rc;
}
