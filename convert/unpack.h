#ifndef CONVERT_UNPACK_H
#define CONVERT_UNPACK_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "convert/stream.h"

/*
 * What is inside a compressed file or an archive, member by member, by
 * libarchive.  A thread of its own unpacks a member into a pipe, so that
 * unpacking and decoding go on side by side, and whoever reads the pipe
 * need not know.  A file that is only compressed has one member.
 *
 * Nothing is unpacked to a disk, and memory does not depend on sizes.
 */
struct fv_unpack;

/*
 * fv_unpack_open(stream, err):
 * Open what fv_stream_is_packed says is packed; its descriptor is the
 * unpacker's from now on, whatever is returned.  Returns NULL with ${err}
 * set: FV_EFORMAT when it cannot be unpacked from its very beginning.
 */
struct fv_unpack *fv_unpack_open(
    struct fv_stream *stream, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_unpack_next(u, member, err):
 * Step to the next member that is a file, and open it as ${member}, to be
 * read to its end or closed by the caller before the next call.
 * Returns 1 with a member; 0 after the last; -1 with ${err} set: with
 * FV_EFORMAT something cannot be unpacked there, and the next call goes on
 * behind it.
 */
int fv_unpack_next(struct fv_unpack *u, struct fv_stream *member,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_unpack_member_done(u, err):
 * After the member was read to its end or closed: whether all of it could
 * be unpacked.  Returns 0, or -1 with ${err} set, FV_EFORMAT, with the place
 * in the packed file.
 */
int fv_unpack_member_done(
    struct fv_unpack *u, struct fv_err *err) FV_MUST_CHECK;

/* Bytes of the packed file that were read so far. */
uint64_t fv_unpack_consumed(const struct fv_unpack *u);

/* Whether it is an archive, with members that have a number. */
bool fv_unpack_has_members(const struct fv_unpack *u);

/* Let the thread end, and free ${u} (or NULL). */
void fv_unpack_free(struct fv_unpack *u);

#endif
