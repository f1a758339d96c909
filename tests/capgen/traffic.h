#ifndef TESTS_CAPGEN_TRAFFIC_H
#define TESTS_CAPGEN_TRAFFIC_H

#include <stdint.h>

#include "tests/capgen/capfile.h"

/*
 * Captures of made-up traffic for the command's tests, the demonstration
 * and the benchmarks.  Hosts are 10.9.0.0/16 inside and 198.18.0.0/15
 * (RFC 2544) or 2001:db8::/32 outside; nothing depends on anything but the
 * arguments.
 */

/*
 * fv_traffic_flows(file, packets, flows):
 * ${packets} header-only TCP and UDP packets, each of one of ${flows} flows
 * taken at random: no locality, the worst a flow table can meet.
 */
void fv_traffic_flows(
    struct fv_capfile *file, uint64_t packets, uint32_t flows);

/*
 * fv_traffic_mixed(file):
 * One of each: what is recorded in every link and transport form that one
 * Ethernet capture can hold, and what is rejected, one packet a reason.
 */
void fv_traffic_mixed(struct fv_capfile *file);

/*
 * fv_traffic_links(file):
 * pcapng with one packet from 192.0.2.1 to 198.51.100.2, UDP port 53, behind
 * each link header of wrapping.h, on an interface each.
 */
void fv_traffic_links(struct fv_capfile *file);

/*
 * fv_traffic_tunnels(file):
 * One UDP packet from port 40001 to 443 in each tunnel of wrapping.h, from
 * 192.0.2.77 or 2001:db8::4d; and then a packet in three fragments, of which
 * the first comes second, and a later fragment without a first.
 */
void fv_traffic_tunnels(struct fv_capfile *file);

#endif
