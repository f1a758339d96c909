#ifndef CONVERT_SHARD_FOLDER_H
#define CONVERT_SHARD_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"

/*
 * The folder that the datasets of one conversion lie in: part-00000.h5,
 * part-00001.h5, ...
 */
struct fv_shard_folder;

/*
 * fv_shard_folder_new(path, resume, err):
 * The folder ${path}, made if it is not there.  It must have no part in it,
 * unless ${resume}: then it may, and what a killed conversion left of a part
 * that it was at is removed, and each part comes in by the door
 * (datasets/door.h), which forks: before any thread is at work.  Returns NULL
 * with ${err} set; FV_EEXIST when there are parts.
 */
struct fv_shard_folder *fv_shard_folder_new(
    const char *path, bool resume, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_shard_folder_part(folder, number, there):
 * The path of part ${number}, valid until the next call, and whether it is
 * ${there}.
 */
const char *fv_shard_folder_part(
    struct fv_shard_folder *folder, uint64_t number, bool *there);

/*
 * fv_shard_folder_open(folder, number, err):
 * Open part ${number}, which was there when the folder was opened and has not
 * changed since.  Returns NULL with ${err} set, without the path.
 */
struct fv_reader *fv_shard_folder_open(struct fv_shard_folder *folder,
    uint64_t number, struct fv_err *err) FV_MUST_CHECK;

/* Free ${folder} (or NULL); where it was made and is empty, it goes. */
void fv_shard_folder_free(struct fv_shard_folder *folder);

#endif
