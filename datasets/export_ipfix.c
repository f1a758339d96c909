#include "datasets/export_ipfix.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "datasets/export_plan.h"
#include "datasets/flow.h"
#include "datasets/ipfix_elements.h"

/* RFC 7011: header of a message (3.1), of a set (3.3.2), and set ids. */
enum { VERSION = 10, MESSAGE_HEADER = 16, SET_HEADER = 4 };
enum { SET_TEMPLATES = 2, SET_OPTIONS_TEMPLATES = 3 };

/* A message's length is 16 bits. */
#define MESSAGE_LIMIT ((size_t)UINT16_MAX)

/* There is one observation domain; 0 would say that it does not matter. */
enum { DOMAIN = 1 };

/* Templates: 256 and the kind of their records; of biflows there are more. */
enum { TEMPLATE = 256, TEMPLATES = 4, BIFLOW_TEMPLATES = 8 };
enum { ENTERPRISE = 0x8000 }; /* RFC 7011, 3.2 */

/* Elements of the Anonymization Options Template (RFC 6235, 6.1). */
enum {
	IE_TEMPLATE_ID = 145,
	IE_INFORMATION_ELEMENT_ID = 303,
	IE_PRIVATE_ENTERPRISE_NUMBER = 346,
	IE_ANONYMIZATION_FLAGS = 285,
	IE_ANONYMIZATION_TECHNIQUE = 286
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_ICMPV6 = 58 };

/* Seconds from 1900 to 1970, and the first that is not in NTP's era. */
#define NTP_1970 UINT64_C(2208988800)
#define NTP_END (UINT64_C(1) << 32)
#define SECOND UINT64_C(1000000000)

/* A file while it is written. */
struct ipfix {
	struct fv_export_plan *plan;
	bool biflow;
	unsigned templates; /* how many; behind them, of anonymization */
	size_t size[FV_IPFIX_KINDS]; /* of a record */
	struct fv_export_values values[FV_IPFIX_BIFLOW_COLUMNS];
	size_t columns;
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

/* enum fv_ipfix_kind of what ${template} is for. */
static unsigned
kind_of(const struct ipfix *x, unsigned template)
{
	return (template - TEMPLATE) | (x->biflow ? FV_IPFIX_BIFLOW : 0);
}

/* The element of ${kind} as a field specifier (RFC 7011, 3.2). */
static void
add_specifier(struct ipfix *x, const struct fv_ipfix_element *e, unsigned kind)
{
	const unsigned six = kind & FV_IPFIX_IPV6;

	fv_buffer_be16(&x->message,
	    (uint16_t)(e->id[six] | (e->reverse ? ENTERPRISE : 0)));
	fv_buffer_be16(&x->message, e->size[six]);
	if (e->reverse)
		fv_buffer_be32(&x->message, FV_IPFIX_REVERSE);
}

/* Records of biflows tell of reverse elements, too, by their enterprise. */
static void
add_options_template(struct ipfix *x)
{
	const struct {
		uint16_t id, size;
	} options[] = {
		{ IE_TEMPLATE_ID, 2 },
		{ IE_INFORMATION_ELEMENT_ID, 2 },
		{ IE_PRIVATE_ENTERPRISE_NUMBER, x->biflow ? 4 : 0 },
		{ IE_ANONYMIZATION_FLAGS, 2 },
		{ IE_ANONYMIZATION_TECHNIQUE, 2 },
	};
	const uint16_t less = x->biflow ? 0 : 1;
	size_t i;

	begin_set(x, SET_OPTIONS_TEMPLATES);
	fv_buffer_be16(&x->message, (uint16_t)(TEMPLATE + x->templates));
	fv_buffer_be16(&x->message, (uint16_t)(FV_COUNT(options) - less));
	fv_buffer_be16(&x->message, (uint16_t)(3 - less)); /* the scope */
	for (i = 0; i < FV_COUNT(options); i++) {
		if (options[i].size == 0)
			continue;
		fv_buffer_be16(&x->message, options[i].id);
		fv_buffer_be16(&x->message, options[i].size);
	}
}

static void
add_templates(struct ipfix *x)
{
	unsigned t, kind;
	size_t i;

	begin_set(x, SET_TEMPLATES);
	for (t = TEMPLATE; t < TEMPLATE + x->templates; t++) {
		kind = kind_of(x, t);
		fv_buffer_be16(&x->message, (uint16_t)t);
		fv_buffer_be16(&x->message, (uint16_t)fv_ipfix_count(kind));
		for (i = 0; i < FV_IPFIX_ELEMENTS; i++)
			if (fv_ipfix_has(&fv_ipfix_elements[i], kind))
				add_specifier(x, &fv_ipfix_elements[i], kind);
	}
	add_options_template(x);
}

/* How each element of each template was changed. */
static void
add_anonymization(struct ipfix *x)
{
	const struct fv_ipfix_element *e;
	const struct fv_column *leaf;
	unsigned t, kind;

	begin_set(x, TEMPLATE + x->templates);
	for (t = TEMPLATE; t < TEMPLATE + x->templates; t++) {
		kind = kind_of(x, t);
		for (e = fv_ipfix_elements;
		     e < fv_ipfix_elements + FV_IPFIX_ELEMENTS; e++) {
			if (!fv_ipfix_has(e, kind))
				continue;
			leaf = x->plan->column[e->column].leaf;
			fv_buffer_be16(&x->message, (uint16_t)t);
			fv_buffer_be16(
			    &x->message, e->id[kind & FV_IPFIX_IPV6]);
			if (x->biflow)
				fv_buffer_be32(&x->message,
				    e->reverse ? FV_IPFIX_REVERSE : 0);
			fv_buffer_be16(&x->message, fv_ipfix_stability(leaf));
			fv_buffer_be16(&x->message, fv_ipfix_technique(leaf));
			x->records++;
		}
	}
}

/* Value ${i} of a column, as 64 bits. */
static uint64_t
value(const struct ipfix *x, enum fv_ipfix_column column, size_t i)
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
add_address(struct ipfix *x, enum fv_ipfix_column high,
    enum fv_ipfix_column low, size_t i, unsigned six)
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
	const uint64_t protocol = value(x, FV_IPFIX_PROTOCOL, i);

	return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
}

/* When something began or ended: ${duration} behind ${start}. */
static uint64_t
time_of(const struct ipfix *x, enum fv_ipfix_column start,
    enum fv_ipfix_column duration, size_t i)
{
	return value(x, start, i) + value(x, duration, i);
}

static void
add_element(
    struct ipfix *x, const struct fv_ipfix_element *e, size_t i, unsigned six)
{
	struct fv_buffer *m = &x->message;
	uint64_t v = value(x, e->column, i);

	switch (e->column) {
	case FV_IPFIX_START_TIME:
	case FV_IPFIX_REVERSE_START_TIME:
		add_time(x, v);
		return;
	case FV_IPFIX_DURATION:
		add_time(x, time_of(x, FV_IPFIX_START_TIME, e->column, i));
		return;
	case FV_IPFIX_REVERSE_DURATION:
		add_time(
		    x, time_of(x, FV_IPFIX_REVERSE_START_TIME, e->column, i));
		return;
	case FV_IPFIX_SOURCE_LOW:
		add_address(x, FV_IPFIX_SOURCE_HIGH, e->column, i, six);
		return;
	case FV_IPFIX_DESTINATION_LOW:
		add_address(x, FV_IPFIX_DESTINATION_HIGH, e->column, i, six);
		return;
	case FV_IPFIX_DIRECTION: /* 0 ingress, 1 egress */
		v = v == FV_DIRECTION_OUTBOUND;
		break;
	case FV_IPFIX_LINK_BYTES:
		v += value(x, FV_IPFIX_BYTES, i);
		break;
	case FV_IPFIX_REVERSE_LINK_BYTES:
		v += value(x, FV_IPFIX_REVERSE_BYTES, i);
		break;
	case FV_IPFIX_DESTINATION_PORT:
		if (is_icmp(x, i))
			v = value(x, FV_IPFIX_ICMP_TYPE, i) << 8 |
			    value(x, FV_IPFIX_ICMP_CODE, i);
		break;
	default:
		break;
	}
	if (e->size[six] == 1)
		fv_buffer_byte(m, (unsigned)v & 0xff);
	else if (e->size[six] == 2)
		fv_buffer_be16(m, (uint16_t)v);
	else
		fv_buffer_be64(m, v);
}

/* The kind of row ${i}. */
static unsigned
kind_of_row(const struct ipfix *x, size_t i)
{
	const uint64_t direction = value(x, FV_IPFIX_DIRECTION, i);
	unsigned kind = x->biflow ? FV_IPFIX_BIFLOW : 0;

	if (value(x, FV_IPFIX_SOURCE_VERSION, i) == 6 ||
	    value(x, FV_IPFIX_DESTINATION_VERSION, i) == 6)
		kind |= FV_IPFIX_IPV6;
	if (direction == FV_DIRECTION_OUTBOUND ||
	    direction == FV_DIRECTION_INBOUND)
		kind |= FV_IPFIX_HAS_DIRECTION;
	if (x->biflow && value(x, FV_IPFIX_REVERSE_PACKETS, i) > 0)
		kind |= FV_IPFIX_HAS_REVERSE;
	return kind;
}

/* Take the time from ${start} to ${end} of row ${row}, if there is such. */
static int
take_time(struct ipfix *x, uint64_t start, uint64_t end, uint64_t row,
    struct fv_err *err)
{
	if (start > INT64_MAX || end > INT64_MAX || end < start ||
	    end / SECOND + NTP_1970 >= NTP_END)
		return fv_err_set(err, FV_ELIMIT,
		    "row %" PRIu64 ": IPFIX has no time before 1970 or from "
		    "February 2036 on",
		    row);
	if (end / SECOND >= x->export_time) /* rounded up */
		x->export_time = (uint32_t)(end / SECOND + 1);
	return 0;
}

/* Both ways of row ${i} of the chunk, which is row ${row} of the table. */
static int
take_times(
    struct ipfix *x, size_t i, unsigned kind, uint64_t row, struct fv_err *err)
{
	uint64_t start = value(x, FV_IPFIX_START_TIME, i);
	uint64_t end = time_of(x, FV_IPFIX_START_TIME, FV_IPFIX_DURATION, i);

	if (take_time(x, start, end, row, err) == -1)
		return -1;
	if ((kind & FV_IPFIX_HAS_REVERSE) == 0)
		return 0;
	start = value(x, FV_IPFIX_REVERSE_START_TIME, i);
	end = time_of(
	    x, FV_IPFIX_REVERSE_START_TIME, FV_IPFIX_REVERSE_DURATION, i);
	return take_time(x, start, end, row, err);
}

/* Row ${i} of the chunk, which is row ${row} of the table. */
static int
add_record(struct ipfix *x, size_t i, uint64_t row, struct fv_err *err)
{
	const unsigned kind = kind_of_row(x, i);
	const unsigned template = TEMPLATE + (kind & ~FV_IPFIX_BIFLOW);
	size_t k;

	if (x->message.length + SET_HEADER + x->size[kind] > MESSAGE_LIMIT) {
		if (end_message(x, err) == -1)
			return -1;
		begin_message(x);
	}
	if (take_times(x, i, kind, row, err) == -1)
		return -1;
	if (x->set == 0 || x->template != template)
		begin_set(x, template);
	for (k = 0; k < FV_IPFIX_ELEMENTS; k++)
		if (fv_ipfix_has(&fv_ipfix_elements[k], kind))
			add_element(
			    x, &fv_ipfix_elements[k], i, kind & FV_IPFIX_IPV6);
	x->records++;
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
		for (i = 0; i < x->columns; i++)
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
	const bool biflow =
	    fv_schema_is_biflow(fv_reader_schema(reader, FV_TABLE_FLOWS));
	const struct fv_export_options plan = { .table = FV_TABLE_FLOWS,
		.columns = fv_ipfix_names(biflow),
		.rows = options->rows };
	struct ipfix *x;
	size_t i;
	int rc = -1;

	if ((x = fv_memory_new(1, sizeof(*x), err)) == NULL)
		return -1;
	x->biflow = biflow;
	x->templates = biflow ? BIFLOW_TEMPLATES : TEMPLATES;
	x->columns = biflow ? FV_IPFIX_BIFLOW_COLUMNS : FV_IPFIX_COLUMNS;
	for (i = 0; i < FV_IPFIX_KINDS; i++)
		x->size[i] = fv_ipfix_size((unsigned)i);
	x->sink = sink;
	x->arg = arg;
	x->message.limit = MESSAGE_LIMIT;
	if ((x->plan = fv_export_plan_new(reader, &plan, err)) == NULL)
		goto out;
	for (i = 0; i < x->columns; i++)
		if (fv_export_values_init(
			&x->values[i], &x->plan->column[i], err) == -1)
			goto out;
	begin_message(x);
	add_templates(x);
	add_anonymization(x);
	rc = write_rows(x, &options->progress, err);
out:
	for (i = 0; i < x->columns; i++)
		fv_export_values_free(&x->values[i]);
	fv_export_plan_free(x->plan);
	fv_buffer_free(&x->message);
	free(x);
	return rc;
}
