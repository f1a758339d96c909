#ifndef ANONYMIZE_PUBLISHER_H
#define ANONYMIZE_PUBLISHER_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"
#include "anonymize/networks.h"
#include "anonymize/population.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/schema.h"

/*
 * The only way from decoded packets to rows that may leave the building.
 * A row names hosts, devices and stacks by numbers given in order of first
 * appearance, and VLANs and tunnels by pseudonyms; the real ones stay in here.
 * What a row keeps, and how each column is changed, is told by the schema.
 */
struct fv_publisher;

/* What a capture is known to hold, for its rows. */
struct fv_publisher_input {
	enum fv_side side; /* as labelled by the user; BOTH: not labelled */
	uint32_t capture;  /* row of /captures */
};

/*
 * fv_publisher_new(internal, site, key, scope, err):
 * A publisher for one dataset of one ${site} (row of /sites).  ${internal}
 * as for fv_population_new; ${key} and the names in ${scope}, within which
 * devices, VLANs and tunnels have one pseudonym, must live as long.  Returns
 * NULL with ${err} set.
 */
struct fv_publisher *fv_publisher_new(const struct fv_networks *internal,
    uint32_t site, const struct fv_key *key, const struct fv_key_scope *scope,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_publisher_rows(pub, inputs, packets, n, rows, err):
 * The row of /flows for each of ${n} packets: one packet, no duration,
 * FV_END_NONE.  At most FV_PUBLISHER_BATCH at a time.  Packet i came from
 * ${inputs}[packets[i].input], so packets of several captures may mix.
 * Returns 0, or -1 with ${err} set.
 */
#define FV_PUBLISHER_BATCH 256
int fv_publisher_rows(struct fv_publisher *pub,
    const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_flow *rows,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_publisher_tunnel(pub, p, tunnel, err):
 * What the row of ${p} has in its column tunnel.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_publisher_tunnel(struct fv_publisher *pub, const struct fv_raw_packet *p,
    uint32_t *tunnel, struct fv_err *err) FV_MUST_CHECK;

/* How many rows /hosts, /devices and /stacks are to have. */
size_t fv_publisher_hosts(const struct fv_publisher *pub);
size_t fv_publisher_devices(const struct fv_publisher *pub);
size_t fv_publisher_stacks(const struct fv_publisher *pub);

/*
 * fv_publisher_take(pub, from, table, number, as, err):
 * The number that row ${number} of ${table} (hosts, devices or stacks) of
 * ${from} has here, new or known.  Returns 0, or -1 with ${err} set.
 */
int fv_publisher_take(struct fv_publisher *pub, const struct fv_publisher *from,
    enum fv_table_id table, uint32_t number, uint32_t *as,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_publisher_host_rows(pub, mapping, first, n, rows, err),
 * fv_publisher_device_rows(pub, key, first, n, rows, err),
 * fv_publisher_stack_rows(pub, first, n, rows):
 * Rows ${first} to ${first} + ${n} - 1 of these tables; hosts at most
 * FV_POPULATION_BATCH at a time.  Return 0, or -1 with ${err} set.
 */
int fv_publisher_host_rows(const struct fv_publisher *pub,
    struct fv_mapping *mapping, size_t first, size_t n, struct fv_host *rows,
    struct fv_err *err) FV_MUST_CHECK;
int fv_publisher_device_rows(const struct fv_publisher *pub,
    const struct fv_key *key, size_t first, size_t n, struct fv_device *rows,
    struct fv_err *err) FV_MUST_CHECK;
void fv_publisher_stack_rows(const struct fv_publisher *pub, size_t first,
    size_t n, struct fv_stack *rows);

/* See fv_population_count_unchanged. */
void fv_publisher_count_unchanged(const struct fv_publisher *pub,
    const struct fv_mapping *mapping, size_t first, size_t n,
    const struct fv_host *rows, struct fv_population_unchanged *sum);

/*
 * fv_publisher_initial_ttl(ttl):
 * The value that a sender most likely began with: the least of 32, 64, 128
 * and 255 that is not below ${ttl}.  What is published in place of the TTL,
 * whose exact value tells how far away the sender is.
 */
uint8_t fv_publisher_initial_ttl(uint8_t ttl);

/* Wipe what is real and free ${pub} (or NULL). */
void fv_publisher_free(struct fv_publisher *pub);

#endif
