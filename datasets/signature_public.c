#include "datasets/signature.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/digest.h"
#include "base/secret.h"

static const char FINGERPRINT[] = "sha256:";

/* "Ed", a key number of 8 bytes, the key: minisign(1), signify(1). */
enum { LINES_BYTES = 2 + 8 + FV_SIGNATURE_KEY_SIZE, LINES_TEXT = 56 };

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Whether the ${n} characters at ${text} are ${size} bytes in hex. */
static bool
take_hex(const char *text, size_t n, uint8_t *bytes, size_t size)
{
	size_t i;
	int high, low;

	if (n != 2 * size)
		return false;
	for (i = 0; i < size; i++) {
		high = hex_digit(text[2 * i]);
		low = hex_digit(text[2 * i + 1]);
		if (high == -1 || low == -1)
			return false;
		bytes[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Leave white space at both ends out. */
static void
trim(const char **text, size_t *n)
{
	while (*n > 0 && is_space(**text)) {
		(*text)++;
		(*n)--;
	}
	while (*n > 0 && is_space((*text)[*n - 1]))
		(*n)--;
}

/* The key in the last line, behind a comment line or none. */
static bool
take_lines(const char *text, size_t n, struct fv_signature_public *public)
{
	static const char comment[] = "untrusted comment:";
	unsigned char bytes[LINES_BYTES + 3];
	const char *end;

	if (n >= sizeof(comment) - 1 &&
	    memcmp(text, comment, sizeof(comment) - 1) == 0) {
		if ((end = memchr(text, '\n', n)) == NULL)
			return false;
		n -= (size_t)(end - text);
		text = end;
		trim(&text, &n);
	}
	if (n != LINES_TEXT ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)text, LINES_TEXT) !=
		LINES_BYTES ||
	    memcmp(bytes, "Ed", 2) != 0)
		return false;
	memcpy(public->bytes, bytes + LINES_BYTES - FV_SIGNATURE_KEY_SIZE,
	    FV_SIGNATURE_KEY_SIZE);
	return true;
}

static int
take_pem(const char *text, size_t length, struct fv_signature_public *public,
    struct fv_err *err)
{
	size_t n = FV_SIGNATURE_KEY_SIZE;
	EVP_PKEY *key = NULL;
	BIO *bio = NULL;
	int rc = -1;

	if (length <= INT_MAX)
		bio = BIO_new_mem_buf(text, (int)length);
	if (bio != NULL)
		key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	if (key == NULL)
		(void)fv_err_set(err, FV_EKEY, "is not a public key");
	else if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
	    EVP_PKEY_get_raw_public_key(key, public->bytes, &n) != 1)
		(void)fv_err_set(
		    err, FV_EKEY, "is a public key, but not of Ed25519");
	else
		rc = 0;
	ERR_clear_error();
	EVP_PKEY_free(key);
	BIO_free(bio);
	return rc;
}

int
fv_signature_public_parse(const char *text, size_t length,
    struct fv_signature_public *public, struct fv_err *err)
{
	const char *at = text;
	size_t n = length;

	trim(&at, &n);
	if (memmem(at, n, "PRIVATE KEY-----", 16) != NULL)
		return fv_err_set(err, FV_EKEY,
		    "holds a private key, which nobody else should have; give "
		    "its public half ('flowveil key show --signing')");
	if (memmem(at, n, "-----BEGIN ", 11) != NULL)
		return take_pem(at, n, public, err);
	if (take_hex(at, n, public->bytes, sizeof(public->bytes)) ||
	    take_lines(at, n, public))
		return 0;
	return fv_err_set(err, FV_EKEY,
	    "is not a public key: neither PEM, nor 64 hexadecimal digits, nor "
	    "the two lines of minisign and signify");
}

/* A small file whole.  ${text} has FV_SECRET_LIMIT bytes. */
static int
slurp(const char *path, char *text, size_t *length, struct fv_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int rc;

	if (fd == -1 || fstat(fd, &st) == -1) {
		rc = fv_err_system(err, errno, "%s: key not readable", path);
	} else if (!S_ISREG(st.st_mode)) {
		rc =
		    fv_err_set(err, FV_EKEY, "%s: is not a regular file", path);
	} else {
		rc = fv_secret_read(fd, text, FV_SECRET_LIMIT, length, err);
		if (rc == -1)
			(void)fv_err_within(err, "%s", path);
	}
	if (fd != -1)
		(void)close(fd);
	return rc;
}

int
fv_signature_public_open(
    const char *path, struct fv_signature_public *public, struct fv_err *err)
{
	char text[FV_SECRET_LIMIT];
	size_t length = 0;
	int rc;

	if (slurp(path, text, &length, err) == -1)
		return -1;
	if ((rc = fv_signature_public_parse(text, length, public, err)) == -1)
		(void)fv_err_within(err, "%s", path);
	fv_secret_wipe(text, sizeof(text)); /* it may be the wrong file */
	return rc;
}

int
fv_signature_fingerprint(const struct fv_signature_public *public,
    char text[FV_SIGNATURE_FINGERPRINT_TEXT], struct fv_err *err)
{
	struct fv_digest *digest;
	uint8_t value[FV_DIGEST_SIZE];
	char hex[FV_DIGEST_TEXT];
	int rc = -1;

	if ((digest = fv_digest_new(err)) == NULL)
		return -1;
	if (fv_digest_add(digest, public->bytes, sizeof(public->bytes), err) ==
		0 &&
	    fv_digest_value(digest, value, err) == 0) {
		fv_digest_hex(value, sizeof(value), hex);
		(void)snprintf(text, FV_SIGNATURE_FINGERPRINT_TEXT, "%s%s",
		    FINGERPRINT, hex);
		rc = 0;
	}
	fv_digest_free(digest);
	return rc;
}

/* Whether ${n} characters are a fingerprint; if so, ${pin} is it. */
static bool
take_fingerprint(const char *text, size_t n, struct fv_signature_pin *pin)
{
	const size_t prefix = sizeof(FINGERPRINT) - 1;
	uint8_t value[FV_DIGEST_SIZE];
	char hex[FV_DIGEST_TEXT];

	trim(&text, &n);
	if (n < prefix || memcmp(text, FINGERPRINT, prefix) != 0 ||
	    !take_hex(text + prefix, n - prefix, value, sizeof(value)))
		return false;
	fv_digest_hex(value, sizeof(value), hex);
	(void)snprintf(pin->fingerprint, sizeof(pin->fingerprint), "%s%s",
	    FINGERPRINT, hex);
	pin->is_key = false;
	return true;
}

static int
pin_file(const char *path, struct fv_signature_pin *pin, struct fv_err *err)
{
	char text[FV_SECRET_LIMIT];
	size_t length = 0;
	int rc = 0;

	if (slurp(path, text, &length, err) == -1)
		return -1;
	if (!take_fingerprint(text, length, pin)) {
		pin->is_key = true;
		rc = fv_signature_public_parse(text, length, &pin->key, err);
		if (rc == -1)
			(void)fv_err_within(err, "%s", path);
	}
	fv_secret_wipe(text, sizeof(text)); /* it may be the wrong file */
	return rc;
}

int
fv_signature_pin_open(
    const char *word, struct fv_signature_pin *pin, struct fv_err *err)
{
	size_t n = strlen(word);

	memset(pin, 0, sizeof(*pin));
	if (take_fingerprint(word, n, pin))
		return 0;
	if (strncmp(word, FINGERPRINT, sizeof(FINGERPRINT) - 1) == 0)
		return fv_err_set(err, FV_EKEY,
		    "'%.100s' is not a fingerprint: 64 hexadecimal digits "
		    "follow %s",
		    word, FINGERPRINT);
	pin->is_key = take_hex(word, n, pin->key.bytes, sizeof(pin->key.bytes));
	if (!pin->is_key && pin_file(word, pin, err) == -1)
		return -1;
	if (!pin->is_key)
		return 0;
	return fv_signature_fingerprint(&pin->key, pin->fingerprint, err);
}

int
fv_signature_pin_check(const struct fv_signature_pin *pin,
    const struct fv_signature_public *offered, struct fv_err *err)
{
	char text[FV_SIGNATURE_FINGERPRINT_TEXT];

	if (fv_signature_fingerprint(offered, text, err) == -1)
		return -1;
	if (strcmp(text, pin->fingerprint) == 0)
		return 0;
	return fv_err_set(err, FV_EKEY,
	    "is signed with the key %s, not with the one you trust, %s", text,
	    pin->fingerprint);
}
