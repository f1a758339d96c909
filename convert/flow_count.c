#include "convert/flow_count.h"

/*
 * ${p} came late and is earlier than the first packet of ${row}: it takes
 * its place in all that is kept of the first packet only.
 */
static int
precede(struct fv_publisher *publisher, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *p, struct fv_flow *row, struct fv_err *err)
{
	struct fv_flow first;

	if (fv_publisher_rows(publisher, inputs, p, 1, &first, err) == -1)
		return -1;
	first.duration = row->duration + (row->start_time - p->time);
	first.packets += row->packets;
	first.bytes += row->bytes;
	first.tcp_flags |= row->tcp_flags;
	if (row->fragment == FV_FRAGMENT_FIRST)
		first.fragment = FV_FRAGMENT_FIRST;
	*row = first;
	return 0;
}

int
fv_flow_count_one(struct fv_publisher *publisher,
    const struct fv_publisher_input *inputs, const struct fv_raw_packet *p,
    struct fv_flow *row, struct fv_err *err)
{
	if (p->time < row->start_time)
		return precede(publisher, inputs, p, row, err);
	if (p->time > row->start_time + row->duration)
		row->duration = p->time - row->start_time;
	row->packets++;
	row->bytes += p->bytes;
	row->tcp_flags |= p->tcp_flags;
	if (p->fragment == FV_FRAGMENT_FIRST)
		row->fragment = FV_FRAGMENT_FIRST;
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
