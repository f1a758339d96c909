#ifndef DATASETS_THRIFT_COMPACT_H
#define DATASETS_THRIFT_COMPACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/*
 * Writes structs in the compact protocol of Apache Thrift, as far as the
 * metadata of Parquet needs it.  A field is a byte with the step from the
 * last field's id (1 to 15) and the type, then the value; integers are
 * zigzag varints, texts a length and bytes; a zero byte ends a struct.
 *
 *	Thrift compact protocol: thrift/doc/specs/thrift-compact-protocol.md
 *
 * Field ids must rise within a struct, by at most 15.  Failures stick in
 * the bytes that are written to (base/buffer.h).
 */
#define FV_THRIFT_DEPTH 16

struct fv_thrift {
	struct fv_buffer *out;
	unsigned depth;
	unsigned last[FV_THRIFT_DEPTH]; /* id of the last field, by depth */
};

/* Types of list elements. */
enum fv_thrift_type {
	FV_THRIFT_I32 = 5,
	FV_THRIFT_BINARY = 8,
	FV_THRIFT_STRUCT = 12
};

/* A struct that is no field: the outermost, or an element of a list. */
void fv_thrift_begin(struct fv_thrift *t, struct fv_buffer *out);

/* A field that is a struct begins; or an element of a list does. */
void fv_thrift_struct(struct fv_thrift *t, unsigned id);
void fv_thrift_element_struct(struct fv_thrift *t);

/* The innermost struct ends. */
void fv_thrift_end(struct fv_thrift *t);

/* Single fields. */
void fv_thrift_bool(struct fv_thrift *t, unsigned id, int value);
void fv_thrift_i8(struct fv_thrift *t, unsigned id, int8_t value);
void fv_thrift_i16(struct fv_thrift *t, unsigned id, int16_t value);
void fv_thrift_i32(struct fv_thrift *t, unsigned id, int32_t value);
void fv_thrift_i64(struct fv_thrift *t, unsigned id, int64_t value);
void fv_thrift_binary(
    struct fv_thrift *t, unsigned id, const void *bytes, size_t n);
void fv_thrift_text(struct fv_thrift *t, unsigned id, const char *text);

/* A list of ${n} elements begins; they follow, and nothing ends it. */
void fv_thrift_list(
    struct fv_thrift *t, unsigned id, enum fv_thrift_type type, size_t n);
void fv_thrift_element_i32(struct fv_thrift *t, int32_t value);
void fv_thrift_element_text(struct fv_thrift *t, const char *text);

/* Append ${value} as a varint (ULEB128). */
void fv_thrift_varint(struct fv_buffer *out, uint64_t value);

#endif
