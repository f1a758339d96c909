#ifndef ANALYSIS_SITE_PROFILES_H
#define ANALYSIS_SITE_PROFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/service_table.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * What was counted of each site, and of the services of its internal hosts.
 * Merged like a state of an analysis, of which it is all.
 */

/* More sites than this are not compared: pairs grow with the square. */
#define FV_SITE_PROFILES_SITES ((size_t)64)

/* Internal hosts whose profile is kept; some 450 bytes each: 60 MiB. */
#ifndef FV_SITE_PROFILES_UNITS /* tests have a lower one */
#define FV_SITE_PROFILES_UNITS ((size_t)1 << 17)
#endif

/* What packets of a site are counted as. */
enum {
	FV_SITE_ALL,
	FV_SITE_NATIVE, /* IPv6 */
	FV_SITE_TUNNEL, /* protocol 41: 6in4, 6to4 */
	FV_SITE_TEREDO, /* UDP 3544, at either end */
	FV_SITE_ERRORS, /* ICMP and ICMPv6 messages that report one */
	FV_SITE_KINDS
};

/* Of profiles: rows of the table of services, and then four more. */
#define FV_SITE_SERVICES (FV_SERVICE_TABLE_LIMIT + 4)

struct fv_site_profiles_sums {
	struct fv_analysis_weight of[FV_SITE_KINDS];
};

/* Of each host, for the loop over rows. */
struct fv_site_profiles_host {
	uint32_t unit; /* FV_NO_ROW: not inside, or too many are */
	uint16_t site; /* FV_SITE_PROFILES_SITES: none, or too many */
	uint8_t ip_version;
};

struct fv_site_profiles {
	struct fv_site_profiles_host *host;
	size_t units;
	bool too_many;   /* units */
	size_t services; /* how many kinds of them there are */
	struct fv_site_profiles_sums *site; /* FV_SITE_PROFILES_SITES + 1 */
	uint64_t *packets;                  /* of each unit and service */
	uint64_t *first; /* of each unit: fv_analysis_earliness */
	struct fv_service_ports ports;
};

#define FV_SITE_PROFILES_COLUMNS                                           \
	(FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |     \
	    FV_ANALYSIS_COLUMN(DESTINATION) |                              \
	    FV_ANALYSIS_COLUMN(SOURCE_PORT) |                              \
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |                         \
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(ICMP_TYPE) | \
	    FV_ANALYSIS_COLUMN(PACKETS) | FV_ANALYSIS_COLUMN(BYTES) |      \
	    FV_ANALYSIS_COLUMN(DIRECTION))

/* Nothing seen yet.  Returns NULL with ${err} set. */
struct fv_site_profiles *fv_site_profiles_new(
    const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;

/* As the functions of struct fv_analysis; these cannot fail. */
void fv_site_profiles_add(
    struct fv_site_profiles *s, const struct fv_analysis_batch *batch);
void fv_site_profiles_merge(
    struct fv_site_profiles *into, const struct fv_site_profiles *from);
void fv_site_profiles_free(struct fv_site_profiles *s);

/* What the service ${number}, below services, is called. */
const char *fv_site_profiles_service(size_t number);

#endif
