#ifndef ANONYMIZE_PREFIX_TREE_H
#define ANONYMIZE_PREFIX_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/prefix_bits.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/hosts.h"

/*
 * A prefix-preserving mapping: in the binary tree of all prefixes, each node
 * either swaps its branches or does not, and a cipher decides which.  So
 *
 *	a'[i] = a[i] xor f(a[0..i))
 *
 * is one to one, and two addresses that share their first n bits, and no
 * more, are mapped to two that do likewise.  The inverse asks the cipher bit
 * after bit, for it needs the prefix that it has just found.
 *
 * What the cipher is, cryptopan.h and ipcrypt_pfx.h say.  One object belongs
 * to one thread at a time.
 */
struct fv_prefix_tree;

/*
 * A cipher of prefixes.  flips: for each of ${n} addresses of ${width} bits
 * at ${a}, bits ${from} up to ${to} of ${flip} become f of that many leading
 * bits of the address, all others zero.  Returns 0, or -1 with ${err} set.
 */
struct fv_prefix_cipher {
	int (*flips)(void *state, const struct fv_prefix_bits *a, size_t n,
	    unsigned from, unsigned to, unsigned width,
	    struct fv_prefix_bits *flip, struct fv_err *err);
	void (*free)(void *state);
};

/*
 * fv_prefix_tree_new(cipher, state, err):
 * The mapping by ${cipher}, whose ${state} is the tree's from now on, even
 * when it fails.  Returns NULL with ${err} set.
 */
struct fv_prefix_tree *fv_prefix_tree_new(const struct fv_prefix_cipher *cipher,
    void *state, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_prefix_tree_map(tree, in, n, out, err):
 * Map ${n} addresses of either family, each as a whole.  From some thousand
 * addresses of a family on, its first sixteen levels are looked up in a table
 * (128 KiB) that is made then.  Returns 0, or -1 with ${err} set, when
 * ${out} must not be used.
 */
int fv_prefix_tree_map(struct fv_prefix_tree *tree,
    const struct fv_raw_addr *in, size_t n, struct fv_published_addr *out,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_prefix_tree_unmap(tree, in, kept, n, out, err):
 * The addresses of which ${in} are pseudonyms.  The first ${kept}[i] bits of
 * pseudonym i are those of its address itself; NULL: none is kept.  Returns
 * 0, or -1 with ${err} set.
 */
int fv_prefix_tree_unmap(struct fv_prefix_tree *tree,
    const struct fv_published_addr *in, const uint8_t *kept, size_t n,
    struct fv_raw_addr *out, struct fv_err *err) FV_MUST_CHECK;

/* Wipe and free ${tree} (or NULL). */
void fv_prefix_tree_free(struct fv_prefix_tree *tree);

#endif
