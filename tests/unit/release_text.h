#ifndef TESTS_UNIT_RELEASE_TEXT_H
#define TESTS_UNIT_RELEASE_TEXT_H

/*
 * A release's metadata without a fault, with every field; line 1 is
 * cff-version.  It describes the datasets that tests/unit/rows.h makes.
 */
#define RELEASE_TEXT                                                       \
	"cff-version: 1.2.0\n"                                             \
	"type: dataset\n"                                                  \
	"message: Please cite it.\n"                                       \
	"title: 'Flows: <a> & \"b\"'\n"                                    \
	"abstract: |\n  One paragraph.\n\n  Another | one.\n"              \
	"version: 1.0-rc1\n"                                               \
	"date-released: 2026-06-30\n"                                      \
	"authors:\n"                                                       \
	"  - {given-names: Ada, family-names: Example, affiliation: Lab, " \
	"orcid: 'https://orcid.org/0000-0002-1825-0097'}\n"                \
	"  - name: Measurement Group\n"                                    \
	"    website: https://www.example.org/\n"                          \
	"contact:\n"                                                       \
	"  - {family-names: Nobody}\n"                                     \
	"  - {name: Desk, email: data@example.org}\n"                      \
	"keywords: [flow records, \"hotspots & co\"]\n"                    \
	"license: CC-BY-NC-4.0\n"                                          \
	"doi: 10.5072/example\n"                                           \
	"url: https://www.example.org/dataset\n"                           \
	"flowveil:\n"                                                      \
	"  name: made-up\n"                                                \
	"  publisher: Example Networks\n"                                  \
	"  sites:\n"                                                       \
	"    - {name: site 0, kind: hotel, description: rooms}\n"          \
	"  collection: {start: 2013-09-24, end: 2013-09-25}\n"             \
	"  observation-point: Before the gateway.\n"                       \
	"  link: 1 Gbit/s\n"                                               \
	"  clock: NTP\n"                                                   \
	"  loss: None known.\n"                                            \
	"  dropped: Staff.\n"                                              \
	"  notes: None.\n"                                                 \
	"  access: On request.\n"                                          \
	"  terms: For research only.\n"

#endif
