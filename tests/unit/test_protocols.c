#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/names.h"
#include "analysis/registry.h"
#include "tests/unit/trial.h"

/* What rows weigh that a test lets pass; the slow and obvious way. */
typedef bool test_fn(const struct fv_flow *flow, unsigned arg);

static struct fv_analysis_weight
weigh(const struct trial *rows, test_fn *test, unsigned arg)
{
	struct fv_analysis_weight w = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < rows->n; i++) {
		if (!test(&rows->flow[i], arg))
			continue;
		w.records += 1;
		w.packets += rows->flow[i].packets;
		w.bytes += rows->flow[i].bytes;
	}
	return w;
}

static bool
any(const struct fv_flow *flow, unsigned arg)
{
	(void)flow;
	(void)arg;
	return true;
}

static bool
of_protocol(const struct fv_flow *flow, unsigned protocol)
{
	return flow->protocol == protocol;
}

static bool
of_direction(const struct fv_flow *flow, unsigned direction)
{
	return flow->direction == direction;
}

static bool
of_both(const struct fv_flow *flow, unsigned both)
{
	return flow->direction == both >> 8 && flow->protocol == (both & 255);
}

static bool
is_vpn(const struct fv_flow *flow, unsigned arg)
{
	(void)arg;
	return flow->protocol == 47 || flow->protocol == 50 ||
	    flow->protocol == 51;
}

static bool
is_vpn_port(const struct fv_flow *flow, unsigned arg)
{
	static const struct {
		uint8_t protocol;
		uint16_t port;
	} ports[] = { { 17, 500 }, { 17, 4500 }, { 17, 1194 }, { 17, 1701 },
		{ 6, 1723 } };
	size_t i;

	for (i = 0; i < FV_COUNT(ports); i++)
		if (flow->protocol == ports[i].protocol &&
		    (flow->source_port == ports[i].port ||
			flow->destination_port == ports[i].port)) {
			/* Teredo's port is no VPN, and comes first if it
			 * is the destination. */
			return !(flow->protocol == 17 &&
			    flow->destination_port == 3544);
		}
	(void)arg;
	return false;
}

static void
check_table(const struct trial *rows, const struct fv_result *r,
    const struct fv_analysis_weight *all)
{
	const struct fv_result_table *t = trial_table(r, "R02", "protocols");
	struct fv_analysis_weight w;
	uint64_t sum = 0, last = UINT64_MAX;
	unsigned protocol;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (i = 0; i < fv_result_rows(t); i++) {
		protocol = (unsigned)trial_cell(t, i, "number")->part;
		w = weigh(rows, of_protocol, protocol);
		CU_ASSERT(trial_cell(t, i, "records")->part == w.records);
		CU_ASSERT(w.records <= last);
		trial_check_share(
		    trial_cell(t, i, "records_share"), w.records, all->records);
		trial_check_share(
		    trial_cell(t, i, "packets_share"), w.packets, all->packets);
		trial_check_share(
		    trial_cell(t, i, "bytes_share"), w.bytes, all->bytes);
		last = w.records;
		sum += w.records;
	}
	CU_ASSERT_EQUAL(sum, rows->n);
}

static void
check_directions(const struct trial *rows, const struct fv_result *r)
{
	static const char *const name[] = { "unknown", "outbound", "inbound",
		"internal", "transit" };
	const struct fv_result_table *t = trial_table(r, "R02", "directions");
	unsigned protocol, d;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (i = 0; i < fv_result_rows(t); i++) {
		protocol = (unsigned)trial_cell(t, i, "number")->part;
		for (d = 0; d < FV_COUNT(name); d++)
			trial_check_share(trial_cell(t, i, name[d]),
			    weigh(rows, of_both, d << 8 | protocol).packets,
			    weigh(rows, of_direction, d).packets);
	}
}

static void
shares_agree_with_a_plain_count(void)
{
	const struct fv_result_table *t;
	struct fv_analysis_weight all;
	struct fv_result *r;
	struct trial rows;
	uint64_t igmp = 0;
	size_t i;

	trial_make(&rows, 4000, 50, 7);
	r = trial_run(&fv_protocols_analysis, &rows, 3, TRIAL_PAIRS, 1);
	all = weigh(&rows, any, 0);
	check_table(&rows, r, &all);
	check_directions(&rows, r);
	trial_check_share(trial_fact(r, "R02", "tcp"),
	    weigh(&rows, of_protocol, 6).packets, all.packets);
	trial_check_share(trial_fact(r, "R02", "udp"),
	    weigh(&rows, of_protocol, 17).packets, all.packets);
	trial_check_share(trial_fact(r, "R02", "icmp"),
	    weigh(&rows, of_protocol, 1).packets, all.packets);
	trial_check_share(trial_fact(r, "R02", "icmpv6"),
	    weigh(&rows, of_protocol, 58).packets, all.packets);
	trial_check_share(trial_fact(r, "R03", "ipv6_in_ip"),
	    weigh(&rows, of_protocol, 41).packets, all.packets);
	trial_check_share(trial_fact(r, "R04", "vpn"),
	    weigh(&rows, is_vpn, 0).packets, all.packets);
	trial_check_share(trial_fact(r, "R05", "igmp"),
	    weigh(&rows, of_protocol, 2).packets, all.packets);
	t = trial_table(r, "R05", "directions");
	for (i = 0; i < fv_result_rows(t); i++) {
		igmp += trial_cell(t, i, "packets")->part;
		CU_ASSERT(trial_cell(t, i, "share")->part ==
		    trial_cell(t, i, "packets")->part);
	}
	CU_ASSERT(igmp == weigh(&rows, of_protocol, 2).packets);
	fv_result_free(r);
	trial_free(&rows);
}

static void
tunnels_are_found_by_the_port_of_either_end(void)
{
	const struct fv_result_table *t;
	struct fv_analysis_weight all, w;
	struct fv_result *r;
	struct trial rows;
	uint64_t sum = 0;
	size_t i;

	trial_make(&rows, 4000, 50, 8);
	for (i = 0; i < rows.n; i++)
		if (rows.flow[i].source_port == 3544)
			rows.flow[i].source_port = 9;
	all = weigh(&rows, any, 0);
	w = weigh(&rows, is_vpn_port, 0);
	CU_ASSERT(w.records > 0);
	r = trial_run(&fv_protocols_analysis, &rows, 1, TRIAL_FORWARD, 1);
	trial_check_share(
	    trial_fact(r, "R04", "vpn_ports"), w.packets, all.packets);
	t = trial_table(r, "R04", "vpn");
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL_FATAL(fv_result_rows(t), 8);
	for (i = 3; i < fv_result_rows(t); i++)
		sum += (uint64_t)trial_cell(t, i, "records")->part;
	CU_ASSERT_EQUAL(sum, w.records);
	fv_result_free(r);
	trial_free(&rows);
}

static void
a_port_of_another_protocol_is_no_tunnel(void)
{
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 1, 2, 1);
	rows.flow[0].protocol = 6;
	rows.flow[0].source_port = 500;
	rows.flow[0].destination_port = 4500;
	r = trial_run(&fv_protocols_analysis, &rows, 1, TRIAL_FORWARD, 1);
	trial_check_share(
	    trial_fact(r, "R04", "vpn_ports"), 0, rows.flow[0].packets);
	fv_result_free(r);
	trial_free(&rows);
}

static void
equal_protocols_stand_by_number(void)
{
	const struct fv_result_table *t;
	struct fv_result *r;
	struct trial rows;

	trial_make(&rows, 2, 2, 1);
	rows.flow[0].protocol = 17;
	rows.flow[1].protocol = 6;
	r = trial_run(&fv_protocols_analysis, &rows, 1, TRIAL_FORWARD, 1);
	t = trial_table(r, "R02", "protocols");
	CU_ASSERT(trial_cell(t, 0, "number")->part == 6);
	CU_ASSERT(trial_cell(t, 1, "number")->part == 17);
	CU_ASSERT_STRING_EQUAL(trial_cell(t, 0, "protocol")->text, "TCP");
	fv_result_free(r);
	trial_free(&rows);
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_protocols_analysis);
}

static void
names_are_of_their_protocol(void)
{
	CU_ASSERT_STRING_EQUAL(fv_names_protocol(47), "GRE");
	CU_ASSERT_PTR_NULL(fv_names_protocol(200));
	CU_ASSERT_STRING_EQUAL(fv_names_service(6, 443), "HTTPS");
	CU_ASSERT_STRING_EQUAL(fv_names_service(17, 443), "QUIC");
	CU_ASSERT_PTR_NULL(fv_names_service(132, 443));
	CU_ASSERT_STRING_EQUAL(fv_names_icmp(1, 8), "echo request");
	CU_ASSERT_STRING_EQUAL(fv_names_icmp(58, 128), "echo request");
	CU_ASSERT_PTR_NULL(fv_names_icmp(1, 128));
}

static void
each_result_has_one_analysis(void)
{
	CU_ASSERT_PTR_EQUAL(fv_registry_find("R04"), &fv_protocols_analysis);
	CU_ASSERT_PTR_EQUAL(
	    fv_registry_find("protocols"), &fv_protocols_analysis);
	CU_ASSERT_PTR_EQUAL(fv_registry_find("R07"), &fv_volumes_analysis);
	CU_ASSERT_PTR_NULL(fv_registry_find("R0"));
	CU_ASSERT_PTR_NULL(fv_registry_find(""));
	CU_ASSERT_PTR_NULL(fv_registry_find("R02 R03"));
}

CU_TestInfo suite_protocols[] = {
	{ "shares agree with a plain count", shares_agree_with_a_plain_count },
	{ "tunnels are found by the port of either end",
	    tunnels_are_found_by_the_port_of_either_end },
	{ "a port of another protocol is no tunnel",
	    a_port_of_another_protocol_is_no_tunnel },
	{ "equal protocols stand by number", equal_protocols_stand_by_number },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	{ "names are of their protocol", names_are_of_their_protocol },
	{ "each result has one analysis", each_result_has_one_analysis },
	CU_TEST_INFO_NULL,
};
