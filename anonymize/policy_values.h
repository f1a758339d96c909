#ifndef ANONYMIZE_POLICY_VALUES_H
#define ANONYMIZE_POLICY_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/policy.h"
#include "anonymize/policy_rules.h"

/*
 * Treatments of single values.  For the other files of the policy.
 */

/* The port of a record that is published for ${port}, besides ${other}. */
static inline uint16_t
fv_policy_port(enum fv_policy_action action, uint16_t port, uint16_t other)
{
	if (action != FV_POLICY_COARSEN || port < FV_POLICY_SYSTEM_PORTS ||
	    (port <= other && port < FV_POLICY_SERVICE_PORTS))
		return port;
	return FV_POLICY_CLIENT_PORT;
}

/* The greatest power of 2 that is not above ${value}; 0 for 0. */
static inline uint64_t
fv_policy_power(uint64_t value)
{
	return value == 0 ? 0 : UINT64_C(1) << (63 - __builtin_clzll(value));
}

/*
 * The greatest multiple of ${step} that is not above ${value}; but ${step}
 * below that, as 0 may mean that there is none.  0 for 0.
 */
static inline uint64_t
fv_policy_multiple(uint64_t value, uint64_t step)
{
	return value == 0 ? 0 : value < step ? step : value - value % step;
}

/*
 * fv_policy_rows(policy, table, rows, n),
 * fv_policy_row(policy, table, row):
 * In place: drop what is to be dropped, and coarsen counts and sizes, which
 * need nothing but their own value.
 */
void fv_policy_rows(const struct fv_policy *policy, enum fv_table_id table,
    void *rows, size_t n);
void fv_policy_row(
    const struct fv_policy *policy, enum fv_table_id table, void *row);

#endif
