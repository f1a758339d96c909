#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"

/*
 * How many addresses fv_mapping_map maps in a second of processor time, in
 * millions: the best of several passes over random addresses, in batches as
 * the population publishes them.  Each result goes into a sum, so that none
 * is left out.
 */
enum { BATCH = 1024, BATCHES = 64, PASSES = 15 };

static struct fv_raw_addr in[BATCH * BATCHES];
static struct fv_published_addr out[BATCH];

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void
fill(int version)
{
	uint64_t state = 1;
	uint8_t octet[16];
	size_t i, k;

	for (i = 0; i < BATCH * BATCHES; i++) {
		for (k = 0; k < sizeof(octet); k++) {
			state =
			    state * 6364136223846793005 + 1442695040888963407;
			octet[k] = (uint8_t)(state >> 56);
		}
		if (version == 4)
			fv_raw_addr_set_ipv4(&in[i], octet);
		else
			fv_raw_addr_set_ipv6(&in[i], octet);
	}
}

/* Million addresses per second, the best of all passes. */
static double
measure(struct fv_mapping *m, unsigned *sum)
{
	struct fv_err err;
	double took, best = 0;
	int pass, batch;

	for (pass = 0; pass < PASSES; pass++) {
		took = now();
		for (batch = 0; batch < BATCHES; batch++) {
			if (fv_mapping_map(
				m, in + batch * BATCH, BATCH, out, &err) == -1)
				abort();
			*sum += out[batch].octet[15];
		}
		took = BATCH * BATCHES / (now() - took);
		if (took > best)
			best = took;
	}
	return best;
}

static void
bench(const struct fv_key *key, const struct fv_mapping_options *options,
    unsigned *sum)
{
	struct fv_mapping *m;
	struct fv_err err;
	int version;

	if ((m = fv_mapping_new(key, options, &err)) == NULL)
		abort();
	for (version = 4; version <= 6; version += 2) {
		fill(version);
		(void)printf("mapping\t%s, %s, IPv%d\t%.2f M/s\n",
		    fv_mapping_scheme_name(options->scheme),
		    options->canonical ? "one space" : "by class", version,
		    measure(m, sum));
	}
	fv_mapping_free(m);
}

int
main(void)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_mapping_options options = { .canonical = true };
	struct fv_key *key;
	struct fv_err err;
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)(i * 37 + 5);
	if ((key = fv_key_import(secret, &err)) == NULL)
		abort();
	for (i = 0; i < 4; i++) {
		options.scheme =
		    i < 2 ? FV_MAPPING_CRYPTO_PAN : FV_MAPPING_IPCRYPT_PFX;
		options.canonical = i % 2 == 0;
		bench(key, &options, &sum);
	}
	fv_key_free(key);
	return sum == 0;
}
