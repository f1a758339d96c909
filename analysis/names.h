#ifndef ANALYSIS_NAMES_H
#define ANALYSIS_NAMES_H

#include <stdint.h>

/*
 * Names of numbers that IANA assigns, for reports: a short table of what is
 * met in networks of convenience, not the registries.
 */

/* The protocol ${number}'s name, or NULL. */
const char *fv_names_protocol(uint8_t number);

/*
 * The service commonly found on ${port} of TCP (6) or UDP (17), or NULL.  It is where the service usually listens, no evidence
 * that it did.
 */
const char *fv_names_service(uint8_t protocol, uint16_t port);

/* What an ICMP (1) or ICMPv6 (58) message of ${type} is, or NULL. */
const char *fv_names_icmp(uint8_t protocol, uint8_t type);

#endif
