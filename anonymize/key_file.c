#include "anonymize/key_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

/* 32 bytes in base64, and the three that the decoder may write more. */
enum { BASE64_TEXT = 44, BASE64_BYTES = 33 };

/* Whether ${text} has the shape YYYY-MM-DD. */
static bool
is_date(const char *text)
{
	static const char shape[] = "0000-00-00";
	size_t i;

	if (strlen(text) != strlen(shape))
		return false;
	for (i = 0; i < strlen(shape); i++)
		if (shape[i] == '-' ? text[i] != '-'
				    : text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static int
write_all(int fd, const char *text, size_t n)
{
	ssize_t wrote;

	while (n > 0) {
		if ((wrote = write(fd, text, n)) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		text += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

/* The key file's text for ${key} into ${text}; how long it is. */
static int
format(const struct fv_key *key, const char *created, char *text, size_t size)
{
	char base64[BASE64_TEXT + 1];
	int n;

	(void)EVP_EncodeBlock(
	    (unsigned char *)base64, key->secret, FV_KEY_SIZE);
	n = snprintf(text, size,
	    "flowveil-key: 1\nid: %s\ncreated: %s\nkdf: none\n"
	    "cipher: none\nkey: %s\n",
	    key->id, created, base64);
	fv_key_wipe(base64, sizeof(base64));
	return n;
}

static struct fv_key *
random_key(struct fv_err *err)
{
	uint8_t secret[FV_KEY_SIZE];
	struct fv_key *key = NULL;

	if (RAND_priv_bytes(secret, sizeof(secret)) == 1)
		key = fv_key_import(secret, err);
	else
		(void)fv_err_set(err, FV_ECRYPTO, "no random bytes for a key");
	fv_key_wipe(secret, sizeof(secret));
	return key;
}

int
fv_key_create(const char *path, const char *created, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT];
	struct fv_key *key = NULL;
	int fd = -1, n, rc = -1;

	if (!is_date(created))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' is not a date: write it as 2026-01-31", created);
	if ((key = random_key(err)) == NULL)
		goto out;
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1) {
		(void)fv_err_system(err, errno, "%s: key not created", path);
		goto out;
	}
	n = format(key, created, text, sizeof(text));
	/* fchmod: a umask may have taken even the owner's bits away. */
	if (fchmod(fd, 0600) == -1 || write_all(fd, text, (size_t)n) == -1 ||
	    fsync(fd) == -1) {
		(void)fv_err_system(err, errno, "%s: key not written", path);
		(void)unlink(path);
		goto out;
	}
	rc = 0;
out:
	if (fd != -1)
		(void)close(fd);
	fv_key_wipe(text, sizeof(text));
	fv_key_free(key);
	return rc;
}

/* The rules of ssh(1): a key that others may read is no key any more. */
static int
check_file(int fd, struct fv_err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return fv_err_system(err, errno, "key file");
	if (!S_ISREG(st.st_mode))
		return fv_err_set(err, FV_EKEY, "is not a regular file");
	if (st.st_uid != geteuid())
		return fv_err_set(err, FV_EKEY, "belongs to another user");
	if ((st.st_mode & 077) != 0)
		return fv_err_set(err, FV_EKEY,
		    "others may read or write it (mode %04o); make it 0600, "
		    "and if it was ever exposed, make a new key",
		    (unsigned)(st.st_mode & 07777));
	return 0;
}

struct fv_key *
fv_key_open(const char *path, struct fv_err *err)
{
	struct fv_key *key = NULL;
	/* O_NONBLOCK: a FIFO of that name must not make us wait for ever. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1) {
		int number = errno;

		(void)fv_err_system(err, number, "%s: key not readable%s", path,
		    number == ENOENT ? " (make one with 'flowveil key new')"
			: number == ELOOP ? " (symbolic links are refused)"
					  : "");
		if (number == ENOENT || number == ELOOP)
			err->code = FV_EKEY;
		return NULL;
	}
	if (check_file(fd, err) == 0)
		key = fv_key_read(fd, err);
	if (key == NULL)
		(void)fv_err_within(err, "%s", path);
	(void)close(fd);
	return key;
}

struct fv_key *
fv_key_read(int fd, struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT + 1];
	struct fv_key *key = NULL;
	size_t used = 0;
	ssize_t n = 0;

	while (used < sizeof(text)) {
		n = read(fd, text + used, sizeof(text) - used);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	if (n == -1)
		(void)fv_err_system(err, errno, "key not readable");
	else if (used > FV_KEY_FILE_LIMIT)
		(void)fv_err_set(err, FV_EKEY, "too long for a key file");
	else
		key = fv_key_parse(text, used, err);
	fv_key_wipe(text, sizeof(text));
	return key;
}

/* One "name: value" line; the value is copied, cut at ${size} - 1. */
static bool
take_line(const char **at, const char *end, const char *name, char *value,
    size_t size)
{
	const char *line = *at;
	const char *stop = memchr(line, '\n', (size_t)(end - line));
	size_t n = strlen(name);

	if (stop == NULL || (size_t)(stop - line) < n + 2 ||
	    memcmp(line, name, n) != 0 || memcmp(line + n, ": ", 2) != 0)
		return false;
	line += n + 2;
	if ((size_t)(stop - line) >= size ||
	    memchr(line, '\0', (size_t)(stop - line)) != NULL)
		return false;
	memcpy(value, line, (size_t)(stop - line));
	value[stop - line] = '\0';
	*at = stop + 1;
	return true;
}

/* What the lines of a key file hold. */
struct lines {
	char version[8];
	char id[FV_KEY_ID_TEXT];
	char created[FV_KEY_CREATED_TEXT];
	char kdf[16];
	char cipher[32];
	char base64[BASE64_TEXT + 1];
};

static int
take_lines(const char *text, size_t length, struct lines *l, struct fv_err *err)
{
	const struct {
		const char *name;
		char *value;
		size_t size;
	} line[] = {
		{ "flowveil-key", l->version, sizeof(l->version) },
		{ "id", l->id, sizeof(l->id) },
		{ "created", l->created, sizeof(l->created) },
		{ "kdf", l->kdf, sizeof(l->kdf) },
		{ "cipher", l->cipher, sizeof(l->cipher) },
		{ "key", l->base64, sizeof(l->base64) },
	};
	const char *at = text, *end = text + length;
	size_t i;

	for (i = 0; i < FV_COUNT(line); i++) {
		if (!take_line(
			&at, end, line[i].name, line[i].value, line[i].size))
			return fv_err_set(err, FV_EKEY,
			    "not a flowveil key file: line %zu should say "
			    "'%s: ...'",
			    i + 1, line[i].name);
		if (i == 0 && strcmp(l->version, "1") != 0)
			return fv_err_set(err, FV_EKEY,
			    "a key file of a version that this flowveil "
			    "does not read");
	}
	if (at != end)
		return fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: more than %zu lines", i);
	if (!is_date(l->created))
		return fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: line 3 is not a date");
	if (strcmp(l->kdf, "none") != 0 || strcmp(l->cipher, "none") != 0)
		return fv_err_set(err, FV_EKEY,
		    "wrapped in a way that this flowveil does not read");
	return 0;
}

/*
 * The 32 bytes that ${base64} stands for.  Only the one text that the bytes
 * are written as will do (RFC 4648, 3.5), so that no damage goes unnoticed:
 * the decoder alone steps over white space, and over bits that are left.
 */
static bool
decode(const char *base64, uint8_t secret[BASE64_BYTES])
{
	const unsigned char *text = (const unsigned char *)base64;
	unsigned char again[BASE64_TEXT + 1];
	bool same;

	if (strlen(base64) != BASE64_TEXT ||
	    EVP_DecodeBlock(secret, text, BASE64_TEXT) != BASE64_BYTES)
		return false;
	(void)EVP_EncodeBlock(again, secret, FV_KEY_SIZE);
	same = memcmp(again, text, BASE64_TEXT) == 0;
	fv_key_wipe(again, sizeof(again));
	return same;
}

struct fv_key *
fv_key_parse(const char *text, size_t length, struct fv_err *err)
{
	uint8_t secret[BASE64_BYTES];
	struct fv_key *key = NULL;
	struct lines l = { 0 };

	if (take_lines(text, length, &l, err) == -1)
		goto out;
	if (!decode(l.base64, secret)) {
		(void)fv_err_set(err, FV_EKEY,
		    "not a flowveil key file: line 6 is not 32 bytes of base64");
		goto out;
	}
	if ((key = fv_key_import(secret, err)) == NULL)
		goto out;
	if (strcmp(key->id, l.id) != 0) {
		(void)fv_err_set(err, FV_EKEY,
		    "the key does not match its id: the file is damaged");
		fv_key_free(key);
		key = NULL;
		goto out;
	}
	memcpy(key->created, l.created, sizeof(key->created));
out:
	fv_key_wipe(secret, sizeof(secret));
	fv_key_wipe(&l, sizeof(l));
	return key;
}
