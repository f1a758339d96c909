#ifndef DATASETS_REFERENCE_SPACE_H
#define DATASETS_REFERENCE_SPACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Far addresses.  They are drawn from the whole unicast space and mean
 * nothing, but their prefixes are as uneven as real ones: a conservative
 * cascade splits each prefix's traffic between its halves by a logit-normal
 * weight with sigma 1.61 (Misa et al. 2025).
 */

/*
 * fv_space_address(seed, kind, number):
 * The ${number}-th IPv4 address of the collection ${kind}, in host order:
 * public unicast, never private, reserved, multicast or for documentation.
 */
uint32_t fv_space_address(uint64_t seed, uint32_t kind, uint32_t number);

/*
 * fv_space_sweep(seed, number):
 * The ${number}-th step of a sweep: address after address through one
 * random /16 after another.
 */
uint32_t fv_space_sweep(uint64_t seed, uint32_t number);

/* Whether ${address} is one that fv_space_address may return. */
bool fv_space_public(uint32_t address);

#endif
