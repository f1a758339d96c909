#include "datasets/schema.h"

#include "datasets/counters.h"
#include "datasets/field.h"
#include "datasets/flow.h"

#define FIELD(row, field) FV_FIELD(row, field)
#define RELEASE_CLOCK FV_FIELD_CLOCK

/* A field of the part of struct fv_biflow that other rows do not have. */
#define REVERSE(field)                                                 \
	.name = #field, .type = FV_FIELD_TYPE(fv_flow_reverse, field), \
	.offset = offsetof(struct fv_biflow, reverse) +                \
	    offsetof(struct fv_flow_reverse, field),                   \
	.size = sizeof(((struct fv_flow_reverse *)0)->field),          \
	.record_mode = FV_SCHEMA_BIFLOW

/*
 * The words of RFC 6235: techniques from section 4, stability classes from
 * section 5.  A mapping that depends on the key alone is stable: it is the
 * same in every dataset made with that key.  A session is one dataset.
 */
#define PREFIX_PRESERVING "prefix-preserving pseudonymization"
#define PERMUTATION "permutation"
#define BINNING "binning"
#define STABLE "stable"

#define NO_MORE_FLAGS   \
	{               \
		0, NULL \
	}

static const struct fv_flag no_yes[] = {
	{ 0, "no" },
	{ 1, "yes" },
	NO_MORE_FLAGS,
};

static const struct fv_flag directions[] = {
	{ FV_DIRECTION_UNKNOWN, "unknown" },
	{ FV_DIRECTION_OUTBOUND, "outbound" },
	{ FV_DIRECTION_INBOUND, "inbound" },
	{ FV_DIRECTION_INTERNAL, "internal" },
	{ FV_DIRECTION_TRANSIT, "transit" },
	NO_MORE_FLAGS,
};

static const struct fv_flag direction_sources[] = {
	{ FV_DIRECTION_FROM_NOTHING, "none" },
	{ FV_DIRECTION_FROM_LABEL, "label" },
	{ FV_DIRECTION_FROM_CAPTURE, "capture" },
	{ FV_DIRECTION_FROM_ADDRESS, "address" },
	NO_MORE_FLAGS,
};

static const struct fv_flag fragments[] = {
	{ FV_FRAGMENT_NONE, "none" },
	{ FV_FRAGMENT_FIRST, "first" },
	{ FV_FRAGMENT_LATER, "later" },
	NO_MORE_FLAGS,
};

static const struct fv_flag encapsulations[] = {
	{ FV_ENCAPSULATION_NONE, "none" },
	{ FV_ENCAPSULATION_IPV4_IN_IP, "ipv4_in_ip" },
	{ FV_ENCAPSULATION_IPV6_IN_IP, "ipv6_in_ip" },
	{ FV_ENCAPSULATION_GRE, "gre" },
	{ FV_ENCAPSULATION_PPTP, "pptp" },
	{ FV_ENCAPSULATION_NVGRE, "nvgre" },
	{ FV_ENCAPSULATION_ERSPAN, "erspan" },
	{ FV_ENCAPSULATION_VXLAN, "vxlan" },
	{ FV_ENCAPSULATION_GENEVE, "geneve" },
	{ FV_ENCAPSULATION_GTP_U, "gtp_u" },
	{ FV_ENCAPSULATION_TEREDO, "teredo" },
	{ FV_ENCAPSULATION_L2TP, "l2tp" },
	{ FV_ENCAPSULATION_MPLS, "mpls" },
	NO_MORE_FLAGS,
};

static const struct fv_flag end_reasons[] = {
	{ FV_END_NONE, "none" },
	{ FV_END_IDLE, "idle_timeout" },
	{ FV_END_ACTIVE, "active_timeout" },
	{ FV_END_OF_FLOW, "end_of_flow" },
	{ FV_END_FORCED, "forced_end" },
	{ FV_END_RESOURCES, "lack_of_resources" },
	NO_MORE_FLAGS,
};

static const struct fv_flag biflow_directions[] = {
	{ FV_BIFLOW_ARBITRARY, "arbitrary" },
	{ FV_BIFLOW_INITIATOR, "initiator" },
	{ FV_BIFLOW_REVERSE_INITIATOR, "reverse_initiator" },
	{ FV_BIFLOW_PERIMETER, "perimeter" },
	NO_MORE_FLAGS,
};

static const struct fv_flag initiator_sources[] = {
	{ FV_INITIATOR_FIRST, "first_packet" },
	{ FV_INITIATOR_PORT, "port" },
	{ FV_INITIATOR_ANSWER, "answer" },
	{ FV_INITIATOR_REQUEST, "request" },
	NO_MORE_FLAGS,
};

static const struct fv_flag ip_versions[] = {
	{ 4, "ipv4" },
	{ 6, "ipv6" },
	NO_MORE_FLAGS,
};

static const struct fv_flag address_classes[] = {
	{ FV_ADDRESS_PUBLIC, "public" },
	{ FV_ADDRESS_PRIVATE, "private" },
	{ FV_ADDRESS_LINK_LOCAL, "link_local" },
	{ FV_ADDRESS_LOOPBACK, "loopback" },
	{ FV_ADDRESS_MULTICAST, "multicast" },
	{ FV_ADDRESS_BROADCAST, "broadcast" },
	{ FV_ADDRESS_UNSPECIFIED, "unspecified" },
	{ FV_ADDRESS_RESERVED, "reserved" },
	{ FV_ADDRESS_EMBEDDED, "embedded" },
	{ FV_ADDRESS_TUNNEL, "tunnel" },
	NO_MORE_FLAGS,
};

static const struct fv_flag sides[] = {
	{ FV_SIDE_BOTH, "both" },
	{ FV_SIDE_OUTBOUND, "outbound" },
	{ FV_SIDE_INBOUND, "inbound" },
	NO_MORE_FLAGS,
};

/* In the order of enum fv_flow_column. */
static const struct fv_column flow_columns[] = {
	{ FIELD(fv_flow, start_time), .units = RELEASE_CLOCK,
	    .description = "When the first packet was captured, on the "
			   "release clock",
	    .valid_max = INT64_MAX },
	{ FIELD(fv_flow, duration), .units = "ns",
	    .description = "Time from the first to the last packet",
	    .valid_max = INT64_MAX },
	{ FIELD(fv_flow, source), .units = "1",
	    .description = "Host that sent the packets", .refers_to = "hosts" },
	{ FIELD(fv_flow, destination), .units = "1",
	    .description = "Host that the packets were sent to",
	    .refers_to = "hosts" },
	{ FIELD(fv_flow, source_port), .units = "1",
	    .description = "Transport source port; 0 when there is none or it "
			   "was not captured",
	    .valid_max = UINT16_MAX },
	{ FIELD(fv_flow, destination_port), .units = "1",
	    .description = "Destination port, as source_port",
	    .valid_max = UINT16_MAX },
	{ FIELD(fv_flow, protocol), .units = "1",
	    .description = "IANA number of the protocol above IP, behind any "
			   "IPv6 extension headers: 1 ICMP, 6 TCP, 17 UDP, "
			   "58 ICMPv6",
	    .valid_max = UINT8_MAX },
	{ FIELD(fv_flow, icmp_type), .units = "1",
	    .description = "ICMP or ICMPv6 type; 0 for other protocols",
	    .valid_max = UINT8_MAX },
	{ FIELD(fv_flow, icmp_code), .units = "1",
	    .description = "ICMP or ICMPv6 code; 0 for other protocols",
	    .valid_max = UINT8_MAX },
	{ FIELD(fv_flow, tcp_flags), .units = "1",
	    .description = "TCP flags of all packets, joined by OR: FIN 1, "
			   "SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, "
			   "CWR 128 (RFC 9293); 0 for other protocols",
	    .valid_max = UINT8_MAX },
	{ FIELD(fv_flow, initial_tcp_flags), .units = "1",
	    .description = "TCP flags of the first packet, as tcp_flags",
	    .valid_max = UINT8_MAX },
	{ FIELD(fv_flow, packets), .units = "1",
	    .description = "Packets that the record counts" },
	{ FIELD(fv_flow, bytes), .units = "byte",
	    .description = "Sum of the IP total lengths of the packets: IP "
			   "header and all behind it, no link header" },
	{ FIELD(fv_flow, direction), .units = "1",
	    .description = "Which way the packets went, seen from the tapped "
			   "network; internal has both ends inside, transit "
			   "none",
	    .valid_max = FV_DIRECTION_TRANSIT, .flags = directions },
	{ FIELD(fv_flow, direction_source), .units = "1",
	    .description = "How the direction was learnt: from the label of "
			   "the capture, direction flags in it, or which "
			   "addresses are internal",
	    .valid_max = FV_DIRECTION_FROM_ADDRESS,
	    .flags = direction_sources },
	{ FIELD(fv_flow, fragment), .units = "1",
	    .description =
		"Whether the first packet is an IP fragment; a later "
		"one has the ports of its first at most",
	    .valid_max = FV_FRAGMENT_LATER, .flags = fragments },
	{ FIELD(fv_flow, ttl), .units = "1",
	    .description = "TTL or hop limit of the first packet, as the "
			   "initial value that it most likely had: 32, 64, "
			   "128 or 255",
	    .valid_max = UINT8_MAX, .technique = BINNING, .stability = STABLE },
	{ FIELD(fv_flow, stack), .units = "1",
	    .description = "TCP/IP stack signature of the flow's first SYN",
	    .refers_to = "stacks" },
	{ FIELD(fv_flow, source_device), .units = "1",
	    .description = "Link-layer device that sent the first packet, on "
			   "the tapped link or in a tunnel of Ethernet frames",
	    .refers_to = "devices" },
	{ FIELD(fv_flow, vlan), .units = "1",
	    .description = "Keyed pseudonym of the VLAN, 1 to 4096; 0 for "
			   "untagged packets",
	    .valid_max = 4096, .technique = PERMUTATION, .stability = STABLE },
	{ FIELD(fv_flow, end_reason), .units = "1",
	    .description = "Why the record ended, by the codes of IPFIX "
			   "flowEndReason (RFC 5102); none for a record of "
			   "one packet that nothing ended",
	    .valid_max = FV_END_RESOURCES, .flags = end_reasons },
	{ FIELD(fv_flow, capture), .units = "1",
	    .description = "Capture that the first packet came from",
	    .refers_to = "captures" },
	{ FIELD(fv_flow, encapsulation), .units = "1",
	    .description = "The tunnel that the packets came in, the "
			   "innermost one; none for packets on the tapped "
			   "link itself",
	    .valid_max = FV_ENCAPSULATION_MPLS, .flags = encapsulations },
	{ FIELD(fv_flow, tunnel), .units = "1",
	    .description =
		"Keyed pseudonym of that tunnel among those of its kind, "
		"where its header names it (VXLAN and Geneve VNI, NVGRE VSID, "
		"GRE key, PPTP call, ERSPAN session, GTP-U TEID, L2TP tunnel "
		"and session); of the first packet; 0 for none",
	    .valid_max = UINT32_MAX, .technique = PERMUTATION,
	    .stability = STABLE },
	{ FIELD(fv_flow, link_bytes), .units = "byte",
	    .description =
		"What the frames of the packets had on the wire besides "
		"bytes: headers of the link, and of the tunnel around "
		"packets in one; padding; no FCS; below 0 where packets "
		"claimed more than there was; at most 2^47 either way" },
	{ FIELD(fv_flow, part), .units = "1",
	    .description =
		"0 for the first record of a flow, or the only one; 1, 2 ... "
		"for those that go on where the active timeout ended the one "
		"before; 65535 for any later",
	    .valid_max = UINT16_MAX },
	{ FIELD(fv_flow, out_of_order), .units = "1",
	    .description =
		"Packets that came behind a later one of the record (of "
		"either direction, in biflows); 4294967295 means at least as "
		"many",
	    .valid_max = UINT32_MAX },
	/* From here on of biflows only. */
	{ REVERSE(reverse_start_time), .units = RELEASE_CLOCK,
	    .description = "start_time of what the destination sent; 0 when "
			   "it sent nothing (biflows only, as all reverse "
			   "columns)",
	    .valid_max = INT64_MAX },
	{ REVERSE(reverse_duration), .units = "ns",
	    .description = "duration of what the destination sent",
	    .valid_max = INT64_MAX },
	{ REVERSE(reverse_packets), .units = "1",
	    .description = "packets that the destination sent" },
	{ REVERSE(reverse_bytes), .units = "byte",
	    .description = "bytes that the destination sent" },
	{ REVERSE(reverse_link_bytes), .units = "byte",
	    .description = "link_bytes of what the destination sent" },
	{ REVERSE(reverse_tcp_flags), .units = "1",
	    .description = "tcp_flags of what the destination sent",
	    .valid_max = UINT8_MAX },
	{ REVERSE(reverse_initial_tcp_flags), .units = "1",
	    .description = "TCP flags of the first packet that the "
			   "destination sent",
	    .valid_max = UINT8_MAX },
	{ REVERSE(biflow_direction), .units = "1",
	    .description = "Who began, by the codes of IPFIX biflowDirection "
			   "(RFC 5103): the source, or the destination when "
			   "only its answers were seen (biflows only)",
	    .valid_max = FV_BIFLOW_PERIMETER, .flags = biflow_directions },
	{ REVERSE(initiator_source), .units = "1",
	    .description = "How it was learnt who began: a request (SYN "
			   "without ACK, ICMP request), an answer to one, the "
			   "first packet by time, or the higher port when both "
			   "sent at once (biflows only)",
	    .valid_max = FV_INITIATOR_REQUEST, .flags = initiator_sources },
};

static const struct fv_column host_columns[] = {
	{ FIELD(fv_host, address),
	    .description = "Published address: dotted for IPv4, as in RFC "
			   "5952 for IPv6",
	    .technique = PREFIX_PRESERVING, .stability = STABLE },
	{ FIELD(fv_host, address_high), .units = "1",
	    .description = "First 64 bits of the published address; IPv4 is "
			   "mapped to ::ffff:0:0/96 (RFC 4291)",
	    .technique = PREFIX_PRESERVING, .stability = STABLE },
	{ FIELD(fv_host, address_low), .units = "1",
	    .description = "Last 64 bits of the published address",
	    .technique = PREFIX_PRESERVING, .stability = STABLE },
	{ FIELD(fv_host, ip_version), .units = "1",
	    .description = "IP version of the address", .valid_max = 6,
	    .flags = ip_versions },
	{ FIELD(fv_host, address_class), .units = "1",
	    .description =
		"What kind of address it is, decided before the "
		"address was mapped; two addresses of one class never "
		"have the same pseudonym at one site, but those of "
		"two may. embedded: a public or reserved IPv4 address "
		"in an IPv6 one (v4-mapped, NAT64); tunnel: 6to4 or "
		"Teredo",
	    .valid_max = FV_ADDRESS_TUNNEL, .flags = address_classes },
	{ FIELD(fv_host, internal), .units = "1",
	    .description = "Whether the address belongs to the tapped network",
	    .valid_max = 1, .flags = no_yes },
	{ FIELD(fv_host, site), .units = "1",
	    .description = "Network where the address was seen first",
	    .refers_to = "sites" },
};

static const struct fv_column device_columns[] = {
	{ FIELD(fv_device, token), .units = "1",
	    .description = "Keyed pseudonym of the link-layer address",
	    .technique = PERMUTATION, .stability = STABLE },
	{ FIELD(fv_device, locally_administered), .units = "1",
	    .description = "Whether the address has the locally administered "
			   "bit, as randomised addresses have",
	    .valid_max = 1, .flags = no_yes },
	{ FIELD(fv_device, multicast), .units = "1",
	    .description = "Whether the address has the group bit",
	    .valid_max = 1, .flags = no_yes },
};

static const struct fv_column stack_columns[] = {
	{ FIELD(fv_stack, ttl), .units = "1",
	    .description = "TTL or hop limit of the SYN, as ttl of flows",
	    .valid_max = UINT8_MAX, .technique = BINNING, .stability = STABLE },
	{ FIELD(fv_stack, syn_length), .units = "byte",
	    .description = "IP total length of the SYN",
	    .valid_max = UINT16_MAX },
	{ FIELD(fv_stack, window), .units = "1",
	    .description = "Window field of the SYN, not scaled",
	    .valid_max = UINT16_MAX },
	{ FIELD(fv_stack, mss), .units = "byte",
	    .description = "Maximum segment size option; 0 means no such "
			   "option",
	    .valid_max = UINT16_MAX },
	{ FIELD(fv_stack, window_scale), .units = "1",
	    .description = "Window scale option; 255 means no such option",
	    .valid_max = UINT8_MAX },
	{ FIELD(fv_stack, option_layout), .units = "1",
	    .description = "Kinds of the first eight TCP options in their "
			   "order, a byte each, the last of them in the lowest "
			   "byte" },
};

/* First what is fixed, then every counter of the conversion. */
static const struct fv_column capture_columns[] = {
	{ FIELD(fv_capture_row, site), .units = "1",
	    .description = "Network where the capture was made",
	    .refers_to = "sites" },
	{ FIELD(fv_capture_row, side), .units = "1",
	    .description = "Which way its packets go, as its label says",
	    .valid_max = FV_SIDE_INBOUND, .flags = sides },
	{ FIELD(fv_capture_row, link_type), .units = "1",
	    .description = "LINKTYPE_ number of the first interface: 1 is "
			   "Ethernet",
	    .valid_max = UINT32_MAX },
	{ FIELD(fv_capture_row, snapshot_length), .units = "byte",
	    .description = "Largest snapshot length that the capture declares; "
			   "0 means no limit",
	    .valid_max = UINT32_MAX },
	{ FIELD(fv_capture_row, interfaces), .units = "1",
	    .description = "Interfaces that the capture declares",
	    .valid_max = UINT32_MAX },
	{ FIELD(fv_capture_row, first_time), .units = RELEASE_CLOCK,
	    .description = "Earliest recorded packet, on the release clock; 0 "
			   "when nothing was recorded",
	    .valid_max = INT64_MAX },
	{ FIELD(fv_capture_row, last_time), .units = RELEASE_CLOCK,
	    .description = "Latest recorded packet, as first_time",
	    .valid_max = INT64_MAX },
	{ FIELD(fv_capture_row, clock_offset), .units = "ns",
	    .description = "What was added to the times of the capture, whose "
			   "clock was known to be off" },
	{ FIELD(fv_capture_row, step_back), .units = "ns",
	    .description = "The furthest that a packet is earlier than one "
			   "before it in the capture",
	    .valid_max = INT64_MAX },
	{ FIELD(fv_capture_row, ethertypes),
	    .description = "EtherTypes that were not decoded, the most "
			   "frequent first, each with its packets" },
#define X(id, column, kind, text)                                            \
	{ .name = #column,                                                   \
		.type = FV_U64,                                              \
		.offset =                                                    \
		    offsetof(struct fv_capture_row, counter[FV_COUNT_##id]), \
		.size = sizeof(uint64_t),                                    \
		.units = "1",                                                \
		.description = "Conversion counter: " text },
	FV_COUNTER_LIST(X)
#undef X
};

static const struct fv_column site_columns[] = {
	{ FIELD(fv_site, name),
	    .description = "Name of the network, as the custodian chose it" },
	{ FIELD(fv_site, kind),
	    .description = "Kind of network, such as hotel or airport" },
};

#define TABLE(row, list) FV_FIELD_TABLE(row, list)

#define FLOWS(row, n)                                                    \
	{                                                                \
		.name = "flows",                                         \
		.title = "Flow records, or records of single packets",   \
		.row_size = sizeof(struct row), .columns = flow_columns, \
		.ncolumns = (n)                                          \
	}
#define HOSTS                                                          \
	{                                                              \
		TABLE(fv_host, host_columns),                          \
		    .name = "hosts",                                   \
		    .title = "Addresses, in order of first appearance" \
	}
#define DEVICES                                                   \
	{                                                         \
		TABLE(fv_device, device_columns),                 \
		    .name = "devices",                            \
		    .title = "Link-layer addresses as pseudonyms" \
	}
#define STACKS                                                              \
	{                                                                   \
		TABLE(fv_stack, stack_columns),                             \
		    .name = "stacks",                                       \
		    .title = "TCP/IP stack signatures of first SYN packets" \
	}
#define CAPTURES                                                              \
	{                                                                     \
		TABLE(fv_capture_row, capture_columns),                       \
		    .name = "captures",                                       \
		    .title =                                                  \
			"Input captures and the counters of their conversion" \
	}
#define SITES                                                    \
	{                                                        \
		TABLE(fv_site, site_columns),                    \
		    .name = "sites",                             \
		    .title = "Networks where captures were made" \
	}

const struct fv_table fv_schema_tables[FV_TABLES] = {
	[FV_TABLE_FLOWS] = FLOWS(fv_flow, FV_FLOW_COLUMNS),
	[FV_TABLE_HOSTS] = HOSTS,
	[FV_TABLE_DEVICES] = DEVICES,
	[FV_TABLE_STACKS] = STACKS,
	[FV_TABLE_CAPTURES] = CAPTURES,
	[FV_TABLE_SITES] = SITES,
};

const struct fv_table fv_schema_biflow_tables[FV_TABLES] = {
	[FV_TABLE_FLOWS] = FLOWS(fv_biflow, FV_BIFLOW_COLUMNS),
	[FV_TABLE_HOSTS] = HOSTS,
	[FV_TABLE_DEVICES] = DEVICES,
	[FV_TABLE_STACKS] = STACKS,
	[FV_TABLE_CAPTURES] = CAPTURES,
	[FV_TABLE_SITES] = SITES,
};

_Static_assert(FV_COUNT(flow_columns) == FV_BIFLOW_COLUMNS,
    "enum fv_flow_column counts the columns of /flows");

const struct fv_format fv_schema_format = {
	.version_name = "FORMAT_VERSION",
	.version = FV_FORMAT_VERSION,
	.tables = fv_schema_tables,
	.ntables = FV_TABLES,
	.attributes = fv_schema_attributes,
};

const struct fv_format fv_schema_biflow_format = {
	.version_name = "FORMAT_VERSION",
	.version = FV_FORMAT_VERSION,
	.tables = fv_schema_biflow_tables,
	.ntables = FV_TABLES,
	.attributes = fv_schema_attributes,
};
