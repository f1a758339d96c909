/*
 * R10, R13 and R14: who used which service, by the ports of the table of
 * services (service_table.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/service_table.h"
#include "analysis/tally.h"
#include "base/memory.h"

enum { TCP = 6, UDP = 17, PORTS = 65536, SYN = 2, ACK = 16 };

/* What a host was to a service; bits. */
enum { ASKED = 1, SERVED = 2 };

/* More pairs of service and host than this are refused: 3 GiB. */
#define PAIRS_LIMIT ((size_t)1 << 26)

/* A service's own sums. */
struct use {
	struct fv_analysis_weight weight;
	uint64_t opened_inside; /* first packets: SYN to the port, no ACK */
	uint64_t opened_outside;
};

/* Of one service and host: the words of a tally's value. */
enum { RECORDS, EARLIEST, ROLES, VALUE_WORDS };

struct state {
	bool inside_known;
	uint8_t *inside;        /* of each host */
	uint8_t over[2][PORTS]; /* TCP, UDP: row of the table + 1, or 0 */
	struct fv_tally hosts;  /* by row << 32 | host */
	struct fv_analysis_weight all;
	struct use use[FV_SERVICE_TABLE_LIMIT];
};

static void
state_free(void *state)
{
	struct state *s = state;

	if (s == NULL)
		return;
	free(s->inside);
	fv_tally_free(&s->hosts);
	free(s);
}

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	const struct fv_service *row;
	struct state *s;
	size_t i, port;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside = fv_memory_new(context->nhosts, 1, err);
	if (s->inside == NULL ||
	    fv_tally_init(&s->hosts, 1, VALUE_WORDS, PAIRS_LIMIT, err) == -1) {
		state_free(s);
		return NULL;
	}
	s->inside_known = fv_analysis_inside_known(context);
	for (i = 0; i < context->nhosts; i++)
		s->inside[i] = context->hosts[i].internal;
	for (i = 0; i < fv_service_table_count; i++) {
		row = &fv_service_table[i];
		for (port = row->low; port <= row->high; port++) {
			if ((row->over & FV_SERVICE_TCP) != 0)
				s->over[0][port] = (uint8_t)(i + 1);
			if ((row->over & FV_SERVICE_UDP) != 0)
				s->over[1][port] = (uint8_t)(i + 1);
		}
	}
	return s;
}

/* Count that ${host} had a record of the service in ${row}. */
static int
meet(struct state *s, size_t row, uint32_t host, unsigned role, int64_t start,
    struct fv_err *err)
{
	const uint64_t key = (uint64_t)row << 32 | host;
	uint64_t *value, when = fv_analysis_earliness(start);

	value = fv_tally_at(
	    &s->hosts, &key, fv_tally_hash(&s->hosts, &key, 1), 1, err);
	if (value == NULL)
		return fv_err_within(err, "pairs of service and host");
	value[RECORDS]++;
	value[ROLES] |= role;
	if (when > value[EARLIEST])
		value[EARLIEST] = when;
	return 0;
}

/*
 * The service of a record, plus 1, and which end has its port; or 0.  When
 * both ends have one, the lower port is the service's: so a question and
 * its answer count for the same.
 */
static inline unsigned
service_of(
    const uint8_t *over, uint16_t source, uint16_t destination, bool *to_it)
{
	unsigned from = over[source], to = over[destination];

	if (from > 0 &&
	    fv_service_table[from - 1].side == FV_SERVICE_DESTINATION)
		from = 0;
	*to_it = to > 0 && (from == 0 || destination <= source);
	return *to_it ? to : from;
}

/* Row ${i} is the service ${row}'s, and goes to its port if ${to_it}. */
static int
count(struct state *s, const struct fv_analysis_batch *batch, size_t i,
    size_t row, bool to_it, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *flags = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	uint32_t asks = to_it ? source[i] : destination[i];
	uint32_t serves = to_it ? destination[i] : source[i];
	struct use *use = &s->use[row];

	fv_analysis_weigh(&use->weight, packets[i], bytes[i]);
	if (to_it && protocol[i] == TCP && (flags[i] & (SYN | ACK)) == SYN) {
		if (s->inside[asks])
			use->opened_inside++;
		else
			use->opened_outside++;
	}
	if ((s->inside[asks] || !s->inside_known) &&
	    meet(s, row, asks, ASKED, start[i], err) == -1)
		return -1;
	/* Who answers has shown to listen; who is asked has not. */
	if (s->inside[serves] && serves != asks &&
	    meet(s, row, serves, to_it ? 0 : SERVED, start[i], err) == -1)
		return -1;
	return 0;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint16_t *source = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *destination = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct state *s = state;
	unsigned service;
	bool to_it;
	size_t i;

	(void)context;
	for (i = 0; i < batch->rows; i++) {
		fv_analysis_weigh(&s->all, packets[i], bytes[i]);
		if (protocol[i] != TCP && protocol[i] != UDP)
			continue;
		service = service_of(s->over[protocol[i] == UDP], source[i],
		    destination[i], &to_it);
		if (service > 0 &&
		    count(s, batch, i, service - 1, to_it, err) == -1)
			return -1;
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	const uint64_t *key;
	uint64_t *value;
	size_t i;

	(void)context;
	fv_analysis_sum(&s->all, &f->all);
	for (i = 0; i < fv_service_table_count; i++) {
		fv_analysis_sum(&s->use[i].weight, &f->use[i].weight);
		s->use[i].opened_inside += f->use[i].opened_inside;
		s->use[i].opened_outside += f->use[i].opened_outside;
	}
	for (i = 0; i < f->hosts.count; i++) {
		key = fv_tally_key(&f->hosts, i);
		value = fv_tally_at(
		    &s->hosts, key, fv_tally_hash(&s->hosts, key, 1), 1, err);
		if (value == NULL)
			return fv_err_within(err, "pairs of service and host");
		value[RECORDS] += key[1 + RECORDS];
		value[ROLES] |= key[1 + ROLES];
		if (key[1 + EARLIEST] > value[EARLIEST])
			value[EARLIEST] = key[1 + EARLIEST];
	}
	return 0;
}

/* What became of the hosts of one service. */
struct users {
	size_t hosts;
	size_t asked;
	size_t served;
	uint32_t top; /* the host with most records */
	uint64_t top_records;
	uint64_t top_first;
};

static bool
ahead(const struct users *u, const uint64_t *value, uint32_t host)
{
	if (value[RECORDS] != u->top_records)
		return value[RECORDS] > u->top_records;
	if (value[EARLIEST] != u->top_first)
		return value[EARLIEST] > u->top_first;
	return host < u->top;
}

static void
survey(const struct state *s, struct users *users)
{
	const uint64_t *key, *value;
	struct users *u;
	size_t i;

	memset(users, 0, FV_SERVICE_TABLE_LIMIT * sizeof(*users));
	for (i = 0; i < s->hosts.count; i++) {
		key = fv_tally_key(&s->hosts, i);
		value = key + 1;
		u = &users[*key >> 32];
		u->hosts++;
		u->asked += (value[ROLES] & ASKED) != 0;
		u->served += (value[ROLES] & SERVED) != 0;
		if (!ahead(u, value, (uint32_t)*key))
			continue;
		u->top = (uint32_t)*key;
		u->top_records = value[RECORDS];
		u->top_first = value[EARLIEST];
	}
}

static const char *
over_name(uint8_t over)
{
	return over == FV_SERVICE_TCP ? "TCP"
	    : over == FV_SERVICE_UDP  ? "UDP"
				      : "both";
}

static void
column(struct fv_result *r, const char *name, const char *heading,
    enum fv_result_type type, enum fv_result_bar bar)
{
	fv_result_column(r, name, heading, type, bar);
}

static void
put_services(const struct state *s, const struct users *users,
    enum fv_service_era era, const char *name, const char *title,
    struct fv_result *r)
{
	const struct fv_service *row;
	const struct use *use;
	size_t i;

	fv_result_table(r, name, title);
	column(r, "service", "service", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "protocol", "over", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "port", "port", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "last_port", "to", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	column(r, "share", "of packets", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	column(r, "hosts", "hosts", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	column(r, "top_share", "top host", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < fv_service_table_count; i++) {
		row = &fv_service_table[i];
		use = &s->use[i];
		if (row->era != era || use->weight.records == 0)
			continue;
		fv_result_text(r, "%s", row->name);
		fv_result_text(r, "%s", over_name(row->over));
		fv_result_number(r, row->low);
		if (row->high > row->low)
			fv_result_number(r, row->high);
		else
			fv_result_none(r);
		fv_result_count(r, use->weight.records);
		fv_analysis_share(r, use->weight.packets, s->all.packets);
		fv_result_count(r, users[i].hosts);
		fv_analysis_share(r, users[i].top_records, use->weight.records);
	}
}

/* Facts of one service, each named for what it is and for the service. */
static void
put_packets(const struct state *s, size_t row, const char *name,
    const char *label, const char *slides, struct fv_result *r)
{
	fv_result_fact(r, name, label, slides);
	fv_result_count(r, s->use[row].weight.packets);
}

static void
put_hosts(const struct users *users, size_t row, const char *name,
    const char *label, const char *slides, struct fv_result *r)
{
	fv_result_fact(r, name, label, slides);
	fv_result_count(r, users[row].hosts);
}

static void
put_labels(
    const struct state *s, const struct users *users, struct fv_result *r)
{
	size_t vrml = fv_service_table_find("VRML Multi User");
	size_t torrent = fv_service_table_find("BitTorrent");
	size_t game = fv_service_table_find("Half-Life");

	fv_result_section(r, "R10",
	    "VRML Multi User 4204, BitTorrent, Half Life, and Others",
	    "Records of TCP and UDP by the port of either end, over all "
	    "directions; the hosts are the internal ones that sent or were "
	    "sent them. Shares of packets are of all records.");
	put_packets(s, vrml, "vrml_packets", "Port 4204, packets", NULL, r);
	fv_result_fact(r, "vrml_top_host", "share of one host", "almost all");
	fv_analysis_share(
	    r, users[vrml].top_records, s->use[vrml].weight.records);
	put_packets(
	    s, torrent, "bittorrent_packets", "BitTorrent, packets", "25", r);
	put_hosts(users, torrent, "bittorrent_hosts", "its hosts", "1", r);
	put_packets(s, game, "half_life_packets", "Half-Life, packets",
	    "minute traces", r);
	put_hosts(users, game, "half_life_hosts", "its hosts", NULL, r);
	put_services(s, users, FV_SERVICE_ALWAYS, "services_always",
	    "Services of then and now", r);
	put_services(s, users, FV_SERVICE_THEN, "services_then",
	    "Services of the slides' time", r);
	put_services(s, users, FV_SERVICE_TODAY, "services_today",
	    "Services of today", r);
	fv_result_note(r,
	    "A port is where a service usually listens, no evidence that it "
	    "did. 'top host' is the share of records that the host with most "
	    "of them has.");
	if (!s->inside_known)
		fv_result_note(r,
		    "No host of this dataset is known to be internal. The "
		    "hosts counted are those at the other end of the "
		    "service's port.");
}

/* Who opens TCP connections of a service. */
static void
put_opened(const struct state *s, size_t row, struct fv_result *r)
{
	fv_result_fact(
	    r, "opened_inside", "Connections opened from inside", NULL);
	fv_result_count(r, s->use[row].opened_inside);
	fv_result_fact(
	    r, "opened_outside", "Connections opened from outside", NULL);
	fv_result_count(r, s->use[row].opened_outside);
}

/* A host of one service. */
struct user {
	uint32_t host;
	uint32_t roles;
	uint64_t records;
	uint64_t first;
};

/* Most records first; then who began first. */
static int
by_records(const void *a, const void *b)
{
	const struct user *x = a, *y = b;

	if (x->records != y->records)
		return x->records < y->records ? 1 : -1;
	if (x->first != y->first)
		return x->first < y->first ? 1 : -1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* People are shown so many of them. */
enum { USERS_SHOWN = 20 };

/* The hosts of the service in ${row}, ${n} of them. */
static int
put_users(const struct state *s, size_t row, size_t n,
    const struct fv_analysis_context *c, struct fv_result *r,
    struct fv_err *err)
{
	static const char *const role[] = { "was asked", "asked", "answered",
		"asked and answered" };
	struct user *user;
	const uint64_t *key;
	size_t i, found = 0;

	if (n == 0)
		return 0;
	if ((user = fv_memory_new(n, sizeof(*user), err)) == NULL)
		return -1;
	for (i = 0; i < s->hosts.count; i++) {
		key = fv_tally_key(&s->hosts, i);
		if (*key >> 32 == row)
			user[found++] = (struct user){ (uint32_t)*key,
				(uint32_t)key[1 + ROLES], key[1 + RECORDS],
				key[1 + EARLIEST] };
	}
	qsort(user, n, sizeof(*user), by_records);
	fv_result_table(r, "users", "Hosts by number of records");
	column(r, "rank", "rank", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	column(r, "role", "what it did", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "records", "records", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_shown(r, USERS_SHOWN, n);
	for (i = 0; i < n && i < FV_RESULT_ROWS_KEPT; i++) {
		fv_result_number(r, i + 1);
		fv_analysis_host(r, c, i + 1, user[i].host);
		fv_result_text(r, "%s", role[user[i].roles]);
		fv_result_count(r, user[i].records);
	}
	free(user);
	return 0;
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	size_t row = fv_service_table_find("FastTrack");
	const struct state *s = state;
	struct users *users;
	int rc = -1;

	users = fv_memory_new(FV_SERVICE_TABLE_LIMIT, sizeof(*users), err);
	if (users == NULL)
		return -1;
	survey(s, users);
	put_labels(s, users, r);

	fv_result_section(r, "R13", "Fasttrack 50 hosts 1700 flows",
	    "TCP records with port 1214 at either end, and the internal "
	    "hosts that sent or were sent them.");
	put_packets(s, row, "packets", "Packets", "1700", r);
	put_hosts(users, row, "hosts", "Internal hosts", "50", r);
	put_opened(s, row, r);
	if (put_users(s, row, users[row].hosts, c, r, err) == -1)
		goto out;

	row = fv_service_table_find("IRC");
	fv_result_section(r, "R14", "No 6667 listening?",
	    "TCP records with a port from 6660 to 6669 at either end, where "
	    "IRC listens, and who began.");
	put_packets(s, row, "packets", "Packets", "none", r);
	put_hosts(users, row, "hosts", "Internal hosts", NULL, r);
	fv_result_fact(
	    r, "listening", "Internal hosts that answered from there", "none");
	fv_result_count(r, users[row].served);
	put_opened(s, row, r);
	fv_result_note(r,
	    "Connections are counted by their first packet, SYN without ACK, "
	    "which shows in records only where a flow's beginning was "
	    "captured; a SYN that was sent again counts again.");
	rc = put_users(s, row, users[row].hosts, c, r, err);
out:
	free(users);
	return rc;
}

const struct fv_analysis fv_services_analysis = {
	.ids = "R10 R13 R14",
	.name = "services",
	.description = "Which services were used, by port, by how many "
		       "internal hosts, and who opened the connections.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(SOURCE_PORT) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |
	    FV_ANALYSIS_COLUMN(PROTOCOL) |
	    FV_ANALYSIS_COLUMN(INITIAL_TCP_FLAGS) |
	    FV_ANALYSIS_COLUMN(PACKETS) | FV_ANALYSIS_COLUMN(BYTES),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};
