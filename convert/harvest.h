#ifndef CONVERT_HARVEST_H
#define CONVERT_HARVEST_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/originals.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/reading.h"
#include "datasets/counters.h"

/*
 * Captures read once more, not to be converted, but for all that identifies
 * somebody in them: what an audit looks for in the dataset.  The addresses
 * that a conversion records come from its own decoder, so that they have the
 * numbers that /hosts gives them.  All else comes from a second reader
 * (harvest_frame.h), which looks into what the decoder leaves out.
 */
struct fv_harvest {
	struct fv_originals originals;
	struct fv_reading_result read; /* captures as /captures has them */
	uint64_t devices;              /* senders of recorded packets */
	uint64_t faults;
};

/*
 * fv_harvest_run(inputs, n, options, listener, harvest, err):
 * Fill ${harvest} from the captures behind ${n} inputs, read as ${options}
 * say, which are those of the conversion (fv_provenance_decoder).  What is
 * not selected identifies somebody, too, and is gathered.
 * Returns 0, or -1 with ${err} set; fv_harvest_wipe is to be called in both
 * cases.
 */
int fv_harvest_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_reading_options *options,
    const struct fv_listener *listener, struct fv_harvest *harvest,
    struct fv_err *err) FV_MUST_CHECK;

/* Wipe what was gathered, and free it. */
void fv_harvest_wipe(struct fv_harvest *harvest);

#endif
