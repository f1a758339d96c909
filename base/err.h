#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attributes.h"

/*
 * What kind of fault it was.  Callers that only pass a fault on need not
 * look; the command turns FV_EUSAGE into exit status 2 and the rest into 1.
 */
enum fv_errcode {
	FV_OK = 0,
	FV_EMEMORY, /* the system has no memory left */
	FV_EIO,     /* a file or a device failed, or is not there */
	FV_EFORMAT, /* what was read is not what it claims to be */
	FV_ELIMIT,  /* a named ceiling of ours was reached */
	FV_EKEY,    /* a key that is missing, loose or wrong */
	FV_EEXIST,  /* an output that is already there */
	FV_EUSAGE,  /* the caller asked for something we do not offer */
	FV_ECRYPTO  /* the cryptographic library refused */
};

/* Long enough for a path, a place and a reason; longer text is cut. */
#define FV_ERR_TEXT 1024

/*
 * A fault.  The text is set where the fault is found, and each caller adds
 * what it alone knows in front.  No text holds a captured address, a
 * payload byte or key material.
 */
struct fv_err {
	enum fv_errcode code;
	char text[FV_ERR_TEXT];
};

/*
 * fv_err_set(err, code, fmt, ...):
 * Record in ${err} a fault of kind ${code} with the text ${fmt}, in place
 * of what it held.  Returns -1, so that a function may return the call.
 */
int fv_err_set(struct fv_err *err, enum fv_errcode code, const char *fmt, ...)
    FV_PRINTF(3, 4);

/*
 * fv_err_system(err, number, fmt, ...):
 * Like fv_err_set with FV_EIO (FV_EEXIST for EEXIST, FV_EMEMORY for ENOMEM),
 * and the system's text for errno value ${number} behind a colon.
 * Returns -1.
 */
int fv_err_system(struct fv_err *err, int number, const char *fmt, ...)
    FV_PRINTF(3, 4);

/*
 * fv_err_within(err, fmt, ...):
 * Put ${fmt} and a colon in front of the text that ${err} holds.
 * Returns -1.
 */
int fv_err_within(struct fv_err *err, const char *fmt, ...) FV_PRINTF(2, 3);

#endif
