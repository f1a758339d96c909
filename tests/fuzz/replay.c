#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Runs a fuzz target on files, and on all files below directories, without
 * libFuzzer: so that what was once found is tried again with every check.
 *
 *	replay FILE_OR_DIRECTORY...
 *
 * Ends with 1 when a file cannot be read or there is none; a target that
 * fails ends the program.
 */

/* Directories deep. */
#define DEPTH 16

/* No input that is worth keeping is larger. */
#define LIMIT ((size_t)1 << 26)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;

/* Run the target on the file that is open as ${stream}. */
static int
run(FILE *stream)
{
	uint8_t *bytes = malloc(LIMIT + 1), *input = NULL;
	size_t size;
	int rc = -1;

	if (bytes == NULL)
		goto out;
	size = fread(bytes, 1, LIMIT + 1, stream);
	if (ferror(stream) || size > LIMIT)
		goto out;
	/* Of the size itself, so that a sanitizer sees its end. */
	if ((input = realloc(bytes, size == 0 ? 1 : size)) == NULL)
		goto out;
	bytes = NULL;
	(void)LLVMFuzzerTestOneInput(input, size);
	inputs++;
	rc = 0;
out:
	free(bytes);
	free(input);
	return rc;
}

/* For nftw(3): run on files, pass by the rest. */
static int
visit(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	FILE *stream;
	int rc = -1;

	(void)status;
	(void)ftw;
	if (type == FTW_D)
		return 0;
	if (type == FTW_F && (stream = fopen(path, "rb")) != NULL) {
		rc = run(stream);
		(void)fclose(stream);
	}
	if (rc != 0)
		(void)fprintf(stderr, "replay: cannot read %s\n", path);
	return rc;
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (nftw(argv[i], visit, DEPTH, 0) != 0) {
			(void)fprintf(
			    stderr, "replay: stopped in %s\n", argv[i]);
			return 1;
		}
	}
	(void)printf("%zu inputs\n", inputs);
	return inputs == 0;
}
