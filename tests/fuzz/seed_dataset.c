#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attributes.h"
#include "tests/fuzz/tiny.h"

/*
 * Writes small datasets to a directory, whole ones and such as lost their
 * end, to seed fuzz_dataset and to be replayed.
 *
 *	seed_dataset DIRECTORY
 */

static void
spill(const char *folder, const char *name, size_t number, const uint8_t *bytes,
    size_t n)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s-%zu", folder, name, number);
	if ((file = fopen(path, "wb")) == NULL ||
	    fwrite(bytes, 1, n, file) != n || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	static const size_t flows[] = { 0, 1, 50, 65600 };
	uint8_t *bytes;
	size_t i, n;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_dataset DIRECTORY\n");
		return 2;
	}
	for (i = 0; i < FV_COUNT(flows); i++) {
		bytes = tiny_bytes(flows[i], &n);
		spill(argv[1], "whole", flows[i], bytes, n);
		spill(argv[1], "half", flows[i], bytes, n / 2);
		spill(argv[1], "head", flows[i], bytes, 40 + i * 4);
		free(bytes);
	}
	return 0;
}
