#include "datasets/reference/census.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/reference/day.h"
#include "datasets/reference/truth.h"

#define NANOSECOND INT64_C(1000000000)

struct census {
	const struct fv_plan *plan;
	const struct fv_reference_options *options;
	struct fv_truth *truth;
};

static const char *const personas[FV_PERSONAS] = { "browser", "worker", "gamer",
	"sharer", "caller", "idle" };

static int64_t
moment(const struct census *c, int64_t second)
{
	return (c->plan->profile->start + second) * NANOSECOND;
}

static int
tell_users(struct census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	const struct fv_guest *guest;
	struct fv_truth_user row;
	size_t i;

	for (i = 0; i < g->nguests; i++) {
		guest = &g->guest[i];
		row = (struct fv_truth_user){ .user = (uint32_t)i,
			.arrives = moment(c, guest->arrives),
			.leaves = moment(c, guest->leaves),
			.router = guest->router };
		(void)snprintf(row.persona, sizeof(row.persona), "%s",
		    personas[guest->persona]);
		if (fv_truth_append(c->truth, &row, err) == -1)
			return -1;
	}
	return 0;
}

static int
tell_devices(struct census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	struct fv_truth_device row;
	size_t i;

	for (i = 0; i < g->ngadgets; i++) {
		row = (struct fv_truth_device){ .device = (uint32_t)i,
			.user = g->gadget[i].guest };
		(void)snprintf(row.stack, sizeof(row.stack), "%s",
		    g->profile->manners[g->gadget[i].manner].name);
		fv_truth_mac(g->gadget[i].mac, row.mac);
		if (fv_truth_append(c->truth, &row, err) == -1)
			return -1;
	}
	return 0;
}

static int
tell_leases(struct census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	const struct fv_guest *guest;
	struct fv_truth_lease row;
	size_t i;

	for (i = 0; i < g->nguests; i++) {
		guest = &g->guest[i];
		row = (struct fv_truth_lease){ .user = (uint32_t)i,
			.device = guest->device,
			.begins = moment(c, guest->arrives),
			.ends = moment(c, guest->leaves) };
		fv_truth_ipv4(fv_guests_ipv4(g, guest->address), row.address);
		fv_truth_mac(g->gadget[guest->device].mac, row.mac);
		if (fv_truth_append(c->truth, &row, err) == -1)
			return -1;
	}
	return 0;
}

/* The first service that was given to the address, or none. */
static const char *
role_name(const struct census *c, unsigned address)
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
		    : "suspect-peer";
	for (i = 0; i < c->plan->profile->nservices; i++) {
		s = &c->plan->profile->services[i];
		for (k = 0; k < s->hosts; k++)
			if (g->by_role[s->role + k] == address)
				return s->name;
	}
	return "guest";
}

static int
tell_roles(struct census *c, struct fv_err *err)
{
	struct fv_truth_role row;
	unsigned i;

	for (i = 0; i < c->plan->profile->addresses; i++) {
		row =
		    (struct fv_truth_role){ .target_bytes =
						(uint64_t)c->plan->target[i] };
		fv_truth_ipv4(fv_guests_ipv4(c->plan->guests, i), row.address);
		(void)snprintf(
		    row.role, sizeof(row.role), "%s", role_name(c, i));
		if (fv_truth_append(c->truth, &row, err) == -1)
			return -1;
	}
	return 0;
}

/*
 * The next user of an address is the guest with the same address who comes
 * next: guests are numbered by arrival, except the residents and the late
 * ones, who have their address to themselves.
 */
static int
tell_changes(struct census *c, struct fv_err *err)
{
	const struct fv_guests *g = c->plan->guests;
	struct fv_truth_change row;
	uint32_t *last, n = g->profile->addresses, address;
	int rc = -1;
	size_t i;

	if ((last = fv_memory_new(n, sizeof(*last), err)) == NULL)
		return -1;
	memset(last, 0xff, n * sizeof(*last));
	for (i = 0; i < g->nguests; i++) {
		address = g->guest[i].address;
		row = (struct fv_truth_change){ .time = moment(
						    c, g->guest[i].arrives),
			.what = "user",
			.from = last[address],
			.to = (uint32_t)i };
		last[address] = (uint32_t)i;
		if (row.from == UINT32_MAX)
			continue;
		fv_truth_ipv4(fv_guests_ipv4(g, address), row.address);
		if (fv_truth_append(c->truth, &row, err) == -1)
			goto out;
	}
	if (c->plan->suspect != NULL && g->suspect_users < 2) {
		row = (struct fv_truth_change){ .time = moment(c,
						    (int64_t)fv_suspect_change(
							c->plan->suspect) *
							FV_GUESTS_DAY),
			.what = "stack",
			.from = 52,
			.to = 48 };
		fv_truth_ipv4(fv_guests_ipv4(g, g->by_role[FV_ROLE_SUSPECT]),
		    row.address);
		if (fv_truth_append(c->truth, &row, err) == -1)
			goto out;
	}
	rc = 0;
out:
	free(last);
	return rc;
}

int
fv_census_write(const struct fv_plan *plan,
    const struct fv_reference_options *options, const char *directory,
    struct fv_err *err)
{
	static int (*const tell[])(struct census *, struct fv_err *) = {
		[FV_TRUTH_USERS] = tell_users,
		[FV_TRUTH_DEVICES] = tell_devices,
		[FV_TRUTH_LEASES] = tell_leases,
		[FV_TRUTH_ROLES] = tell_roles,
		[FV_TRUTH_CHANGES] = tell_changes,
	};
	struct census c = { .plan = plan, .options = options };
	char path[FV_DAY_PATH], what[64];
	size_t i;
	int rc;

	for (i = 0; i < FV_COUNT(tell); i++) {
		(void)snprintf(
		    what, sizeof(what), "truth-%s", fv_truth_tables[i].name);
		if (fv_day_path(plan, directory, what, -1, "csv", path, err) ==
			-1 ||
		    (c.truth = fv_truth_new(path, (enum fv_truth_table)i,
			 options->replace, err)) == NULL)
			return -1;
		rc = tell[i](&c, err);
		if (rc == 0)
			rc = fv_truth_commit(c.truth, err);
		fv_truth_free(c.truth);
		if (rc == -1)
			return -1;
	}
	return 0;
}
