#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Damage to HDF5 files that gets past their checksums: most changes hit the
 * structures, not the zeros and values between, and the sums over object
 * headers and the superblock are then made right again, three times of four.
 */
struct mutator;

/* For the file of ${n} ${bytes}, which stay the caller's. */
struct mutator *mutator_new(const uint8_t *bytes, size_t n);
void mutator_free(struct mutator *mutator);

/*
 * Write mutation number ${seed} to ${out}, which has room for all bytes; the
 * same number gives the same bytes.  Returns how many there are.
 */
size_t mutator_make(const struct mutator *mutator, uint64_t seed, uint8_t *out);

#endif
