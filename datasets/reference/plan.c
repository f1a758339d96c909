#include "datasets/reference/plan.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/reference/law.h"
#include "datasets/reference/quota.h"
#include "datasets/reference/streams.h"

/* Enough for the rows to settle; see docs/reference-month.md. */
enum { RAKES = 40 };

/* The least that an address has beside its role, of its bytes. */
#define ROW_LEAST 0.02
#define ROW_BESIDE 0.03

/* The matrix while it is raked: expected packets, [address][service]. */
struct rake {
	struct fv_plan *plan;
	double *x;
	double *length; /* [service]: mean bytes of a packet out */
};

static double *
at(struct rake *r, size_t address, size_t service)
{
	return &r->x[address * r->plan->profile->nservices + service];
}

/* The greater direction of a service's packets leads; the other follows. */
static uint32_t
major_of(const struct fv_plan *plan, size_t service)
{
	uint32_t out = plan->out[service], in = plan->in[service];

	return out > in ? out : in;
}

/*
 * The mean length of a packet out, from the shape: how many carry data.
 * Only proportions matter; the month's own means are in the documentation.
 */
static double
mean_length(const struct fv_service *s)
{
	double data = (s->length_out[0] + s->length_out[1]) / 2.0;

	if (s->protocol == FV_PROFILE_NOT_IP)
		return 0;
	if (s->protocol != IPPROTO_TCP)
		return 28 + data;
	if (s->shape == FV_SHAPE_UPLOAD)
		return 44 + data * 0.97;
	if (s->shape == FV_SHAPE_INTERACTIVE)
		return 46 + data * 0.5;
	return 46 + data * 0.12;
}

static bool
has_role(const struct fv_guests *g, const struct fv_service *s, size_t address)
{
	unsigned i;

	for (i = 0; i < s->hosts; i++)
		if (g->by_role[s->role + i] == address)
			return true;
	return false;
}

/* How much the guests of ${address} like ${s} on ${day}, in seconds. */
static double
liking(const struct fv_guests *g, const struct fv_service *s, unsigned day,
    unsigned address)
{
	const struct fv_piece *piece;
	size_t n = fv_guests_pieces(g, day, address, &piece), i;
	double sum = 0, like;

	for (i = 0; i < n; i++) {
		like = s->hosts > 0
		    ? 1
		    : s->like[g->guest[g->gadget[piece[i].gadget].guest]
				  .persona];
		sum += like * (piece[i].ends - piece[i].begins);
	}
	return sum;
}

/* The expected packets before raking: by liking, and by role. */
static void
begin(struct rake *r)
{
	const struct fv_guests *g = r->plan->guests;
	const struct fv_service *s;
	unsigned address, day;
	size_t i;

	for (i = 0; i < r->plan->profile->nservices; i++) {
		s = &r->plan->profile->services[i];
		r->length[i] = mean_length(s);
		for (address = 0; address < r->plan->profile->addresses;
		     address++) {
			/* The suspicious host's IP packets are its own plan's. */
			if (g->residents &&
			    address == g->by_role[FV_ROLE_SUSPECT] &&
			    s->protocol != FV_PROFILE_NOT_IP)
				continue;
			if (s->hosts > 0) {
				*at(r, address, i) = has_role(g, s, address);
				continue;
			}
			for (day = 0; day < r->plan->profile->days; day++)
				*at(r, address, i) +=
				    liking(g, s, day, address);
		}
	}
}

/*
 * Move a row towards its target.  What a role gives to an address is fixed
 * by its column; the rest of the row makes up the difference, if any.
 */
static void
rake_row(struct rake *r, unsigned address)
{
	const struct fv_plan *plan = r->plan;
	double fixed = 0, free = 0, want;
	size_t i;

	for (i = 0; i < plan->profile->nservices; i++)
		if (plan->profile->services[i].hosts > 0)
			fixed += *at(r, address, i) * r->length[i];
		else
			free += *at(r, address, i) * r->length[i];
	want = plan->target[address] - fixed;
	/* An address that lives for its role does little else. */
	if (fixed > plan->target[address] / 2 && want > fixed * ROW_BESIDE)
		want = fixed * ROW_BESIDE;
	if (want < plan->target[address] * ROW_LEAST)
		want = plan->target[address] * ROW_LEAST;
	for (i = 0; i < plan->profile->nservices && free > 0; i++)
		if (plan->profile->services[i].hosts == 0 && r->length[i] > 0)
			*at(r, address, i) *= want / free;
}

/* One step: rows towards the targets, then columns to the quotas. */
static void
rake_once(struct rake *r)
{
	const struct fv_plan *plan = r->plan;
	size_t n = plan->profile->nservices, i;
	unsigned address;
	double sum, total;

	for (address = 0; address < plan->profile->addresses; address++)
		rake_row(r, address);
	for (i = 0; i < n; i++) {
		total = plan->out[i] > 0 ? plan->out[i] : plan->in[i];
		for (sum = 0, address = 0; address < plan->profile->addresses;
		     address++)
			sum += *at(r, address, i);
		for (address = 0; address < plan->profile->addresses && sum > 0;
		     address++)
			*at(r, address, i) *= total / sum;
	}
}

/*
 * Bytes out by address: the middles of a hundred equal parts of the
 * lognormal law, dealt at random, but the residents get the five largest.
 */
static void
set_targets(struct rake *r)
{
	struct fv_plan *plan = r->plan;
	const struct fv_guests *g = plan->guests;
	unsigned n = plan->profile->addresses, i, j, keep;
	/* By size: the loudest host, the suspicious one, the callers. */
	static const unsigned resident[] = { FV_ROLE_LOUDEST, FV_ROLE_SUSPECT,
		FV_ROLE_CALLERS, FV_ROLE_CALLERS + 1, FV_ROLE_CALLERS + 2 };
	unsigned first = g->residents ? FV_COUNT(resident) : 0;
	uint16_t order[UINT8_MAX + 1];
	struct fv_philox rng;
	double sum = 0, law = 0, scale;
	size_t s;

	assert(n <= FV_COUNT(order));
	for (i = 0; i < n; i++)
		order[i] = g->by_role[i];
	for (i = 0; i < first; i++)
		order[i] = g->by_role[resident[i]];
	fv_philox_start(&rng, g->seed, FV_STREAM_VOLUME, 0, 0);
	for (i = n; i > first + 1; i--) {
		j = first + fv_law_below(&rng, i - first);
		keep = order[i - 1];
		order[i - 1] = order[j];
		order[j] = (uint16_t)keep;
	}
	for (i = 0; i < n; i++) {
		plan->target[order[i]] = (double)fv_law_lognormal_quantile(
		    (2 * (n - i) - 1) * 65536 / (2 * n),
		    plan->profile->bytes_sigma);
		if (!g->residents || order[i] != g->by_role[FV_ROLE_SUSPECT])
			law += plan->target[order[i]];
	}
	for (s = 0; s < plan->profile->nservices; s++)
		sum += plan->out[s] * r->length[s];
	scale = law > 0 ? sum / law : 0;
	for (i = 0; i < n; i++)
		plan->target[i] *= scale;
}

/*
 * Whoever has an address asks for names: raise the small weights so that
 * rounding leaves each some packets, and no address stays silent.
 */
static void
include_everyone(double *weight, unsigned n, uint32_t total, uint32_t least)
{
	double sum = 0, floor;
	unsigned i;

	for (i = 0; i < n; i++)
		sum += weight[i];
	if (total < 2 * n * least || sum <= 0)
		return;
	/* Twice the share that is needed, for the sum grows by it. */
	floor = 2 * least * sum / total;
	for (i = 0; i < n; i++)
		if (weight[i] > 0 && weight[i] < floor)
			weight[i] = floor;
}

/* Round column ${service} of the matrix and add its cells. */
static void
round_column(struct rake *r, size_t service, double *weight, uint32_t *share,
    struct fv_cell *cell)
{
	struct fv_plan *plan = r->plan;
	unsigned n = plan->profile->addresses, i;
	uint32_t major = major_of(plan, service), upto = 0;
	uint32_t out = plan->out[service], in = plan->in[service];

	const struct fv_service *s = &plan->profile->services[service];

	for (i = 0; i < n; i++)
		weight[i] = *at(r, i, service);
	if (s->content == FV_CONTENT_DNS && s->shape == FV_SHAPE_REQUEST)
		include_everyone(weight, n, major, s->least);
	fv_quota_share(major, s->least, weight, n, share);
	for (i = 0; i < n; i++) {
		cell[i].address = (uint16_t)i;
		cell[i].service = (uint16_t)service;
		cell[i].out = fv_quota_part(out, upto + share[i], major) -
		    fv_quota_part(out, upto, major);
		cell[i].in = fv_quota_part(in, upto + share[i], major) -
		    fv_quota_part(in, upto, major);
		upto += share[i];
	}
}

static int
compare_cell(const void *a, const void *b)
{
	const struct fv_cell *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->service > y->service) - (x->service < y->service);
}

static int
make_cells(struct rake *r, struct fv_err *err)
{
	struct fv_plan *plan = r->plan;
	size_t n = plan->profile->addresses, ns = plan->profile->nservices;
	size_t i, kept = 0;
	double *weight = fv_memory_new(n, sizeof(*weight), err);
	uint32_t *share = fv_memory_new(n, sizeof(*share), err);
	int rc = -1;

	plan->cell = fv_memory_new(n * ns, sizeof(*plan->cell), err);
	plan->first = fv_memory_new(n + 1, sizeof(*plan->first), err);
	if (weight == NULL || share == NULL || plan->cell == NULL ||
	    plan->first == NULL)
		goto out;
	for (i = 0; i < ns; i++)
		round_column(r, i, weight, share, plan->cell + i * n);
	for (i = 0; i < n * ns; i++)
		if (plan->cell[i].out + plan->cell[i].in > 0)
			plan->cell[kept++] = plan->cell[i];
	plan->ncells = kept;
	qsort(plan->cell, kept, sizeof(*plan->cell), compare_cell);
	for (i = 0; i < kept; i++)
		plan->first[plan->cell[i].address + 1]++;
	for (i = 0; i < n; i++)
		plan->first[i + 1] += plan->first[i];
	rc = 0;
out:
	free(weight);
	free(share);
	return rc;
}

/* Split each cell among the days on which its guests are there. */
static int
split_days(struct fv_plan *plan, struct fv_err *err)
{
	unsigned days = plan->profile->days, day;
	const struct fv_service *s;
	const struct fv_cell *c;
	double *weight = fv_memory_new(days, sizeof(*weight), err);
	size_t i;

	plan->day = fv_memory_new(plan->ncells * days, sizeof(*plan->day), err);
	if (weight == NULL || plan->day == NULL) {
		free(weight);
		return -1;
	}
	for (i = 0; i < plan->ncells; i++) {
		c = &plan->cell[i];
		s = &plan->profile->services[c->service];
		for (day = 0; day < days; day++)
			weight[day] = liking(plan->guests, s, day, c->address);
		fv_quota_share(c->out > c->in ? c->out : c->in, s->least,
		    weight, days, plan->day + i * days);
	}
	free(weight);
	return 0;
}

struct fv_plan *
fv_plan_new(const struct fv_guests *guests,
    const struct fv_reference_options *options, struct fv_err *err)
{
	const struct fv_profile *p = guests->profile;
	uint64_t scale = (uint64_t)(options->scale * FV_QUOTA_ONE + 0.5);
	struct fv_plan *plan;
	struct rake r = { .x = NULL };
	int i;

	if ((plan = fv_memory_new(1, sizeof(*plan), err)) == NULL)
		return NULL;
	r.plan = plan;
	plan->profile = p;
	plan->guests = guests;
	plan->seed = options->seed;
	plan->out = fv_memory_new(p->nservices, sizeof(*plan->out), err);
	plan->in = fv_memory_new(p->nservices, sizeof(*plan->in), err);
	plan->target = fv_memory_new(p->addresses, sizeof(*plan->target), err);
	r.length = fv_memory_new(p->nservices, sizeof(*r.length), err);
	r.x = fv_memory_new(p->addresses * p->nservices, sizeof(*r.x), err);
	if (plan->out == NULL || plan->in == NULL || plan->target == NULL ||
	    r.length == NULL || r.x == NULL)
		goto fail;
	if (guests->residents) {
		plan->suspect = fv_suspect_new(guests, options, scale, err);
		if (plan->suspect == NULL)
			goto fail;
	}
	fv_quota_services(p, guests->site == 0, guests->kind->volume, scale,
	    plan->out, plan->in);
	begin(&r);
	set_targets(&r);
	for (i = 0; i < RAKES; i++)
		rake_once(&r);
	if (make_cells(&r, err) == -1 || split_days(plan, err) == -1)
		goto fail;
	free(r.x);
	free(r.length);
	return plan;
fail:
	free(r.x);
	free(r.length);
	fv_plan_free(plan);
	return NULL;
}

void
fv_plan_free(struct fv_plan *plan)
{
	if (plan == NULL)
		return;
	fv_suspect_free(plan->suspect);
	free(plan->out);
	free(plan->in);
	free(plan->target);
	free(plan->cell);
	free(plan->first);
	free(plan->day);
	free(plan);
}

struct fv_portion
fv_plan_portion(const struct fv_plan *plan, size_t cell, unsigned day)
{
	const uint32_t *major = plan->day + cell * plan->profile->days;
	const struct fv_cell *c = &plan->cell[cell];
	uint32_t of = c->out > c->in ? c->out : c->in, before = 0;
	unsigned d;

	for (d = 0; d < day; d++)
		before += major[d];
	return (struct fv_portion){
		.out = fv_quota_part(c->out, before + major[day], of) -
		    fv_quota_part(c->out, before, of),
		.in = fv_quota_part(c->in, before + major[day], of) -
		    fv_quota_part(c->in, before, of),
	};
}

uint64_t
fv_plan_packets(const struct fv_plan *plan, unsigned day)
{
	struct fv_portion portion;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < plan->ncells; i++) {
		portion = fv_plan_portion(plan, i, day);
		sum += portion.out + portion.in;
	}
	if (plan->suspect != NULL)
		sum += fv_suspect_packets(plan->suspect, day);
	return sum;
}
