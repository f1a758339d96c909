#ifndef DATASETS_REFERENCE_LAW_H
#define DATASETS_REFERENCE_LAW_H

#include <stdbool.h>
#include <stdint.h>

#include "datasets/reference/philox.h"

/*
 * Laws of chance in whole numbers.  Nothing here calls libm, whose last
 * digits differ between systems: the month has the same bytes everywhere.
 * Fixed point "q16" is a number times 65536.
 */

/* A whole number below ${n}; ${n} > 0. */
uint32_t fv_law_below(struct fv_philox *rng, uint32_t n);

/* A whole number from ${low} to ${high}, both included. */
uint32_t fv_law_between(struct fv_philox *rng, uint32_t low, uint32_t high);

/* True ${permille} times in a thousand. */
bool fv_law_chance(struct fv_philox *rng, uint32_t permille);

/* A standard normal number, q16, cut off at 3.1 either side. */
int32_t fv_law_normal(struct fv_philox *rng);

/* The normal quantile, q16, of the fraction ${at} / 65536. */
int32_t fv_law_normal_quantile(uint32_t at);

/* 2^${exponent}, both q16; at most 2^47 and at least 0 come out. */
uint64_t fv_law_exp2(int64_t exponent);

/* log2(${x}), q16, for ${x} > 0. */
int64_t fv_law_log2(uint64_t x);

/*
 * fv_law_lognormal(rng, median, sigma):
 * A lognormal number with median ${median}; ${sigma}, in thousandths, is
 * the standard deviation of its natural logarithm.
 */
uint64_t fv_law_lognormal(
    struct fv_philox *rng, uint64_t median, uint32_t sigma);

/* The same, at the fraction ${at} / 65536 of the law, in 1/65536. */
uint64_t fv_law_lognormal_quantile(uint32_t at, uint32_t sigma);

/* An exponential number with mean ${mean}. */
uint64_t fv_law_exponential(struct fv_philox *rng, uint64_t mean);

/*
 * fv_law_pareto(rng, low, high, alpha):
 * A Pareto number cut off to lie from ${low} to ${high}; ${alpha} in
 * thousandths.
 */
uint64_t fv_law_pareto(
    struct fv_philox *rng, uint64_t low, uint64_t high, uint32_t alpha);

/* A rank below ${n} under Zipf's law with exponent one. */
uint32_t fv_law_zipf(struct fv_philox *rng, uint32_t n);

/*
 * fv_law_split(byte):
 * The chance, in 1/2^32, that the one-bit follows at a node of the address
 * cascade: the logistic function of a normal number with standard deviation
 * 1.61, at the fraction (${byte} + 1/2) / 256 of that law.
 */
uint32_t fv_law_split(uint8_t byte);

#endif
