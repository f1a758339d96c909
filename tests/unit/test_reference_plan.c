#include "tests/unit/suites.h"

#include <stdlib.h>

#include "datasets/reference/plan.h"
#include "datasets/reference/talks.h"

static void
cells_and_days_add_up_to_the_services(void)
{
	struct fv_reference_options options;
	struct fv_portion portion, sum;
	struct fv_guests *g;
	struct fv_plan *plan;
	struct fv_err err;
	uint32_t out[64] = { 0 }, in[64] = { 0 }, hosts[64] = { 0 };
	unsigned day;
	size_t i;

	fv_reference_defaults(&options);
	g = fv_guests_new(&fv_profile_deck, 1, 0, 1, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	plan = fv_plan_new(g, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
	for (i = 0; i < plan->ncells; i++) {
		sum = (struct fv_portion){ 0, 0 };
		for (day = 0; day < plan->profile->days; day++) {
			portion = fv_plan_portion(plan, i, day);
			sum.out += portion.out;
			sum.in += portion.in;
		}
		CU_ASSERT_EQUAL(sum.out, plan->cell[i].out);
		CU_ASSERT_EQUAL(sum.in, plan->cell[i].in);
		out[plan->cell[i].service] += sum.out;
		in[plan->cell[i].service] += sum.in;
		hosts[plan->cell[i].service]++;
	}
	for (i = 0; i < plan->profile->nservices; i++) {
		CU_ASSERT_EQUAL(out[i], plan->out[i]);
		CU_ASSERT_EQUAL(in[i], plan->in[i]);
		if (plan->profile->services[i].hosts > 0)
			CU_ASSERT_EQUAL(
			    hosts[i], plan->profile->services[i].hosts);
	}
	fv_plan_free(plan);
	fv_guests_free(g);
}

/* The suspicious host's talks of all days add up to its quotas. */
static void
the_suspect_has_its_quotas_in_both_variants(void)
{
	struct fv_reference_options options;
	struct fv_talks talks = { 0 };
	struct fv_guests *g;
	struct fv_plan *plan;
	struct fv_err err;
	uint32_t out[256], in[256], ports;
	unsigned day;
	size_t i;
	int variant;

	fv_reference_defaults(&options);
	g = fv_guests_new(&fv_profile_deck, 1, 0, 1, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	for (variant = 0; variant < 2; variant++) {
		options.suspect =
		    variant == 0 ? FV_REFERENCE_PEER : FV_REFERENCE_SCANNER;
		plan = fv_plan_new(g, &options, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
		for (i = 0; i < 256; i++)
			out[i] = in[i] = 0;
		for (day = 0; day < 30; day++) {
			CU_ASSERT_EQUAL_FATAL(fv_talks_fill(&talks, plan, day,
						  g->by_role[0], &err),
			    0);
			ports = fv_suspect_first(plan->suspect, day);
			for (i = 0; i < talks.n; i++) {
				out[talks.talk[i].protocol] +=
				    talks.talk[i].out;
				in[talks.talk[i].protocol] += talks.talk[i].in;
				if (talks.talk[i].protocol != 0 &&
				    talks.talk[i].counts)
					CU_ASSERT_EQUAL(talks.talk[i].near_port,
					    fv_suspect_port(ports++));
			}
			CU_ASSERT_EQUAL(
			    ports, fv_suspect_first(plan->suspect, day + 1));
		}
		for (i = 1; i < 256; i++) {
			CU_ASSERT_EQUAL(
			    out[i], fv_suspect_quota((uint8_t)i, true));
			CU_ASSERT_EQUAL(
			    in[i], fv_suspect_quota((uint8_t)i, false));
		}
		fv_plan_free(plan);
	}
	fv_talks_free(&talks);
	fv_guests_free(g);
}

/* Down to a scale at which names alone go round. */
static void
no_address_stays_silent(void)
{
	struct fv_reference_options options;
	struct fv_guests *g;
	struct fv_plan *plan;
	struct fv_err err;
	unsigned seed, address, packets;
	uint32_t cell;

	fv_reference_defaults(&options);
	options.scale = 0.02;
	for (seed = 1; seed <= 12; seed++) {
		g = fv_guests_new(&fv_profile_deck, seed, 0, 1, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(g);
		plan = fv_plan_new(g, &options, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
		for (address = 0; address < 100; address++) {
			packets = address == g->by_role[FV_ROLE_SUSPECT];
			for (cell = plan->first[address];
			     cell < plan->first[address + 1]; cell++)
				if (plan->profile
					->services[plan->cell[cell].service]
					.protocol != FV_PROFILE_NOT_IP)
					packets += plan->cell[cell].out;
			CU_ASSERT(packets > 0);
		}
		fv_plan_free(plan);
		fv_guests_free(g);
	}
}

/* Whatever is cut out of a day, all addresses together have its packets. */
static void
conversations_use_up_the_day(void)
{
	struct fv_reference_options options;
	struct fv_talks talks = { 0 };
	struct fv_portion portion;
	struct fv_guests *g;
	struct fv_plan *plan;
	struct fv_err err;
	unsigned address, day = 12;
	uint64_t out = 0, in = 0;
	size_t i;

	fv_reference_defaults(&options);
	options.scale = 0.2;
	g = fv_guests_new(&fv_profile_deck, 1, 1, 1, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	plan = fv_plan_new(g, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
	CU_ASSERT_PTR_NULL(plan->suspect); /* only the first site has one */
	for (address = 0; address < 100; address++) {
		CU_ASSERT_EQUAL_FATAL(
		    fv_talks_fill(&talks, plan, day, address, &err), 0);
		for (i = 0; i < talks.n; i++) {
			out += talks.talk[i].out;
			in += talks.talk[i].in;
			CU_ASSERT(i == 0 ||
			    talks.talk[i - 1].start <= talks.talk[i].start);
			CU_ASSERT(talks.talk[i].start / 86400000000 == day);
			CU_ASSERT(talks.talk[i].near_port != 52523);
		}
	}
	for (i = 0; i < plan->ncells; i++) {
		portion = fv_plan_portion(plan, i, day);
		out -= portion.out;
		in -= portion.in;
	}
	CU_ASSERT_EQUAL(out, 0);
	CU_ASSERT_EQUAL(in, 0);
	fv_talks_free(&talks);
	fv_plan_free(plan);
	fv_guests_free(g);
}

CU_TestInfo suite_reference_plan[] = {
	{ "cells and days add up to the services",
	    cells_and_days_add_up_to_the_services },
	{ "the suspect has its quotas in both variants",
	    the_suspect_has_its_quotas_in_both_variants },
	{ "no address stays silent", no_address_stays_silent },
	{ "conversations use up the day", conversations_use_up_the_day },
	CU_TEST_INFO_NULL,
};
