#ifndef CONVERT_PROVENANCE_H
#define CONVERT_PROVENANCE_H

#include <stddef.h>

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/decoder.h"
#include "convert/pipeline.h"
#include "datasets/counters.h"
#include "datasets/reader.h"
#include "datasets/writer.h"

/*
 * fv_provenance_write(writer, options, key, captures, n, err):
 * Set the root attributes that say what a dataset is and how it was made,
 * under ACDD's names where there is one: every setting that shaped the
 * rows, the scheme and the key's id; never a machine, a user, a path, a
 * command line, the time on the wall, or a network that was given.
 * Returns 0, or -1 with ${err} set.
 */
int fv_provenance_write(struct fv_writer *writer,
    const struct fv_pipeline_options *options, const struct fv_key *key,
    const struct fv_capture_row *captures, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_provenance_decoder(reader, options):
 * How the frames of a dataset were decoded, as its attributes say; where
 * they do not: the outermost packet, and fragments without ports.
 */
void fv_provenance_decoder(
    struct fv_reader *reader, struct fv_decoder_options *options);

#endif
