/*
 * How many rows a second the analyses take in, one by one and all together,
 * on one thread, from rows that lie in memory in chunks of FV_CHUNK_ROWS.
 * Two mixes: one as in traffic, with few hosts and ports that do most, and
 * one that spreads evenly, which is the worst that a cache can meet.  Half of
 * the rows are sent outward by inside hosts; the second reading's host has
 * its share of them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/registry.h"

enum { CHUNKS = 64, HOSTS = 20000, INSIDE = 100, ROUNDS = 3 };

struct chunk {
	int64_t start_time[FV_CHUNK_ROWS];
	int64_t duration[FV_CHUNK_ROWS];
	uint32_t stack[FV_CHUNK_ROWS];
	uint32_t capture[FV_CHUNK_ROWS];
	uint64_t packets[FV_CHUNK_ROWS];
	uint64_t bytes[FV_CHUNK_ROWS];
	uint32_t source[FV_CHUNK_ROWS];
	uint32_t destination[FV_CHUNK_ROWS];
	uint16_t source_port[FV_CHUNK_ROWS];
	uint16_t destination_port[FV_CHUNK_ROWS];
	uint8_t protocol[FV_CHUNK_ROWS];
	uint8_t icmp_type[FV_CHUNK_ROWS];
	uint8_t icmp_code[FV_CHUNK_ROWS];
	uint8_t direction[FV_CHUNK_ROWS];
	uint8_t fragment[FV_CHUNK_ROWS];
	uint8_t tcp_flags[FV_CHUNK_ROWS];
};

static uint64_t
next(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

/* Small numbers often, large ones seldom: log-uniform below 2^${bits}. */
static uint64_t
skewed(uint64_t *seed, unsigned bits)
{
	uint64_t x = next(seed);

	return (x >> 8) & ((UINT64_C(1) << (x & 255) % (bits + 1)) - 1);
}

static void
fill(struct chunk *c, bool even, uint64_t *seed)
{
	static const uint16_t ports[] = { 80, 443, 53, 4204 };
	uint32_t near, far;
	uint64_t x;
	size_t i;

	for (i = 0; i < FV_CHUNK_ROWS; i++) {
		x = next(seed);
		c->start_time[i] = (int64_t)i * 1000;
		c->duration[i] = 0;
		c->packets[i] = 1;
		c->bytes[i] = 40 + (x & 1023);
		c->direction[i] = 1 + (x >> 20 & 1);
		near =
		    (uint32_t)((even ? next(seed) : skewed(seed, 7)) % INSIDE);
		far =
		    (uint32_t)((even ? next(seed) : skewed(seed, 14)) % HOSTS);
		c->source[i] = c->direction[i] == 1 ? near : far;
		c->destination[i] = c->direction[i] == 1 ? far : near;
		c->protocol[i] = (x >> 10) % 100 < 65 ? 6
		    : (x >> 10) % 100 < 99            ? 17
						      : 1;
		c->source_port[i] = (uint16_t)(x >> 24);
		c->destination_port[i] = even || (x >> 40) % 8 == 0
		    ? (uint16_t)(x >> 44)
		    : ports[(x >> 40) % 4];
		c->icmp_type[i] = c->protocol[i] == 1 ? 8 : 0;
		c->icmp_code[i] = 0;
		c->fragment[i] = 0;
		c->tcp_flags[i] = (x >> 60) == 0 ? 2 : 16;
		c->stack[i] =
		    c->tcp_flags[i] == 2 ? (uint32_t)(x >> 8 & 7) : FV_NO_ROW;
	}
}

static double
seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct fv_analysis_batch
batch_of(const struct chunk *c)
{
	return (struct fv_analysis_batch){
		.rows = FV_CHUNK_ROWS,
		.column = {
			[FV_FLOW_START_TIME] = c->start_time,
			[FV_FLOW_DURATION] = c->duration,
			[FV_FLOW_STACK] = c->stack,
			[FV_FLOW_CAPTURE] = c->capture,
			[FV_FLOW_PACKETS] = c->packets,
			[FV_FLOW_BYTES] = c->bytes,
			[FV_FLOW_SOURCE] = c->source,
			[FV_FLOW_DESTINATION] = c->destination,
			[FV_FLOW_SOURCE_PORT] = c->source_port,
			[FV_FLOW_DESTINATION_PORT] = c->destination_port,
			[FV_FLOW_PROTOCOL] = c->protocol,
			[FV_FLOW_ICMP_TYPE] = c->icmp_type,
			[FV_FLOW_ICMP_CODE] = c->icmp_code,
			[FV_FLOW_DIRECTION] = c->direction,
			[FV_FLOW_FRAGMENT] = c->fragment,
			[FV_FLOW_TCP_FLAGS] = c->tcp_flags,
			[FV_FLOW_INITIAL_TCP_FLAGS] = c->tcp_flags,
		},
	};
}

/* The best of some rounds, states begun anew in each. */
static int
measure(const char *name, const struct fv_analysis *const *analyses, size_t n,
    const struct fv_analysis_context *context, const struct chunk *chunk)
{
	void *state[FV_REGISTRY_COUNT];
	struct fv_analysis_batch batch;
	double best = 0, start;
	struct fv_err err;
	size_t round, i, k;

	for (round = 0; round < ROUNDS; round++) {
		for (k = 0; k < n; k++)
			if ((state[k] = analyses[k]->init(context, &err)) ==
			    NULL)
				return -1;
		start = seconds();
		for (i = 0; i < CHUNKS; i++) {
			batch = batch_of(&chunk[i]);
			for (k = 0; k < n; k++)
				if (analyses[k]->add(
					state[k], context, &batch, &err) == -1)
					return -1;
		}
		start = seconds() - start;
		if (round == 0 || start < best)
			best = start;
		for (k = 0; k < n; k++)
			analyses[k]->free(state[k]);
	}
	(void)printf("  %-14s %7.1f M rows/s\n", name,
	    CHUNKS * (double)FV_CHUNK_ROWS / best / 1e6);
	return 0;
}

int
main(void)
{
	struct fv_host *hosts = calloc(HOSTS, sizeof(*hosts));
	struct chunk *chunk = calloc(CHUNKS, sizeof(*chunk));
	static const struct fv_stack stacks[8];
	static const struct fv_capture_row capture;
	uint32_t *turn = calloc(HOSTS, sizeof(*turn));
	struct fv_analysis_context context = { .nhosts = HOSTS,
		.stacks = stacks,
		.nstacks = FV_COUNT(stacks),
		.captures = &capture,
		.ncaptures = 1 };
	uint64_t seed = 1;
	size_t i, k;
	int even, rc = 0;

	if (hosts == NULL || chunk == NULL || turn == NULL)
		return 1;
	for (i = 0; i < INSIDE; i++)
		hosts[i].internal = 1;
	context.hosts = hosts;
	context.focus = (struct fv_analysis_focus){ .loudest = 1,
		.suspect = 1,
		.suspect_rank = 1,
		.turn = turn,
		.turns = HOSTS };
	for (i = 0; i < HOSTS; i++)
		turn[i] = (uint32_t)i;
	for (even = 0; even < 2 && rc == 0; even++) {
		for (i = 0; i < CHUNKS; i++)
			fill(&chunk[i], even == 1, &seed);
		(void)printf("%s, %d rows:\n",
		    even ? "spread evenly" : "as in traffic",
		    CHUNKS * FV_CHUNK_ROWS);
		for (k = 0; k < FV_REGISTRY_COUNT && rc == 0; k++)
			if (fv_registry[k]->columns != 0)
				rc = measure(fv_registry[k]->name,
				    &fv_registry[k], 1, &context, chunk);
		if (rc == 0)
			rc = measure("all together", fv_registry,
			    FV_REGISTRY_COUNT, &context, chunk);
	}
	free(hosts);
	free(chunk);
	free(turn);
	return rc == 0 ? 0 : 1;
}
