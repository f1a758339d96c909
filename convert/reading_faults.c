#include "convert/reading_faults.h"

#include "convert/quarantine.h"

/* Tell of ${frame}, which was counted as read, that it has ${reason}. */
static int
tell(const struct fv_reading_sink *sink, const struct fv_timeline_leg *leg,
    const struct fv_frame *frame, enum fv_counter reason, bool recorded,
    struct fv_err *err)
{
	struct fv_quarantine_place place = {
		.packet = leg->row.counter[FV_COUNT_READ],
		.offset = frame->offset,
		.capture = leg->number,
		.captured = frame->captured,
		.length = frame->length,
		.reason = reason,
		.has_time = (frame->notes & FV_FRAME_WITHOUT_TIME) == 0,
		.recorded = recorded,
	};

	/* What the capture has; at the ends of time it may be less. */
	if (__builtin_sub_overflow(
		frame->time, leg->row.clock_offset, &place.time))
		place.time = frame->time;
	return sink->fault(sink->arg, &place, err);
}

int
fv_reading_faults_decode(struct fv_decoder *decoder,
    struct fv_timeline_leg *leg, const struct fv_frame *frame,
    const struct fv_reading_sink *sink, struct fv_raw_packet *packets,
    enum fv_counter *outcome, struct fv_err *err)
{
	uint64_t *counter = leg->row.counter, before[FV_QUARANTINE_NOTES];
	const enum fv_counter *note = fv_quarantine_notes;
	int i, n;

	for (i = 0; i < FV_QUARANTINE_NOTES; i++)
		before[i] = counter[note[i]];
	n = fv_decoder_read(decoder, frame, packets, outcome, counter, err);
	if (n == -1 ||
	    (*outcome != FV_COUNT_RECORDED && fv_quarantine_rejects(*outcome) &&
		tell(sink, leg, frame, *outcome, false, err) == -1))
		return -1;
	for (i = 0; i < FV_QUARANTINE_NOTES; i++)
		if (counter[note[i]] != before[i] &&
		    tell(sink, leg, frame, note[i],
			*outcome == FV_COUNT_RECORDED, err) == -1)
			return -1;
	return n;
}
