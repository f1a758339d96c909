#include "datasets/coders.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

struct fv_coders {
	pthread_mutex_t lock;
	struct fv_chunk_coder *idle[FV_CODERS_MAX];
	unsigned nidle;
};

struct fv_coders *
fv_coders_new(unsigned n, struct fv_err *err)
{
	struct fv_coders *c;

	assert(n >= 1 && n <= FV_CODERS_MAX);
	if ((c = fv_memory_new(1, sizeof(*c), err)) == NULL)
		return NULL;
	(void)pthread_mutex_init(&c->lock, NULL);
	for (; c->nidle < n; c->nidle++)
		if ((c->idle[c->nidle] = fv_chunk_coder_new(err)) == NULL) {
			fv_coders_free(c);
			return NULL;
		}
	return c;
}

struct fv_chunk_coder *
fv_coders_take(struct fv_coders *c)
{
	struct fv_chunk_coder *coder;

	(void)pthread_mutex_lock(&c->lock);
	assert(c->nidle > 0);
	coder = c->idle[--c->nidle];
	(void)pthread_mutex_unlock(&c->lock);
	return coder;
}

void
fv_coders_give(struct fv_coders *c, struct fv_chunk_coder *coder)
{
	(void)pthread_mutex_lock(&c->lock);
	c->idle[c->nidle++] = coder;
	(void)pthread_mutex_unlock(&c->lock);
}

void
fv_coders_free(struct fv_coders *c)
{
	unsigned i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nidle; i++)
		fv_chunk_coder_free(c->idle[i]);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}
