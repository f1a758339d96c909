#include "datasets/coverage.h"

#include <stdint.h>

#include "datasets/info.h"

int
fv_coverage_write(struct fv_writer *writer,
    const struct fv_capture_row *captures, size_t n, struct fv_err *err)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	char start[FV_INFO_TIME], end[FV_INFO_TIME];
	size_t i;

	for (i = 0; i < n; i++) {
		if (captures[i].counter[FV_COUNT_RECORDED] == 0)
			continue;
		if (captures[i].first_time < first)
			first = captures[i].first_time;
		if (captures[i].last_time > last)
			last = captures[i].last_time;
	}
	if (last < first)
		return 0;
	fv_info_time(first, start);
	fv_info_time(last, end);
	if (fv_writer_text(writer, "time_coverage_start", start, err) == -1 ||
	    fv_writer_text(writer, "time_coverage_end", end, err) == -1)
		return -1;
	return 0;
}
