#include "cli/mapping_arguments.h"

#include <string.h>

#include "datasets/site.h"

int
fv_mapping_arguments_take(const struct fv_mapping_arguments *arguments,
    struct fv_mapping_options *options, struct fv_err *err)
{
	const char *site = arguments->site, *release = arguments->release;

	if (site == NULL)
		site = FV_MAPPING_ARGUMENTS_SITE;
	*options = (struct fv_mapping_options){ FV_MAPPING_CRYPTO_PAN,
		arguments->canonical, { site, release } };
	if (arguments->scheme != NULL &&
	    fv_mapping_scheme_parse(arguments->scheme, &options->scheme, err) ==
		-1)
		return fv_err_within(err, "--scheme");
	if (fv_site_check(site, err) == -1)
		return fv_err_within(err, "--site");
	if (release == NULL)
		return 0;
	if (release[0] == '\0')
		return fv_err_set(err, FV_EUSAGE, "--release: has no name");
	if (arguments->canonical)
		return fv_err_set(err, FV_EUSAGE,
		    "--release: with --canonical all releases have the same "
		    "pseudonyms: leave one of the two out");
	if (fv_site_check(release, err) == -1)
		return fv_err_within(err, "--release");
	return 0;
}
