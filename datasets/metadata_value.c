#include "datasets/metadata_field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "datasets/licence.h"
#include "datasets/prose.h"

/* Texts that people write; longer ones are pasted by mistake. */
enum { LINE_MOST = 500, PROSE_MOST = 20000, NAME_MOST = 64 };

static const char DIGITS[] = "0123456789";
static const char SMALL[] = "abcdefghijklmnopqrstuvwxyz";
static const char LETTERS[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Whether every character of ${text} is of one of the two sets. */
static bool
only(const char *text, const char *a, const char *b)
{
	for (; *text != '\0'; text++)
		if (strchr(a, *text) == NULL && strchr(b, *text) == NULL)
			return false;
	return true;
}

/* Whether ${text} has the shape, where 0 stands for any digit. */
static bool
has_shape(const char *text, const char *shape)
{
	for (; *shape != '\0'; shape++, text++)
		if (*shape == '0' ? *text < '0' || *text > '9'
				  : *text != *shape)
			return false;
	return *text == '\0';
}

static bool
is_day(unsigned year, unsigned month, unsigned day)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
	    day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static const char *
date_fault(const char *text)
{
	unsigned year, month, day;

	if (!has_shape(text, "0000-00-00") ||
	    sscanf(text, "%4u-%2u-%2u", &year, &month, &day) != 3)
		return "is not a date: write it as 2026-01-31";
	return is_day(year, month, day) ? NULL : "is a day that there is not";
}

static const char *
moment_fault(const char *text)
{
	unsigned hour, minute, second;
	char date[11];

	if (has_shape(text, "0000-00-00"))
		return date_fault(text);
	if (!has_shape(text, "0000-00-00T00:00:00Z") ||
	    sscanf(text + 11, "%2u:%2u:%2u", &hour, &minute, &second) != 3)
		return "is neither a date nor a time: write it as 2026-01-31 or "
		       "2026-01-31T18:00:00Z (UTC)";
	if (hour > 23 || minute > 59 || second > 59)
		return "is a time that there is not";
	(void)snprintf(date, sizeof(date), "%.10s", text);
	return date_fault(date);
}

/* A name of the domain name system with a dot in it (RFC 1123, 2.1). */
static bool
is_domain(const char *text, size_t n)
{
	char copy[254];
	size_t i;

	if (n < 3 || n >= sizeof(copy))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (!only(copy, LETTERS, "0123456789.-") || strchr(copy, '.') == NULL ||
	    strstr(copy, "..") != NULL || copy[0] == '.' || copy[0] == '-')
		return false;
	/* The last label is never a number: that would be an address. */
	i = (size_t)(strrchr(copy, '.') - copy) + 1;
	return i < n && strchr(LETTERS, copy[i]) != NULL;
}

static const char *
email_fault(const char *text)
{
	const char *at = strchr(text, '@');
	char local[65];

	if (at == NULL || at == text || (size_t)(at - text) >= sizeof(local) ||
	    !is_domain(at + 1, strlen(at + 1)))
		return "is not an e-mail address";
	(void)snprintf(local, sizeof(local), "%.*s", (int)(at - text), text);
	if (!only(local, LETTERS, "0123456789.!#$%&'*+/=?^_`{|}~-"))
		return "is not an e-mail address";
	return fv_prose_fault(text, false);
}

static const char *
web_fault(const char *text)
{
	const char *host;
	size_t n;

	if (strncmp(text, "https://", 8) != 0 &&
	    strncmp(text, "http://", 7) != 0)
		return "is not a web address: it begins with https://";
	if (!only(text, LETTERS, "0123456789-._~:/?#[]@!$&'()*+,;=%"))
		return "holds a character that a web address has not";
	host = strstr(text, "://") + 3;
	n = strcspn(host, "/?#");
	if (!is_domain(host, n))
		return "is not a web address that others can reach";
	return fv_prose_fault(text, false);
}

static const char *
doi_fault(const char *text)
{
	size_t n;

	if (strncmp(text, "http", 4) == 0 || strncmp(text, "doi:", 4) == 0)
		return "is written from '10.' on, without what stands before";
	n = strncmp(text, "10.", 3) == 0 ? strspn(text + 3, DIGITS) : 0;
	if (n < 4 || n > 9 || text[3 + n] != '/' || text[4 + n] == '\0' ||
	    !only(text, LETTERS, "0123456789-._;()/:"))
		return "is not a DOI: it looks like 10.5072/example";
	return NULL;
}

/* The last character of an ORCID iD checks the others (ISO 7064, 11-2). */
static const char *
orcid_fault(const char *text)
{
	static const char prefix[] = "https://orcid.org/";
	const char *id = text + sizeof(prefix) - 1;
	unsigned total = 0, check, i;
	char last;

	if (strncmp(text, prefix, sizeof(prefix) - 1) != 0 ||
	    strlen(id) != 19 || !only(id, DIGITS, "-X"))
		return "is not an ORCID iD: it looks like "
		       "https://orcid.org/0000-0002-1825-0097";
	for (i = 0; i < 18; i++) {
		if (i % 5 == 4 ? id[i] != '-' : strchr(DIGITS, id[i]) == NULL)
			return "is not an ORCID iD: four groups of four";
		if (i % 5 != 4)
			total = (total + (unsigned)(id[i] - '0')) * 2;
	}
	check = (12 - total % 11) % 11;
	last = check == 10 ? 'X' : (char)('0' + check);
	return id[18] == last ? NULL
			      : "is mistyped: its last digit does not fit";
}

static const char *
licence_fault(const char *text)
{
	if (fv_licence_find(text) != NULL)
		return NULL;
	return "is none of the licences that the template lists (their case "
	       "counts); for any other, give 'license-url' instead";
}

static const char *
name_fault(const char *text)
{
	if (!only(text, SMALL, "0123456789-") || strchr("-", text[0]) != NULL)
		return "is made of small letters, digits and dashes";
	return strlen(text) > NAME_MOST ? "is too long for a name" : NULL;
}

static const char *
version_fault(const char *text)
{
	if (!only(text, LETTERS, "0123456789.-") ||
	    strchr(".-", text[0]) != NULL || strstr(text, "..") != NULL)
		return "is made of letters, digits, dots and dashes";
	return strlen(text) > NAME_MOST ? "is too long for a version" : NULL;
}

static const char *
text_fault(const char *text, bool paragraphs)
{
	if (strlen(text) > (paragraphs ? PROSE_MOST : LINE_MOST))
		return "is too long";
	return fv_prose_fault(text, paragraphs);
}

const char *
fv_metadata_value_fault(const struct fv_metadata_field *field, const char *text)
{
	switch (field->shape) {
	case FV_METADATA_CONSTANT:
		return strcmp(text, field->example) == 0
		    ? NULL
		    : "is another value than the one that is read here";
	case FV_METADATA_LINE:
	case FV_METADATA_WORDS:
		return text_fault(text, false);
	case FV_METADATA_PROSE:
		return text_fault(text, true);
	case FV_METADATA_NAME:
		return name_fault(text);
	case FV_METADATA_VERSION:
		return version_fault(text);
	case FV_METADATA_DATE:
		return date_fault(text);
	case FV_METADATA_MOMENT:
		return moment_fault(text);
	case FV_METADATA_EMAIL:
		return email_fault(text);
	case FV_METADATA_WEB:
		return web_fault(text);
	case FV_METADATA_DOI:
		return doi_fault(text);
	case FV_METADATA_ORCID:
		return orcid_fault(text);
	case FV_METADATA_LICENCE:
		return licence_fault(text);
	case FV_METADATA_ITEMS:
	case FV_METADATA_GROUP:
		break;
	}
	return "is not text";
}
