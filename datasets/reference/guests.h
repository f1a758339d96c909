#ifndef DATASETS_REFERENCE_GUESTS_H
#define DATASETS_REFERENCE_GUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/profile.h"

/* Seconds here count from the month's first midnight. */
enum { FV_GUESTS_DAY = 86400 };

/* More would mean a site that no /24 of addresses can serve. */
#define FV_GUESTS_MOST 1000000

/* How many addresses are in the same hands all month. */
#define FV_GUESTS_RESIDENTS 5

/* A stay: one user, one address, one lease. */
struct fv_guest {
	int32_t arrives;
	int32_t leaves;
	uint32_t device; /* the first of its devices */
	uint16_t address;
	uint8_t devices;
	uint8_t persona;
	bool router; /* its devices are behind one of its own */
};

struct fv_gadget {
	uint32_t guest;
	uint8_t manner; /* index in the profile's stacks */
	uint8_t mac[6]; /* as the tap sees it: a router's, if behind one */
};

/* A session, cut at midnight. */
struct fv_piece {
	uint16_t day;
	uint16_t address;
	uint32_t gadget;
	uint32_t begins; /* seconds of the day */
	uint32_t ends;
};

/*
 * The people of a site.  Invariants (fv_guests_check):
 * 1. No address has two guests at a time.
 * 2. Pieces are in order of day, address and time; first[] finds them.
 * 3. Every address has a piece in the month.
 */
struct fv_guests {
	const struct fv_profile *profile;
	const struct fv_site_kind *kind;
	uint64_t seed; /* the site's own */
	unsigned site;
	bool residents; /* the first roles stay all month */
	unsigned suspect_users;
	struct fv_guest *guest;
	size_t nguests, guest_room;
	struct fv_gadget *gadget;
	size_t ngadgets, gadget_room;
	struct fv_piece *piece;
	size_t npieces, piece_room;
	uint32_t *first;    /* [day * addresses + address], and one more */
	uint16_t *by_role;  /* role -> address */
	int32_t *last_left; /* while they arrive: when an address was left */
};

/*
 * fv_guests_new(profile, seed, site, suspect_users, err):
 * Let a month of guests come and go at site ${site}.  The suspicious host's
 * address has one user, or with ${suspect_users} = 2 another from the day on
 * which its SYNs change, who is the guest after the residents.  Returns NULL
 * with ${err} set.
 */
struct fv_guests *fv_guests_new(const struct fv_profile *profile, uint64_t seed,
    unsigned site, unsigned suspect_users, struct fv_err *err) FV_MUST_CHECK;

void fv_guests_free(struct fv_guests *guests);

/* The pieces of ${address} on ${day}: their number, and the first. */
size_t fv_guests_pieces(const struct fv_guests *guests, unsigned day,
    unsigned address, const struct fv_piece **pieces);

/* The inside IPv4 address number ${address} of a site, in host order. */
uint32_t fv_guests_ipv4(const struct fv_guests *guests, unsigned address);

/* The router of the site: IPv4 in host order, and its MAC address. */
uint32_t fv_guests_gateway(const struct fv_guests *guests);
extern const uint8_t fv_guests_gateway_mac[6];

/* Assert the invariants; for tests. */
void fv_guests_check(const struct fv_guests *guests);

#endif
