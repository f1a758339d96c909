#ifndef ANALYSIS_SCAN_H
#define ANALYSIS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/result.h"
#include "base/attributes.h"
#include "base/err.h"

struct fv_scan_options {
	const struct fv_analysis *const *analyses; /* each once */
	size_t nanalyses;
	unsigned threads; /* see fv_workers_new */

	/*
	 * The host to look at closely: its published address, and as reports
	 * label it, with its site, where several have that address; NULL for
	 * the one with most destinations.
	 */
	const char *host;

	/*
	 * Take each segment of an address for a host, as R27 finds them, in
	 * all results but R27 (analysis/units.h): one reading more.
	 */
	bool segments;

	/*
	 * What tables that grow with the rows may hold in memory, all
	 * together, before parts of them are written to ${scratch} (NULL:
	 * /var/tmp); 0 for FV_LEDGER_BYTES.
	 */
	size_t memory;
	const char *scratch;

	/*
	 * NULL, or told from time to time how far the scan is: from any of
	 * the threads, one at a time.  Rows that are read twice count twice.
	 */
	void (*progress)(void *arg, uint64_t rows, uint64_t total);
	void *progress_arg;
};

/* More states and buffers than this only fill memory. */
#define FV_SCAN_THREADS_LIMIT 64

/*
 * fv_scan_datasets(paths, n, options, result, err):
 * Read the ${n} datasets at ${paths}, and write to ${result}, empty so far,
 * what they are and what each of the analyses finds in all of them together,
 * in the order of the slides.  Rows are read a second time if an analysis
 * looks closer at hosts; whatever selects those is run, too, and says
 * nothing.  Only columns that some analysis asks for are read.  Every row is
 * checked against what it refers to, so analyses need not.
 *
 * The findings are the same for any number of threads, and for any way that
 * the same rows and captures are spread over datasets, as long as hosts
 * first appear in the same order; where they do not, hosts that send the
 * same amount from the same nanosecond on may change places.
 *
 * Memory: for each thread one chunk of each column and one state of each
 * analysis of a reading; what grows with the rows is bounded, see above.
 * Returns 0, or -1 with ${err} set: the path of the dataset in front, but
 * for sums that only all of them together make too large, and for a host
 * that is in none of them (FV_EUSAGE).
 */
int fv_scan_datasets(const char *const *paths, size_t n,
    const struct fv_scan_options *options, struct fv_result *result,
    struct fv_err *err) FV_MUST_CHECK;

#endif
