#ifndef CLI_SILK_STATISTICS_H
#define CLI_SILK_STATISTICS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/decode_tree.h"

/*
 * fv_silk_statistics(tree, windowed, to):
 * Print of each capture of ${tree}, and of all together when there are
 * several, what SiLK's rwptoflow --print-statistics (3.19) prints of it, line
 * by line, so that what reads the one reads the other.  With ${windowed}, a
 * window of time was asked for.
 *
 * Of what it does not know: packets that a filter left out are told as ignored
 * by a plug-in, and those behind a link that is not decoded as not IPv4.
 */
void fv_silk_statistics(
    const struct fv_decode_tree *tree, bool windowed, FILE *to);

#endif
