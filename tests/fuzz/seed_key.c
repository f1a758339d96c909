#include <stdio.h>
#include <string.h>

#include "base/attributes.h"
#include "tests/unit/key_text.h"

/*
 * Writes key files to a directory, in clear and wrapped, whole and cut off
 * at each line, and keys to import, to seed fuzz_key and to be replayed.
 *
 *	seed_key DIRECTORY
 */

static int
write_seed(const char *folder, unsigned number, const char *text, size_t n)
{
	char path[4096];
	FILE *out;
	int failed;

	(void)snprintf(path, sizeof(path), "%s/key-%02u", folder, number);
	if ((out = fopen(path, "w")) == NULL)
		return -1;
	failed = fwrite(text, 1, n, out) != n;
	return fclose(out) != 0 || failed ? -1 : 0;
}

int
main(int argc, char **argv)
{
	static const char *const texts[] = { KEY_FILE, WRAPPED_FILE,
		SECRET_HEX "\n", "0x" SECRET_HEX "\n" };
	const char *at;
	unsigned number = 0;
	size_t i;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_key DIRECTORY\n");
		return 2;
	}
	for (i = 0; i < FV_COUNT(texts); i++)
		for (at = texts[i]; (at = strchr(at, '\n')) != NULL;) {
			at++;
			if (write_seed(argv[1], number++, texts[i],
				(size_t)(at - texts[i])) == -1) {
				perror(argv[1]);
				return 1;
			}
		}
	return 0;
}
