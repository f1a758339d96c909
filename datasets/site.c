#include "datasets/site.h"

#include <string.h>

int
fv_site_check(const char *text, struct fv_err *err)
{
	const char *c;

	if (strlen(text) >= FV_SITE_TEXT)
		return fv_err_set(err, FV_EUSAGE,
		    "is longer than %d characters", FV_SITE_TEXT - 1);
	for (c = text; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~')
			return fv_err_set(err, FV_EUSAGE,
			    "has a character that is not printable ASCII, which"
			    " some readers of datasets cannot take");
	}
	return 0;
}

int
fv_site_set(struct fv_site *site, const char *name, const char *kind,
    struct fv_err *err)
{
	memset(site, 0, sizeof(*site));
	if (fv_site_check(name, err) == -1)
		return fv_err_within(err, "name of the site");
	if (fv_site_check(kind, err) == -1)
		return fv_err_within(err, "kind of the site");
	memcpy(site->name, name, strlen(name));
	memcpy(site->kind, kind, strlen(kind));
	return 0;
}
