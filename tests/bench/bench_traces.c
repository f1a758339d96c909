#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "anonymize/traces.h"
#include "tests/unit/random.h"

/*
 * How fast an audit searches: 100,000 originals (half IPv4, half IPv6),
 * 20,000 MACs and 20,000 names, in columns of several widths, on one core.
 */
enum { ADDRESSES = 100000, OTHERS = 20000, VALUES = 1 << 22, ROUNDS = 3 };

static double
seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
check(int rc, const struct fv_err *err)
{
	if (rc == -1) {
		(void)fprintf(stderr, "bench_traces: %s\n", err->text);
		exit(1);
	}
}

static void
fill(struct fv_originals *o, uint64_t *random, struct fv_err *err)
{
	struct fv_raw_addr addr;
	uint8_t octet[16];
	char name[32];
	int i, k;

	check(fv_originals_init(o, err), err);
	for (i = 0; i < ADDRESSES; i++) {
		for (k = 0; k < 16; k++)
			octet[k] = (uint8_t)fv_random(random);
		octet[0] = 0x20 | (octet[0] & 0xf);
		if (i % 2 == 0)
			fv_raw_addr_set_ipv4(&addr, octet);
		else
			fv_raw_addr_set_ipv6(&addr, octet);
		check(fv_originals_host(o, &addr, err), err);
	}
	for (i = 0; i < OTHERS; i++) {
		for (k = 0; k < 6; k++)
			octet[k] = (uint8_t)(fv_random(random) & 0xfe);
		check(fv_originals_mac(o, octet, err), err);
		(void)snprintf(name, sizeof(name), "host-%x.example",
		    (unsigned)fv_random(random));
		check(fv_originals_name(o, name, sizeof(name), err), err);
	}
}

/* Values that grow, as times do, with random low bits. */
static void
make(uint8_t *bytes, size_t width, uint64_t *random)
{
	uint64_t value = 0;
	size_t i, k;

	for (i = 0; i < VALUES; i++) {
		value += fv_random(random) & 0xffff;
		for (k = 0; k < width; k++)
			bytes[i * width + k] = (uint8_t)(value >> (8 * k));
	}
}

static void
measure(
    const struct fv_traces *t, size_t width, uint8_t *bytes, uint64_t *random)
{
	struct fv_traces_tally tally;
	struct fv_err err;
	double begun, best = 1e9;
	int i;

	make(bytes, width, random);
	check(fv_traces_tally_init(t, &tally, &err), &err);
	for (i = 0; i < ROUNDS; i++) {
		begun = seconds();
		fv_traces_scan(t, FV_TRACES_NUMBERS, width, bytes,
		    VALUES * width, 0, 0, &tally);
		if (seconds() - begun < best)
			best = seconds() - begun;
	}
	(void)printf("  values of %zu bytes   %8.0f MB/s\n", width,
	    (double)VALUES * (double)width / best / 1e6);
	fv_traces_tally_free(&tally);
}

int
main(void)
{
	static const size_t widths[] = { 1, 2, 4, 8 };
	uint64_t random = 1;
	struct fv_originals o;
	struct fv_traces *t;
	struct fv_err err;
	uint8_t *bytes = malloc((size_t)VALUES * 8);
	double begun;
	size_t i;

	fill(&o, &random, &err);
	begun = seconds();
	if (bytes == NULL || (t = fv_traces_new(&o, &err)) == NULL)
		return 1;
	(void)printf("search for %d addresses, %d MACs and %d names "
		     "(set up in %.2f s)\n",
	    ADDRESSES, OTHERS, OTHERS, seconds() - begun);
	for (i = 0; i < FV_COUNT(widths); i++)
		measure(t, widths[i], bytes, &random);
	fv_traces_free(t);
	fv_originals_wipe(&o);
	free(bytes);
	return 0;
}
