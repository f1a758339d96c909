#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/address_text.h"
#include "cli/command.h"
#include "cli/key_source.h"
#include "cli/mapping_arguments.h"
#include "cli/revealer.h"

/* Operands; lists have no limit. */
enum { WANTED_MOST = 4096 };

/* Before the number of a row of /hosts. */
static const char ROW[] = "host:";

/* What the arguments said. */
struct reveal_arguments {
	struct fv_key_source key;
	const char *dataset;
	const char *class;
	struct fv_mapping_arguments mapping;
	const char *wanted[WANTED_MOST];
	size_t nwanted;
};

/* What is under way. */
struct revealing {
	struct fv_revealer *revealer;
	bool of_dataset;
	int class; /* as the option says, or FV_REVEALER_ANY */
	uint64_t asked, without;
};

static int
set_wanted(void *context, const char *value, struct fv_err *err)
{
	struct reveal_arguments *a = context;

	if (a->nwanted == WANTED_MOST)
		return fv_err_set(err, FV_EUSAGE,
		    "more than %d pseudonyms: give them on standard input",
		    WANTED_MOST);
	a->wanted[a->nwanted++] = value;
	return 0;
}

static void
print_answer(void *context, const struct fv_revealer_answer *answer)
{
	(void)context;
	(void)printf("%s\t%s\t%s\t%s\n", answer->pseudonym, answer->class,
	    answer->site, answer->address);
}

static int
parse_class(const char *name, int *class, struct fv_err *err)
{
	enum fv_address_class parsed;

	if (!fv_hosts_class_parse(name, &parsed))
		return fv_err_set(err, FV_EUSAGE,
		    "there is no such class of addresses; 'flowveil dataset "
		    "schema' lists them under address_class");
	*class = (int)parsed;
	return 0;
}

/* A row of /hosts, "host:17"; -1 when it is none, and ${err} is set. */
static int
reveal_row(struct revealing *r, const char *number, struct fv_err *err)
{
	uint64_t row;
	char *end;

	errno = 0;
	row = strtoull(number, &end, 10);
	if (!isdigit((unsigned char)number[0]) || *end != '\0' || errno != 0)
		return fv_err_set(err, FV_EUSAGE,
		    "host: is followed by the number of a row of /hosts");
	if (!r->of_dataset)
		return fv_err_set(err, FV_EUSAGE,
		    "a row of /hosts is asked for: say of which --dataset");
	return fv_revealer_host(r->revealer, row, print_answer, NULL, err);
}

/* One pseudonym, and its class if ${text} names it behind a space. */
static int
reveal_text(struct revealing *r, char *text, struct fv_err *err)
{
	struct fv_published_addr pseudonym;
	size_t n = strcspn(text, " \t");
	char *rest = text + n + strspn(text + n, " \t");
	int found, class = r->class;

	text[n] = '\0';
	r->asked++;
	if (strncmp(text, ROW, strlen(ROW)) == 0 && *rest == '\0') {
		found = reveal_row(r, text + strlen(ROW), err);
	} else {
		if (!fv_address_text_parse(
			text, pseudonym.octet, &pseudonym.ip_version))
			return fv_err_set(
			    err, FV_EUSAGE, "is no IPv4 or IPv6 address");
		if (*rest != '\0' && parse_class(rest, &class, err) == -1)
			return -1;
		found = fv_revealer_address(
		    r->revealer, &pseudonym, class, print_answer, NULL, err);
	}
	r->without += found == 0;
	return found == -1 ? -1 : 0;
}

static int
reveal_list(struct revealing *r, struct fv_err *err)
{
	char line[FV_ADDRESS_TEXT_LINE];
	uint64_t number = 0;
	int rc;

	while ((rc = fv_address_text_line(stdin, line, err)) == 1) {
		number++;
		if (line[0] != '\0' && reveal_text(r, line, err) == -1) {
			err->code = FV_EFORMAT; /* a list is no command line */
			return fv_err_within(
			    err, "standard input: line %" PRIu64, number);
		}
	}
	return rc;
}

static int
reveal_operands(
    struct revealing *r, const struct reveal_arguments *a, struct fv_err *err)
{
	char text[FV_ADDRESS_TEXT_LINE];
	size_t i;

	for (i = 0; i < a->nwanted; i++) {
		(void)snprintf(text, sizeof(text), "%s", a->wanted[i]);
		if (reveal_text(r, text, err) == -1)
			return fv_err_within(err, "pseudonym %zu", i + 1);
	}
	return 0;
}

/* Nothing about the mapping may be said twice, and differently. */
static int
check_arguments(const struct reveal_arguments *a, struct fv_err *err)
{
	const struct fv_mapping_arguments *m = &a->mapping;

	if (a->key.key == NULL)
		return fv_err_set(err, FV_EUSAGE, "--key is missing");
	if (a->dataset != NULL &&
	    (m->scheme != NULL || m->site != NULL || m->release != NULL ||
		m->canonical))
		return fv_err_set(err, FV_EUSAGE,
		    "--dataset says how addresses were mapped: leave out "
		    "--scheme, --site, --release and --canonical");
	return 0;
}

static int
start(struct revealing *r, const struct reveal_arguments *a,
    const struct fv_key *key, struct fv_mapping_options *options,
    struct fv_err *err)
{
	r->class = FV_REVEALER_ANY;
	r->of_dataset = a->dataset != NULL;
	if (a->class != NULL && parse_class(a->class, &r->class, err) == -1)
		return fv_err_within(err, "--class");
	if (r->of_dataset)
		r->revealer = fv_revealer_open(key, a->dataset, err);
	else if (fv_mapping_arguments_take(&a->mapping, options, err) == 0)
		r->revealer = fv_revealer_new(key, options, err);
	return r->revealer == NULL ? -1 : 0;
}

static enum fv_status
run(const struct fv_command *self, int argc, char *const *argv)
{
	struct reveal_arguments a = { .dataset = NULL };
	struct revealing r = { .revealer = NULL };
	struct fv_mapping_options options;
	enum fv_status status = FV_STATUS_DONE;
	struct fv_key *key = NULL;
	struct fv_err err;

	if (fv_command_parse(self, argc, argv, &a, set_wanted, &status) == -1)
		return status;
	if (check_arguments(&a, &err) == -1 ||
	    (key = fv_key_source_take(&a.key, &err)) == NULL ||
	    start(&r, &a, key, &options, &err) == -1 ||
	    (a.nwanted > 0 ? reveal_operands(&r, &a, &err)
			   : reveal_list(&r, &err)) == -1) {
		status = fv_command_failed(self, &err);
	} else if (r.without > 0) {
		(void)fprintf(stderr,
		    "flowveil reveal: %" PRIu64 " of %" PRIu64 " pseudonyms "
		    "stand for no address%s\n",
		    r.without, r.asked,
		    r.of_dataset ? " of a host of the dataset"
				 : " under this key, site, release and class");
		status = FV_STATUS_FAILED;
	}
	fv_revealer_free(r.revealer);
	fv_key_free(key);
	return status;
}

static const struct fv_option options[] = {
	FV_KEY_SOURCE_OPTIONS(struct reveal_arguments, key),
	{ "dataset", 'd', "FILE",
	    "the dataset that has the pseudonyms: it tells\n"
	    "scheme, release, class and site",
	    NULL, offsetof(struct reveal_arguments, dataset) },
	{ "class", 0, "CLASS",
	    "public, private, ...: of which kind the address is\n[any]", NULL,
	    offsetof(struct reveal_arguments, class) },
	{ "site", 0, "NAME",
	    "the site that private addresses belong to [site-1]", NULL,
	    offsetof(struct reveal_arguments, mapping.site) },
	FV_MAPPING_ARGUMENTS_OPTIONS(struct reveal_arguments, mapping),
};

const struct fv_command fv_cmd_reveal = {
	.name = "reveal",
	.summary = "tell the real address behind a pseudonym",
	.usage = "--key SOURCE [--dataset FILE] [OPTION]... [PSEUDONYM]...",
	.about =
	    "For who holds the key: prints the real addresses that pseudonyms stand\n"
	    "for, a line each: pseudonym, class, site and address, with tabs between.\n"
	    "A pseudonym is an address; host:N is row N of /hosts of the dataset.\n"
	    "Without operands, pseudonyms are read on standard input, one a line,\n"
	    "each with its class behind it if that is known.\n\n"
	    "Public and private addresses are mapped apart, so one pseudonym may\n"
	    "stand for several addresses of different classes: with --dataset the\n"
	    "hosts that have it are told, otherwise all that are possible.\n",
	.options = options,
	.noptions = FV_COUNT(options),
	.examples =
	    "  flowveil reveal --key file:my.key --dataset may.h5 203.0.113.9\n"
	    "  flowveil reveal --key file:my.key --dataset may.h5 host:17\n"
	    "  flowveil reveal --key file:my.key --release 2026-05 --class public \\\n"
	    "      203.0.113.9\n",
	.run = run,
};
