#include <stdio.h>

#include "tests/capgen/capcases.h"
#include "tests/capgen/capfile.h"

/*
 * Writes the captures that the tests are built from to a directory, to seed
 * fuzz_capture and to be replayed.
 *
 *	seed_capture DIRECTORY
 */

/* Longer ones only slow a fuzzer down. */
#define LIMIT 4096

/* Write the rows that are short enough to ${folder} as ${kind}-NN. */
static void
write_rows(const struct fv_capcase *rows, const char *folder, const char *kind)
{
	struct fv_capfile *file;
	char path[4096];
	size_t i;

	for (i = 0; rows[i].name != NULL; i++) {
		file = fv_capcase_build(&rows[i]);
		(void)snprintf(
		    path, sizeof(path), "%s/%s-%02zu", folder, kind, i);
		if (fv_capfile_size(file) <= LIMIT)
			fv_capfile_write(file, path);
		fv_capfile_free(file);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_capture DIRECTORY\n");
		return 2;
	}
	write_rows(fv_capcases_pcap, argv[1], "pcap");
	write_rows(fv_capcases_search, argv[1], "search");
	write_rows(fv_capcases_statistics, argv[1], "statistics");
	write_rows(fv_capcases_pcapng, argv[1], "pcapng");
	write_rows(fv_capcases_damaged, argv[1], "damaged");
	return 0;
}
