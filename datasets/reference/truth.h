#ifndef DATASETS_REFERENCE_TRUTH_H
#define DATASETS_REFERENCE_TRUTH_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/profile.h"
#include "datasets/reference/reference.h"
#include "datasets/schema.h"
#include "datasets/writer.h"

/*
 * The truth about a month: what no capture tells, as tables in the manner of
 * datasets/schema.h, in one HDF5 file beside the captures.  Its tables point
 * to each other by row number, as a dataset's do; times are those of the
 * captures.
 */

/* What TRUTH_VERSION says in a file. */
#define FV_TRUTH_VERSION "0.1.0"

/* The name of the file. */
#define FV_TRUTH_NAME "truth.h5"

#define FV_TRUTH_WORD 24
#define FV_TRUTH_ADDRESS 40 /* IPv6 as text */
#define FV_TRUTH_MAC 18

struct fv_truth_site {
	char name[FV_TRUTH_WORD]; /* as in the captures' names */
	char kind[FV_TRUTH_WORD];
	char network[FV_TRUTH_ADDRESS];
	char gateway[FV_TRUTH_ADDRESS];
};

struct fv_truth_stack {
	char name[FV_TRUTH_WORD];
	uint8_t ttl;
	uint8_t syn_length;
	uint16_t window;
	uint8_t window_scale;
	uint16_t mss;
};

/* An inside address, and what the profile made of it. */
struct fv_truth_address {
	uint32_t site;
	char address[FV_TRUTH_ADDRESS];
	char role[FV_TRUTH_WORD];
	uint64_t target_bytes;
};

/* A user: one stay. */
struct fv_truth_user {
	uint32_t site;
	uint8_t persona; /* enum fv_persona */
	uint8_t router;
	int64_t arrival_time;
	int64_t departure_time;
};

struct fv_truth_device {
	uint32_t user;
	uint32_t stack;
	char mac[FV_TRUTH_MAC];
};

/* An address in someone's hands. */
struct fv_truth_lease {
	uint32_t address;
	uint32_t user;
	uint32_t device;
	char mac[FV_TRUTH_MAC];
	int64_t start_time;
	int64_t end_time;
};

enum fv_truth_kind { FV_TRUTH_OF_USER, FV_TRUTH_OF_STACK };

/* A change behind an address: of the user, or of the stack alone. */
struct fv_truth_change {
	uint32_t address;
	int64_t time;
	uint8_t kind; /* enum fv_truth_kind */
	uint32_t user_before;
	uint32_t user_after;
	uint8_t syn_length_before;
	uint8_t syn_length_after;
};

struct fv_truth_conversation {
	int64_t start_time;
	uint64_t duration;
	uint32_t address;
	char near_address[FV_TRUTH_ADDRESS];
	char far_address[FV_TRUTH_ADDRESS];
	uint16_t near_port;
	uint16_t far_port;
	uint8_t protocol;
	uint8_t initiator; /* 1: near */
	uint64_t packets_out;
	uint64_t packets_in;
	char application[FV_TRUTH_WORD];
	uint32_t user;
	uint32_t device;
};

enum fv_truth_table {
	FV_TRUTH_SITES,
	FV_TRUTH_STACKS,
	FV_TRUTH_ADDRESSES,
	FV_TRUTH_USERS,
	FV_TRUTH_DEVICES,
	FV_TRUTH_LEASES,
	FV_TRUTH_CHANGES,
	FV_TRUTH_CONVERSATIONS,
	FV_TRUTH_TABLES
};

/* The tables are indexed by enum fv_truth_table. */
extern const struct fv_format fv_truth_format;

/*
 * fv_truth_new(directory, profile, options, err):
 * Begin the truth about the month of ${options}: its root attributes and
 * the table of stacks are there already.  Returns NULL with ${err} set.
 */
struct fv_writer *fv_truth_new(const char *directory,
    const struct fv_profile *profile,
    const struct fv_reference_options *options,
    struct fv_err *err) FV_MUST_CHECK;

/* The bytes of a SYN with ${layout}, as IPv4 has it. */
uint8_t fv_truth_syn_length(uint8_t layout);

/* Write an IPv4 address (host order) or a MAC address as text. */
void fv_truth_ipv4(uint32_t address, char text[FV_TRUTH_ADDRESS]);
void fv_truth_mac(const uint8_t mac[6], char text[FV_TRUTH_MAC]);

#endif
