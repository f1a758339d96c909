#include <stdio.h>
#include <string.h>

#include "tests/unit/release_text.h"

/*
 * Writes metadata of a release to a directory, whole and cut off at each
 * line, to seed fuzz_metadata and to be replayed.
 *
 *	seed_metadata DIRECTORY
 */

static int
write_seed(const char *folder, unsigned number, size_t n)
{
	char path[4096];
	FILE *out;
	int failed;

	(void)snprintf(path, sizeof(path), "%s/metadata-%02u", folder, number);
	if ((out = fopen(path, "w")) == NULL)
		return -1;
	failed = fwrite(RELEASE_TEXT, 1, n, out) != n;
	return fclose(out) != 0 || failed ? -1 : 0;
}

int
main(int argc, char **argv)
{
	const char *text = RELEASE_TEXT, *at = text;
	unsigned number = 0;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_metadata DIRECTORY\n");
		return 2;
	}
	while ((at = strchr(at, '\n')) != NULL) {
		at++;
		if (write_seed(argv[1], number++, (size_t)(at - text)) == -1) {
			perror(argv[1]);
			return 1;
		}
	}
	return 0;
}
