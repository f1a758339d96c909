#include "datasets/reference/truth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/field.h"
#include "datasets/info.h"

#define FIELD(row, field) FV_FIELD(fv_truth_##row, field)

#define REFERS_TO(table) .units = "1", .refers_to = table

#define NO_MORE_FLAGS   \
	{               \
		0, NULL \
	}

static const struct fv_flag personas[] = {
	{ FV_PERSONA_BROWSER, "browser" },
	{ FV_PERSONA_WORKER, "worker" },
	{ FV_PERSONA_GAMER, "gamer" },
	{ FV_PERSONA_SHARER, "sharer" },
	{ FV_PERSONA_CALLER, "caller" },
	{ FV_PERSONA_IDLE, "idle" },
	NO_MORE_FLAGS,
};

static const struct fv_flag no_yes[] = {
	{ 0, "no" },
	{ 1, "yes" },
	NO_MORE_FLAGS,
};

static const struct fv_flag kinds[] = {
	{ FV_TRUTH_OF_USER, "user" },
	{ FV_TRUTH_OF_STACK, "stack" },
	NO_MORE_FLAGS,
};

static const struct fv_flag ends[] = {
	{ 0, "far" },
	{ 1, "near" },
	NO_MORE_FLAGS,
};

static const struct fv_column site_columns[] = {
	{ FIELD(site, name),
	    .description = "Name, with which its captures begin" },
	{ FIELD(site, kind), .description = "Kind of network" },
	{ FIELD(site, network), .description = "Inside addresses" },
	{ FIELD(site, gateway), .description = "The site's own router" },
};

static const struct fv_column stack_columns[] = {
	{ FIELD(stack, name), .description = "What it is modelled on" },
	{ FIELD(stack, ttl), .units = "1",
	    .description = "Initial time to live" },
	{ FIELD(stack, syn_length), .units = "byte",
	    .description = "IP length of its SYNs over IPv4" },
	{ FIELD(stack, window), .units = "byte",
	    .description = "Window of its SYNs" },
	{ FIELD(stack, window_scale), .units = "1",
	    .description = "Window scale it offers; 0: none" },
	{ FIELD(stack, mss), .units = "byte",
	    .description = "Maximum segment size it offers" },
};

static const struct fv_column address_columns[] = {
	{ FIELD(address, site), REFERS_TO("sites"),
	    .description = "Site whose address it is" },
	{ FIELD(address, address), .description = "Inside IPv4 address" },
	{ FIELD(address, role),
	    .description = "What the profile made of it: guest, suspect-p2p, "
			   "suspect-scanner, or the service it was given" },
	{ FIELD(address, target_bytes), .units = "byte",
	    .description = "Bytes out that the law of volumes gives it" },
};

static const struct fv_column user_columns[] = {
	{ FIELD(user, site), REFERS_TO("sites"),
	    .description = "Where the user stays" },
	{ FIELD(user, persona), .units = "1", .flags = personas,
	    .valid_max = FV_PERSONA_IDLE,
	    .description = "What the user mostly does" },
	{ FIELD(user, router), .units = "1", .flags = no_yes, .valid_max = 1,
	    .description =
		"Whether the devices are behind a router of the user's own" },
	{ FIELD(user, arrival_time), .units = FV_FIELD_CLOCK,
	    .description = "When the stay begins, or the month" },
	{ FIELD(user, departure_time), .units = FV_FIELD_CLOCK,
	    .description = "When it ends, or the month" },
};

static const struct fv_column device_columns[] = {
	{ FIELD(device, user), REFERS_TO("users"),
	    .description = "Whose device it is" },
	{ FIELD(device, stack), REFERS_TO("stacks"),
	    .description = "Its TCP/IP stack" },
	{ FIELD(device, mac),
	    .description = "Link-layer address that the tap sees: a router's, "
			   "of devices behind one" },
};

static const struct fv_column lease_columns[] = {
	{ FIELD(lease, address), REFERS_TO("addresses"),
	    .description = "Inside address that is leased" },
	{ FIELD(lease, user), REFERS_TO("users"),
	    .description = "Who has the address" },
	{ FIELD(lease, device), REFERS_TO("devices"),
	    .description = "The first device that uses it" },
	{ FIELD(lease, mac),
	    .description = "Link-layer address of the client" },
	{ FIELD(lease, start_time), .units = FV_FIELD_CLOCK,
	    .description = "When it begins, or the month" },
	{ FIELD(lease, end_time), .units = FV_FIELD_CLOCK,
	    .description = "First moment after it" },
};

static const struct fv_column change_columns[] = {
	{ FIELD(change, address), REFERS_TO("addresses"),
	    .description = "The address behind which it happens" },
	{ FIELD(change, time), .units = FV_FIELD_CLOCK,
	    .description = "When the new user arrives, or the stack changes" },
	{ FIELD(change, kind), .units = "1", .flags = kinds,
	    .valid_max = FV_TRUTH_OF_STACK,
	    .description = "What changes: the user, or only the stack" },
	{ FIELD(change, user_before), REFERS_TO("users"),
	    .description = "Who had the address" },
	{ FIELD(change, user_after), REFERS_TO("users"),
	    .description = "Who has it from then on" },
	{ FIELD(change, syn_length_before), .units = "byte",
	    .description = "IP length of its SYNs so far; of a user's change, "
			   "those of the first device" },
	{ FIELD(change, syn_length_after), .units = "byte",
	    .description = "IP length of its SYNs from then on" },
};

static const struct fv_column conversation_columns[] = {
	{ FIELD(conversation, start_time), .units = FV_FIELD_CLOCK,
	    .description = "First packet" },
	{ FIELD(conversation, duration), .units = "ns",
	    .description = "From first to last packet" },
	{ FIELD(conversation, address), REFERS_TO("addresses"),
	    .description = "Inside address whose conversation it is" },
	{ FIELD(conversation, near_address),
	    .description = "Inside end as its packets have it: the same "
			   "address, or its IPv6 counterpart" },
	{ FIELD(conversation, far_address), .description = "Outside end" },
	{ FIELD(conversation, near_port), .units = "1",
	    .description = "Inside port; 0 where there is none" },
	{ FIELD(conversation, far_port), .units = "1",
	    .description = "Outside port" },
	{ FIELD(conversation, protocol), .units = "1",
	    .description = "IP protocol; 0 for what is not IP" },
	{ FIELD(conversation, initiator), .units = "1", .flags = ends,
	    .valid_max = 1, .description = "Which end began it" },
	{ FIELD(conversation, packets_out), .units = "1",
	    .description = "Packets from inside, as sent" },
	{ FIELD(conversation, packets_in), .units = "1",
	    .description = "Packets from outside, as sent" },
	{ FIELD(conversation, application), .description = "What made it" },
	{ FIELD(conversation, user), REFERS_TO("users"),
	    .description = "Who made it" },
	{ FIELD(conversation, device), REFERS_TO("devices"),
	    .description = "On which device" },
};

#define TABLE(row, list) FV_FIELD_TABLE(fv_truth_##row, list)

static const struct fv_table tables[FV_TRUTH_TABLES] = {
	[FV_TRUTH_SITES] = { TABLE(site, site_columns), .name = "sites",
	    .title = "Networks" },
	[FV_TRUTH_STACKS] = { TABLE(stack, stack_columns), .name = "stacks",
	    .title = "TCP/IP stacks of devices" },
	[FV_TRUTH_ADDRESSES] = { TABLE(address, address_columns),
	    .name = "addresses", .title = "Inside addresses and their roles" },
	[FV_TRUTH_USERS] = { TABLE(user, user_columns), .name = "users",
	    .title = "Users, one for each stay" },
	[FV_TRUTH_DEVICES] = { TABLE(device, device_columns), .name = "devices",
	    .title = "Devices of the users" },
	[FV_TRUTH_LEASES] = { TABLE(lease, lease_columns), .name = "leases",
	    .title = "Leases of the inside addresses" },
	[FV_TRUTH_CHANGES] = { TABLE(change, change_columns), .name = "changes",
	    .title = "Change points behind the inside addresses" },
	[FV_TRUTH_CONVERSATIONS] = { TABLE(conversation, conversation_columns),
	    .name = "conversations",
	    .title = "Conversations with the application that made them, by "
		     "site, day, address and start" },
};

static const struct fv_attribute attributes[] = {
	{ "title", FV_TEXT, "Title", "One line that says what it is" },
	{ "summary", FV_TEXT, "Summary", "What it is for" },
	{ "TRUTH_VERSION", FV_TEXT, "Format version",
	    "Version of this format; always there" },
	{ "profile", FV_TEXT, "Profile", "What the month is made of" },
	{ "seed", FV_TEXT, "Seed", "In decimal digits" },
	{ "scale", FV_TEXT, "Scale", "Factor of the packets; 1 is the month" },
	{ "suspect", FV_TEXT, "Suspicious host",
	    "p2p or scanner; none in a profile without one" },
	{ "suspect_users", FV_I64, "Its users",
	    "How many users have its address in turn" },
	{ "jitter_us", FV_I64, "Jitter",
	    "Microseconds that the taps' times may be late" },
	{ "loss_ppm", FV_I64, "Loss",
	    "Packets of a million that a tap misses; conversations count "
	    "them" },
	{ "reorder_ppm", FV_I64, "Reordering",
	    "Packets of a million that stand behind later ones" },
	{ "days", FV_I64, "Days",
	    "Days whose conversations it has; other tables have the month" },
	{ "time_coverage_start", FV_TEXT, NULL,
	    "The first midnight, ISO 8601 in UTC" },
	{ "time_coverage_end", FV_TEXT, NULL, "The midnight after those days" },
	{ "source", FV_TEXT, "Made with", "Program and version" },
	{ "content_digest", FV_TEXT, "Content digest",
	    "SHA-256 of all values; always there" },
	{ NULL, FV_TEXT, NULL, NULL },
};

const struct fv_format fv_truth_format = {
	.version_name = "TRUTH_VERSION", /* which the reader knows */
	.version = FV_TRUTH_VERSION,
	.tables = tables,
	.ntables = FV_TRUTH_TABLES,
	.attributes = attributes,
};

static int
put_settings(struct fv_writer *w, const struct fv_profile *p,
    const struct fv_reference_options *o, struct fv_err *err)
{
	char seed[24], scale[32];

	(void)snprintf(seed, sizeof(seed), "%" PRIu64, o->seed);
	(void)snprintf(scale, sizeof(scale), "%.10g", o->scale);
	if (fv_writer_text(w, "profile", p->name, err) == -1 ||
	    fv_writer_text(w, "seed", seed, err) == -1 ||
	    fv_writer_text(w, "scale", scale, err) == -1 ||
	    fv_writer_number(w, "jitter_us", o->jitter, err) == -1 ||
	    fv_writer_number(w, "loss_ppm", o->loss, err) == -1 ||
	    fv_writer_number(w, "reorder_ppm", o->reorder, err) == -1)
		return -1;
	if (!p->suspect)
		return fv_writer_text(w, "suspect", "none", err);
	if (fv_writer_text(w, "suspect",
		o->suspect == FV_REFERENCE_SCANNER ? "scanner" : "p2p",
		err) == -1)
		return -1;
	return fv_writer_number(w, "suspect_users", o->suspect_users, err);
}

static int
put_attributes(struct fv_writer *w, const struct fv_profile *p,
    const struct fv_reference_options *o, struct fv_err *err)
{
	unsigned days = o->days > 0 ? o->days : p->days;
	int64_t second = INT64_C(1000000000);
	char start[FV_INFO_TIME], end[FV_INFO_TIME];

	fv_info_time(p->start * second, start);
	fv_info_time((p->start + (int64_t)days * 86400) * second, end);
	if (fv_writer_text(w, "title", p->title, err) == -1 ||
	    fv_writer_text(w, "summary",
		"Ground truth about generated captures of a network that "
		"never was: who had which address when, on which device, and "
		"which application made each conversation.",
		err) == -1 ||
	    put_settings(w, p, o, err) == -1 ||
	    fv_writer_number(w, "days", days, err) == -1 ||
	    fv_writer_text(w, "time_coverage_start", start, err) == -1 ||
	    fv_writer_text(w, "time_coverage_end", end, err) == -1)
		return -1;
	return fv_writer_text(w, "source", "flowveil " FV_VERSION, err);
}

static int
put_stacks(struct fv_writer *w, const struct fv_profile *p, struct fv_err *err)
{
	const struct fv_manner *m;
	struct fv_truth_stack row;

	for (m = p->manners; m < p->manners + p->nmanners; m++) {
		row = (struct fv_truth_stack){ .ttl = m->ttl,
			.syn_length = fv_truth_syn_length((uint8_t)m->syn),
			.window = m->window,
			.window_scale = m->window_scale,
			.mss = m->mss };
		(void)snprintf(row.name, sizeof(row.name), "%s", m->name);
		if (fv_writer_append(w, FV_TRUTH_STACKS, &row, 1, err) == -1)
			return -1;
	}
	return 0;
}

struct fv_writer *
fv_truth_new(const char *directory, const struct fv_profile *profile,
    const struct fv_reference_options *options, struct fv_err *err)
{
	const struct fv_writer_options writer = { .threads = 1,
		.replace = options->replace };
	struct fv_writer *w = NULL;
	char *path;

	if (asprintf(&path, "%s/" FV_TRUTH_NAME, directory) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		return NULL;
	}
	w = fv_writer_new_format(path, &fv_truth_format, &writer, err);
	free(path);
	if (w != NULL && put_attributes(w, profile, options, err) == 0 &&
	    put_stacks(w, profile, err) == 0)
		return w;
	fv_writer_free(w);
	return NULL;
}

uint8_t
fv_truth_syn_length(uint8_t layout)
{
	static const uint8_t length[] = { [FV_SYN_48] = 48,
		[FV_SYN_52] = 52,
		[FV_SYN_60] = 60,
		[FV_SYN_64] = 64 };

	return length[layout];
}

/* Decimal digits; much faster than printf, for a row per conversation. */
static size_t
put_number(char *at, uint32_t value)
{
	char digits[10];
	size_t n = 0, i;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	for (i = 0; i < n; i++)
		at[i] = digits[n - 1 - i];
	return n;
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
