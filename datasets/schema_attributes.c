#include <stddef.h>

#include "datasets/schema.h"
#include "datasets/series.h"

/* The root attributes of the schema, apart from its tables. */

/* ACDD 1.3 names where there is one. */
const struct fv_attribute fv_schema_attributes[] = {
	{ "title", FV_TEXT, "Title", "One line that says what it is" },
	{ "summary", FV_TEXT, "Summary", "A paragraph about it" },
	{ "creator_name", FV_TEXT, "Creator",
	    "Person or group that made the dataset" },
	{ "institution", FV_TEXT, "Institution", "Where it was made" },
	{ "license", FV_TEXT, "License", "Terms of use, as text or address" },
	{ "Conventions", FV_TEXT, "Conventions",
	    "Conventions that the attributes follow" },
	{ "FORMAT_VERSION", FV_TEXT, "Format version",
	    "Version of this format; always there" },
	{ "record_mode", FV_TEXT, "Records",
	    "primitive: a record per packet; uniflow: one per direction of a "
	    "5-tuple; biflow: one for both directions" },
	{ "idle_timeout_ns", FV_I64, "Idle timeout ns",
	    "Nanoseconds without a packet that end a flow; not in primitive "
	    "mode" },
	{ "active_timeout_ns", FV_I64, "Active limit ns",
	    "Nanoseconds after which a flow is cut, 0 for never; not in "
	    "primitive mode" },
	{ "tcp_linger_ns", FV_I64, "TCP linger ns",
	    "Nanoseconds without a packet behind FIN or RST that end a TCP "
	    "flow, 0 where neither they nor a new SYN end one; not in "
	    "primitive mode" },
	{ "flow_key", FV_TEXT, "Flow key",
	    "What packets of a flow have in common: 5-tuple, ICMP type and "
	    "code in place of ports; and VLAN or tunnel, if so said; not in primitive "
	    "mode" },
	{ "flow_scope", FV_TEXT, "Flow scope",
	    "capture: all flows end where no capture is under way; conversion: "
	    "they go on in the next capture; not in primitive mode" },
	{ "packet_selection", FV_TEXT, "Selection",
	    "Which packets of the captures were chosen; not there when all "
	    "were" },
	{ "time_coverage_start", FV_TEXT, NULL,
	    "Time of the first recorded packet, ISO 8601 in UTC" },
	{ "time_coverage_end", FV_TEXT, NULL,
	    "Time of the last recorded packet" },
	{ "tunnels", FV_TEXT, "Tunnels",
	    "Of a packet in a tunnel are recorded: outer, the packet that "
	    "carries it; inner, the innermost; both, each of them" },
	{ "fragment_ports", FV_TEXT, "Fragment ports",
	    "yes: later fragments have the ports of their first; no: they "
	    "have none" },
	{ "internal_rule", FV_TEXT, "Internal are",
	    "How it was decided which addresses are internal" },
	{ "anonymization_scheme", FV_TEXT, "Scheme",
	    "How addresses were mapped: crypto-pan is canonical Crypto-PAn, "
	    "ipcrypt-pfx that of draft-denis-ipcrypt" },
	{ "address_spaces", FV_TEXT, "Address spaces",
	    "by class: public, private and group addresses of each family are "
	    "mapped apart, private and group ones for each site, and those keep "
	    "their special prefixes; one: all addresses are mapped as a whole "
	    "under the bare key, as other tools of the scheme do" },
	{ "release", FV_TEXT, "Release",
	    "Name of the release, which pseudonyms depend on; not there when "
	    "none was named" },
	{ FV_SCHEMA_POLICY_NAME, FV_TEXT, "Policy",
	    "Name of the policy of the release" },
	{ FV_SCHEMA_POLICY, FV_TEXT, NULL,
	    "The whole policy, as YAML: how each column is treated" },
	{ "key_id", FV_TEXT, "Key id",
	    "Tells datasets made with one key from others; tells nothing of "
	    "the key" },
	{ FV_SERIES_NAME, FV_TEXT, "Series",
	    "Tells the datasets of one conversion, which follow each other in "
	    "time, from others; this and what follows of series is not there "
	    "when the conversion is in one dataset" },
	{ FV_SERIES_NUMBER, FV_I64, "Number in series",
	    "Which of them this is, from 0" },
	{ FV_SERIES_CAPTURE, FV_I64, "First capture",
	    "Row 0 of captures is this one of the series; a capture that is "
	    "in several datasets has in each a row of what was met since the "
	    "one before" },
	{ FV_SERIES_LAST, FV_TEXT, "Last of series",
	    "yes or no: whether nothing follows" },
	{ "source", FV_TEXT, "Made with", "Program and version" },
	{ "content_digest", FV_TEXT, "Content digest",
	    "SHA-256 of all values; always there" },
	{ NULL, FV_TEXT, NULL, NULL },
};
