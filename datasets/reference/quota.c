#include "datasets/reference/quota.h"

#include <assert.h>

#include "datasets/reference/suspect.h"

uint32_t
fv_quota_scaled(uint32_t n, uint64_t scale)
{
	return (uint32_t)((n * scale + FV_QUOTA_ONE / 2) / FV_QUOTA_ONE);
}

uint32_t
fv_quota_part(uint32_t whole, uint32_t upto, uint32_t of)
{
	return of == 0 ? 0 : (uint32_t)((uint64_t)whole * upto / of);
}

/* Drop the smallest while it would get less than ${least}. */
static double
drop_small(uint32_t total, uint32_t least, double *weight, size_t n)
{
	double sum = 0;
	size_t i, smallest, left = 0;

	for (i = 0; i < n; i++) {
		sum += weight[i];
		left += weight[i] > 0;
	}
	while (left > 1) {
		smallest = n;
		for (i = 0; i < n; i++)
			if (weight[i] > 0 &&
			    (smallest == n || weight[i] < weight[smallest]))
				smallest = i;
		if (weight[smallest] * total >= least * sum)
			break;
		sum -= weight[smallest];
		weight[smallest] = 0;
		left--;
	}
	return sum;
}

void
fv_quota_share(
    uint32_t total, uint32_t least, double *weight, size_t n, uint32_t *share)
{
	double sum, exact, rest, best;
	uint32_t given = 0;
	size_t i, at;

	for (i = 0, sum = 0; i < n; i++) {
		share[i] = 0;
		sum += weight[i];
	}
	if (sum <= 0)
		for (i = 0; i < n; i++)
			weight[i] = 1;
	sum = drop_small(total, least, weight, n);
	for (i = 0; i < n; i++) {
		share[i] = (uint32_t)(weight[i] / sum * total);
		given += share[i];
	}
	/* At most one each is missing: who lost most to rounding is first. */
	while (given < total) {
		at = n;
		best = -2;
		for (i = 0; i < n; i++) {
			if (weight[i] <= 0)
				continue;
			exact = weight[i] / sum * total;
			rest = exact - share[i];
			if (rest > best) {
				best = rest;
				at = i;
			}
		}
		assert(at < n);
		share[at]++;
		given++;
	}
	/* Rounding of the quotients may also give one too many. */
	for (i = n; given > total && i-- > 0;)
		if (share[i] > least) {
			share[i]--;
			given--;
		}
}

/* The rest of the quota of ${s}'s protocol, in one direction. */
static uint32_t
rest_of(const struct fv_profile *p, const struct fv_service *s, bool out)
{
	uint64_t quota = 0, taken;
	size_t i;

	for (i = 0; i < p->nquotas; i++)
		if (p->quotas[i].protocol == s->protocol)
			quota = out ? p->quotas[i].out : p->quotas[i].in;
	taken = p->suspect ? fv_suspect_quota(s->protocol, out) : 0;
	for (i = 0; i < p->nservices; i++)
		if (p->services[i].protocol == s->protocol &&
		    p->services[i].out != FV_PROFILE_REST)
			taken += out ? p->services[i].out : p->services[i].in;
	assert(quota >= taken);
	return (uint32_t)(quota - taken);
}

static void
set_scale(
    const struct fv_service *s, uint64_t scale, uint32_t *out, uint32_t *in)
{
	uint32_t scaled = fv_quota_scaled(*out, scale);

	if (s->fewest == FV_PROFILE_UNSCALED)
		return;
	if (s->fewest > 0 && scaled < s->fewest) {
		*in = fv_quota_part(*in, s->fewest, *out);
		*out = s->fewest;
		return;
	}
	*out = scaled;
	*in = fv_quota_scaled(*in, scale);
}

void
fv_quota_services(const struct fv_profile *p, bool first_site, uint32_t volume,
    uint64_t scale, uint32_t *out, uint32_t *in)
{
	const struct fv_service *s;
	size_t i;

	if (!first_site)
		scale = scale * volume / 100;
	for (i = 0; i < p->nservices; i++) {
		s = &p->services[i];
		out[i] = s->out;
		in[i] = s->in;
		if (s->out == FV_PROFILE_REST) {
			out[i] = rest_of(p, s, true);
			in[i] = rest_of(p, s, false);
		}
		set_scale(s, scale, &out[i], &in[i]);
		if (!first_site && s->hosts > 0)
			out[i] = in[i] = 0;
	}
}
