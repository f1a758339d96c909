#include <string.h>

#include "datasets/reference/bytes.h"
#include "datasets/reference/filler.h"
#include "datasets/reference/wire.h"

enum { TCP = 20 };

static size_t
put_stamp(
    const struct fv_wire_path *path, const struct fv_event *e, uint8_t *at)
{
	/* Each side's clock has its own zero; ticks are milliseconds. */
	uint32_t zero[2] = { path->far, path->near ^ 0x5bd1e995 };
	uint32_t now = zero[e->out] + (uint32_t)(e->time / 1000);
	bool first =
	    (e->flags & FV_TALK_SYN) != 0 && (e->flags & FV_TALK_ACK) == 0;

	at[0] = 8;
	at[1] = 10;
	fv_bytes_put32(at + 2, now);
	fv_bytes_put32(
	    at + 6, first ? 0 : zero[!e->out] + (uint32_t)(e->heard / 1000));
	return 10;
}

/* The options of a SYN, in the order that tells the stack (see p0f). */
static size_t
put_syn_options(
    const struct fv_wire_path *path, const struct fv_event *e, uint8_t *at)
{
	bool answer = (e->flags & FV_TALK_ACK) != 0;
	uint8_t layout = path->layout[e->out], scale = 2;
	size_t n = 4;

	if (answer)
		layout = path->stamps ? FV_SYN_60
		    : path->scales    ? FV_SYN_52
				      : FV_SYN_48;
	if (e->out)
		scale = path->manner->window_scale;
	at[0] = 2;
	at[1] = 4;
	fv_bytes_put16(at + 2, path->manner->mss);
	switch ((enum fv_syn_layout)layout) {
	case FV_SYN_48:
		memcpy(at + n, "\1\1\4\2", 4);
		return n + 4;
	case FV_SYN_52:
		memcpy(at + n, "\1\3\3\0\1\1\4\2", 8);
		at[n + 3] = scale;
		return n + 8;
	case FV_SYN_60:
		memcpy(at + n, "\4\2", 2);
		n += 2;
		n += put_stamp(path, e, at + n);
		memcpy(at + n, "\1\3\3", 3);
		at[n + 3] = scale;
		return n + 4;
	case FV_SYN_64:
		memcpy(at + n, "\1\3\3\0\1\1", 6);
		at[n + 3] = scale;
		n += 6;
		n += put_stamp(path, e, at + n);
		memcpy(at + n, "\4\2\0\0", 4);
		return n + 4;
	}
	return n;
}

static size_t
put_options(
    const struct fv_wire_path *path, const struct fv_event *e, uint8_t *at)
{
	size_t n = 0;
	unsigned i;

	if ((e->flags & FV_TALK_SYN) != 0)
		return put_syn_options(path, e, at);
	if ((e->flags & FV_TALK_RST) != 0)
		return 0;
	if (path->stamps) {
		memcpy(at, "\1\1", 2);
		n = 2 + put_stamp(path, e, at + 2);
	}
	if (e->sacks == 0)
		return n;
	memcpy(at + n, "\1\1\5", 3);
	at[n + 3] = (uint8_t)(2 + 8 * e->sacks);
	for (n += 4, i = 0; i < e->sacks; i++, n += 8) {
		fv_bytes_put32(at + n, e->block[i][0]);
		fv_bytes_put32(at + n + 4, e->block[i][1]);
	}
	return n;
}

size_t
fv_wire_tcp(const struct fv_wire_path *path, const struct fv_talk *t,
    const struct fv_event *e, uint8_t *at)
{
	size_t n = TCP + put_options(path, e, at + TCP);
	uint32_t window = path->window[e->out];

	fv_bytes_put16(at, e->out ? t->near_port : t->far_port);
	fv_bytes_put16(at + 2, e->out ? t->far_port : t->near_port);
	fv_bytes_put32(at + 4, e->seq);
	fv_bytes_put32(at + 8, e->ack);
	at[12] = (uint8_t)(n / 4 << 4);
	at[13] = e->flags;
	fv_bytes_put16(at + 14, (e->flags & FV_TALK_RST) != 0 ? 0 : window);
	fv_bytes_put32(at + 16, 0);
	n += fv_filler_write(t->content, e->out, e->seq, e->length, at + n);
	return n;
}
