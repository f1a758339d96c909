#include "tests/unit/suites.h"

#include <string.h>

#include "analysis/insiders.h"
#include "analysis/registry.h"
#include "tests/unit/oracle.h"

/* A record of host 0 to host 1 at an hour. */
static void
set(struct fv_flow *f, int64_t hour, uint8_t protocol, uint16_t port,
    uint64_t packets)
{
	memset(f, 0, sizeof(*f));
	f->start_time = hour * FV_INSIDERS_HOUR;
	f->destination = 1;
	f->source_port = 50000;
	f->destination_port = port;
	f->direction = FV_DIRECTION_OUTBOUND;
	f->protocol = protocol;
	f->packets = packets;
	f->bytes = packets * 1000;
	f->stack = FV_NO_ROW;
}

static void
make(struct trial *rows, size_t n)
{
	trial_make(rows, n, 3, 1);
	rows->host[0].internal = 1;
	rows->host[1].internal = rows->host[2].internal = 0;
}

static struct fv_result *
run(const struct trial *rows)
{
	return trial_run(&fv_escapes_analysis, rows, 3, TRIAL_PAIRS, 1);
}

static void
tunnels_are_told_by_port_and_protocol_and_by_days(void)
{
	struct fv_result *r;
	struct trial rows;

	make(&rows, 6);
	set(&rows.flow[0], 0, 17, 51820, 19); /* a packet too few */
	set(&rows.flow[1], 24, 17, 4500, 10);
	set(&rows.flow[2], 25, 50, 0, 10);
	set(&rows.flow[3], 48, 6, 1194, 20);
	set(&rows.flow[4], 49, 17, 500, 20); /* the same day */
	/* A client port that looks like one. */
	set(&rows.flow[5], 72, 17, 9, 100);
	rows.flow[5].source_port = 4500;
	r = run(&rows);
	oracle_check(r, "R28b", "days", 4);
	oracle_check(r, "R28b", "tunnel_days", 2);
	oracle_check(r, "R28b", "addresses", 1);
	trial_check_share(trial_fact(r, "R28b", "tunnel"), 79, 179);
	fv_result_free(r);
	trial_free(&rows);
}

static void
the_web_without_names_is_dark(void)
{
	struct fv_result *r;
	struct trial rows;

	make(&rows, 8);
	set(&rows.flow[0], 0, 17, 53, 1);
	set(&rows.flow[1], 0, 6, 443, 10);
	set(&rows.flow[2], 1, 17, 443, 10); /* the hour after */
	set(&rows.flow[3], 2, 6, 80, 10);   /* dark */
	set(&rows.flow[4], 3, 6, 80, 9);    /* too little to say */
	set(&rows.flow[5], 4, 6, 853, 1);
	set(&rows.flow[6], 4, 6, 443, 6);
	set(&rows.flow[7], 4, 6, 443, 4);
	r = run(&rows);
	oracle_check(r, "R28b", "web_hours", 4);
	trial_check_share(trial_fact(r, "R28b", "dark_hours"), 1, 4);
	trial_check_share(trial_fact(r, "R28b", "sealed_hours"), 1, 4);
	fv_result_free(r);
	trial_free(&rows);
}

static void
one_peer_with_most_bytes_over_hours_looks_like_a_tunnel(void)
{
	struct fv_result *r;
	struct trial rows;
	size_t i, other;

	for (other = 100; other <= 101; other++) {
		make(&rows, 5);
		for (i = 0; i < 4; i++)
			set(&rows.flow[i], (int64_t)i, 6, 443, 100);
		set(&rows.flow[4], 9, 6, 443, other);
		rows.flow[4].destination = 2;
		r = run(&rows);
		oracle_check(r, "R28b", "peer_days", other == 100);
		fv_result_free(r);
		/* In three hours it is a download. */
		rows.flow[3].start_time = 0;
		r = run(&rows);
		oracle_check(r, "R28b", "peer_days", 0);
		fv_result_free(r);
		trial_free(&rows);
	}
}

static void
any_split_gives_the_same_bytes(void)
{
	trial_check_laws(&fv_escapes_analysis);
}

CU_TestInfo suite_escapes[] = {
	{ "tunnels are told by port and protocol, and by days",
	    tunnels_are_told_by_port_and_protocol_and_by_days },
	{ "the web without names is dark", the_web_without_names_is_dark },
	{ "one peer with most bytes over hours looks like a tunnel",
	    one_peer_with_most_bytes_over_hours_looks_like_a_tunnel },
	{ "any split gives the same bytes", any_split_gives_the_same_bytes },
	CU_TEST_INFO_NULL,
};
