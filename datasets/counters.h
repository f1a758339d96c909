#ifndef DATASETS_COUNTERS_H
#define DATASETS_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "datasets/flow.h"

/*
 * What happened to each packet of a capture.  One list drives the enum, the
 * columns of /captures, the table that `convert` prints and the report.
 *
 *	X(ID, column, kind, description)
 *
 * Kinds:
 * READ      all that was read
 * RECORDED  the packets that are in /flows
 * REJECTED  why a packet is not in /flows: exactly one reason each
 * NOTE      of the packets read or recorded, how many had this property;
 *           and what is told of packets that are not there
 * SLIDES    as rwptoflow counts it, for comparison with the slides; on
 *           packets behind other link headers than Ethernet by the same
 *           tests after that header
 * FAULT     not packets: places in the file that could not be read
 *
 * packets_read = packets_recorded + every REJECTED.
 *
 * Notes on IP and transport are of the outermost IP packet of a frame,
 * whichever packets inside tunnels are recorded too or instead.
 */
#define FV_COUNTER_LIST(X)                                                     \
	X(READ, packets_read, READ, "packets read from the capture")           \
	X(RECORDED, packets_recorded, RECORDED,                                \
	    "packets that flow records count")                                 \
	X(BEFORE_WINDOW, before_window, REJECTED, "ignored: before --from")    \
	X(AFTER_WINDOW, after_window, REJECTED, "ignored: not before --to")    \
	X(FILTERED, filtered, REJECTED, "ignored: by --filter")                \
	X(DUPLICATES_DROPPED, duplicates_dropped, REJECTED,                    \
	    "copies of a packet just before (--drop-duplicates)")              \
	X(LINK_UNSUPPORTED, link_unsupported, REJECTED,                        \
	    "link type that is not decoded")                                   \
	X(LINK_SHORT, link_short, REJECTED, "link header not captured whole")  \
	X(VLAN_SHORT, vlan_short, REJECTED, "VLAN tag not captured whole")     \
	X(VLAN_DEEP, vlan_deep, REJECTED, "more VLAN tags than are followed")  \
	X(ARP, arp, REJECTED, "ARP or RARP")                                   \
	X(MPLS_SHORT, mpls_short, REJECTED, "MPLS label not captured whole")   \
	X(MPLS_DEEP, mpls_deep, REJECTED,                                      \
	    "more MPLS labels than are followed")                              \
	X(PPP_SHORT, ppp_short, REJECTED,                                      \
	    "PPPoE or PPP header not captured whole")                          \
	X(LLC_SHORT, llc_short, REJECTED, "LLC header not captured whole")     \
	X(LINK_DEEP, link_deep, REJECTED,                                      \
	    "more link headers than are followed")                             \
	X(LLC, llc, REJECTED, "802.3 with LLC of any other kind")              \
	X(STP, stp, REJECTED, "spanning tree")                                 \
	X(CDP, cdp, REJECTED, "CDP, VTP, DTP or UDLD")                         \
	X(OSI, osi, REJECTED, "OSI network layer, such as IS-IS")              \
	X(IPX, ipx, REJECTED, "IPX or NetBIOS behind LLC")                     \
	X(LLDP, lldp, REJECTED, "LLDP")                                        \
	X(EAPOL, eapol, REJECTED, "802.1X authentication")                     \
	X(LOOPBACK, loopback, REJECTED, "loopback test of a device")           \
	X(MPLS, mpls, REJECTED, "MPLS that carries no IP")                     \
	X(PPPOE, pppoe, REJECTED, "PPPoE discovery")                           \
	X(PPP_CONTROL, ppp_control, REJECTED, "control of a PPP or HDLC link") \
	X(PPP_OTHER, ppp_other, REJECTED,                                      \
	    "PPP that carries no IP, or compressed or encrypted")              \
	X(WLAN_MANAGEMENT, wlan_management, REJECTED, "802.11 management")     \
	X(WLAN_CONTROL, wlan_control, REJECTED, "802.11 control")              \
	X(WLAN_PROTECTED, wlan_protected, REJECTED, "802.11 encrypted")        \
	X(WLAN_EMPTY, wlan_empty, REJECTED, "802.11 without data")             \
	X(WLAN_FRAGMENT, wlan_fragment, REJECTED, "802.11 later fragment")     \
	X(WLAN_OTHER, wlan_other, REJECTED,                                    \
	    "802.11 of a version or type that is not known")                   \
	X(NOT_IP, not_ip, REJECTED, "any other protocol that is not IP")       \
	X(IP_SHORT, ip_short, REJECTED, "IP header not captured whole")        \
	X(IP_VERSION, ip_version, REJECTED,                                    \
	    "IP version disagrees with the link header")                       \
	X(IP_HEADER_LENGTH, ip_header_length, REJECTED,                        \
	    "IPv4 header length below 20")                                     \
	X(IP_TOTAL_LENGTH, ip_total_length, REJECTED,                          \
	    "IP total length shorter than the header")                         \
	X(IPV6_EXTENSION_SHORT, ipv6_extension_short, REJECTED,                \
	    "IPv6 extension header not captured whole")                        \
	X(IPV6_EXTENSION_DEEP, ipv6_extension_deep, REJECTED,                  \
	    "more IPv6 extension headers than are followed")                   \
	X(VLAN_TAGGED, vlan_tagged, NOTE, "packets with a VLAN tag")           \
	X(IPV4, ipv4, NOTE, "recorded packets of IPv4")                        \
	X(IPV6, ipv6, NOTE, "recorded packets of IPv6")                        \
	X(FRAGMENT_FIRST, fragment_first, NOTE, "first fragments")             \
	X(FRAGMENT_LATER, fragment_later, NOTE, "later fragments")             \
	X(FRAGMENT_JOINED, fragment_joined, NOTE,                              \
	    "later fragments that were joined to their first")                 \
	X(FRAGMENT_ORPHAN, fragment_orphan, NOTE,                              \
	    "later fragments whose first was not found")                       \
	X(FRAGMENT_OVERLAP, fragment_overlap, NOTE,                            \
	    "fragments that overlap or repeat others")                         \
	X(FRAGMENT_TINY, fragment_tiny, NOTE,                                  \
	    "fragments that split a transport header")                         \
	X(FRAGMENT_EVICTED, fragment_evicted, NOTE,                            \
	    "fragmented packets forgotten for want of room")                   \
	X(TUNNELLED, tunnelled, NOTE, "packets with another in a tunnel")      \
	X(TUNNEL_RECORDS, tunnel_records, NOTE,                                \
	    "further records, of packets in tunnels")                          \
	X(TUNNEL_SHORT, tunnel_short, NOTE,                                    \
	    "tunnels whose content was not captured whole")                    \
	X(TUNNEL_MALFORMED, tunnel_malformed, NOTE,                            \
	    "tunnels that are malformed or of another version")                \
	X(TUNNEL_NOT_IP, tunnel_not_ip, NOTE, "tunnels that carry no IP")      \
	X(TUNNEL_DEEP, tunnel_deep, NOTE,                                      \
	    "more tunnels in each other than are followed")                    \
	X(TUNNEL_TRANSPORT, tunnel_transport, NOTE,                            \
	    "packets in tunnels with a wrong or cut transport header")         \
	X(WLAN_AGGREGATED, wlan_aggregated, NOTE,                              \
	    "802.11 frames of several packets: only the first read")           \
	X(TRANSPORT_SHORT, transport_short, NOTE,                              \
	    "ports, flags or ICMP type not captured")                          \
	X(TCP_OFFSET, tcp_offset, NOTE, "TCP data offset below 5")             \
	X(UDP_LENGTH, udp_length, NOTE, "UDP length below 8")                  \
	X(SEGMENTATION_OFFLOAD, segmentation_offload, NOTE,                    \
	    "IP total length 0: length taken from the wire")                   \
	X(CUT_BY_SNAPLEN, cut_by_snaplen, NOTE, "packets captured in part")    \
	X(DUPLICATES, duplicates, NOTE,                                        \
	    "recorded copies of a packet just before")                         \
	X(WITHOUT_TIME, without_time, NOTE,                                    \
	    "packets to which the capture gives no time")                      \
	X(TIME_CLAMPED, time_clamped, NOTE,                                    \
	    "time beyond what 64-bit nanoseconds hold")                        \
	X(TIME_FRACTION, time_fraction, NOTE,                                  \
	    "fraction of a second of a whole second or more")                  \
	X(TIME_DISORDER, time_disorder, NOTE,                                  \
	    "packets earlier than one before them")                            \
	X(DROPPED_BY_TAP, dropped_by_tap, NOTE,                                \
	    "further packets that the capture says it lost")                   \
	X(SLIDES_NOT_IPV4, slides_not_ipv4, SLIDES, "not IPv4")                \
	X(SLIDES_FRAGMENTED, slides_fragmented, SLIDES, "fragmented")          \
	X(SLIDES_TOO_SHORT, slides_too_short, SLIDES, "too short")             \
	X(SLIDES_INCOMPLETE, slides_incomplete, SLIDES,                        \
	    "incomplete: no ports and/or flags")                               \
	X(SLIDES_ZERO_FRAGMENT, slides_zero_fragment, SLIDES,                  \
	    "fragmented, and the first of the packet")                         \
	X(FAULTS, faults, FAULT, "damaged places in the capture")              \
	X(RESUMED, resumed, FAULT,                                             \
	    "times that reading went on behind damage, after a search")        \
	X(BYTES_SKIPPED, bytes_skipped, FAULT,                                 \
	    "bytes of the file that were skipped as damaged")

enum fv_counter {
#define X(id, column, kind, description) FV_COUNT_##id,
	FV_COUNTER_LIST(X)
#undef X
	    FV_COUNTERS
};

enum fv_counter_kind {
	FV_KIND_READ,
	FV_KIND_RECORDED,
	FV_KIND_REJECTED,
	FV_KIND_NOTE,
	FV_KIND_SLIDES,
	FV_KIND_FAULT
};

struct fv_counter_info {
	const char *column;
	enum fv_counter_kind kind;
	const char *description;
};

/* What each counter is; indexed by enum fv_counter. */
extern const struct fv_counter_info fv_counter_info[FV_COUNTERS];

/* side of a capture: which way its packets go. */
enum fv_side { FV_SIDE_BOTH = 0, FV_SIDE_OUTBOUND = 1, FV_SIDE_INBOUND = 2 };

/*
 * How EtherTypes that are not decoded stand in a row, the most frequent
 * first: "0x88b7 12, 0x8899 3".  Room for four or so, NUL padded.
 */
#define FV_ETHERTYPES_TEXT 64

/*
 * A row of /captures: one input, and every counter of its conversion.
 * first_time and last_time are 0 when nothing was recorded.
 */
struct fv_capture_row {
	int64_t first_time;
	int64_t last_time;
	int64_t clock_offset; /* ns that were added to its times */
	int64_t step_back;    /* ns, the furthest behind a packet before it */
	uint32_t site;
	uint32_t link_type;       /* of the first interface; LINKTYPE_ value */
	uint32_t snapshot_length; /* the largest that the file declares */
	uint32_t interfaces;
	uint8_t side;
	char ethertypes[FV_ETHERTYPES_TEXT];
	uint64_t counter[FV_COUNTERS];
};

/*
 * fv_counters_balance(counter):
 * Whether packets_read = packets_recorded + every rejection.
 */
bool fv_counters_balance(const uint64_t counter[FV_COUNTERS]);

/* Add each counter of ${from} to ${into}. */
void fv_counters_add(
    uint64_t into[FV_COUNTERS], const uint64_t from[FV_COUNTERS]);

#endif
