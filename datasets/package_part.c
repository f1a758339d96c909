#include "datasets/package_internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/memory.h"
#include "base/outdir.h"
#include "datasets/citation.h"
#include "datasets/crate.h"
#include "datasets/datacite.h"
#include "datasets/describe.h"
#include "datasets/door.h"
#include "datasets/info.h"
#include "datasets/reader.h"
#include "datasets/readme.h"
#include "datasets/release.h"
#include "datasets/sample.h"

/* Reports are some texts, pictures and tables, one folder deep. */
enum { REPORT_DEPTH = 2, NAME = 256 };

/* What is needed while one bag is put together. */
struct part {
	const struct fv_package_run *run;
	unsigned number;
	struct fv_bag *bag;
	struct fv_outdir *scratch; /* of the sample, beside the output */
	struct fv_release_dataset *datasets;
	char (*names)[NAME]; /* of the datasets */
	struct fv_release release;
};

/* Add a document, and free it; one that could not be made is an error. */
static int
add_text(struct part *p, const char *name, char *text, struct fv_err *err)
{
	char full[NAME + 8];
	int rc;

	if (text == NULL)
		return -1;
	(void)snprintf(full, sizeof(full), "data/%s", name);
	rc = fv_bag_add_text(p->bag, full, text, err);
	free(text);
	return rc;
}

static int
add_file(struct part *p, const char *name, const char *path, struct fv_err *err)
{
	char full[NAME + 8];

	(void)snprintf(full, sizeof(full), "data/%s", name);
	return fv_bag_add_file(p->bag, full, path, err);
}

/* How one dataset was made, as `dataset info --json` tells it. */
static int
add_provenance(struct part *p, const struct fv_package_input *input,
    size_t number, bool alone, struct fv_err *err)
{
	char name[NAME], *text = NULL;
	struct fv_reader *r;

	if ((r = fv_door_open(input->path, err)) != NULL)
		text = fv_info_json(r, err);
	fv_reader_free(r);
	if (text == NULL)
		return fv_err_within(err, "%s", input->path);
	(void)snprintf(name, sizeof(name), FV_RELEASE_PROVENANCE_SHARD, number);
	return add_text(p, alone ? FV_RELEASE_PROVENANCE : name, text, err);
}

/* The datasets of this part; the first of the release has number 0. */
static int
add_datasets(struct part *p, struct fv_err *err)
{
	const struct fv_package *package = p->run->package;
	const struct fv_package_input *input;
	bool alone = package->ndatasets == 1;
	size_t i, n = 0;
	char *name;

	for (i = 0; i < package->ndatasets; i++) {
		input = &p->run->inputs[i];
		if (input->part != p->number)
			continue;
		if (package->progress != NULL)
			package->progress(package->context, "packaging", i,
			    package->ndatasets);
		name = p->names[n];
		if (alone)
			(void)snprintf(name, NAME, "%s", FV_RELEASE_DATASET);
		else
			(void)snprintf(name, NAME, FV_RELEASE_SHARD, i);
		p->datasets[n].name = name;
		p->datasets[n++].facts = &input->facts;
		if (add_file(p, name, input->path, err) == -1 ||
		    add_provenance(p, input, i, alone, err) == -1)
			return -1;
	}
	p->release.ndatasets = n;
	return 0;
}

/* Sizes and digests of the datasets, as the bag found them. */
static void
find_digests(struct part *p)
{
	const struct fv_bag_item *items;
	struct fv_release_dataset *d;
	size_t i, n;

	items = fv_bag_items(p->bag, &n);
	for (d = p->datasets; d < p->datasets + p->release.ndatasets; d++)
		for (i = 0; i < n; i++)
			if (strcmp(items[i].name + strlen("data/"), d->name) ==
			    0) {
				d->size = items[i].size;
				memcpy(d->digest, items[i].digest,
				    sizeof(d->digest));
			}
}

static const char *
first_path(const struct part *p)
{
	const struct fv_package_input *input = p->run->inputs;

	while (input->part != p->number)
		input++;
	return input->path;
}

/* The sample is written beside the output, where there must be room. */
static int
add_sample(struct part *p, const char *output, struct fv_err *err)
{
	uint64_t rows = p->run->package->sample_rows;
	char *path = NULL, *file = NULL;
	int rc = -1;

	if (rows == 0)
		return 0;
	if (asprintf(&path, "%s.sample", output) == -1) {
		path = NULL;
		goto out;
	}
	if ((p->scratch = fv_outdir_new(path, err)) == NULL)
		goto out;
	if (asprintf(&file, "%s/%s", fv_outdir_path(p->scratch),
		FV_RELEASE_SAMPLE) == -1) {
		file = NULL;
		goto out;
	}
	rc = fv_sample_write(
	    first_path(p), file, rows, &p->release.sample_rows, err);
	if (rc == 0)
		rc = add_file(p, FV_RELEASE_SAMPLE, file, err);
out:
	if (path == NULL || (p->scratch != NULL && file == NULL))
		rc = fv_err_set(err, FV_EMEMORY, "out of memory");
	free(path);
	free(file);
	return rc;
}

/* A name that may be published, and that every file system takes. */
static bool
is_plain_name(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return name[0] != '.' && name[0] != '-' &&
	    strspn(name, plain) == strlen(name) && strlen(name) < 100;
}

static int add_reports(struct part *p, const char *directory, const char *below,
    unsigned depth, struct fv_err *err);

static int
add_report(struct part *p, const char *directory, const char *below,
    const char *entry, unsigned depth, struct fv_err *err)
{
	char name[NAME], *path;
	struct stat st;
	int rc;

	if (!is_plain_name(entry))
		return fv_err_set(err, FV_EUSAGE,
		    "%s: holds a file whose name is not of letters, digits, "
		    "dots and dashes",
		    directory);
	(void)snprintf(name, sizeof(name), "%s%s", below, entry);
	if (asprintf(&path, "%s/%s", directory, entry) == -1)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	if (lstat(path, &st) == -1) {
		rc = fv_err_system(err, errno, "%s", path);
	} else if (S_ISREG(st.st_mode)) {
		rc = add_file(p, name, path, err);
	} else if (S_ISDIR(st.st_mode) && depth < REPORT_DEPTH) {
		(void)strncat(name, "/", sizeof(name) - strlen(name) - 1);
		rc = add_reports(p, path, name, depth + 1, err);
	} else {
		rc = fv_err_set(err, FV_EUSAGE,
		    "%s: is neither a file nor a folder of files", path);
	}
	free(path);
	return rc;
}

static int
add_reports(struct part *p, const char *directory, const char *below,
    unsigned depth, struct fv_err *err)
{
	struct dirent *entry;
	DIR *dir;
	int rc = 0;

	if ((dir = opendir(directory)) == NULL)
		return fv_err_system(err, errno, "%s", directory);
	/* In whatever order: the bag sorts them. */
	while (rc == 0 && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			rc = add_report(
			    p, directory, below, entry->d_name, depth, err);
	(void)closedir(dir);
	return rc;
}

/* An audit's report: what a machine reads is metadata. */
static int
add_audit(struct part *p, const char *path, struct fv_err *err)
{
	static const struct {
		const char *end;
		const char *name;
	} kinds[] = {
		{ ".json", "metadata/audit.json" },
		{ ".txt", FV_RELEASE_REPORTS "audit.txt" },
		{ ".html", FV_RELEASE_REPORTS "audit.html" },
		{ ".md", FV_RELEASE_REPORTS "audit.md" },
	};
	size_t i, n = strlen(path), m;

	for (i = 0; i < FV_COUNT(kinds); i++) {
		m = strlen(kinds[i].end);
		if (n > m && strcmp(path + n - m, kinds[i].end) == 0)
			return add_file(p, kinds[i].name, path, err);
	}
	return fv_err_set(err, FV_EUSAGE,
	    "%s: an audit's report ends in .json, .txt, .html or .md", path);
}

static int
add_documents(struct part *p, struct fv_err *err)
{
	const struct fv_package *package = p->run->package;
	const struct fv_metadata *m = package->metadata;
	const struct fv_release *r = &p->release;
	const struct fv_bag_item *items;
	size_t n;

	if (package->report != NULL &&
	    add_reports(p, package->report, FV_RELEASE_REPORTS, 1, err) == -1)
		return -1;
	if (package->audit != NULL && add_audit(p, package->audit, err) == -1)
		return -1;
	find_digests(p);
	if (add_text(p, FV_RELEASE_CITATION, fv_citation_cff(m, err), err) ==
		-1 ||
	    add_text(p, FV_RELEASE_SCHEMA,
		fv_describe_json(&fv_schema_biflow_format, err), err) == -1 ||
	    add_text(p, FV_RELEASE_TERMS, fv_readme_terms(r, err), err) == -1 ||
	    add_text(p, FV_RELEASE_DATACITE, fv_datacite_json(r, err), err) ==
		-1)
		return -1;
	if (m->doi != NULL &&
	    add_text(
		p, FV_RELEASE_DATACITE_XML, fv_datacite_xml(r, err), err) == -1)
		return -1;
	if (add_text(p, FV_RELEASE_README, fv_readme_text(r, err), err) == -1)
		return -1;
	/* Last, for it lists all the others. */
	items = fv_bag_items(p->bag, &n);
	return add_text(
	    p, FV_RELEASE_CRATE, fv_crate_json(r, items, n, err), err);
}

static const struct fv_metadata_person *
contact_of(const struct fv_metadata *m)
{
	size_t i = 0;

	while (m->contacts.items[i].email == NULL)
		i++; /* one has: datasets/metadata checks it */
	return &m->contacts.items[i];
}

static int
seal(struct part *p, struct fv_err *err)
{
	const struct fv_package_run *run = p->run;
	const struct fv_metadata *m = run->package->metadata;
	const struct fv_metadata_person *contact = contact_of(m);
	char date[16] = "", group[192], count[32], description[640];
	time_t seconds = (time_t)run->mtime;
	struct tm tm;
	bool several = run->parts > 1;

	if (gmtime_r(&seconds, &tm) != NULL)
		(void)strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	(void)snprintf(group, sizeof(group), "%s-%s", m->name, m->version);
	(void)snprintf(count, sizeof(count), "%u of %u", p->number, run->parts);
	(void)snprintf(description, sizeof(description), "%s, version %s",
	    m->title, m->version);
	const struct fv_bag_info info[] = {
		{ "Source-Organization", m->publisher },
		{ "Contact-Name",
		    contact->name != NULL ? contact->name
					  : contact->family_names },
		{ "Contact-Email", contact->email },
		{ "External-Description", description },
		{ "Bagging-Date", date },
		{ "Bag-Group-Identifier", several ? group : NULL },
		{ "Bag-Count", several ? count : NULL },
		{ "Bag-Software-Agent", "flowveil " FV_VERSION },
		{ "Signing-Key-Fingerprint",
		    run->fingerprint[0] != '\0' ? run->fingerprint : NULL },
	};

	return fv_bag_seal(
	    p->bag, info, FV_COUNT(info), run->package->key, err);
}

/* The bag's one directory: "name-1.0", or "name-1.0-1-of-3". */
static void
make_top(const struct part *p, char top[NAME])
{
	const struct fv_metadata *m = p->run->package->metadata;

	if (p->run->parts == 1)
		(void)snprintf(top, NAME, "%s-%s", m->name, m->version);
	else
		(void)snprintf(top, NAME, "%s-%s-%u-of-%u", m->name, m->version,
		    p->number, p->run->parts);
}

static int
set_up(struct part *p, struct fv_err *err)
{
	const struct fv_package_run *run = p->run;
	size_t n = run->package->ndatasets;

	p->bag = fv_bag_new(err);
	p->datasets = fv_memory_new(n, sizeof(*p->datasets), err);
	p->names = fv_memory_new(n, sizeof(*p->names), err);
	if (p->bag == NULL || p->datasets == NULL || p->names == NULL)
		return -1;
	p->release = (struct fv_release){
		.metadata = run->package->metadata,
		.facts = &run->total,
		.datasets = p->datasets,
		.part = p->number,
		.parts = run->parts,
		.fingerprint =
		    run->fingerprint[0] != '\0' ? run->fingerprint : NULL,
	};
	return 0;
}

int
fv_package_part(const struct fv_package_run *run, unsigned number,
    const char *path, struct fv_package_result *result, struct fv_err *err)
{
	const struct fv_package *package = run->package;
	struct part p = { .run = run, .number = number };
	uint64_t bytes, files;
	char top[NAME];
	int rc = -1;

	if (set_up(&p, err) == -1 || add_datasets(&p, err) == -1 ||
	    add_sample(&p, path, err) == -1 || add_documents(&p, err) == -1 ||
	    seal(&p, err) == -1)
		goto out;
	make_top(&p, top);
	rc = fv_bag_write(p.bag, top, path, package->replace, run->mtime, err);
	fv_bag_oxum(p.bag, &bytes, &files);
	result->bytes += bytes;
	result->files += files;
out:
	fv_outdir_free(p.scratch);
	fv_bag_free(p.bag);
	free(p.datasets);
	free(p.names);
	return rc;
}
