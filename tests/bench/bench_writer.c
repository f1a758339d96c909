/*
 * How fast a dataset is written: `bench_writer [ROWS [FILE]]`.  Made-up flows
 * (see tests/unit/rows.h) are made once, in memory, and then written with one
 * and two threads.  Prints wall time, processor time of all threads and of
 * the caller's, and bytes in the file; then how fast all is read again.  With
 * FILE, that is where the dataset is written, and it stays there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/unit/rows.h"

enum { DISTINCT = 1 << 20, BATCH = 256 };

/* A row of /flows without the padding of the struct. */
static double
row_bytes(void)
{
	const struct fv_table *flows = &fv_schema_tables[FV_TABLE_FLOWS];
	size_t i, bytes = 0;

	for (i = 0; i < flows->ncolumns; i++)
		bytes += flows->columns[i].size;
	return (double)bytes;
}

static double
seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int
fail(const struct fv_err *err)
{
	(void)fprintf(stderr, "bench_writer: %s\n", err->text);
	return 1;
}

/* Write ${n} rows; ${idle} makes the caller wait as if it had other work. */
static int
write_rows(const char *path, struct fv_flow *rows, uint64_t n, unsigned threads,
    double idle, struct fv_err *err)
{
	const struct fv_writer_options options = { .threads = threads,
		.replace = true };
	struct fv_writer *w;
	double start = seconds(CLOCK_MONOTONIC);
	struct timespec nap = { 0, 0 };
	double ahead;
	uint64_t i;
	size_t at;
	int rc = -1;

	if ((w = fv_writer_new(path, &options, err)) == NULL)
		return -1;
	for (i = 0; i < n; i += BATCH) {
		at = (size_t)(i % DISTINCT);
		if (fv_writer_append(
			w, FV_TABLE_FLOWS, rows + at, BATCH, err) == -1)
			goto out;
		ahead = start + idle * (double)i - seconds(CLOCK_MONOTONIC);
		if (idle > 0 && ahead > 1e-3) {
			nap.tv_nsec = (long)(ahead * 1e9) % 1000000000;
			(void)nanosleep(&nap, NULL);
		}
	}
	rc = fv_writer_commit(w, err);
out:
	fv_writer_free(w);
	return rc;
}

static int
measure(const char *path, struct fv_flow *rows, uint64_t n, unsigned threads,
    double idle)
{
	double wall = seconds(CLOCK_MONOTONIC);
	double all = seconds(CLOCK_PROCESS_CPUTIME_ID);
	double own = seconds(CLOCK_THREAD_CPUTIME_ID);
	struct fv_err err;
	struct stat st;

	if (write_rows(path, rows, n, threads, idle, &err) == -1)
		return fail(&err);
	wall = seconds(CLOCK_MONOTONIC) - wall;
	all = seconds(CLOCK_PROCESS_CPUTIME_ID) - all;
	own = seconds(CLOCK_THREAD_CPUTIME_ID) - own;
	if (stat(path, &st) == -1)
		return 1;
	(void)printf("%u thread(s)%s: %.2f M rows/s, %.0f MB/s of columns; "
		     "processor %.0f ns per row, %.0f of them the caller's; "
		     "%.2f bytes per row in the file\n",
	    threads, idle > 0 ? ", caller paced" : "", 1e-6 * (double)n / wall,
	    1e-6 * row_bytes() * (double)n / wall, 1e9 * all / (double)n,
	    1e9 * own / (double)n, (double)st.st_size / (double)n);
	return 0;
}

static int
measure_reading(const char *path, uint64_t n)
{
	static uint64_t values[FV_CHUNK_ROWS];
	double wall = seconds(CLOCK_MONOTONIC);
	double all = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct fv_reader *r;
	struct fv_err err;
	uint64_t at;
	size_t i, take;

	if ((r = fv_reader_open(path, &err)) == NULL)
		return fail(&err);
	for (at = 0; at < n; at += take)
		for (i = 0,
		    take = n - at < FV_CHUNK_ROWS ? n - at : FV_CHUNK_ROWS;
		     i < FV_FLOW_COLUMNS; i++)
			if (fv_reader_column(r, FV_TABLE_FLOWS, i, at, take,
				values, &err) == -1)
				return fail(&err);
	wall = seconds(CLOCK_MONOTONIC) - wall;
	all = seconds(CLOCK_PROCESS_CPUTIME_ID) - all;
	(void)printf("read, 1 thread: %.2f M rows/s, %.0f MB/s of columns; "
		     "processor %.0f ns per row\n",
	    1e-6 * (double)n / wall, 1e-6 * row_bytes() * (double)n / wall,
	    1e9 * all / (double)n);
	fv_reader_free(r);
	return 0;
}

int
main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000;
	struct fv_flow *rows = calloc(DISTINCT, sizeof(*rows));
	char *directory = rows_directory();
	char *path =
	    argc > 2 ? strdup(argv[2]) : rows_path(directory, "bench.h5");
	uint64_t i;
	int rc;

	if (rows == NULL || path == NULL)
		return 1;
	n = n / BATCH * BATCH;
	for (i = 0; i < DISTINCT; i++)
		rows_flow(i, &rows[i]);
	rc = measure(path, rows, n, 1, 0);
	if (rc == 0)
		rc = measure(path, rows, n, 2, 0);
	if (rc == 0)
		rc = measure(path, rows, n, 2, 500e-9);
	if (rc == 0)
		rc = measure_reading(path, n);
	free(path);
	rows_remove(directory);
	free(rows);
	return rc;
}
