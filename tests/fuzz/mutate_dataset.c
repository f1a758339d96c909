#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "datasets/door.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/tiny.h"

/*
 * Reads damaged datasets as the door does, in children with the door's
 * filter and limits, many files to a child until it dies, and counts what
 * became of them.
 *
 *	mutate_dataset [COUNT [FIRST]]
 *	mutate_dataset keep NUMBER FLOWS > FILE
 *
 * The second form writes one damaged dataset, to look at it closely.
 *
 * Ends with 0 when it knows the fate of each: that this program comes to its
 * end, whatever its children do, is the point.
 */

/* Flows of the datasets to damage: a chunk, and a chunk and a bit. */
static const size_t flows[] = { 50, 65600 };

/* HDF5 does not give back all it takes for a damaged file. */
enum { FILES_PER_CHILD = 250 };

static const struct fv_sandbox_limits limits = {
	.memory = (uint64_t)512 << 20, .cpu_seconds = 120, .silence = 30
};

/* What became of a file; the last two the parent finds out. */
enum fate { REFUSED, STRUCTURE_PASSED, PASSED, CRASHED, STOPPED, FATES };

struct batch {
	const struct mutator *mutator;
	uint64_t seed;
	uint64_t end;
	uint8_t *bytes; /* of the file ${fd}, which the child cannot write */
	int fd;
};

static void
try_all(int out, void *arg)
{
	struct batch *b = arg;
	struct fv_door_found found;
	struct fv_err err;
	uint8_t fate;
	size_t n;

	for (; b->seed < b->end; b->seed++) {
		n = mutator_make(b->mutator, b->seed, b->bytes);
		fate = REFUSED;
		if (fv_door_look(b->fd, n, &found, &err) == 0)
			fate = fv_door_read(b->fd, n, &err) == 0
			    ? PASSED
			    : STRUCTURE_PASSED;
		fv_sandbox_say(out, &fate, sizeof(fate));
	}
}

static uint64_t fates[FATES];

/* Run one child as far as it comes; it begins at ${b->seed}. */
static void
run_child(struct batch *b)
{
	struct fv_sandbox *child;
	struct fv_err err;
	uint8_t fate;

	child = fv_sandbox_start(try_all, b, b->fd, &limits, &err);
	if (child == NULL) {
		(void)fprintf(stderr, "mutate_dataset: %s\n", err.text);
		exit(1);
	}
	while (b->seed < b->end) {
		if (fv_sandbox_hear(child, &fate, 1, &err) == -1) {
			fate = strstr(err.text, "crashed") != NULL ? CRASHED
								   : STOPPED;
			(void)printf(
			    "file %" PRIu64 ": %s\n", b->seed, err.text);
			b->end = b->seed + 1;
		}
		fates[fate < FATES ? fate : STOPPED]++;
		b->seed++;
	}
	fv_sandbox_free(child);
}

/* Try mutations ${seed} to ${end} of a dataset. */
static void
run_base(size_t nflows, uint64_t seed, uint64_t end)
{
	size_t n;
	uint8_t *base = tiny_bytes(nflows, &n);
	struct mutator *mutator = mutator_new(base, n);
	struct batch b = { .mutator = mutator };

	b.fd = memfd_create("mutated", MFD_CLOEXEC);
	if (b.fd == -1 || ftruncate(b.fd, (off_t)n) == -1 ||
	    (b.bytes = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, b.fd,
		 0)) == MAP_FAILED) {
		perror("mutate_dataset");
		exit(1);
	}
	for (b.seed = seed; b.seed < end;) {
		b.end = end - b.seed < FILES_PER_CHILD
		    ? end
		    : b.seed + FILES_PER_CHILD;
		run_child(&b);
	}
	(void)munmap(b.bytes, n);
	(void)close(b.fd);
	mutator_free(mutator);
	free(base);
}

static int
keep(uint64_t seed, size_t nflows)
{
	size_t n;
	uint8_t *base = tiny_bytes(nflows, &n), *bytes = malloc(n);
	struct mutator *mutator = mutator_new(base, n);
	int rc = 1;

	if (bytes != NULL) {
		n = mutator_make(mutator, seed, bytes);
		rc = fwrite(bytes, 1, n, stdout) != n;
	}
	mutator_free(mutator);
	free(bytes);
	free(base);
	return rc;
}

int
main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 500;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	uint64_t half = count / 2;

	if (argc == 4 && strcmp(argv[1], "keep") == 0)
		return keep(strtoull(argv[2], NULL, 10),
		    (size_t)strtoull(argv[3], NULL, 10));
	run_base(flows[0], first, first + half);
	run_base(flows[1], first + half, first + count);
	(void)printf("%" PRIu64 " damaged datasets: %" PRIu64
		     " refused by their structure, %" PRIu64
		     " by their content, %" PRIu64 " passed, %" PRIu64
		     " crashed their reader, %" PRIu64 " were stopped\n",
	    count, fates[REFUSED], fates[STRUCTURE_PASSED], fates[PASSED],
	    fates[CRASHED], fates[STOPPED]);
	return fates[REFUSED] + fates[STRUCTURE_PASSED] + fates[PASSED] +
	    fates[CRASHED] + fates[STOPPED] !=
	    count;
}
