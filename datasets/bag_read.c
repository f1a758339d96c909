#include "datasets/bag_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *const fv_bag_digest_names[FV_BAG_DIGESTS] = { "sha256", "sha512" };

size_t
fv_bag_digest_size(enum fv_bag_digest kind)
{
	return kind == FV_BAG_SHA256 ? FV_DIGEST_SIZE : FV_DIGEST_LONG;
}

/*
 * The length of the UTF-8 character (RFC 3629) at ${at}, or 0 when there is
 * none: too long forms and surrogates are none.
 */
static size_t
character(const unsigned char *at)
{
	static const struct {
		unsigned char from, to;  /* first byte */
		unsigned char low, high; /* second byte */
		size_t length;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, j;

	if (at[0] < 0x80)
		return 1;
	for (i = 0; i < FV_COUNT(forms); i++) {
		if (at[0] < forms[i].from || at[0] > forms[i].to)
			continue;
		if (at[1] < forms[i].low || at[1] > forms[i].high)
			return 0;
		for (j = 2; j < forms[i].length; j++)
			if ((at[j] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

/* Whether all of ${name} is text that may be shown. */
static bool
is_plain_text(const char *name)
{
	const unsigned char *at = (const unsigned char *)name;
	size_t n;

	for (; *at != '\0'; at += n) {
		if (*at < 0x20 || *at == 0x7f || *at == '\\')
			return false;
		if ((n = character(at)) == 0)
			return false;
		if (n == 2 && at[0] == 0xc2 && at[1] < 0xa0)
			return false; /* C1 control characters */
	}
	return true;
}

int
fv_bag_name_check(const char *name, struct fv_err *err)
{
	const char *at = name;
	size_t n;

	if (name[0] == '\0' || strnlen(name, FV_BAG_NAME + 1) > FV_BAG_NAME)
		return fv_err_set(err, FV_EFORMAT,
		    "a file has an empty name, or one of more than %d bytes",
		    FV_BAG_NAME);
	if (!is_plain_text(name))
		return fv_err_set(err, FV_EFORMAT,
		    "a file has a name with control characters, backslashes, "
		    "or bytes that are not UTF-8");
	if (name[0] == '/' || name[1] == ':')
		return fv_err_set(err, FV_EFORMAT,
		    "a file has an absolute name, which would lie outside of "
		    "the bag");
	for (;;) {
		n = strcspn(at, "/");
		if (n == 2 && at[0] == '.' && at[1] == '.')
			return fv_err_set(err, FV_EFORMAT,
			    "a file has a name with '..' in it, which would "
			    "lie outside of the bag");
		if (n == 0 || (n == 1 && at[0] == '.'))
			return fv_err_set(err, FV_EFORMAT,
			    "a file has a name with an empty part");
		if (at[n] == '\0')
			return 0;
		at += n + 1;
	}
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * The name in ${n} bytes of a manifest, decoded, to be freed; NULL when it
 * is not well formed.  RFC 8493 encodes three characters and no more.
 */
static char *
decode_name(const char *text, size_t n)
{
	char *name = malloc(n + 1);
	size_t i, length = 0;
	int value;

	for (i = 0; name != NULL && i < n; i++) {
		value = (unsigned char)text[i];
		if (value == '\0')
			break;
		if (value == '%') {
			if (n - i < 3 || digit(text[i + 1]) == -1 ||
			    digit(text[i + 2]) == -1)
				break;
			value = digit(text[i + 1]) * 16 + digit(text[i + 2]);
			if (value != '\r' && value != '\n' && value != '%')
				break;
			i += 2;
		}
		name[length++] = (char)value;
	}
	if (name == NULL || i < n) {
		free(name);
		return NULL;
	}
	name[length] = '\0';
	return name;
}

/* Read one line of ${n} bytes. */
static int
parse_line(const char *text, size_t n, enum fv_bag_digest kind,
    struct fv_bag_line *line, struct fv_err *err)
{
	size_t size = fv_bag_digest_size(kind), i, at = 2 * size;

	if (n <= at || (text[at] != ' ' && text[at] != '\t'))
		return fv_err_set(
		    err, FV_EFORMAT, "is not a digest and a name");
	for (i = 0; i < size; i++) {
		if (digit(text[2 * i]) == -1 || digit(text[2 * i + 1]) == -1)
			return fv_err_set(
			    err, FV_EFORMAT, "is not a digest and a name");
		line->digest[i] =
		    (uint8_t)(digit(text[2 * i]) * 16 + digit(text[2 * i + 1]));
	}
	while (at < n && (text[at] == ' ' || text[at] == '\t'))
		at++;
	if ((line->name = decode_name(text + at, n - at)) == NULL)
		return fv_err_set(
		    err, FV_EFORMAT, "has a name that is not well formed");
	return fv_bag_name_check(line->name, err);
}

static int
by_name(const void *a, const void *b)
{
	const struct fv_bag_line *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Put the lines in order, where doubles show. */
static int
sort(struct fv_bag_manifest *m, struct fv_err *err)
{
	size_t i;

	if (m->count > 0)
		qsort(m->lines, m->count, sizeof(*m->lines), by_name);
	for (i = 1; i < m->count; i++)
		if (strcmp(m->lines[i - 1].name, m->lines[i].name) == 0)
			return fv_err_set(err, FV_EFORMAT, "names %s twice",
			    m->lines[i].name);
	return 0;
}

/* The length of the line at ${text}, and of what ends it: CR, LF or both. */
static size_t
line_length(const char *text, size_t n, size_t *end)
{
	size_t length = 0;

	while (length < n && text[length] != '\n' && text[length] != '\r')
		length++;
	*end = 0;
	if (length < n)
		*end = length + 1 < n && text[length] == '\r' &&
			text[length + 1] == '\n'
		    ? 2
		    : 1;
	return length;
}

static int
add_line(
    struct fv_bag_manifest *m, const char *text, size_t n, struct fv_err *err)
{
	struct fv_bag_line *grown;

	grown = fv_memory_grow(m->lines, &m->capacity, m->count + 1,
	    sizeof(*grown), FV_BAG_FILES, err);
	if (grown == NULL)
		return fv_err_within(err, "files");
	m->lines = grown;
	m->count++;
	return parse_line(text, n, m->kind, &grown[m->count - 1], err);
}

int
fv_bag_manifest_parse(const char *text, size_t n, enum fv_bag_digest kind,
    struct fv_bag_manifest *m, struct fv_err *err)
{
	size_t length, end, number = 0;
	int rc = 0;

	memset(m, 0, sizeof(*m));
	m->kind = kind;
	for (; n > 0 && rc == 0; text += length + end, n -= length + end) {
		length = line_length(text, n, &end);
		number++;
		if ((rc = add_line(m, text, length, err)) == -1)
			(void)fv_err_within(err, "line %zu", number);
	}
	if (rc == 0)
		rc = sort(m, err);
	if (rc == -1)
		fv_bag_manifest_clear(m);
	return rc;
}

const struct fv_bag_line *
fv_bag_manifest_find(const struct fv_bag_manifest *m, const char *name)
{
	size_t low = 0, high = m->count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(name, m->lines[middle].name);
		if (order == 0)
			return &m->lines[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

void
fv_bag_manifest_clear(struct fv_bag_manifest *m)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		free(m->lines[i].name);
	free(m->lines);
	memset(m, 0, sizeof(*m));
}

int
fv_bag_declaration_check(const char *text, size_t n, struct fv_err *err)
{
	static const char *const lines[] = { "BagIt-Version: 1.0",
		"Tag-File-Character-Encoding: UTF-8" };
	size_t i, length, end;

	for (i = 0; i < FV_COUNT(lines); i++) {
		length = line_length(text, n, &end);
		if (length != strlen(lines[i]) ||
		    memcmp(text, lines[i], length) != 0)
			break;
		text += length + end;
		n -= length + end;
	}
	if (i < FV_COUNT(lines) || n > 0)
		return fv_err_set(err, FV_EFORMAT,
		    "does not say that this is a bag of BagIt 1.0 in UTF-8");
	return 0;
}

/* Take decimal digits; false when there are none, or too many. */
static bool
take_number(const char **text, const char *end, uint64_t *value)
{
	const char *begin = *text;

	*value = 0;
	for (; *text < end && **text >= '0' && **text <= '9'; (*text)++) {
		if (*value > UINT64_MAX / 10 - 1)
			return false;
		*value = *value * 10 + (uint64_t)(**text - '0');
	}
	return *text > begin;
}

int
fv_bag_info_parse(
    const char *text, size_t n, struct fv_bag_oxum *oxum, struct fv_err *err)
{
	static const char label[] = "Payload-Oxum:";
	const char *at, *line_end;
	size_t length, end;

	memset(oxum, 0, sizeof(*oxum));
	for (; n > 0; text += length + end, n -= length + end) {
		length = line_length(text, n, &end);
		if (length < sizeof(label) - 1 ||
		    memcmp(text, label, sizeof(label) - 1) != 0)
			continue;
		at = text + sizeof(label) - 1;
		line_end = text + length;
		while (at < line_end && (*at == ' ' || *at == '\t'))
			at++;
		if (oxum->given || !take_number(&at, line_end, &oxum->bytes) ||
		    at == line_end || *at++ != '.' ||
		    !take_number(&at, line_end, &oxum->files) || at != line_end)
			return fv_err_set(err, FV_EFORMAT,
			    "Payload-Oxum is there twice, or is not two "
			    "numbers with a dot between");
		oxum->given = true;
	}
	return 0;
}
