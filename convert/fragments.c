#include "convert/fragments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/hashmap.h"
#include "base/memory.h"
#include "base/secret.h"

#define NOBODY UINT32_MAX

enum { KEY_WORDS = 6, RUNS = 4 };

/* What makes fragments parts of one packet. */
struct key {
	uint64_t word[KEY_WORDS];
};

/* Bytes of a packet from ${from} to before ${to} that were seen. */
struct run {
	uint32_t from, to;
};

/*
 * A fragmented packet.  What its first fragment says is in ${has},
 * ${source_port} and so on once ${known}.
 */
struct datagram {
	struct key key;
	uint64_t hash;
	int64_t time; /* when it was begun */
	uint32_t older, newer;
	uint32_t held_first, held_last; /* later fragments that came early */
	struct run run[RUNS];           /* ascending, none touching another */
	uint8_t runs;
	bool known;
	uint8_t has;
	uint8_t protocol;
	uint8_t icmp_type, icmp_code;
	uint16_t source_port, destination_port;
};

_Static_assert(sizeof(struct datagram) == 128, "fragments.h says so");

/* A place for a fragment that is held, or free. */
struct held {
	struct fv_raw_packet packet;
	uint32_t next;
};

_Static_assert(sizeof(struct held) == 136, "fragments.h says so");

/*
 * Invariants (fv_fragments_check):
 * 1. From oldest to newest each datagram stands once, and the map holds each
 *    once; with the free ones they are those below used.
 * 2. Each place for a held fragment is in one list: a datagram's, the ready
 *    one, or the free one.
 * 3. A datagram whose first fragment is known holds none.
 */
struct fv_fragments {
	struct fv_hash_key hash_key;
	struct fv_hashmap map;
	struct datagram *datagram;
	struct held *held;
	size_t capacity, held_capacity;
	uint32_t used, free;
	uint32_t oldest, newest;
	uint32_t held_used, held_free;
	uint32_t ready_first, ready_last;
	size_t nready;
};

struct fv_fragments *
fv_fragments_new(struct fv_err *err)
{
	struct fv_fragments *f;

	if ((f = fv_memory_new(1, sizeof(*f), err)) == NULL)
		return NULL;
	f->free = f->oldest = f->newest = NOBODY;
	f->held_free = f->ready_first = f->ready_last = NOBODY;
	if (fv_hash_key_random(&f->hash_key, err) == -1 ||
	    fv_hashmap_init(&f->map, 0, err) == -1) {
		fv_fragments_free(f);
		return NULL;
	}
	return f;
}

static struct key
key_of(const struct fv_raw_packet *p, const struct fv_decode_fragment *part)
{
	struct key key;
	uint8_t version = p->source.ip_version;
	/* RFC 8200, 4.5: the next header of fragments may differ. */
	uint8_t protocol = version == 4 ? p->protocol : 0;

	memcpy(&key.word[0], p->source.octet, 16);
	memcpy(&key.word[2], p->destination.octet, 16);
	key.word[4] = (uint64_t)part->id << 32 | (uint64_t)p->vlan << 20 |
	    (uint64_t)(version == 4) << 16 | (uint64_t)p->encapsulation << 8 |
	    protocol;
	key.word[5] = p->tunnel;
	return key;
}

static uint32_t
find(const struct fv_fragments *f, const struct key *key, uint64_t hash)
{
	size_t at = 0;
	uint32_t n;

	while ((n = fv_hashmap_next(&f->map, hash, &at)) != FV_HASHMAP_NONE)
		if (memcmp(&f->datagram[n].key, key, sizeof(*key)) == 0)
			return n;
	return NOBODY;
}

/* Later fragment ${p} gets what is known of the packet that it is part of. */
static void
give(const struct datagram *d, struct fv_raw_packet *p,
    uint64_t counter[FV_COUNTERS])
{
	if (!d->known) {
		counter[FV_COUNT_FRAGMENT_ORPHAN]++;
		return;
	}
	counter[FV_COUNT_FRAGMENT_JOINED]++;
	p->protocol = d->protocol;
	p->has |= d->has;
	p->source_port = d->source_port;
	p->destination_port = d->destination_port;
	p->icmp_type = d->icmp_type;
	p->icmp_code = d->icmp_code;
}

/* Put what datagram ${d} holds among those that are ready. */
static void
release(
    struct fv_fragments *f, struct datagram *d, uint64_t counter[FV_COUNTERS])
{
	uint32_t n;

	if (d->held_first == NOBODY)
		return;
	for (n = d->held_first; n != NOBODY; n = f->held[n].next) {
		give(d, &f->held[n].packet, counter);
		f->nready++;
	}
	if (f->ready_first == NOBODY)
		f->ready_first = d->held_first;
	else
		f->held[f->ready_last].next = d->held_first;
	f->ready_last = d->held_last;
	d->held_first = d->held_last = NOBODY;
}

static void
forget(struct fv_fragments *f, uint32_t n, uint64_t counter[FV_COUNTERS])
{
	struct datagram *d = &f->datagram[n];

	release(f, d, counter);
	fv_hashmap_remove(&f->map, d->hash, n);
	if (d->older == NOBODY)
		f->oldest = d->newer;
	else
		f->datagram[d->older].newer = d->newer;
	if (d->newer == NOBODY)
		f->newest = d->older;
	else
		f->datagram[d->newer].older = d->older;
	d->newer = f->free;
	f->free = n;
}

/* Find a record for a new datagram; the oldest makes room if need be. */
static int
take_record(struct fv_fragments *f, uint64_t counter[FV_COUNTERS],
    uint32_t *number, struct fv_err *err)
{
	struct datagram *grown;

	if (f->free == NOBODY && f->used == FV_FRAGMENTS_LIMIT) {
		counter[FV_COUNT_FRAGMENT_EVICTED]++;
		forget(f, f->oldest, counter);
	}
	if ((*number = f->free) != NOBODY) {
		f->free = f->datagram[*number].newer;
		return 0;
	}
	grown = fv_memory_grow(f->datagram, &f->capacity, f->used + 1U,
	    sizeof(*grown), FV_FRAGMENTS_LIMIT, err);
	if (grown == NULL)
		return -1;
	f->datagram = grown;
	*number = f->used++;
	return 0;
}

/* A new datagram at ${time}. */
static int
begin(struct fv_fragments *f, const struct key *key, uint64_t hash,
    int64_t time, uint64_t counter[FV_COUNTERS], uint32_t *number,
    struct fv_err *err)
{
	struct datagram *d;
	uint32_t n = NOBODY;

	if (take_record(f, counter, &n, err) == -1)
		return -1;
	d = &f->datagram[n];
	*d = (struct datagram){ .key = *key,
		.hash = hash,
		.time = time,
		.older = f->newest,
		.newer = NOBODY,
		.held_first = NOBODY,
		.held_last = NOBODY };
	if (f->newest == NOBODY)
		f->oldest = n;
	else
		f->datagram[f->newest].newer = n;
	f->newest = n;
	*number = n;
	return fv_hashmap_add(&f->map, hash, n, err);
}

/* Whether ${time} is too far from that of ${d}, on either side. */
static bool
is_stale(const struct datagram *d, int64_t time)
{
	uint64_t apart = time > d->time ? (uint64_t)time - (uint64_t)d->time
					: (uint64_t)d->time - (uint64_t)time;

	return apart > (uint64_t)FV_FRAGMENTS_LIFETIME;
}

/*
 * Enter the bytes of ${part} among those seen.  Returns whether some of
 * them were.  When there are too many gaps, the rest is not watched.
 */
static bool
cover(struct datagram *d, const struct fv_decode_fragment *part)
{
	uint32_t from = part->offset;
	uint64_t end = from + part->length;
	uint32_t to = end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
	bool overlap = false;
	uint8_t i, kept = 0;
	struct run merged = { from, to };

	for (i = 0; i < d->runs; i++) {
		struct run r = d->run[i];

		overlap |= r.from < to && from < r.to;
		if (r.to < merged.from || merged.to < r.from) {
			d->run[kept++] = r;
			continue;
		}
		merged.from = r.from < merged.from ? r.from : merged.from;
		merged.to = r.to > merged.to ? r.to : merged.to;
	}
	d->runs = kept;
	if (kept < RUNS)
		d->run[d->runs++] = merged;
	return overlap;
}

/* What first fragment ${p} says goes for all of ${d}. */
static void
learn(struct datagram *d, const struct fv_raw_packet *p)
{
	d->known = true;
	d->has = (p->has & (FV_HAS_PORTS | FV_HAS_ICMP)) | FV_HAS_FIRST;
	d->protocol = p->protocol;
	d->source_port = p->source_port;
	d->destination_port = p->destination_port;
	d->icmp_type = p->icmp_type;
	d->icmp_code = p->icmp_code;
}

/* Whether first fragment ${p} is that of another packet with this id. */
static bool
is_another(const struct datagram *d, const struct fv_raw_packet *p)
{
	return d->known &&
	    (d->source_port != p->source_port ||
		d->destination_port != p->destination_port ||
		d->icmp_type != p->icmp_type || d->icmp_code != p->icmp_code);
}

/* Keep ${p} for ${d}: 0; or 1 when there is no room, so it goes on; or -1. */
static int
hold(struct fv_fragments *f, struct datagram *d, const struct fv_raw_packet *p,
    uint64_t counter[FV_COUNTERS], struct fv_err *err)
{
	struct held *grown;
	uint32_t n;

	if (f->held_free == NOBODY && f->held_used == FV_FRAGMENTS_HELD) {
		counter[FV_COUNT_FRAGMENT_ORPHAN]++;
		return 1;
	}
	if ((n = f->held_free) != NOBODY) {
		f->held_free = f->held[n].next;
	} else {
		grown = fv_memory_grow(f->held, &f->held_capacity,
		    f->held_used + 1U, sizeof(*grown), FV_FRAGMENTS_HELD, err);
		if (grown == NULL)
			return -1;
		f->held = grown;
		n = f->held_used++;
	}
	f->held[n].packet = *p;
	f->held[n].next = NOBODY;
	if (d->held_first == NOBODY)
		d->held_first = n;
	else
		f->held[d->held_last].next = n;
	d->held_last = n;
	return 0;
}

int
fv_fragments_add(struct fv_fragments *f, struct fv_raw_packet *packet,
    const struct fv_decode_fragment *part, uint64_t counter[FV_COUNTERS],
    struct fv_err *err)
{
	struct key key = key_of(packet, part);
	uint64_t hash = fv_hash_words(&f->hash_key, key.word, KEY_WORDS);
	bool first = packet->fragment == FV_FRAGMENT_FIRST;
	uint32_t n = find(f, &key, hash);
	struct datagram *d;

	if (n != NOBODY &&
	    (is_stale(&f->datagram[n], packet->time) ||
		(first && is_another(&f->datagram[n], packet)))) {
		forget(f, n, counter);
		n = NOBODY;
	}
	if (n == NOBODY &&
	    begin(f, &key, hash, packet->time, counter, &n, err) == -1)
		return fv_err_within(err, "fragments");
	d = &f->datagram[n];
	if (cover(d, part))
		counter[FV_COUNT_FRAGMENT_OVERLAP]++;
	if (!first && !d->known)
		return hold(f, d, packet, counter, err);
	if (!first) {
		give(d, packet, counter);
		return 1;
	}
	learn(d, packet);
	release(f, d, counter);
	return 1;
}

int64_t
fv_fragments_due(const struct fv_fragments *f)
{
	int64_t time;

	if (f->oldest == NOBODY)
		return INT64_MAX;
	time = f->datagram[f->oldest].time;
	return time > INT64_MAX - FV_FRAGMENTS_LIFETIME
	    ? INT64_MAX
	    : time + FV_FRAGMENTS_LIFETIME;
}

void
fv_fragments_expire(
    struct fv_fragments *f, int64_t now, uint64_t counter[FV_COUNTERS])
{
	while (f->oldest != NOBODY &&
	    (now == INT64_MAX || fv_fragments_due(f) < now))
		forget(f, f->oldest, counter);
}

size_t
fv_fragments_ready(const struct fv_fragments *f)
{
	return f->nready;
}

size_t
fv_fragments_take(
    struct fv_fragments *f, struct fv_raw_packet *packets, size_t room)
{
	size_t taken;
	uint32_t n;

	for (taken = 0; taken < room && f->ready_first != NOBODY; taken++) {
		n = f->ready_first;
		packets[taken] = f->held[n].packet;
		f->ready_first = f->held[n].next;
		f->held[n].next = f->held_free;
		f->held_free = n;
		f->nready--;
	}
	if (f->ready_first == NOBODY)
		f->ready_last = NOBODY;
	return taken;
}

/* How many places list ${n} has. */
static size_t
count_held(const struct fv_fragments *f, uint32_t n)
{
	size_t count = 0;

	for (; n != NOBODY; n = f->held[n].next)
		count++;
	return count;
}

void
fv_fragments_check(const struct fv_fragments *f)
{
	size_t datagrams = 0, places;
	uint32_t n, older = NOBODY;

	fv_hashmap_check(&f->map);
	places = count_held(f, f->held_free) + count_held(f, f->ready_first);
	assert(count_held(f, f->ready_first) == f->nready);
	for (n = f->oldest; n != NOBODY; older = n, n = f->datagram[n].newer) {
		const struct datagram *d = &f->datagram[n];

		assert(d->older == older && d->runs <= RUNS);
		assert(find(f, &d->key, d->hash) == n);
		assert(!d->known || d->held_first == NOBODY);
		places += count_held(f, d->held_first);
		datagrams++;
	}
	assert(f->newest == older && datagrams == f->map.used);
	for (n = f->free; n != NOBODY; n = f->datagram[n].newer)
		datagrams++;
	assert(datagrams == f->used && places == f->held_used);
}

void
fv_fragments_free(struct fv_fragments *f)
{
	if (f == NULL)
		return;
	fv_hashmap_free(&f->map);
	/* Both hold real addresses. */
	if (f->datagram != NULL)
		fv_secret_wipe(f->datagram, f->used * sizeof(*f->datagram));
	if (f->held != NULL)
		fv_secret_wipe(f->held, f->held_used * sizeof(*f->held));
	free(f->datagram);
	free(f->held);
	free(f);
}
