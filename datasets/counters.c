#include "datasets/counters.h"

const struct fv_counter_info fv_counter_info[FV_COUNTERS] = {
#define X(id, column, kind, description) \
	[FV_COUNT_##id] = { #column, FV_KIND_##kind, description },
	FV_COUNTER_LIST(X)
#undef X
};

bool
fv_counters_balance(const uint64_t counter[FV_COUNTERS])
{
	uint64_t sum = counter[FV_COUNT_RECORDED];
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		if (fv_counter_info[i].kind == FV_KIND_REJECTED)
			sum += counter[i];
	return sum == counter[FV_COUNT_READ];
}

void
fv_counters_add(uint64_t into[FV_COUNTERS], const uint64_t from[FV_COUNTERS])
{
	int i;

	for (i = 0; i < FV_COUNTERS; i++)
		into[i] += from[i];
}
