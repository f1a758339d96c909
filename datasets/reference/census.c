#include "datasets/reference/census.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/reference/truth.h"
#include "datasets/reference/wire.h"

#define NANOSECOND INT64_C(1000000000)

enum { ROWS = 64 }; /* handed to the writer at a time */

static int64_t
moment(const struct fv_census *c, int64_t second)
{
	return (c->plan->profile->start + second) * NANOSECOND;
}

static int
tell_site(const struct fv_census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	struct fv_truth_site row = { .name = "" };
	char network[FV_TRUTH_ADDRESS];
	uint32_t gateway = fv_guests_gateway(g);

	fv_day_site(g, row.name);
	(void)snprintf(row.kind, sizeof(row.kind), "%s", g->kind->name);
	fv_truth_ipv4(gateway, row.gateway);
	fv_truth_ipv4(gateway & 0xffff0000, network);
	(void)snprintf(row.network, sizeof(row.network), "%.20s/16", network);
	return fv_writer_append(c->writer, FV_TRUTH_SITES, &row, 1, err);
}

/* The first service that was given to the address, or none. */
static const char *
role_name(const struct fv_census *c, unsigned address)
{
	const struct fv_guests *g = c->plan->guests;
	const struct fv_service *s;
	size_t i;
	unsigned k;

	if (!g->residents)
		return "guest";
	if (g->by_role[FV_ROLE_SUSPECT] == address)
		return c->options->suspect == FV_REFERENCE_SCANNER
		    ? "suspect-scanner"
		    : "suspect-p2p";
	for (i = 0; i < c->plan->profile->nservices; i++) {
		s = &c->plan->profile->services[i];
		for (k = 0; k < s->hosts; k++)
			if (g->by_role[s->role + k] == address)
				return s->name;
	}
	return "guest";
}

static int
tell_addresses(const struct fv_census *c, struct fv_err *err)
{
	struct fv_truth_address row;
	unsigned i;

	for (i = 0; i < c->plan->profile->addresses; i++) {
		row = (struct fv_truth_address){ .site = c->site,
			.target_bytes = (uint64_t)c->plan->target[i] };
		fv_truth_ipv4(fv_guests_ipv4(c->plan->guests, i), row.address);
		(void)snprintf(
		    row.role, sizeof(row.role), "%s", role_name(c, i));
		if (fv_writer_append(
			c->writer, FV_TRUTH_ADDRESSES, &row, 1, err) == -1)
			return -1;
	}
	return 0;
}

static int
tell_users(const struct fv_census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	const struct fv_guest *guest;
	struct fv_truth_user row;

	for (guest = g->guest; guest < g->guest + g->nguests; guest++) {
		row = (struct fv_truth_user){ .site = c->site,
			.persona = guest->persona,
			.router = guest->router,
			.arrival_time = moment(c, guest->arrives),
			.departure_time = moment(c, guest->leaves) };
		if (fv_writer_append(c->writer, FV_TRUTH_USERS, &row, 1, err) ==
		    -1)
			return -1;
	}
	return 0;
}

static int
tell_devices(const struct fv_census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	const struct fv_gadget *gadget;
	struct fv_truth_device row;

	for (gadget = g->gadget; gadget < g->gadget + g->ngadgets; gadget++) {
		row = (struct fv_truth_device){ .user = c->first_user +
			    gadget->guest,
			.stack = gadget->manner };
		fv_truth_mac(gadget->mac, row.mac);
		if (fv_writer_append(
			c->writer, FV_TRUTH_DEVICES, &row, 1, err) == -1)
			return -1;
	}
	return 0;
}

static int
tell_leases(const struct fv_census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	const struct fv_guest *guest;
	struct fv_truth_lease row;
	size_t i;

	for (i = 0; i < g->nguests; i++) {
		guest = &g->guest[i];
		row = (struct fv_truth_lease){ .address = c->first_address +
			    guest->address,
			.user = c->first_user + (uint32_t)i,
			.device = c->first_device + guest->device,
			.start_time = moment(c, guest->arrives),
			.end_time = moment(c, guest->leaves) };
		fv_truth_mac(g->gadget[guest->device].mac, row.mac);
		if (fv_writer_append(
			c->writer, FV_TRUTH_LEASES, &row, 1, err) == -1)
			return -1;
	}
	return 0;
}

/* What the SYNs of a guest's first device are like. */
static uint8_t
syn_of(const struct fv_guests *g, uint32_t guest)
{
	const struct fv_gadget *gadget = &g->gadget[g->guest[guest].device];

	return fv_truth_syn_length(
	    (uint8_t)g->profile->manners[gadget->manner].syn);
}

/*
 * The next user of an address is the guest with the same address who comes
 * next: guests are numbered by arrival, except the residents and the late
 * ones, who have their address to themselves.
 */
static int
tell_users_changes(
    const struct fv_census *c, uint32_t *last, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	struct fv_truth_change row;
	uint32_t i, before;

	for (i = 0; i < g->nguests; i++) {
		before = last[g->guest[i].address];
		last[g->guest[i].address] = i;
		if (before == UINT32_MAX)
			continue;
		row = (struct fv_truth_change){ .address = c->first_address +
			    g->guest[i].address,
			.time = moment(c, g->guest[i].arrives),
			.kind = FV_TRUTH_OF_USER,
			.user_before = c->first_user + before,
			.user_after = c->first_user + i,
			.syn_length_before = syn_of(g, before),
			.syn_length_after = syn_of(g, i) };
		if (fv_writer_append(
			c->writer, FV_TRUTH_CHANGES, &row, 1, err) == -1)
			return -1;
	}
	return 0;
}

/* The one user of the suspicious host's address, whose stack changes. */
static int
tell_stack_change(const struct fv_census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	struct fv_truth_change row;

	if (c->plan->suspect == NULL || g->suspect_users > 1)
		return 0;
	row = (struct fv_truth_change){ .address = c->first_address +
		    g->by_role[FV_ROLE_SUSPECT],
		.time = moment(c,
		    (int64_t)fv_suspect_change(c->plan->suspect) *
			FV_GUESTS_DAY),
		.kind = FV_TRUTH_OF_STACK,
		.user_before = c->first_user + FV_ROLE_SUSPECT,
		.user_after = c->first_user + FV_ROLE_SUSPECT,
		.syn_length_before = fv_truth_syn_length(FV_SYN_52),
		.syn_length_after = fv_truth_syn_length(FV_SYN_48) };
	return fv_writer_append(c->writer, FV_TRUTH_CHANGES, &row, 1, err);
}

static int
tell_changes(const struct fv_census *c, struct fv_err *err)
{
	uint32_t *last, n = c->plan->profile->addresses;
	int rc;

	if ((last = fv_memory_new(n, sizeof(*last), err)) == NULL)
		return -1;
	memset(last, 0xff, n * sizeof(*last));
	rc = tell_users_changes(c, last, err);
	free(last);
	return rc == 0 ? tell_stack_change(c, err) : -1;
}

int
fv_census_begin(struct fv_census *c, struct fv_writer *writer,
    const struct fv_plan *plan, const struct fv_reference_options *options,
    struct fv_err *err)
{
	static int (*const parts[])(const struct fv_census *,
	    struct fv_err *) = { tell_site, tell_addresses, tell_users,
		tell_devices, tell_leases, tell_changes };
	size_t i;

	/* The writer sees to it that row numbers fit. */
	*c = (struct fv_census){ .writer = writer,
		.plan = plan,
		.options = options,
		.site = (uint32_t)fv_writer_rows(writer, FV_TRUTH_SITES),
		.first_address =
		    (uint32_t)fv_writer_rows(writer, FV_TRUTH_ADDRESSES),
		.first_user = (uint32_t)fv_writer_rows(writer, FV_TRUTH_USERS),
		.first_device =
		    (uint32_t)fv_writer_rows(writer, FV_TRUTH_DEVICES) };
	for (i = 0; i < FV_COUNT(parts); i++)
		if (parts[i](c, err) == -1)
			return -1;
	return 0;
}

static void
set_ends(const struct fv_guests *g, const struct fv_day_told *t,
    struct fv_truth_conversation *row)
{
	uint32_t near = fv_guests_ipv4(g, t->address);
	uint8_t address[16];

	if (!t->ipv6) {
		fv_truth_ipv4(near, row->near_address);
		fv_truth_ipv4(t->far, row->far_address);
		return;
	}
	fv_wire_near_ipv6(g->site, near, address);
	(void)inet_ntop(
	    AF_INET6, address, row->near_address, sizeof(row->near_address));
	fv_wire_far_ipv6(t->far, address);
	(void)inet_ntop(
	    AF_INET6, address, row->far_address, sizeof(row->far_address));
}

static void
set_row(const struct fv_census *c, const struct fv_day_told *t,
    struct fv_truth_conversation *row)
{
	const struct fv_guests *g = c->plan->guests;
	bool ports = t->protocol == IPPROTO_TCP || t->protocol == IPPROTO_UDP;

	*row = (struct fv_truth_conversation){ .start_time = moment(c, 0) +
		    t->start * 1000,
		.duration = (uint64_t)(t->end - t->start) * 1000,
		.address = c->first_address + t->address,
		.near_port = ports ? t->near_port : 0,
		.far_port = ports ? t->far_port : 0,
		.protocol = t->protocol,
		.initiator = !t->outside,
		.packets_out = t->out,
		.packets_in = t->in,
		.user = c->first_user + g->gadget[t->gadget].guest,
		.device = c->first_device + t->gadget };
	set_ends(g, t, row);
	(void)snprintf(
	    row->application, sizeof(row->application), "%s", t->application);
}

int
fv_census_tell(const struct fv_census *c, const struct fv_day_told *told,
    size_t n, struct fv_err *err)
{
	struct fv_truth_conversation rows[ROWS];
	size_t i, batch;

	for (; n > 0; n -= batch, told += batch) {
		batch = n < ROWS ? n : ROWS;
		for (i = 0; i < batch; i++)
			set_row(c, &told[i], &rows[i]);
		if (fv_writer_append(c->writer, FV_TRUTH_CONVERSATIONS, rows,
			batch, err) == -1)
			return -1;
	}
	return 0;
}
