#include "analysis/report_findings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/markup.h"
#include "analysis/wording.h"

/*
 * Sentences.  {R02.tcp} stands for the value of a fact; a sentence whose facts
 * are not all there is not said.  The first of its facts is what it links to.
 */
static const struct {
	const char *heading;
	const char *sentences[4]; /* each for itself */
} findings[] = {
	{ "What was seen",
	    { "{R00.records} flow records of {R00.hosts} addresses were read, "
	      "from {R00.captures} captures.",
		"The captures span {R01.period}; of {R01.packets_read} packets "
		"read, {R01.packets_rejected} were rejected, each counted "
		"under its reason." } },
	{ "Protocols",
	    { "TCP carries {R02.tcp} of all packets and UDP {R02.udp}.",
		"IPv6 inside IPv4 is {R03.ipv6_in_ip}, VPN protocols are "
		"{R04.vpn}, multicast management {R05.igmp}." } },
	{ "The web, and what is beside it",
	    { "Destination ports 80 and 443 take {R09.web_outbound} of the "
	      "outbound packets.",
		"SSH has {R12.ssh_outbound} of them." } },
	{ "Who sends how much",
	    { "Of {R06.hosts} hosts, the one that sent most bytes sent "
	      "{R07.top_1} of all, the ten largest {R07.top_10}; "
	      "{R07.half} carry half.",
		"The loudest is {R08.host}; the port it sent to most is "
		"{R08.destination_port}, with {R08.destination_port_share} "
		"of its packets." } },
	{ "The suspicious host",
	    { "{R16.host} sent to {R16.destinations} addresses in "
	      "{R16.networks} IPv4 /16s; the median host sent to "
	      "{R15.median}.",
		"Successive destinations share {R16.common_prefix} bits of "
		"prefix: a scan of ranges would be near 30, a host with peers "
		"everywhere near 2." } },
	{ "Its ports",
	    { "It sent {R18.share} of its packets from port {R18.port}, and "
	      "touched {R21.coverage} of the destination ports above 1024, "
	      "with {R21.mean} packets for each port it used.",
		"Its client ports run from {R20.low} to {R20.high}; "
		"{R20.near} of the steps from one to the next are of 1 to "
		"16." } },
	{ "Its protocols",
	    { "TCP is {R24.tcp} and UDP {R24.udp} of what it sent; its share "
	      "of ICMP is {R25.ratio_all} times that of all packets." } },
	{ "Who it is",
	    { "The evidence, weighed for five classes of hosts, says "
	      "{R26.verdict}; how sure: {R26.confidence}.",
		"Whether it is a scan: {R26.scan}.",
		"That several hosts are behind the address has a probability "
		"of {R26.several}." } },
	{ "An address is not a host",
	    { "{R27.sessions} sessions of {R27.addresses} addresses look "
	      "like {R27.segments} hosts, one after another; of the changes "
	      "found, {R27.precision} are expected to be right.",
		"In {R28c.shared_halves} of the half hours in which one is "
		"heard of, at least two devices have it at a time." } },
	{ "Who is there, and for how long",
	    { "{R28a.addresses} addresses were active in {R28a.sessions} "
	      "sessions on {R28a.days} days." } },
	{ "What cannot be read, and what goes around",
	    { "{R28b.encrypted} of the bytes across the edge are encrypted, "
	      "by port; {R28b.tunnel} of the packets are in tunnels.",
		"In {R28b.dark_hours} of the hours with web traffic no name "
		"was asked for where anybody could see it.",
		"IPv6 has {R28f.ipv6} of all packets, and as much as "
		"{R28f.tunnelled} is IPv6 inside IPv4." } },
	{ "Who knocks at doors, and who calls home",
	    { "Of {R28d.contacts} first contacts over TCP that went out, "
	      "{R28d.answered} were answered; addresses that scan: "
	      "{R28d.scanners}.",
		"Beacons, regular as a clock: {R28e.beacons}." } },
};

const struct fv_result_fact *
fv_report_findings_fact(
    const struct fv_result *r, const char *id, const char *name)
{
	const struct fv_result_section *s;
	size_t i, k;

	for (i = 0; i < r->nsections; i++) {
		s = &r->section[i];
		if (strcmp(s->id, id) != 0)
			continue;
		for (k = 0; k < s->nfacts; k++)
			if (strcmp(s->fact[k].name, name) == 0)
				return &s->fact[k];
	}
	return NULL;
}

/* Room for the id of a section: "R28a". */
enum { ID_SIZE = 8 };

/*
 * The fact that "R02.tcp}..." at ${text} names; ${*after} is behind the brace,
 * and ${id} the section's id.
 */
static const struct fv_result_fact *
fact_at(const struct fv_result *r, const char *text, char id[ID_SIZE],
    const char **after)
{
	size_t dot = strcspn(text, "."), n = strcspn(text, "}");
	char name[64];

	*after = text + n + 1;
	(void)snprintf(id, ID_SIZE, "%.*s", (int)dot, text);
	(void)snprintf(
	    name, sizeof(name), "%.*s", (int)(n - dot - 1), text + dot + 1);
	return fv_report_findings_fact(r, id, name);
}

/* Append ${sentence}, or nothing; whether it was. */
static bool
say(const struct fv_result *r, const char *sentence, bool mask, bool first,
    struct fv_textbuf *out)
{
	const struct fv_result_fact *fact;
	char id[ID_SIZE] = "", text[FV_WORDING_SIZE];
	const char *at, *after;

	for (at = strchr(sentence, '{'); at != NULL; at = strchr(after, '{')) {
		fact = fact_at(r, at + 1, id, &after);
		if (fact == NULL || fact->cell.type == FV_RESULT_NONE)
			return false;
	}
	fv_textbuf_text(out, first ? "" : " ");
	for (at = sentence; *at != '\0'; at = after) {
		after = at + strcspn(at, "{");
		fv_textbuf_bytes(out, at, (size_t)(after - at));
		if (*after == '\0')
			break;
		fact = fact_at(r, after + 1, id, &after);
		fv_textbuf_format(out, "<a href=\"#%s\">", id);
		fv_markup_text(out,
		    fv_wording_cell(
			&fact->cell, fact->cell.decimals, mask, text));
		fv_textbuf_text(out, "</a>");
	}
	return true;
}

void
fv_report_findings_html(
    const struct fv_result *r, bool mask, struct fv_textbuf *out)
{
	struct fv_textbuf said;
	bool any = false, first;
	struct fv_err err;
	size_t i, k;

	for (i = 0; i < FV_COUNT(findings); i++) {
		said = (struct fv_textbuf){ .bytes = NULL };
		first = true;
		for (k = 0; k < FV_COUNT(findings[i].sentences); k++)
			if (findings[i].sentences[k] != NULL &&
			    say(r, findings[i].sentences[k], mask, first,
				&said))
				first = false;
		if (fv_textbuf_done(&said, &err) == -1) {
			if (out->err.code == FV_OK)
				out->err = err;
		} else if (!first) {
			fv_textbuf_text(
			    out, any ? "" : "<dl class=\"findings\">\n");
			fv_textbuf_format(out,
			    "<div><dt>%s</dt>\n<dd>%s</dd></div>\n",
			    findings[i].heading, said.bytes);
			any = true;
		}
		fv_textbuf_free(&said);
	}
	fv_textbuf_text(out, any ? "</dl>\n" : "");
}

/*
 * Read "65 %", "0.09 %", "1700": the number times ten to the ${*decimals}.
 * Whether it is one, and nothing else.
 */
static bool
read_number(const char *text, uint64_t *value, unsigned *decimals, bool *share)
{
	size_t digits = 0;
	bool point = false;

	*value = 0;
	*decimals = 0;
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point);
	     text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		if (++digits > 15)
			return false;
		*value = *value * 10 + (uint64_t)(*text - '0');
		*decimals += point;
	}
	*share = strcmp(text, " %") == 0;
	return digits > 0 && *decimals <= FV_RESULT_DECIMALS_LIMIT &&
	    (*text == '\0' || *share);
}

static enum fv_report_match
judge(bool same)
{
	return same ? FV_REPORT_SAME : FV_REPORT_DIFFERS;
}

/* What the slides say in words, and can be judged. */
static enum fv_report_match
match_words(const struct fv_result_cell *cell, const char *slides)
{
	static const char less[] = "less than ";
	bool quotient =
	    cell->type == FV_RESULT_SHARE || cell->type == FV_RESULT_RATIO;
	uint64_t limit;

	if (cell->type == FV_RESULT_TEXT && strcmp(cell->text, slides) == 0)
		return FV_REPORT_SAME;
	if (strcmp(slides, "none") == 0 && !quotient &&
	    cell->type != FV_RESULT_TEXT)
		return judge(cell->part == 0);
	if (!quotient || cell->whole == 0)
		return FV_REPORT_UNJUDGED;
	if (strncmp(slides, less, strlen(less)) == 0) {
		limit = strtoull(slides + strlen(less), NULL, 10);
		return judge(cell->part < cell->whole * limit);
	}
	if (strcmp(slides, "double") == 0)
		return judge(fv_result_scaled(cell->part, cell->whole, 1) == 2);
	if (strcmp(slides, "most") == 0)
		return judge(cell->part > cell->whole / 2);
	return FV_REPORT_UNJUDGED;
}

enum fv_report_match
fv_report_findings_match(const struct fv_result_cell *cell, const char *slides)
{
	fv_result_wide ours;
	unsigned decimals;
	uint64_t theirs;
	bool share;

	if (!read_number(slides, &theirs, &decimals, &share))
		return match_words(cell, slides);
	switch (cell->type) {
	case FV_RESULT_SHARE:
		if (!share || cell->whole == 0)
			return FV_REPORT_UNJUDGED;
		ours = fv_result_scaled(
		    cell->part, cell->whole, fv_result_power(decimals + 2));
		return judge(ours == theirs);
	case FV_RESULT_RATIO:
		if (share || cell->whole == 0)
			return FV_REPORT_UNJUDGED;
		ours = fv_result_scaled(
		    cell->part, cell->whole, fv_result_power(decimals));
		return judge(ours == theirs);
	case FV_RESULT_COUNT:
	case FV_RESULT_NUMBER:
		return share || decimals > 0 ? FV_REPORT_UNJUDGED
					     : judge(cell->part == theirs);
	default:
		return FV_REPORT_UNJUDGED;
	}
}
