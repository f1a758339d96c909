#include "convert/dimensions.h"

#include <stdlib.h>

#include "anonymize/mapping.h"
#include "base/memory.h"
#include "datasets/site.h"

static int
write_hosts(const struct fv_dimensions *d, struct fv_err *err)
{
	struct fv_host rows[FV_POPULATION_BATCH];
	size_t first, n, total = fv_publisher_hosts(d->publisher);
	struct fv_mapping_options options = d->options->mapping;
	struct fv_mapping *mapping;
	int rc = -1;

	options.scope.site = d->options->site;
	if ((mapping = fv_mapping_new(d->key, &options, err)) == NULL)
		return -1;
	for (first = 0; first < total; first += n) {
		n = total - first < FV_POPULATION_BATCH ? total - first
							: FV_POPULATION_BATCH;
		if (fv_publisher_host_rows(
			d->publisher, mapping, first, n, rows, err) == -1)
			goto out;
		fv_policy_apply_hosts(d->policy, rows, n);
		if (fv_writer_append(d->writer, FV_TABLE_HOSTS, rows, n, err) ==
		    -1)
			goto out;
		fv_publisher_count_unchanged(
		    d->publisher, mapping, first, n, rows, d->unchanged);
	}
	rc = 0;
out:
	fv_mapping_free(mapping);
	return rc;
}

static int
write_devices(const struct fv_dimensions *d, struct fv_err *err)
{
	size_t n = fv_policy_apply_ndevices(d->policy);
	struct fv_device *rows;
	int rc = -1;

	if ((rows = fv_memory_new(n, sizeof(*rows), err)) == NULL)
		return -1;
	if (fv_publisher_device_rows(d->publisher, d->key, 0, n, rows, err) ==
	    0) {
		fv_policy_apply_devices(d->policy, rows, n);
		rc =
		    fv_writer_append(d->writer, FV_TABLE_DEVICES, rows, n, err);
	}
	free(rows);
	return rc;
}

static int
write_stacks(const struct fv_dimensions *d, struct fv_err *err)
{
	size_t n = fv_policy_apply_nstacks(d->policy);
	struct fv_stack *rows;
	int rc;

	if ((rows = fv_memory_new(n, sizeof(*rows), err)) == NULL)
		return -1;
	fv_policy_apply_stack_rows(d->policy, 0, n, rows);
	rc = fv_writer_append(d->writer, FV_TABLE_STACKS, rows, n, err);
	free(rows);
	return rc;
}

static int
write_site(const struct fv_dimensions *d, struct fv_err *err)
{
	struct fv_site site;

	if (fv_site_set(&site, d->options->site, d->options->site_kind, err) ==
	    -1)
		return -1;
	fv_policy_apply_sites(d->policy, &site, 1);
	return fv_writer_append(d->writer, FV_TABLE_SITES, &site, 1, err);
}

int
fv_dimensions_write(const struct fv_dimensions *d, struct fv_err *err)
{
	if (write_hosts(d, err) == -1 || write_devices(d, err) == -1 ||
	    write_stacks(d, err) == -1)
		return -1;
	return write_site(d, err);
}
