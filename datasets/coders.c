#include "datasets/coders.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

struct fv_coders {
	pthread_mutex_t lock;
	struct fv_chunk_coder **free;
	unsigned nfree;
};

struct fv_coders *
fv_coders_new(unsigned n, struct fv_err *err)
{
	struct fv_coders *c;

	if ((c = fv_memory_new(1, sizeof(*c), err)) == NULL)
		return NULL;
	(void)pthread_mutex_init(&c->lock, NULL);
	if ((c->free = fv_memory_new(n, sizeof(*c->free), err)) == NULL)
		goto fail;
	for (; c->nfree < n; c->nfree++)
		if ((c->free[c->nfree] = fv_chunk_coder_new(err)) == NULL)
			goto fail;
	return c;
fail:
	fv_coders_free(c);
	return NULL;
}

void
fv_coders_free(struct fv_coders *c)
{
	if (c == NULL)
		return;
	while (c->nfree > 0)
		fv_chunk_coder_free(c->free[--c->nfree]);
	free(c->free);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

struct fv_chunk_coder *
fv_coders_take(struct fv_coders *c)
{
	struct fv_chunk_coder *coder;

	(void)pthread_mutex_lock(&c->lock);
	assert(c->nfree > 0);
	coder = c->free[--c->nfree];
	(void)pthread_mutex_unlock(&c->lock);
	return coder;
}

void
fv_coders_give(struct fv_coders *c, struct fv_chunk_coder *coder)
{
	(void)pthread_mutex_lock(&c->lock);
	c->free[c->nfree++] = coder;
	(void)pthread_mutex_unlock(&c->lock);
}
