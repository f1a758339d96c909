#include "cli/decode_tree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

/* As many as a conversion has. */
enum { CAPTURES_LIMIT = 1 << 20, LABEL_WIDTH = 52, NODE_COUNTERS = 24 };

struct fv_decode_tree_capture {
	char *label;
	uint32_t number;
	struct fv_capture_row row;
};

/* A node: what happened on a layer, and the counters that say so. */
static const struct node {
	const char *layer; /* for JSON */
	const char *state;
	const char *heading; /* for people */
	enum fv_counter counter[NODE_COUNTERS];
	size_t n;
} nodes[] = {
#define NODE(layer, state, heading, ...)                         \
	{                                                        \
		layer, state, heading, { __VA_ARGS__ },          \
		    sizeof((enum fv_counter[]){ __VA_ARGS__ }) / \
		    sizeof(enum fv_counter)                      \
	}
	NODE("choice", "left_out", "left out by choice", FV_COUNT_BEFORE_WINDOW,
	    FV_COUNT_AFTER_WINDOW, FV_COUNT_FILTERED,
	    FV_COUNT_DUPLICATES_DROPPED),
	NODE("link", "incomplete", "link: not captured whole",
	    FV_COUNT_LINK_SHORT, FV_COUNT_VLAN_SHORT, FV_COUNT_MPLS_SHORT,
	    FV_COUNT_PPP_SHORT, FV_COUNT_LLC_SHORT),
	NODE("link", "unsupported", "link: not decoded",
	    FV_COUNT_LINK_UNSUPPORTED, FV_COUNT_VLAN_DEEP, FV_COUNT_MPLS_DEEP,
	    FV_COUNT_LINK_DEEP, FV_COUNT_PPP_OTHER, FV_COUNT_WLAN_PROTECTED,
	    FV_COUNT_WLAN_FRAGMENT, FV_COUNT_WLAN_OTHER),
	NODE("link", "not_ip", "link: carries no IP", FV_COUNT_ARP,
	    FV_COUNT_LLC, FV_COUNT_STP, FV_COUNT_CDP, FV_COUNT_OSI,
	    FV_COUNT_IPX, FV_COUNT_LLDP, FV_COUNT_EAPOL, FV_COUNT_LOOPBACK,
	    FV_COUNT_MPLS, FV_COUNT_PPPOE, FV_COUNT_PPP_CONTROL,
	    FV_COUNT_WLAN_MANAGEMENT, FV_COUNT_WLAN_CONTROL,
	    FV_COUNT_WLAN_EMPTY, FV_COUNT_NOT_IP),
	NODE("ip", "incomplete", "IP: not captured whole", FV_COUNT_IP_SHORT,
	    FV_COUNT_IPV6_EXTENSION_SHORT),
	NODE("ip", "malformed", "IP: malformed", FV_COUNT_IP_VERSION,
	    FV_COUNT_IP_HEADER_LENGTH, FV_COUNT_IP_TOTAL_LENGTH,
	    FV_COUNT_IPV6_EXTENSION_DEEP),
	NODE("ip", "recorded", "IP: recorded", FV_COUNT_IPV4, FV_COUNT_IPV6),
	NODE("ip", "fragments", "of them fragments", FV_COUNT_FRAGMENT_FIRST,
	    FV_COUNT_FRAGMENT_LATER, FV_COUNT_FRAGMENT_JOINED,
	    FV_COUNT_FRAGMENT_ORPHAN, FV_COUNT_FRAGMENT_OVERLAP,
	    FV_COUNT_FRAGMENT_TINY, FV_COUNT_FRAGMENT_EVICTED),
	NODE("transport", "incomplete", "transport: not captured whole",
	    FV_COUNT_TRANSPORT_SHORT),
	NODE("transport", "malformed", "transport: malformed",
	    FV_COUNT_TCP_OFFSET, FV_COUNT_UDP_LENGTH),
	NODE("tunnel", "followed", "tunnels: followed", FV_COUNT_TUNNELLED,
	    FV_COUNT_TUNNEL_RECORDS),
	NODE("tunnel", "unread", "tunnels: not read to their end",
	    FV_COUNT_TUNNEL_SHORT, FV_COUNT_TUNNEL_MALFORMED,
	    FV_COUNT_TUNNEL_NOT_IP, FV_COUNT_TUNNEL_DEEP,
	    FV_COUNT_TUNNEL_TRANSPORT),
	NODE("slides", "counters", "as rwptoflow counts",
	    FV_COUNT_SLIDES_NOT_IPV4, FV_COUNT_SLIDES_FRAGMENTED,
	    FV_COUNT_SLIDES_ZERO_FRAGMENT, FV_COUNT_SLIDES_TOO_SHORT,
	    FV_COUNT_SLIDES_INCOMPLETE),
#undef NODE
};

int
fv_decode_tree_has(enum fv_counter counter)
{
	size_t i, j;
	int places = 0;

	for (i = 0; i < FV_COUNT(nodes); i++)
		for (j = 0; j < nodes[i].n; j++)
			places += nodes[i].counter[j] == counter;
	return places;
}

int
fv_decode_tree_add(struct fv_decode_tree *tree, const char *label,
    uint32_t number, const struct fv_capture_row *row, struct fv_err *err)
{
	struct fv_decode_tree_capture *grown;

	grown = fv_memory_grow(tree->captures, &tree->capacity,
	    tree->ncaptures + 1, sizeof(*grown), CAPTURES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "captures");
	tree->captures = grown;
	grown += tree->ncaptures;
	if ((grown->label = strdup(label)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	grown->number = number;
	grown->row = *row;
	tree->ncaptures++;
	return 0;
}

static void
print_line(const char *what, uint64_t n, uint64_t read, FILE *to)
{
	(void)fprintf(to, "    %-*s %12" PRIu64, LABEL_WIDTH, what, n);
	if (read > 0)
		(void)fprintf(
		    to, " %9.4f %%", 100.0 * (double)n / (double)read);
	(void)fputc('\n', to);
}

static void
print_node(
    const struct node *node, const uint64_t counter[FV_COUNTERS], FILE *to)
{
	bool headed = false;
	size_t i;

	for (i = 0; i < node->n; i++) {
		uint64_t n = counter[node->counter[i]];

		if (n == 0)
			continue;
		if (!headed)
			(void)fprintf(to, "  %s\n", node->heading);
		headed = true;
		print_line(fv_counter_info[node->counter[i]].description, n,
		    counter[FV_COUNT_READ], to);
	}
}

static void
print_tree(const char *heading, const uint64_t counter[FV_COUNTERS],
    const char *ethertypes, FILE *to)
{
	size_t i;

	(void)fprintf(to,
	    "%s: %" PRIu64 " packets read, %" PRIu64 " recorded\n", heading,
	    counter[FV_COUNT_READ], counter[FV_COUNT_RECORDED]);
	for (i = 0; i < FV_COUNT(nodes); i++)
		print_node(&nodes[i], counter, to);
	if (ethertypes != NULL && ethertypes[0] != '\0')
		(void)fprintf(to, "  other EtherTypes: %.*s\n",
		    FV_ETHERTYPES_TEXT, ethertypes);
}

/* EtherTypes of all captures, as far as their rows tell. */
struct ethertypes {
	size_t n;
	struct {
		unsigned value;
		uint64_t frames;
	} one[64];
};

static void
count_ethertype(struct ethertypes *all, unsigned value, uint64_t frames)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->one[i].value == value)
			break;
	if (i == FV_COUNT(all->one))
		return;
	if (i == all->n) {
		all->n++;
		all->one[i].value = value;
		all->one[i].frames = 0;
	}
	all->one[i].frames += frames;
}

static void
add_ethertypes(const struct fv_decode_tree *tree, struct ethertypes *all)
{
	const char *text;
	uint64_t frames;
	unsigned value;
	size_t i;
	int used;

	all->n = 0;
	for (i = 0; i < tree->ncaptures; i++)
		for (text = tree->captures[i].row.ethertypes;
		     sscanf(text, "%x %" SCNu64 "%n", &value, &frames, &used) ==
		     2;
		     text += strspn(text, ", ")) {
			count_ethertype(all, value, frames);
			text += used;
		}
}

static void
print_ethertypes(const struct fv_decode_tree *tree, FILE *to)
{
	struct ethertypes all;
	size_t i;

	add_ethertypes(tree, &all);
	for (i = 0; i < all.n; i++)
		(void)fprintf(to, "%s0x%04x %" PRIu64,
		    i == 0 ? "  other EtherTypes: " : ", ", all.one[i].value,
		    all.one[i].frames);
	if (all.n > 0)
		(void)fputc('\n', to);
}

/* Sum of all captures. */
static void
add_up(const struct fv_decode_tree *tree, uint64_t total[FV_COUNTERS])
{
	size_t i;

	memset(total, 0, FV_COUNTERS * sizeof(*total));
	for (i = 0; i < tree->ncaptures; i++)
		fv_counters_add(total, tree->captures[i].row.counter);
}

void
fv_decode_tree_text(const struct fv_decode_tree *tree, FILE *to)
{
	const struct fv_decode_tree_capture *c;
	uint64_t total[FV_COUNTERS];
	size_t i;

	add_up(tree, total);
	print_tree("decode tree", total, NULL, to);
	print_ethertypes(tree, to);
	if (tree->ncaptures < 2)
		return;
	for (i = 0; i < tree->ncaptures; i++) {
		c = &tree->captures[i];
		(void)fprintf(to, "\ncapture %" PRIu32 ", ", c->number);
		print_tree(c->label, c->row.counter, c->row.ethertypes, to);
	}
}

void
fv_decode_tree_visit(
    const struct fv_decode_tree *tree, fv_decode_tree_visitor *visit, void *arg)
{
	size_t i;

	for (i = 0; i < tree->ncaptures; i++)
		visit(arg, tree->captures[i].label,
		    tree->captures[i].row.counter);
}

/* The counters of one capture, or of all, by layer and state. */
static json_t *
tree_json(const uint64_t counter[FV_COUNTERS])
{
	json_t *layers = json_object(), *layer, *state;
	int rc = 0;
	size_t i, j;

	for (i = 0; i < FV_COUNT(nodes); i++) {
		if ((layer = json_object_get(layers, nodes[i].layer)) == NULL) {
			layer = json_object();
			rc |=
			    json_object_set_new(layers, nodes[i].layer, layer);
		}
		state = json_object();
		for (j = 0; j < nodes[i].n; j++)
			rc |= json_object_set_new(state,
			    fv_counter_info[nodes[i].counter[j]].column,
			    json_integer(
				(json_int_t)counter[nodes[i].counter[j]]));
		rc |= json_object_set_new(layer, nodes[i].state, state);
	}
	rc |= json_object_set_new(layers, "packets_read",
	    json_integer((json_int_t)counter[FV_COUNT_READ]));
	rc |= json_object_set_new(layers, "packets_recorded",
	    json_integer((json_int_t)counter[FV_COUNT_RECORDED]));
	if (rc == 0)
		return layers;
	json_decref(layers);
	return NULL;
}

static json_t *
ethertypes_json(const struct fv_decode_tree *tree)
{
	struct ethertypes all;
	json_t *json = json_object();
	char name[16];
	int rc = 0;
	size_t i;

	add_ethertypes(tree, &all);
	for (i = 0; i < all.n; i++) {
		(void)snprintf(name, sizeof(name), "0x%04x", all.one[i].value);
		rc |= json_object_set_new(
		    json, name, json_integer((json_int_t)all.one[i].frames));
	}
	if (rc == 0)
		return json;
	json_decref(json);
	return NULL;
}

json_t *
fv_decode_tree_json(const struct fv_decode_tree *tree)
{
	json_t *captures = json_array(), *all = json_object(), *one;
	const struct fv_decode_tree_capture *c;
	uint64_t total[FV_COUNTERS];
	int rc = 0;
	size_t i;

	add_up(tree, total);
	one = tree_json(total);
	rc |= json_object_set_new(one, "ethertypes", ethertypes_json(tree));
	rc |= json_object_set_new(all, "total", one);
	rc |= json_object_set_new(all, "captures", captures);
	for (i = 0; i < tree->ncaptures; i++) {
		c = &tree->captures[i];
		one = tree_json(c->row.counter);
		/* A name of a file may be any bytes; JSON wants UTF-8. */
		if (json_object_set_new(
			one, "capture", json_string(c->label)) != 0)
			rc |= json_object_set_new(one, "capture", json_null());
		rc |= json_object_set_new(
		    one, "number", json_integer((json_int_t)c->number));
		rc |= json_object_set_new(one, "ethertypes",
		    json_stringn(c->row.ethertypes,
			strnlen(c->row.ethertypes, FV_ETHERTYPES_TEXT)));
		rc |= json_array_append_new(captures, one);
	}
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

void
fv_decode_tree_free(struct fv_decode_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->ncaptures; i++)
		free(tree->captures[i].label);
	free(tree->captures);
	*tree = (struct fv_decode_tree){ 0 };
}
