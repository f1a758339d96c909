#include "datasets/export_ipfix.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "datasets/export_plan.h"
#include "datasets/flow.h"

/* RFC 7011: header of a message (3.1), of a set (3.3.2), and set ids. */
enum { VERSION = 10, MESSAGE_HEADER = 16, SET_HEADER = 4 };
enum { SET_TEMPLATES = 2, SET_OPTIONS_TEMPLATES = 3 };

/* A message's length is 16 bits. */
#define MESSAGE_LIMIT ((size_t)UINT16_MAX)

/* There is one observation domain; 0 would say that it does not matter. */
enum { DOMAIN = 1 };

/*
 * Templates: 256 and up, whose low bits are free: bit 0 says IPv6, bit 1 with
 * flowDirection.
 */
enum { TEMPLATE = 256, TEMPLATES = 4, IS_IPV6 = 1, HAS_DIRECTION = 2 };
enum { TEMPLATE_ANONYMIZATION = TEMPLATE + TEMPLATES };

/* Elements of the Anonymization Options Template (RFC 6235, 6.1). */
enum {
	IE_TEMPLATE_ID = 145,
	IE_INFORMATION_ELEMENT_ID = 303,
	IE_ANONYMIZATION_FLAGS = 285,
	IE_ANONYMIZATION_TECHNIQUE = 286
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_ICMPV6 = 58 };

/* Seconds from 1900 to 1970, and the first that is not in NTP's era. */
#define NTP_1970 UINT64_C(2208988800)
#define NTP_END (UINT64_C(1) << 32)
#define SECOND UINT64_C(1000000000)

/* The columns of the plan that records are made of. */
enum column {
	START_TIME,
	DURATION,
	SOURCE_HIGH,
	SOURCE_LOW,
	SOURCE_VERSION,
	DESTINATION_HIGH,
	DESTINATION_LOW,
	DESTINATION_VERSION,
	SOURCE_PORT,
	DESTINATION_PORT,
	PROTOCOL,
	ICMP_TYPE,
	ICMP_CODE,
	TCP_FLAGS,
	PACKETS,
	BYTES,
	LINK_BYTES,
	END_REASON,
	VLAN,
	TTL,
	DIRECTION,
	COLUMNS
};

static const char names[] =
    "start_time,duration,source_address_high,source_address_low,"
    "source_ip_version,destination_address_high,destination_address_low,"
    "destination_ip_version,source_port,destination_port,protocol,icmp_type,"
    "icmp_code,tcp_flags,packets,bytes,link_bytes,end_reason,vlan,ttl,"
    "direction";

/*
 * The elements of a record in their order: numbers of IANA for IPv4 and for
 * IPv6, bytes of each, and the column that says how it was changed.  Unsigned
 * elements of eight bits stand for tcpControlBits of 16 (RFC 7011, 6.2).
 */
static const struct element {
	uint16_t id[2];
	uint16_t size[2];
	enum column column;
} elements[] = {
	{ { 156, 156 }, { 8, 8 }, START_TIME },     /* flowStartNanoseconds */
	{ { 157, 157 }, { 8, 8 }, DURATION },       /* flowEndNanoseconds */
	{ { 8, 27 }, { 4, 16 }, SOURCE_LOW },       /* sourceIPv?Address */
	{ { 12, 28 }, { 4, 16 }, DESTINATION_LOW }, /* destinationIPv?Address */
	{ { 7, 7 }, { 2, 2 }, SOURCE_PORT },        /* sourceTransportPort */
	{ { 11, 11 }, { 2, 2 },
	    DESTINATION_PORT },                 /* destinationTransportPort */
	{ { 4, 4 }, { 1, 1 }, PROTOCOL },       /* protocolIdentifier */
	{ { 176, 178 }, { 1, 1 }, ICMP_TYPE },  /* icmpTypeIPv? */
	{ { 177, 179 }, { 1, 1 }, ICMP_CODE },  /* icmpCodeIPv? */
	{ { 6, 6 }, { 1, 1 }, TCP_FLAGS },      /* tcpControlBits */
	{ { 2, 2 }, { 8, 8 }, PACKETS },        /* packetDeltaCount */
	{ { 1, 1 }, { 8, 8 }, BYTES },          /* octetDeltaCount */
	{ { 352, 352 }, { 8, 8 }, LINK_BYTES }, /* layer2OctetDeltaCount */
	{ { 136, 136 }, { 1, 1 }, END_REASON }, /* flowEndReason */
	{ { 58, 58 }, { 2, 2 }, VLAN },         /* vlanId */
	{ { 192, 192 }, { 1, 1 }, TTL },        /* ipTTL */
	{ { 61, 61 }, { 1, 1 }, DIRECTION },    /* flowDirection: last */
};

/* A file while it is written. */
struct ipfix {
	struct fv_export_plan *plan;
	struct fv_export_values values[COLUMNS];
	fv_export_sink *sink;
	void *arg;
	struct fv_buffer message; /* with its header */
	size_t set;               /* where the open set begins; 0: none */
	unsigned template;        /* that its records are of */
	uint32_t sequence;        /* data records before this message */
	uint32_t records;         /* data records in it */
	uint32_t export_time;     /* seconds since 1970 */
};

/* Put ${value} into the 16 bits at ${at} of the message. */
static void
patch16(struct ipfix *x, size_t at, size_t value)
{
	x->message.at[at] = (unsigned char)(value >> 8);
	x->message.at[at + 1] = (unsigned char)value;
}

static void
patch32(struct ipfix *x, size_t at, uint32_t value)
{
	patch16(x, at, value >> 16);
	patch16(x, at + 2, value & 0xffff);
}

static void
begin_message(struct ipfix *x)
{
	x->message.length = 0;
	fv_buffer_be16(&x->message, VERSION);
	fv_buffer_be16(&x->message, 0); /* length: at the end */
	fv_buffer_be32(&x->message, 0); /* export time, too */
	fv_buffer_be32(&x->message, x->sequence);
	fv_buffer_be32(&x->message, DOMAIN);
	x->set = 0;
	x->records = 0;
	x->export_time = 0;
}

static void
end_set(struct ipfix *x)
{
	if (x->set != 0)
		patch16(x, x->set + 2, x->message.length - x->set);
	x->set = 0;
}

static void
begin_set(struct ipfix *x, unsigned id)
{
	end_set(x);
	x->set = x->message.length;
	x->template = id;
	fv_buffer_be16(&x->message, (uint16_t)id);
	fv_buffer_be16(&x->message, 0); /* length: at the end */
}

static int
end_message(struct ipfix *x, struct fv_err *err)
{
	if (fv_buffer_done(&x->message, err) == -1)
		return -1;
	end_set(x);
	patch16(x, 2, x->message.length);
	patch32(x, 4, x->export_time);
	x->sequence += x->records;
	return x->sink(x->arg, x->message.at, x->message.length, err);
}

/* How many elements records of ${template} have. */
static size_t
elements_of(unsigned template)
{
	return FV_COUNT(elements) - ((template & HAS_DIRECTION) ? 0 : 1);
}

static void
add_templates(struct ipfix *x)
{
	static const uint16_t options[] = { IE_TEMPLATE_ID,
		IE_INFORMATION_ELEMENT_ID, IE_ANONYMIZATION_FLAGS,
		IE_ANONYMIZATION_TECHNIQUE };
	unsigned t, six;
	size_t i;

	begin_set(x, SET_TEMPLATES);
	for (t = TEMPLATE; t < TEMPLATE + TEMPLATES; t++) {
		six = t & IS_IPV6;
		fv_buffer_be16(&x->message, (uint16_t)t);
		fv_buffer_be16(&x->message, (uint16_t)elements_of(t));
		for (i = 0; i < elements_of(t); i++) {
			fv_buffer_be16(&x->message, elements[i].id[six]);
			fv_buffer_be16(&x->message, elements[i].size[six]);
		}
	}
	begin_set(x, SET_OPTIONS_TEMPLATES);
	fv_buffer_be16(&x->message, TEMPLATE_ANONYMIZATION);
	fv_buffer_be16(&x->message, FV_COUNT(options));
	fv_buffer_be16(&x->message, 2); /* the first two are the scope */
	for (i = 0; i < FV_COUNT(options); i++) {
		fv_buffer_be16(&x->message, options[i]);
		fv_buffer_be16(&x->message, 2);
	}
}

/* anonymizationTechnique for the schema's word; 1 is none, 0 not known. */
static uint16_t
technique_of(const struct fv_column *column)
{
	static const struct {
		const char *word;
		uint16_t code;
	} techniques[] = {
		{ "precision degradation", 2 },
		{ "binning", 3 },
		/* All values in one bin. */
		{ FV_SCHEMA_DROPPED, 3 },
		{ "permutation", 5 },
		{ "offset", 9 },
		/* One is told: the one that reaches further. */
		{ "offset and precision degradation", 9 },
		/* RFC 6235 counts it among structured permutations. */
		{ "prefix-preserving pseudonymization", 6 },
	};
	size_t i;

	if (column->technique == NULL)
		return 1;
	for (i = 0; i < FV_COUNT(techniques); i++)
		if (strcmp(techniques[i].word, column->technique) == 0)
			return techniques[i].code;
	return 0;
}

/* Stability class, the low bits of anonymizationFlags; 0 is not known. */
static uint16_t
flags_of(const struct fv_column *column)
{
	if (column->stability == NULL)
		return 0;
	return strcmp(column->stability, "stable") == 0 ? 3
	    : strcmp(column->stability, "session") == 0 ? 1
							: 0;
}

/* How each element of each template was changed. */
static void
add_anonymization(struct ipfix *x)
{
	const struct fv_column *leaf;
	unsigned t;
	size_t i;

	begin_set(x, TEMPLATE_ANONYMIZATION);
	for (t = TEMPLATE; t < TEMPLATE + TEMPLATES; t++)
		for (i = 0; i < elements_of(t); i++) {
			leaf = x->plan->column[elements[i].column].leaf;
			fv_buffer_be16(&x->message, (uint16_t)t);
			fv_buffer_be16(
			    &x->message, elements[i].id[t & IS_IPV6]);
			fv_buffer_be16(&x->message, flags_of(leaf));
			fv_buffer_be16(&x->message, technique_of(leaf));
			x->records++;
		}
}

/* Value ${i} of a column, as 64 bits. */
static uint64_t
value(const struct ipfix *x, enum column column, size_t i)
{
	const void *values = x->values[column].values;

	switch (x->plan->column[column].size) {
	case 1:
		return ((const uint8_t *)values)[i];
	case 2:
		return ((const uint16_t *)values)[i];
	case 4:
		return ((const uint32_t *)values)[i];
	default:
		return ((const uint64_t *)values)[i];
	}
}

static void
add_time(struct ipfix *x, uint64_t ns)
{
	uint64_t part = ns % SECOND;

	fv_buffer_be32(&x->message, (uint32_t)(ns / SECOND + NTP_1970));
	fv_buffer_be32(
	    &x->message, (uint32_t)(((part << 32) + SECOND - 1) / SECOND));
}

static void
add_address(
    struct ipfix *x, enum column high, enum column low, size_t i, unsigned six)
{
	if (six) {
		fv_buffer_be64(&x->message, value(x, high, i));
		fv_buffer_be64(&x->message, value(x, low, i));
	} else {
		fv_buffer_be32(&x->message, (uint32_t)value(x, low, i));
	}
}

/* Type and code are in the port as well then, where SiLK and YAF have them. */
static bool
is_icmp(const struct ipfix *x, size_t i)
{
	const uint64_t protocol = value(x, PROTOCOL, i);

	return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
}

static void
add_element(struct ipfix *x, const struct element *e, size_t i, uint64_t start,
    uint64_t end, unsigned six)
{
	struct fv_buffer *m = &x->message;
	uint64_t v;

	switch (e->column) {
	case START_TIME:
		add_time(x, start);
		return;
	case DURATION:
		add_time(x, end);
		return;
	case SOURCE_LOW:
		add_address(x, SOURCE_HIGH, SOURCE_LOW, i, six);
		return;
	case DESTINATION_LOW:
		add_address(x, DESTINATION_HIGH, DESTINATION_LOW, i, six);
		return;
	case DIRECTION: /* 0 ingress, 1 egress */
		fv_buffer_byte(
		    m, value(x, DIRECTION, i) == FV_DIRECTION_OUTBOUND);
		return;
	default:
		break;
	}
	v = value(x, e->column, i);
	if (e->column == LINK_BYTES)
		v += value(x, BYTES, i);
	else if (e->column == DESTINATION_PORT && is_icmp(x, i))
		v = value(x, ICMP_TYPE, i) << 8 | value(x, ICMP_CODE, i);
	if (e->size[six] == 1)
		fv_buffer_byte(m, (unsigned)v & 0xff);
	else if (e->size[six] == 2)
		fv_buffer_be16(m, (uint16_t)v);
	else
		fv_buffer_be64(m, v);
}

/* The template for row ${i}. */
static unsigned
template_of(const struct ipfix *x, size_t i)
{
	uint64_t direction = value(x, DIRECTION, i);
	unsigned t = TEMPLATE;

	if (value(x, SOURCE_VERSION, i) == 6 ||
	    value(x, DESTINATION_VERSION, i) == 6)
		t |= IS_IPV6;
	if (direction == FV_DIRECTION_OUTBOUND ||
	    direction == FV_DIRECTION_INBOUND)
		t |= HAS_DIRECTION;
	return t;
}

static size_t
record_size(unsigned template)
{
	size_t i, size = 0;

	for (i = 0; i < elements_of(template); i++)
		size += elements[i].size[template & IS_IPV6];
	return size;
}

/* Row ${i} of the chunk, which is row ${row} of the table. */
static int
add_record(struct ipfix *x, size_t i, uint64_t row, struct fv_err *err)
{
	uint64_t start = value(x, START_TIME, i);
	uint64_t end = start + value(x, DURATION, i);
	unsigned template = template_of(x, i);
	size_t k, size = record_size(template);

	if (start > INT64_MAX || end > INT64_MAX || end < start ||
	    end / SECOND + NTP_1970 >= NTP_END)
		return fv_err_set(err, FV_ELIMIT,
		    "row %" PRIu64 ": IPFIX has no time before 1970 or from "
		    "February 2036 on",
		    row);
	if (x->message.length + SET_HEADER + size > MESSAGE_LIMIT) {
		if (end_message(x, err) == -1)
			return -1;
		begin_message(x);
	}
	if (x->set == 0 || x->template != template)
		begin_set(x, template);
	for (k = 0; k < elements_of(template); k++)
		add_element(x, &elements[k], i, start, end, template & IS_IPV6);
	x->records++;
	if (end / SECOND >= x->export_time) /* rounded up */
		x->export_time = (uint32_t)(end / SECOND + 1);
	return 0;
}

static int
write_rows(struct ipfix *x, const struct fv_export_progress *progress,
    struct fv_err *err)
{
	uint64_t first, left;
	size_t i, n;

	for (first = 0; first < x->plan->rows; first += n) {
		left = x->plan->rows - first;
		n = left < FV_CHUNK_ROWS ? (size_t)left : FV_CHUNK_ROWS;
		for (i = 0; i < COLUMNS; i++)
			if (fv_export_read(
				x->plan, i, first, n, &x->values[i], err) == -1)
				return -1;
		for (i = 0; i < n; i++)
			if (add_record(x, i, first + i, err) == -1)
				return -1;
		if (progress->function != NULL)
			progress->function(
			    progress->arg, first + n, x->plan->rows);
	}
	return end_message(x, err);
}

int
fv_export_ipfix(struct fv_reader *reader,
    const struct fv_export_ipfix_options *options, fv_export_sink *sink,
    void *arg, struct fv_err *err)
{
	const struct fv_export_options plan = {
		.table = FV_TABLE_FLOWS, .columns = names, .rows = options->rows
	};
	struct ipfix *x;
	size_t i;
	int rc = -1;

	if ((x = fv_memory_new(1, sizeof(*x), err)) == NULL)
		return -1;
	x->sink = sink;
	x->arg = arg;
	x->message.limit = MESSAGE_LIMIT;
	if ((x->plan = fv_export_plan_new(reader, &plan, err)) == NULL)
		goto out;
	for (i = 0; i < COLUMNS; i++)
		if (fv_export_values_init(
			&x->values[i], &x->plan->column[i], err) == -1)
			goto out;
	begin_message(x);
	add_templates(x);
	add_anonymization(x);
	rc = write_rows(x, &options->progress, err);
out:
	for (i = 0; i < COLUMNS; i++)
		fv_export_values_free(&x->values[i]);
	fv_export_plan_free(x->plan);
	fv_buffer_free(&x->message);
	free(x);
	return rc;
}
