#include "datasets/reference/truth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/outfile.h"

enum {
	BUFFER = 1 << 17,
	ROW_MOST = 512 /* characters of a row: the widest table has 300 */
};

struct fv_truth {
	struct fv_outfile *file;
	const struct fv_table *table;
	size_t used;
	char buffer[BUFFER];
};

#define COLUMN(table, field, kind, unit, text)                            \
	{                                                                 \
		.name = #field, .type = (kind),                           \
		.offset = offsetof(struct fv_truth_##table, field),       \
		.size = sizeof(((struct fv_truth_##table *)NULL)->field), \
		.units = (unit), .description = (text)                    \
	}

static const struct fv_column users[] = {
	COLUMN(user, user, FV_U32, "1", "number of the user"),
	COLUMN(user, persona, FV_TEXT, NULL, "what the user mostly does"),
	COLUMN(user, arrives, FV_I64, "ns", "when the stay begins"),
	COLUMN(user, leaves, FV_I64, "ns", "when it ends, or the month"),
	COLUMN(user, router, FV_U8, "1",
	    "1: devices behind a router of the user's own"),
};

static const struct fv_column devices[] = {
	COLUMN(device, device, FV_U32, "1", "number of the device"),
	COLUMN(device, user, FV_U32, "1", "whose it is"),
	COLUMN(device, stack, FV_TEXT, NULL, "TCP/IP stack"),
	COLUMN(device, mac, FV_TEXT, NULL,
	    "link-layer address, as the tap sees it"),
};

static const struct fv_column leases[] = {
	COLUMN(lease, address, FV_TEXT, NULL, "inside address"),
	COLUMN(lease, mac, FV_TEXT, NULL, "link-layer address of the client"),
	COLUMN(lease, user, FV_U32, "1", "who has it"),
	COLUMN(lease, device, FV_U32, "1", "first device that uses it"),
	COLUMN(lease, begins, FV_I64, "ns", "first second"),
	COLUMN(lease, ends, FV_I64, "ns", "first second after it"),
};

static const struct fv_column roles[] = {
	COLUMN(role, address, FV_TEXT, NULL, "inside address"),
	COLUMN(role, role, FV_TEXT, NULL, "what the profile made of it"),
	COLUMN(
	    role, target_bytes, FV_U64, "1", "bytes out that the law gives it"),
};

static const struct fv_column changes[] = {
	COLUMN(change, address, FV_TEXT, NULL, "inside address"),
	COLUMN(change, time, FV_I64, "ns", "when it happens"),
	COLUMN(change, what, FV_TEXT, NULL, "user, or stack"),
	COLUMN(change, from, FV_U32, "1", "user or SYN length before"),
	COLUMN(change, to, FV_U32, "1", "user or SYN length after"),
};

static const struct fv_column conversations[] = {
	COLUMN(conversation, start, FV_I64, "ns", "first packet"),
	COLUMN(conversation, end, FV_I64, "ns", "last packet"),
	COLUMN(conversation, near_address, FV_TEXT, NULL, "inside address"),
	COLUMN(conversation, far_address, FV_TEXT, NULL, "outside address"),
	COLUMN(conversation, near_port, FV_U16, "1", "inside port"),
	COLUMN(conversation, far_port, FV_U16, "1", "outside port"),
	COLUMN(conversation, protocol, FV_U8, "1", "IP protocol; 0: not IP"),
	COLUMN(conversation, client_inside, FV_U8, "1", "1: the inside began"),
	COLUMN(conversation, packets_out, FV_U32, "1", "packets from inside"),
	COLUMN(conversation, packets_in, FV_U32, "1", "packets from outside"),
	COLUMN(conversation, application, FV_TEXT, NULL, "what made it"),
	COLUMN(conversation, user, FV_U32, "1", "who made it"),
	COLUMN(conversation, device, FV_U32, "1", "on which device"),
};

const struct fv_table fv_truth_tables[FV_TRUTH_TABLES] = {
	[FV_TRUTH_USERS] = { "users", "Users: one for each stay",
	    sizeof(struct fv_truth_user), users, FV_COUNT(users) },
	[FV_TRUTH_DEVICES] = { "devices", "Devices of the users",
	    sizeof(struct fv_truth_device), devices, FV_COUNT(devices) },
	[FV_TRUTH_LEASES] = { "leases", "Leases of the inside addresses",
	    sizeof(struct fv_truth_lease), leases, FV_COUNT(leases) },
	[FV_TRUTH_ROLES] = { "roles", "Roles of the inside addresses",
	    sizeof(struct fv_truth_role), roles, FV_COUNT(roles) },
	[FV_TRUTH_CHANGES] = { "changes", "Changes behind the inside addresses",
	    sizeof(struct fv_truth_change), changes, FV_COUNT(changes) },
	[FV_TRUTH_CONVERSATIONS] = { "conversations",
	    "Conversations of one day", sizeof(struct fv_truth_conversation),
	    conversations, FV_COUNT(conversations) },
};

/* Make room for one more row. */
static int
flush(struct fv_truth *t, size_t room, struct fv_err *err)
{
	if (t->used + room <= BUFFER)
		return 0;
	if (fv_outfile_write(t->file, t->buffer, t->used, err) == -1)
		return -1;
	t->used = 0;
	return 0;
}

struct fv_truth *
fv_truth_new(const char *path, enum fv_truth_table table, bool replace,
    struct fv_err *err)
{
	struct fv_truth *t;
	size_t i;
	int n;

	if ((t = fv_memory_new(1, sizeof(*t), err)) == NULL)
		return NULL;
	t->table = &fv_truth_tables[table];
	if ((t->file = fv_outfile_new(path, replace, err)) == NULL) {
		fv_truth_free(t);
		return NULL;
	}
	for (i = 0; i < t->table->ncolumns; i++) {
		n = snprintf(t->buffer + t->used, ROW_MOST, "%s%s",
		    t->table->columns[i].name,
		    i + 1 < t->table->ncolumns ? "," : "\n");
		t->used += (size_t)n;
	}
	return t;
}

/* Decimal digits; much faster than printf, for a row per conversation. */
static size_t
put_number(char *at, uint64_t value)
{
	char digits[20];
	size_t n = 0, i;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	for (i = 0; i < n; i++)
		at[i] = digits[n - 1 - i];
	return n;
}

static size_t
put_value(char *at, const struct fv_column *column, const void *row)
{
	const char *field = (const char *)row + column->offset;
	uint64_t value = 0;
	size_t n;

	switch (column->type) {
	case FV_TEXT:
		n = strnlen(field, column->size);
		memcpy(at, field, n);
		return n;
	case FV_U8:
		value = *(const uint8_t *)field;
		break;
	case FV_U16: {
		uint16_t narrow;

		memcpy(&narrow, field, sizeof(narrow));
		value = narrow;
		break;
	}
	case FV_U32: {
		uint32_t narrow;

		memcpy(&narrow, field, sizeof(narrow));
		value = narrow;
		break;
	}
	case FV_U64:
	case FV_I64: /* times since 1970: never negative here */
		memcpy(&value, field, sizeof(value));
		break;
	}
	return put_number(at, value);
}

int
fv_truth_append(struct fv_truth *t, const void *row, struct fv_err *err)
{
	size_t i;

	if (flush(t, ROW_MOST, err) == -1)
		return -1;
	for (i = 0; i < t->table->ncolumns; i++) {
		t->used +=
		    put_value(t->buffer + t->used, &t->table->columns[i], row);
		t->buffer[t->used++] = i + 1 < t->table->ncolumns ? ',' : '\n';
	}
	return 0;
}

int
fv_truth_commit(struct fv_truth *t, struct fv_err *err)
{
	if (flush(t, BUFFER, err) == -1)
		return -1;
	return fv_outfile_commit(t->file, err);
}

void
fv_truth_free(struct fv_truth *t)
{
	if (t == NULL)
		return;
	fv_outfile_free(t->file);
	free(t);
}

void
fv_truth_ipv4(uint32_t address, char text[FV_TRUTH_ADDRESS])
{
	size_t n = 0;
	int shift;

	for (shift = 24; shift >= 0; shift -= 8) {
		n += put_number(text + n, address >> shift & 0xff);
		text[n++] = shift > 0 ? '.' : '\0';
	}
}

void
fv_truth_mac(const uint8_t mac[6], char text[FV_TRUTH_MAC])
{
	(void)snprintf(text, FV_TRUTH_MAC, "%02x:%02x:%02x:%02x:%02x:%02x",
	    mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}
