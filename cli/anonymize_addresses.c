#include "cli/anonymize_addresses.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/address_class.h"
#include "anonymize/key.h"
#include "base/memory.h"
#include "cli/address_text.h"

/* Lines at a time: enough for the cipher, and soon answered. */
enum { BATCH = 4096 };

/* Invariant: line i holds address number before[i], if holds[i] says so. */
struct list {
	size_t lines;
	size_t addresses;
	bool holds[BATCH];
	struct fv_raw_addr raw[BATCH];
	struct fv_published_addr published[BATCH];
};

static int
print_batch(struct list *list, struct fv_mapping *mapping, FILE *out,
    bool classes, struct fv_err *err)
{
	struct fv_host host;
	size_t i, next = 0;

	if (fv_mapping_map(mapping, list->raw, list->addresses, list->published,
		err) == -1)
		return -1;
	for (i = 0; i < list->lines; i++) {
		if (list->holds[i]) {
			fv_hosts_set_address(&host, &list->published[next]);
			(void)fputs(host.address, out);
			if (classes)
				(void)fprintf(out, "\t%s",
				    fv_hosts_class_name(
					(uint8_t)fv_address_class(
					    &list->raw[next])));
			next++;
		}
		(void)putc('\n', out);
	}
	list->lines = list->addresses = 0;
	if (ferror(out) != 0)
		return fv_err_system(err, errno, "standard output");
	return 0;
}

/* Enter a line; false when it should hold an address and does not. */
static bool
enter(struct list *list, const char *line)
{
	struct fv_raw_addr *raw = &list->raw[list->addresses];
	bool *holds = &list->holds[list->lines++];

	memset(raw, 0, sizeof(*raw));
	*holds = fv_address_text_parse(line, raw->octet, &raw->ip_version);
	list->addresses += *holds;
	return *holds || line[0] == '\0';
}

static int
bad_line(const char *line, uint64_t number, struct fv_err *err)
{
	return fv_err_set(err, FV_EFORMAT,
	    "standard input: line %" PRIu64 ": %s", number,
	    strchr(line, '/') != NULL
		? "a network is not mapped, only addresses are; or use "
		  "--skip-bad"
		: "holds no IPv4 or IPv6 address; --skip-bad passes over "
		  "such lines");
}

int
fv_anonymize_addresses(struct fv_mapping *mapping, FILE *in, FILE *out,
    const struct fv_anonymize_addresses_options *options, uint64_t *skipped,
    struct fv_err *err)
{
	char line[FV_ADDRESS_TEXT_LINE];
	uint64_t number = 0;
	struct list *list;
	int rc;

	*skipped = 0;
	if ((list = fv_memory_new(1, sizeof(*list), err)) == NULL)
		return -1;
	while ((rc = fv_address_text_line(in, line, err)) == 1) {
		number++;
		if (!enter(list, line)) {
			if (!options->skip_bad) {
				rc = bad_line(line, number, err);
				break;
			}
			++*skipped;
		}
		if (list->lines == BATCH &&
		    (rc = print_batch(
			 list, mapping, out, options->classes, err)) == -1)
			break;
	}
	if (rc == 0)
		rc = print_batch(list, mapping, out, options->classes, err);
	fv_key_wipe(list, sizeof(*list));
	free(list);
	return rc;
}

enum fv_status
fv_anonymize_addresses_command(const struct fv_command *self,
    const struct fv_key_source *source,
    const struct fv_mapping_arguments *arguments,
    const struct fv_anonymize_addresses_options *options)
{
	struct fv_mapping_options how;
	struct fv_mapping *mapping = NULL;
	enum fv_status status = FV_STATUS_DONE;
	struct fv_key *key = NULL;
	uint64_t skipped = 0;
	struct fv_err err;

	if (fv_mapping_arguments_take(arguments, &how, &err) == -1 ||
	    (key = fv_key_source_take(source, &err)) == NULL ||
	    (mapping = fv_mapping_new(key, &how, &err)) == NULL ||
	    fv_anonymize_addresses(
		mapping, stdin, stdout, options, &skipped, &err) == -1)
		status = fv_command_failed(self, &err);
	fv_mapping_free(mapping);
	fv_key_free(key);
	if (status != FV_STATUS_DONE || skipped == 0)
		return status;
	(void)fprintf(stderr,
	    "flowveil %s: %" PRIu64 " lines without an address were passed "
	    "over\n",
	    self->name, skipped);
	return FV_STATUS_DAMAGED;
}
