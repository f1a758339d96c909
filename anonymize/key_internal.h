#ifndef ANONYMIZE_KEY_INTERNAL_H
#define ANONYMIZE_KEY_INTERNAL_H

#include <stdint.h>

#include "anonymize/key.h"

/* What a key is, for key.c (what it does) and key_file.c (how it is kept). */
struct fv_key {
	uint8_t secret[FV_KEY_SIZE];
	char id[FV_KEY_ID_TEXT];
	char created[FV_KEY_CREATED_TEXT];
};

#endif
