#ifndef DATASETS_REFERENCE_TRUTH_H
#define DATASETS_REFERENCE_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/schema.h"

/*
 * The truth about a month, as tables in the manner of datasets/schema.h,
 * and for now as CSV files beside the captures: a row of names, then a row
 * for each struct.  Times are nanoseconds since 1970, UTC.
 */

#define FV_TRUTH_WORD 24
#define FV_TRUTH_ADDRESS 40
#define FV_TRUTH_MAC 18

/* A user: one stay. */
struct fv_truth_user {
	uint32_t user;
	char persona[FV_TRUTH_WORD];
	int64_t arrives;
	int64_t leaves;
	uint8_t router; /* brought one, and has devices behind it */
};

struct fv_truth_device {
	uint32_t device;
	uint32_t user;
	char stack[FV_TRUTH_WORD];
	char mac[FV_TRUTH_MAC]; /* as the tap sees it */
};

/* An address in someone's hands. */
struct fv_truth_lease {
	char address[FV_TRUTH_ADDRESS];
	char mac[FV_TRUTH_MAC];
	uint32_t user;
	uint32_t device;
	int64_t begins;
	int64_t ends;
};

/* What the profile made of an address. */
struct fv_truth_role {
	char address[FV_TRUTH_ADDRESS];
	char role[FV_TRUTH_WORD];
	uint64_t target_bytes; /* out, of the law that they follow */
};

/* A change behind an address: of the user, or of the stack alone. */
struct fv_truth_change {
	char address[FV_TRUTH_ADDRESS];
	int64_t time;
	char what[FV_TRUTH_WORD];
	uint32_t from;
	uint32_t to;
};

struct fv_truth_conversation {
	int64_t start;
	int64_t end;
	char near_address[FV_TRUTH_ADDRESS];
	char far_address[FV_TRUTH_ADDRESS];
	uint16_t near_port;
	uint16_t far_port;
	uint8_t protocol;
	uint8_t client_inside;
	uint32_t packets_out;
	uint32_t packets_in;
	char application[FV_TRUTH_WORD];
	uint32_t user;
	uint32_t device;
};

enum fv_truth_table {
	FV_TRUTH_USERS,
	FV_TRUTH_DEVICES,
	FV_TRUTH_LEASES,
	FV_TRUTH_ROLES,
	FV_TRUTH_CHANGES,
	FV_TRUTH_CONVERSATIONS,
	FV_TRUTH_TABLES
};

/* The tables, indexed by enum fv_truth_table. */
extern const struct fv_table fv_truth_tables[FV_TRUTH_TABLES];

/* One table being written. */
struct fv_truth;

/*
 * fv_truth_new(path, table, replace, err):
 * Begin the CSV file that is to become ${path}.  Returns NULL with ${err}
 * set.
 */
struct fv_truth *fv_truth_new(const char *path, enum fv_truth_table table,
    bool replace, struct fv_err *err) FV_MUST_CHECK;

/* Append ${row}, the table's struct.  Returns 0, or -1 with ${err} set. */
int fv_truth_append(
    struct fv_truth *truth, const void *row, struct fv_err *err) FV_MUST_CHECK;

/* Finish and take the name.  Returns 0, or -1 with ${err} set. */
int fv_truth_commit(struct fv_truth *truth, struct fv_err *err) FV_MUST_CHECK;

/* Free ${truth} (or NULL); removes what was not committed. */
void fv_truth_free(struct fv_truth *truth);

/* Write an IPv4 address (host order) or a MAC address as text. */
void fv_truth_ipv4(uint32_t address, char text[FV_TRUTH_ADDRESS]);
void fv_truth_mac(const uint8_t mac[6], char text[FV_TRUTH_MAC]);

#endif
