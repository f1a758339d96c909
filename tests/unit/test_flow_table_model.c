#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/addresses.h"
#include "tests/unit/flow_bed.h"
#include "tests/unit/random.h"

enum { KEYS = 200, PACKETS = 100000, HOSTS = 12 };

/* The addresses of the random packets, six of each family. */
static const char *const address[HOSTS] = { "10.0.0.1", "10.0.0.2", "192.0.2.1",
	"192.0.2.2", "198.51.100.1", "203.0.113.1", "fd00::1", "fd00::2",
	"2001:db8::1", "2001:db8::2", "2001:db8::3", "ff02::1" };

/* Random packet of flow ${k}: TCP, UDP-like, ICMP or later fragments. */
static struct fv_raw_packet
random_packet(unsigned k, int64_t time, uint64_t *random)
{
	struct fv_raw_packet p;
	unsigned family = k % 2 * 6;

	memset(&p, 0, sizeof(p));
	p.source = fv_raw_address(address[family + k / 2 % 3]);
	p.destination = fv_raw_address(address[family + 3 + k / 2 % 3]);
	p.time = time;
	p.bytes = 20 + fv_random_below(random, 1480);
	p.link_bytes = 40 - (int64_t)fv_random_below(random, 50);
	p.ttl = 64;
	switch (k / 2 % 4) {
	case 0:
		p.protocol = 6;
		p.source_port = (uint16_t)(1000 + k);
		p.destination_port = 443;
		p.tcp_flags = (uint8_t)fv_random(random);
		break;
	case 1:
		p.protocol = 17;
		p.source_port = 53;
		p.destination_port = (uint16_t)(1000 + k);
		break;
	case 2:
		p.protocol = family == 0 ? 1 : 58;
		p.icmp_type = (uint8_t)k;
		p.icmp_code = (uint8_t)(k / 8);
		break;
	default:
		p.protocol = (uint8_t)(60 + k / 8);
		p.fragment = FV_FRAGMENT_LATER;
	}
	return p;
}

/* What is compared of a row: numbers, so that rows can be sorted. */
struct facts {
	int64_t value[17];
};

static struct facts
facts_of(const struct fv_flow *r)
{
	return (struct facts){ { r->start_time, r->duration, r->source,
	    r->destination, r->source_port, r->destination_port, r->protocol,
	    r->icmp_type * 256 + r->icmp_code, r->fragment, (int64_t)r->packets,
	    (int64_t)r->bytes, r->tcp_flags, r->initial_tcp_flags,
	    r->end_reason, r->link_bytes, r->part, r->out_of_order } };
}

static int
compare_facts(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct facts));
}

/* The contract, done the slow way, for packets in order of time. */
struct model {
	struct fv_flow flow[KEYS]; /* packets 0: none under way */
	struct facts *ended;
	size_t n;
	int host[HOSTS]; /* number, or -1 */
	int hosts;
};

static uint32_t
model_host(struct model *m, const struct fv_raw_addr *addr)
{
	struct fv_raw_addr known;
	size_t i;

	for (i = 0; i < HOSTS; i++) {
		known = fv_raw_address(address[i]);
		if (!fv_raw_addr_equal(&known, addr))
			continue;
		if (m->host[i] == -1)
			m->host[i] = m->hosts++;
		return (uint32_t)m->host[i];
	}
	abort();
}

static void
model_end(struct model *m, unsigned k, uint8_t reason)
{
	m->flow[k].end_reason = reason;
	m->ended[m->n++] = facts_of(&m->flow[k]);
	m->flow[k].packets = 0;
}

static void
model_add(struct model *m, unsigned k, const struct fv_raw_packet *p)
{
	struct fv_flow *f = &m->flow[k];
	uint16_t part = 0;
	unsigned i;

	for (i = 0; i < KEYS; i++)
		if (m->flow[i].packets != 0 &&
		    p->time - m->flow[i].start_time - m->flow[i].duration >=
			IDLE)
			model_end(m, i, FV_END_IDLE);
	if (f->packets != 0 && p->time - f->start_time >= ACTIVE) {
		part = (uint16_t)(f->part + 1);
		model_end(m, k, FV_END_ACTIVE);
	}
	if (f->packets == 0) {
		memset(f, 0, sizeof(*f));
		f->start_time = p->time;
		f->source = model_host(m, &p->source);
		f->destination = model_host(m, &p->destination);
		f->source_port = p->source_port;
		f->destination_port = p->destination_port;
		f->protocol = p->protocol;
		f->icmp_type = p->icmp_type;
		f->icmp_code = p->icmp_code;
		f->fragment = p->fragment;
		f->initial_tcp_flags = p->tcp_flags;
		f->part = part;
	}
	f->duration = p->time - f->start_time;
	f->packets++;
	f->bytes += p->bytes;
	f->link_bytes += p->link_bytes;
	f->tcp_flags |= p->tcp_flags;
}

/* Some flows send often, most seldom: both timeouts are met. */
static unsigned
random_key(uint64_t *random)
{
	uint64_t a = fv_random_below(random, KEYS);

	return (unsigned)(fv_random_below(random, 8) == 0 ? a % 10 : a);
}

static void
agrees_with_the_slow_way(void)
{
	static struct model m;
	static struct fv_raw_packet batch[FV_PUBLISHER_BATCH];
	struct facts *rows;
	struct fv_err err;
	struct flow_bed b;
	uint64_t random = 6, active = 0;
	int64_t now = 0;
	size_t i, n, some;
	unsigned k;

	flow_bed_setup(&b, IDLE, ACTIVE);
	memset(&m, 0, sizeof(m));
	memset(m.host, 0xff, sizeof(m.host));
	m.ended = calloc(PACKETS, sizeof(*m.ended));
	rows = calloc(PACKETS, sizeof(*rows));
	if (m.ended == NULL || rows == NULL)
		abort();
	for (i = 0; i < PACKETS; i += some) {
		some = 1 + fv_random_below(&random, FV_PUBLISHER_BATCH);
		some = some > PACKETS - i ? PACKETS - i : some;
		for (n = 0; n < some; n++) {
			now += (int64_t)fv_random_below(&random, 10);
			k = random_key(&random);
			batch[n] = random_packet(k, now, &random);
			model_add(&m, k, &batch[n]);
		}
		CU_ASSERT_EQUAL(
		    fv_flow_table_add(b.table, &b.input, batch, some, &err), 0);
		fv_flow_table_check(b.table);
	}
	for (k = 0; k < KEYS; k++)
		if (m.flow[k].packets != 0)
			model_end(&m, k, FV_END_FORCED);
	flow_bed_flush(&b);
	CU_ASSERT_EQUAL_FATAL(b.n, m.n);
	for (i = 0; i < b.n; i++) {
		rows[i] = facts_of(&b.row[i]);
		active += b.row[i].end_reason == FV_END_ACTIVE;
	}
	qsort(rows, b.n, sizeof(*rows), compare_facts);
	qsort(m.ended, m.n, sizeof(*m.ended), compare_facts);
	CU_ASSERT_EQUAL(memcmp(rows, m.ended, b.n * sizeof(*rows)), 0);
	/* The packets were such that all of it was tried. */
	CU_ASSERT(active > 100 && b.n > 1000 && b.n < PACKETS / 2);
	free(rows);
	free(m.ended);
	flow_bed_teardown(&b);
}

/* In any disorder: nothing lost, nothing twice, all within its flow. */
static void
disorder_loses_nothing(void)
{
	static uint64_t packets[65536], bytes[65536];
	struct fv_raw_packet p;
	struct flow_bed b;
	uint64_t random = 7, total = 0, sum = 0;
	int64_t now = 0, low = 0, high = 0;
	size_t i, wrong = 0;
	unsigned k;

	memset(packets, 0, sizeof(packets));
	memset(bytes, 0, sizeof(bytes));
	flow_bed_setup(&b, IDLE, ACTIVE);
	for (i = 0; i < PACKETS; i++) {
		now += (int64_t)fv_random_below(&random, 10);
		if (fv_random_below(&random, 5000) == 0)
			now -= (int64_t)fv_random_below(&random, 20000);
		/* UDP alone: the port tells the flow. */
		k = 8 * (random_key(&random) / 8) + 2;
		p = random_packet(k, now, &random);
		if (fv_random_below(&random, 4) == 0)
			p.time -= (int64_t)fv_random_below(&random, 2 * IDLE);
		low = p.time < low ? p.time : low;
		high = p.time > high ? p.time : high;
		packets[p.destination_port]++;
		bytes[p.destination_port] += p.bytes;
		total++;
		if (i % 500 == 0)
			flow_bed_add(&b, &p);
		else
			wrong += fv_flow_table_add(b.table, &b.input, &p, 1,
				     &(struct fv_err){ 0 }) != 0;
	}
	flow_bed_flush(&b);
	for (i = 0; i < b.n; i++) {
		packets[b.row[i].destination_port] -= b.row[i].packets;
		bytes[b.row[i].destination_port] -= b.row[i].bytes;
		sum += b.row[i].packets;
		wrong += b.row[i].duration < 0 || b.row[i].start_time < low ||
		    b.row[i].start_time + b.row[i].duration > high;
	}
	for (i = 0; i < 65536; i++)
		wrong += packets[i] != 0 || bytes[i] != 0;
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(sum, total);
	flow_bed_teardown(&b);
}

CU_TestInfo suite_flow_table_model[] = {
	{ "agrees with the slow way", agrees_with_the_slow_way },
	{ "disorder loses nothing", disorder_loses_nothing },
	CU_TEST_INFO_NULL,
};
