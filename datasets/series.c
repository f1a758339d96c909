#include "datasets/series.h"

#include <string.h>

int
fv_series_write(struct fv_writer *writer, const struct fv_series *series,
    struct fv_err *err)
{
	if (fv_writer_text(writer, FV_SERIES_NAME, series->name, err) == -1 ||
	    fv_writer_number(
		writer, FV_SERIES_NUMBER, (int64_t)series->number, err) == -1 ||
	    fv_writer_number(writer, FV_SERIES_CAPTURE,
		(int64_t)series->first_capture, err) == -1)
		return -1;
	return fv_writer_text(
	    writer, FV_SERIES_LAST, series->last ? "yes" : "no", err);
}

int
fv_series_read(
    struct fv_reader *reader, struct fv_series *series, struct fv_err *err)
{
	const char *name = fv_reader_text(reader, FV_SERIES_NAME);
	const char *last = fv_reader_text(reader, FV_SERIES_LAST);
	int64_t number, first;

	memset(series, 0, sizeof(*series));
	if (name == NULL)
		return 0;
	if (strlen(name) != sizeof(series->name) - 1 || last == NULL ||
	    !fv_reader_number(reader, FV_SERIES_NUMBER, &number) ||
	    !fv_reader_number(reader, FV_SERIES_CAPTURE, &first) ||
	    number < 0 || first < 0 || first > UINT32_MAX)
		return fv_err_set(err, FV_EFORMAT,
		    "what it says of its series makes no sense");
	memcpy(series->name, name, sizeof(series->name));
	series->number = (uint64_t)number;
	series->first_capture = (uint64_t)first;
	series->last = strcmp(last, "yes") == 0;
	return 0;
}
