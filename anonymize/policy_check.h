#ifndef ANONYMIZE_POLICY_CHECK_H
#define ANONYMIZE_POLICY_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/policy.h"

/*
 * Whether the values of a dataset obey the policy that it says it has.
 * Looks at values alone: no key and no original is needed.
 */

/*
 * fv_policy_check_column(policy, table, column, values, n, at):
 * How many of ${n} ${values}, an array of the column's type as
 * fv_reader_column fills it, the policy does not allow, and in ${at} (unless
 * NULL) the place of the first of them:
 *
 * - dropped: not 0, or FV_NO_ROW in a column of row numbers
 * - coarsened time or duration: not on the grid (2^63 - 1, which stands for
 *   a time beyond the clock, is allowed)
 * - coarsened count or size: not a power of two, not a multiple
 * - TTL: not the initial one of a system (0: none, in /stacks only)
 * - VLAN: more than 4096
 * - coarsened port: 32768 or above, but for FV_POLICY_CLIENT_PORT
 *
 * A column of texts and one that is kept or mapped otherwise has none.
 */
size_t fv_policy_check_column(const struct fv_policy *policy,
    enum fv_table_id table, size_t column, const void *values, size_t n,
    size_t *at);

/*
 * fv_policy_check_ports(policy, source, destination, n, at):
 * Likewise for both ports of ${n} records: which one is kept is seen from
 * the two together.
 */
size_t fv_policy_check_ports(const struct fv_policy *policy,
    const uint16_t *source, const uint16_t *destination, size_t n, size_t *at);

#endif
