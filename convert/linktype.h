#ifndef CONVERT_LINKTYPE_H
#define CONVERT_LINKTYPE_H

#include <stdint.h>

/*
 * What people call a LINKTYPE_ value of a capture file, in libpcap's words
 * (https://www.tcpdump.org/linktypes.html).  The texts live on; a value that
 * libpcap does not know is "unknown".
 */

/* A short name without spaces, such as "EN10MB". */
const char *fv_linktype_name(uint32_t link_type);

/* A few words, such as "Ethernet". */
const char *fv_linktype_description(uint32_t link_type);

/* libpcap's own number for ${link_type}; -1 if it cannot have one. */
int fv_linktype_dlt(uint32_t link_type);

/* The LINKTYPE_ value for libpcap's own number ${dlt}, as files have it. */
uint16_t fv_linktype_of_dlt(int dlt);

#endif
