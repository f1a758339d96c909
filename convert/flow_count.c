#include "convert/flow_count.h"

#include "convert/flow_row.h"

int
fv_flow_count_one(struct fv_publisher *publisher,
    const struct fv_publisher_input *inputs, const struct fv_raw_packet *p,
    struct fv_flow *row, struct fv_err *err)
{
	struct fv_flow first;

	if (p->time >= row->start_time) {
		fv_flow_row_follow(row, p);
		return 0;
	}
	if (fv_publisher_rows(publisher, inputs, p, 1, &first, err) == -1)
		return -1;
	fv_flow_row_precede(row, &first);
	return 0;
}

int
fv_flow_count_either(struct fv_publisher *publisher,
    const struct fv_publisher_input *inputs, const struct fv_raw_packet *p,
    unsigned side, struct fv_flow_session *session, struct fv_flow *row,
    struct fv_err *err)
{
	struct fv_flow first;

	if (fv_flow_session_hear(session, row, p, side)) {
		if (fv_publisher_rows(publisher, inputs, p, 1, &first, err) ==
		    -1)
			return -1;
		fv_flow_session_swap(session, row, &first);
		return 0;
	}
	if (side == session->forward)
		return fv_flow_count_one(publisher, inputs, p, row, err);
	fv_flow_session_count(session, p);
	return 0;
}
