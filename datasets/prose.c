#include "datasets/prose.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/attributes.h"
#include "datasets/schema.h"

/* Longer words are not looked into: no address or host name is. */
enum { WORD = 256 };

/* Ranges of characters that are not seen, or change how others are seen. */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x061c, 0x061c },
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xfff0, 0xffff },
	{ 0xe0000, 0xe0fff },
};

/* The domains that name hosts of one house only. */
static const char *const inner_domains[] = { ".local", ".lan", ".internal",
	".intranet", ".private", ".corp", ".home", ".home.arpa", ".localdomain",
	".localhost" };

/*
 * The character at ${at} (RFC 3629: the shortest form, no surrogates) and
 * where the next one begins; NULL when it is none.
 */
static const char *
take_character(const char *at, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)at;
	unsigned more = u[0] < 0x80       ? 0
	    : u[0] >= 0xf0 && u[0] < 0xf8 ? 3
	    : u[0] >= 0xe0 && u[0] < 0xf0 ? 2
	    : u[0] >= 0xc2 && u[0] < 0xe0 ? 1
					  : 4;
	unsigned i;

	if (more == 4)
		return NULL;
	*c = more == 0 ? u[0] : u[0] & (0x3fu >> more);
	for (i = 1; i <= more; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return NULL;
		*c = *c << 6 | (u[i] & 0x3f);
	}
	if (*c < least[more] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return NULL;
	return at + more + 1;
}

static const char *
characters_fault(const char *text, bool paragraphs)
{
	uint32_t c;
	size_t i;

	while (*text != '\0') {
		if ((text = take_character(text, &c)) == NULL)
			return "is not UTF-8";
		if (c == '\n' && paragraphs)
			continue;
		if (c == '\n')
			return "has more than one line";
		for (i = 0; i < FV_COUNT(hidden); i++)
			if (c >= hidden[i].first && c <= hidden[i].last)
				return "holds a control character, or one "
				       "that is not seen";
	}
	return NULL;
}

/* A name that stands with a slash in our own format: "/flows". */
static bool
is_table(const char *word)
{
	size_t i, n;

	for (i = 0; i < FV_TABLES; i++) {
		n = strlen(fv_schema_tables[i].name);
		if (strncmp(word + 1, fv_schema_tables[i].name, n) == 0 &&
		    (word[n + 1] == '\0' || word[n + 1] == '/'))
			return true;
	}
	return false;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_path(const char *word)
{
	if (strncmp(word, "file:", 5) == 0 || strncmp(word, "\\\\", 2) == 0 ||
	    strncmp(word, "~/", 2) == 0 || strncmp(word, "../", 3) == 0)
		return true;
	if (is_letter(word[0]) && word[1] == ':' &&
	    (word[2] == '\\' || word[2] == '/'))
		return true;
	/* "/24" is the length of a prefix. */
	return word[0] == '/' && (is_letter(word[1]) || word[1] == '.') &&
	    !is_table(word);
}

/* Whether ${word} is an address, alone or as a network, that is somebody's. */
static bool
is_ip(const char *word)
{
	static const uint32_t examples[] = { 0xc0000200, 0xc6336400,
		0xcb007100 };
	static const unsigned char example6[] = { 0x20, 0x01, 0x0d, 0xb8 };
	unsigned char ip6[16];
	char alone[WORD], *end;
	struct in_addr ip;
	size_t i;

	(void)snprintf(alone, sizeof(alone), "%s", word);
	if ((end = strpbrk(alone, "/%")) != NULL)
		*end = '\0';
	/* "192.0.2.1:80" */
	if (strchr(alone, '.') != NULL && (end = strrchr(alone, ':')) != NULL &&
	    strchr(alone, ':') == end)
		*end = '\0';
	if (inet_pton(AF_INET, alone, &ip) == 1) {
		for (i = 0; i < FV_COUNT(examples); i++)
			if ((ntohl(ip.s_addr) & 0xffffff00) == examples[i])
				return false;
		return true;
	}
	return strchr(alone, ':') != NULL &&
	    inet_pton(AF_INET6, alone, ip6) == 1 &&
	    memcmp(ip6, example6, sizeof(example6)) != 0 &&
	    strcmp(alone, "::") != 0;
}

/* 00:00:5e:00:53:01, with dashes too, and 0000.5e00.5301. */
static bool
is_link_layer(const char *word)
{
	static const char *const shapes[] = { "xx:xx:xx:xx:xx:xx",
		"xx-xx-xx-xx-xx-xx", "xxxx.xxxx.xxxx" };
	const char *shape;
	size_t i, j;

	for (i = 0; i < FV_COUNT(shapes); i++) {
		shape = shapes[i];
		for (j = 0; shape[j] != '\0'; j++)
			if (shape[j] == 'x' ? strchr("0123456789abcdefABCDEF",
						  word[j]) == NULL ||
				    word[j] == '\0'
					    : word[j] != shape[j])
				break;
		if (shape[j] == '\0' && word[j] == '\0')
			return true;
	}
	return false;
}

static bool
is_inner_host(const char *word)
{
	const char *at = strchr(word, '@');
	size_t i, n = strlen(word), m;

	/* root@probe, but not data@example.org */
	if (at != NULL && at != word && at[1] != '\0' &&
	    strchr(at, '.') == NULL)
		return true;
	for (i = 0; i < FV_COUNT(inner_domains); i++) {
		m = strlen(inner_domains[i]);
		if (n > m && strcasecmp(word + n - m, inner_domains[i]) == 0)
			return true;
	}
	return false;
}

/* What stands between "://" and the path of a web address, if it is one. */
static void
take_host(const char *word, char host[WORD])
{
	const char *at = strstr(word, "://");
	size_t n;

	at = at == NULL ? word : at + 3;
	n = at == word ? strlen(at) : strcspn(at, "/?#:");
	memcpy(host, at, n);
	host[n] = '\0';
}

static const char *
word_fault(const char *word)
{
	char host[WORD];

	take_host(word, host);
	if (is_path(word))
		return "holds a path of a file system";
	if (is_ip(host))
		return "holds an IP address (for an example take one of "
		       "192.0.2.0/24 or 2001:db8::/32)";
	if (is_link_layer(word))
		return "holds a link-layer address";
	if (is_inner_host(host))
		return "holds the name of a host or a user";
	return NULL;
}

const char *
fv_prose_fault(const char *text, bool paragraphs)
{
	static const char around[] = " \n\"'`()[]{}<>,;=";
	const char *fault = characters_fault(text, paragraphs);
	char word[WORD];
	size_t n;

	while (fault == NULL && *text != '\0') {
		text += strspn(text, around);
		n = strcspn(text, around);
		if (n > 0 && n < sizeof(word)) {
			memcpy(word, text, n);
			word[n] = '\0';
			/* The end of a sentence is none of the word. */
			while (n > 0 && strchr(".:!?", word[n - 1]) != NULL &&
			    (n < 2 || word[n - 2] != ':'))
				word[--n] = '\0';
			fault = word_fault(word);
			n = strcspn(text, around);
		}
		text += n;
	}
	return fault;
}
