#include "cli/address_text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

int
fv_address_text_line(
    FILE *in, char line[FV_ADDRESS_TEXT_LINE], struct fv_err *err)
{
	char *begin = line;
	size_t n;
	int c;

	if (fgets(line, FV_ADDRESS_TEXT_LINE, in) == NULL)
		return ferror(in) == 0
		    ? 0
		    : fv_err_system(err, errno, "standard input");
	n = strlen(line);
	if (n == FV_ADDRESS_TEXT_LINE - 1 && line[n - 1] != '\n') {
		while ((c = getc(in)) != EOF && c != '\n')
			continue;
		(void)strcpy(line, line[0] == '#' ? "" : "?");
	}
	line[strcspn(line, "#")] = '\0';
	n = strlen(line);
	while (n > 0 && isspace((unsigned char)line[n - 1]))
		line[--n] = '\0';
	while (isspace((unsigned char)*begin))
		begin++;
	memmove(line, begin, strlen(begin) + 1);
	return 1;
}

bool
fv_address_text_parse(const char *text, uint8_t octet[16], uint8_t *version)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, text, octet + 12) == 1) {
		memcpy(octet, mapped, sizeof(mapped));
		*version = 4;
		return true;
	}
	*version = 6;
	return inet_pton(AF_INET6, text, octet) == 1;
}
