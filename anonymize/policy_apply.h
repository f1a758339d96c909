#ifndef ANONYMIZE_POLICY_APPLY_H
#define ANONYMIZE_POLICY_APPLY_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/policy.h"
#include "anonymize/publisher.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/flow.h"

/*
 * A policy at work: changes rows just before they are written.  Nothing
 * before it (flow table, timeouts, order) sees a changed row.
 *
 * Times are shifted by whole weeks, so that weekday and hour (of UTC) stay,
 * by a number from 1 to FV_POLICY_WEEKS that the key's subkey "time" tells;
 * its scope is the release, so that sites of one release stay together.  Two
 * kinds of times are not shifted, because they would tell by how much: those
 * before FV_POLICY_CLOCK_SET, when there were no captures, which packets
 * without a time and clocks that were never set have; and the end of the
 * clock, which stands for times beyond it.
 */
#define FV_POLICY_WEEK INT64_C(604800000000000) /* ns */
#define FV_POLICY_WEEKS 1024
#define FV_POLICY_CLOCK_SET INT64_C(631152000000000000) /* 1990 */

struct fv_policy_apply;

/*
 * fv_policy_apply_new(policy, key, scope, publisher, err):
 * ${policy} and ${publisher}, which knows the stacks that rows refer to, must
 * live as long.  Returns NULL with ${err} set.
 */
struct fv_policy_apply *fv_policy_apply_new(const struct fv_policy *policy,
    const struct fv_key *key, const struct fv_key_scope *scope,
    const struct fv_publisher *publisher, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_policy_apply_flows(apply, rows, n, out, err):
 * Write ${n} rows of /flows to ${out} as the policy wants them; ${out} may be
 * ${rows}.  Returns 0, or -1 with ${err} set.
 */
int fv_policy_apply_flows(struct fv_policy_apply *apply,
    const struct fv_flow *rows, size_t n, struct fv_flow *out,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_policy_apply_biflows(apply, rows, n, err):
 * The same in place for rows of biflows: what the policy says of a column goes
 * for its reverse one (fv_schema_forward).
 */
int fv_policy_apply_biflows(struct fv_policy_apply *apply,
    struct fv_biflow *rows, size_t n, struct fv_err *err) FV_MUST_CHECK;

/* Whether fv_policy_apply_flows changes nothing, and need not be called. */
bool fv_policy_apply_is_idle(const struct fv_policy_apply *apply);

/*
 * fv_policy_apply_hosts(), _devices(), _captures(), _sites():
 * The same in place for rows of other tables.
 */
void fv_policy_apply_hosts(
    const struct fv_policy_apply *apply, struct fv_host *rows, size_t n);
void fv_policy_apply_devices(
    const struct fv_policy_apply *apply, struct fv_device *rows, size_t n);
void fv_policy_apply_captures(
    const struct fv_policy_apply *apply, struct fv_capture_row *rows, size_t n);
void fv_policy_apply_sites(
    const struct fv_policy_apply *apply, struct fv_site *rows, size_t n);

/*
 * How many rows /devices and /stacks are to have: those that rows of /flows
 * refer to after the change.  Stacks that the policy makes alike are one.
 */
size_t fv_policy_apply_ndevices(const struct fv_policy_apply *apply);
size_t fv_policy_apply_nstacks(const struct fv_policy_apply *apply);

/* Rows ${first} to ${first} + ${n} - 1 of /stacks. */
void fv_policy_apply_stack_rows(const struct fv_policy_apply *apply,
    size_t first, size_t n, struct fv_stack *rows);

void fv_policy_apply_free(struct fv_policy_apply *apply);

#endif
