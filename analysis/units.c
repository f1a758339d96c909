#include "analysis/units.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/segments.h"
#include "base/memory.h"

struct fv_units {
	struct fv_host *hosts; /* addresses, then further segments of them */
	uint32_t *segment;     /* of a unit, from 1; 0: all of an address */
	bool *alike;           /* as in the context; NULL as there */
	size_t n;
	size_t addresses;
	size_t *first;  /* address h has begin[first[h]] to first[h + 1], */
	int64_t *begin; /* where its segments after the first begin ... */
	uint32_t *unit; /* ... and their numbers */
};

void
fv_units_free(struct fv_units *u)
{
	if (u == NULL)
		return;
	free(u->hosts);
	free(u->segment);
	free(u->alike);
	free(u->first);
	free(u->begin);
	free(u->unit);
	free(u);
}

/* Number the segments that begin at ${boundary}, session by session. */
static void
number(struct fv_units *u, const struct fv_visits_list *list,
    const struct fv_segments_boundary *boundary)
{
	const struct fv_segments_session *s = list->session;
	size_t k, next = u->addresses, at = 0;
	uint32_t host;

	for (k = 0; k < list->n; k++) {
		host = s[k].host;
		if (k == 0 || s[k - 1].host != host || !boundary[k].begins)
			continue;
		u->hosts[next] = u->hosts[host];
		if (u->alike != NULL)
			u->alike[next] = u->alike[host];
		u->segment[host] = 1;
		u->first[host + 1]++;
		u->begin[at] = s[k].begin;
		u->unit[at++] = (uint32_t)next;
		u->segment[next] = (uint32_t)u->first[host + 1] + 1;
		next++;
	}
	/* Sessions stand by host, so the sums are places. */
	for (k = 0; k < u->addresses; k++)
		u->first[k + 1] += u->first[k];
}

/* Make ${u} for ${more} segments beside the first ones. */
static int
allocate(struct fv_units *u, const struct fv_analysis_context *c, size_t more,
    struct fv_err *err)
{
	u->addresses = c->nhosts;
	u->n = c->nhosts + more;
	u->hosts = fv_memory_new(u->n, sizeof(*u->hosts), err);
	u->segment = fv_memory_new(u->n, sizeof(*u->segment), err);
	u->first = fv_memory_new(c->nhosts + 1, sizeof(*u->first), err);
	u->begin = fv_memory_new(more, sizeof(*u->begin), err);
	u->unit = fv_memory_new(more, sizeof(*u->unit), err);
	if (u->hosts == NULL || u->segment == NULL || u->first == NULL ||
	    u->begin == NULL || u->unit == NULL)
		return -1;
	if (c->nhosts > 0)
		memcpy(u->hosts, c->hosts, c->nhosts * sizeof(*u->hosts));
	if (c->alike == NULL || c->nhosts == 0)
		return 0;
	if ((u->alike = fv_memory_new(u->n, sizeof(*u->alike), err)) == NULL)
		return -1;
	memcpy(u->alike, c->alike, c->nhosts * sizeof(*u->alike));
	return 0;
}

struct fv_units *
fv_units_new(const struct fv_visits *visits,
    const struct fv_analysis_context *c, struct fv_err *err)
{
	struct fv_segments_boundary *boundary = NULL;
	struct fv_visits_list list = { .n = 0 };
	struct fv_segments_fit fit;
	struct fv_units *u = NULL;
	size_t k, more = 0;
	int rc = -1;

	if (visits->full) {
		(void)fv_err_set(err, FV_ELIMIT,
		    "too much to look for segments in: report by address");
		return NULL;
	}
	if (fv_visits_cut(visits, &list, err) == -1)
		return NULL;
	boundary = fv_memory_new(list.n, sizeof(*boundary), err);
	u = fv_memory_new(1, sizeof(*u), err);
	if (boundary == NULL || u == NULL ||
	    fv_segments_find(list.session, list.n, boundary, &fit, err) == -1)
		goto out;
	for (k = 1; k < list.n; k++)
		more += boundary[k].begins &&
		    list.session[k].host == list.session[k - 1].host;
	if (allocate(u, c, more, err) == -1)
		goto out;
	number(u, &list, boundary);
	rc = 0;
out:
	free(boundary);
	fv_visits_list_free(&list);
	if (rc == -1) {
		fv_units_free(u);
		u = NULL;
	}
	return u;
}

void
fv_units_enter(const struct fv_units *u, struct fv_analysis_context *c)
{
	c->hosts = u->hosts;
	c->nhosts = u->n;
	c->segment = u->segment;
	c->alike = u->alike;
}

/* The last of the segments of ${host} that begins at ${time} or before. */
static uint32_t
unit_of(const struct fv_units *u, uint32_t host, int64_t time)
{
	size_t low = u->first[host], high = u->first[host + 1], middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (u->begin[middle] <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low == u->first[host] ? host : u->unit[low - 1];
}

void
fv_units_map(
    const struct fv_units *u, const int64_t *start, uint32_t *host, size_t rows)
{
	size_t i;

	for (i = 0; i < rows; i++)
		if (u->segment[host[i]] != 0)
			host[i] = unit_of(u, host[i], start[i]);
}
