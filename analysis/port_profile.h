#ifndef ANALYSIS_PORT_PROFILE_H
#define ANALYSIS_PORT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * The ports of one host's records of TCP and UDP: a weight for each, dense,
 * since the host is known before its rows are read.
 */

enum { FV_PORT_PROFILE_PORTS = 65536 };

enum fv_port_side { FV_PORT_SOURCE, FV_PORT_DESTINATION, FV_PORT_SIDES };
enum fv_port_over { FV_PORT_TCP, FV_PORT_UDP, FV_PORT_OVERS };

/* 6 MiB of address space, of which only the cells in use are touched. */
struct fv_port_profile {
	struct fv_analysis_weight all; /* with a port or without */
	struct fv_analysis_weight cell[FV_PORT_SIDES][FV_PORT_OVERS]
				      [FV_PORT_PROFILE_PORTS];
};

/* The columns that fv_port_profile_add reads. */
#define FV_PORT_PROFILE_COLUMNS                                           \
	(FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(SOURCE_PORT) | \
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |                        \
	    FV_ANALYSIS_COLUMN(PACKETS) | FV_ANALYSIS_COLUMN(BYTES))

/*
 * Count row ${i} of ${batch}.  Ports that are both 0 were not captured, or
 * there were none, as in later fragments.
 */
void fv_port_profile_add(struct fv_port_profile *profile,
    const struct fv_analysis_batch *batch, size_t i);

void fv_port_profile_merge(
    struct fv_port_profile *into, const struct fv_port_profile *from);

/* A port of either protocol, as the slides have it, with both apart. */
struct fv_port_use {
	uint16_t port;
	uint64_t packets;
	uint64_t bytes;
	uint64_t over[FV_PORT_OVERS]; /* packets */
};

/*
 * The ports of one side that are used, most packets first, then by number.
 */
struct fv_port_ranking {
	struct fv_port_use use[FV_PORT_PROFILE_PORTS];
	size_t n;
	uint64_t packets; /* of all of them */
};

/*
 * fv_port_profile_rank(profile, side, err):
 * The ranking of ${side}, to be freed.  Returns NULL with ${err} set.
 */
struct fv_port_ranking *fv_port_profile_rank(
    const struct fv_port_profile *profile, enum fv_port_side side,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_port_profile_table(ranking, skip, top, bar, name, title, result):
 * A table of the first ${top} ports, less ${skip} (FV_PORT_NONE: of all);
 * shares are of the packets that are left, and UDP's of a port's own.
 */
#define FV_PORT_NONE UINT32_MAX
void fv_port_profile_table(const struct fv_port_ranking *ranking, uint32_t skip,
    size_t top, enum fv_result_bar bar, const char *name, const char *title,
    struct fv_result *result);

/*
 * fv_port_profile_figure(profile, side, skip, from, title, result):
 * A figure of all ports of ${side}; ${skip} is in it, and taken out at first
 * (FV_PORT_NONE: none is).  With ${from} it is the linear one of two, and the
 * section ${from} has its points.
 */
void fv_port_profile_figure(const struct fv_port_profile *profile,
    enum fv_port_side side, uint32_t skip, const char *from, const char *title,
    struct fv_result *result);

/* Packets of ${port}, 0 if it is not used. */
uint64_t fv_port_profile_packets(
    const struct fv_port_ranking *ranking, uint32_t port);

#endif
