/*
 * Makes a reference month without the command, for benchmarks:
 *
 *	make lib
 *	cc -std=c17 -D_GNU_SOURCE -O2 -I. -pthread -o build/generate \
 *	    tests/bench/generate_main.c build/release/libflowveil.a -lcrypto
 *	build/generate DIRECTORY [NAME=VALUE ...]
 *
 * Names: profile, seed, scale, days, sites, snaplen, format (pcap, pcapng),
 * suspect (peer, scanner), users (of the suspect: 1, 2), threads, part, parts.  Existing files are
 * replaced.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/reference/reference.h"

static int
set(struct fv_reference_options *o, char *argument)
{
	char *value = strchr(argument, '=');

	if (value == NULL)
		return -1;
	*value++ = '\0';
	if (strcmp(argument, "profile") == 0)
		o->profile = value;
	else if (strcmp(argument, "seed") == 0)
		o->seed = strtoull(value, NULL, 10);
	else if (strcmp(argument, "scale") == 0)
		o->scale = strtod(value, NULL);
	else if (strcmp(argument, "days") == 0)
		o->days = (unsigned)atoi(value);
	else if (strcmp(argument, "sites") == 0)
		o->sites = (unsigned)atoi(value);
	else if (strcmp(argument, "snaplen") == 0)
		o->snaplen = (uint32_t)atoi(value);
	else if (strcmp(argument, "format") == 0)
		o->format = strcmp(value, "pcapng") == 0 ? FV_REFERENCE_PCAPNG
							 : FV_REFERENCE_PCAP;
	else if (strcmp(argument, "suspect") == 0)
		o->suspect = strcmp(value, "scanner") == 0
		    ? FV_REFERENCE_SCANNER
		    : FV_REFERENCE_PEER;
	else if (strcmp(argument, "users") == 0)
		o->suspect_users = (unsigned)atoi(value);
	else if (strcmp(argument, "threads") == 0)
		o->threads = (unsigned)atoi(value);
	else if (strcmp(argument, "part") == 0)
		o->part = (unsigned)atoi(value);
	else if (strcmp(argument, "parts") == 0)
		o->parts = (unsigned)atoi(value);
	else
		return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct fv_reference_options options;
	struct fv_err err;
	int i;

	fv_reference_defaults(&options);
	options.replace = true;
	for (i = 2; i < argc; i++)
		if (set(&options, argv[i]) == -1)
			argc = 1;
	if (argc < 2) {
		(void)fprintf(
		    stderr, "usage: generate DIRECTORY [NAME=VALUE ...]\n");
		return 2;
	}
	if (fv_reference_generate(&options, argv[1], NULL, NULL, &err) == -1) {
		(void)fprintf(stderr, "generate: %s\n", err.text);
		return 1;
	}
	return 0;
}
