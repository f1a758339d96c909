#include "analysis/ledger.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* What is read ahead of each run, and written at a time. */
enum { BUFFER_BYTES = 1 << 16 };

/* Fewer entries than this are never worth a run. */
enum { LEAST_ENTRIES = 64 };

/* Of an entry beside its words: slots of the map, which may be half full. */
enum { SLOT_BYTES = 16 };

int
fv_ledger_init(struct fv_ledger *l, size_t key_words, size_t value_words,
    uint32_t maxima, const struct fv_ledger_room *room, struct fv_err *err)
{
	size_t bytes = room->bytes == 0 ? FV_LEDGER_BYTES : room->bytes;
	/* Twice, for qsort merges by way of a copy. */
	size_t entry =
	    2 * (key_words + value_words) * sizeof(uint64_t) + SLOT_BYTES;
	size_t limit = bytes / entry;

	*l = (struct fv_ledger){ .maxima = maxima,
		.scratch = room->scratch == NULL ? "/var/tmp" : room->scratch,
		.own = -1 };
	return fv_tally_init(&l->tally, key_words, value_words,
	    limit < LEAST_ENTRIES ? LEAST_ENTRIES : limit, err);
}

void
fv_ledger_free(struct fv_ledger *l)
{
	size_t i;

	for (i = 0; i < l->nfiles; i++)
		(void)close(l->file[i]);
	free(l->file);
	free(l->run);
	fv_tally_free(&l->tally);
	*l = (struct fv_ledger){ .own = -1 };
}

/* Own ${file} from now on; on failure it is closed. */
static int
own(struct fv_ledger *l, int file, struct fv_err *err)
{
	void *grown = fv_memory_grow(l->file, &l->files_capacity, l->nfiles + 1,
	    sizeof(*l->file), FV_LEDGER_RUNS, err);

	if (grown == NULL) {
		(void)close(file);
		return -1;
	}
	l->file = grown;
	l->file[l->nfiles++] = file;
	return 0;
}

static int
add_run(
    struct fv_ledger *l, const struct fv_ledger_run *run, struct fv_err *err)
{
	void *grown = fv_memory_grow(l->run, &l->runs_capacity, l->nruns + 1,
	    sizeof(*l->run), FV_LEDGER_RUNS, err);

	if (grown == NULL)
		return fv_err_within(
		    err, "too much was spilled; allow more memory");
	l->run = grown;
	l->run[l->nruns++] = *run;
	return 0;
}

/* A file without a name, gone when it is closed. */
static int
open_scratch(struct fv_ledger *l, struct fv_err *err)
{
	int file =
	    open(l->scratch, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);

	if (file == -1)
		return fv_err_system(err, errno,
		    "no scratch file can be made; name another directory");
	if (own(l, file, err) == -1)
		return -1;
	l->own = file;
	return 0;
}

static int
compare(const void *a, const void *b, void *words)
{
	const uint64_t *x = a, *y = b;
	size_t i;

	for (i = 0; i < *(const size_t *)words; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static int
put(struct fv_ledger *l, const void *from, size_t n, struct fv_err *err)
{
	const char *at = from;
	ssize_t done;

	while (n > 0) {
		done = pwrite(l->own, at, n, (off_t)l->written);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return fv_err_system(
			    err, errno, "a scratch file cannot be written");
		at += done;
		n -= (size_t)done;
		l->written += (uint64_t)done;
	}
	return 0;
}

int
fv_ledger_spill(struct fv_ledger *l, struct fv_err *err)
{
	struct fv_tally *t = &l->tally, anew;
	size_t size = t->words * sizeof(*t->entry);
	struct fv_ledger_run run;

	if (t->count == 0)
		return 0;
	if (l->own == -1 && open_scratch(l, err) == -1)
		return -1;
	qsort_r(t->entry, t->count, size, compare, &t->key_words);
	run = (struct fv_ledger_run){ l->own, l->written, t->count };
	if (put(l, t->entry, t->count * size, err) == -1 ||
	    add_run(l, &run, err) == -1 ||
	    fv_tally_init(&anew, t->key_words, t->words - t->key_words,
		t->limit, err) == -1)
		return -1;
	/* Its hash stays: callers may hold hashes of keys to come. */
	anew.hash = t->hash;
	fv_tally_free(t);
	*t = anew;
	return 0;
}

/* Enter the value words ${from} into ${to}. */
static void
combine(const struct fv_ledger *l, uint64_t *to, const uint64_t *from)
{
	size_t i, n = l->tally.words - l->tally.key_words;

	for (i = 0; i < n; i++) {
		if ((l->maxima >> i & 1) == 0)
			to[i] += from[i];
		else if (from[i] > to[i])
			to[i] = from[i];
	}
}

/* Runs of ${from} are read where they lie; only their files are shared. */
static int
share_runs(
    struct fv_ledger *into, const struct fv_ledger *from, struct fv_err *err)
{
	struct fv_ledger_run run;
	size_t i, k;
	int file;

	for (i = 0; i < from->nfiles; i++) {
		file = fcntl(from->file[i], F_DUPFD_CLOEXEC, 0);
		if (file == -1)
			return fv_err_system(
			    err, errno, "a scratch file cannot be shared");
		if (own(into, file, err) == -1)
			return -1;
		for (k = 0; k < from->nruns; k++) {
			run = from->run[k];
			if (run.file != from->file[i])
				continue;
			run.file = file;
			if (add_run(into, &run, err) == -1)
				return -1;
		}
	}
	return 0;
}

int
fv_ledger_merge(
    struct fv_ledger *into, const struct fv_ledger *from, struct fv_err *err)
{
	size_t i, words = into->tally.key_words;
	const uint64_t *key;
	uint64_t *value;

	assert(words == from->tally.key_words &&
	    into->tally.words == from->tally.words);
	if (share_runs(into, from, err) == -1)
		return -1;
	for (i = 0; i < from->tally.count; i++) {
		key = fv_tally_key(&from->tally, i);
		value = fv_ledger_at(into, key,
		    fv_tally_hash(&into->tally, key, words), words, err);
		if (value == NULL)
			return -1;
		combine(into, value, key + words);
	}
	return 0;
}

/* A run being read, or what is in memory; ${head} is its next entry. */
struct stream {
	struct fv_ledger_run run; /* what is still to be read */
	const uint64_t *head;     /* NULL at the end */
	uint64_t *buffer;
	size_t at, n;             /* entries of the buffer */
	const uint64_t **pending; /* or those in memory, by key; else NULL */
	size_t npending;
};

static int
fill(struct stream *s, size_t size, struct fv_err *err)
{
	size_t n = BUFFER_BYTES / size, got = 0;
	ssize_t done;

	if (n > s->run.entries)
		n = (size_t)s->run.entries;
	while (got < n * size) {
		done = pread(s->run.file, (char *)s->buffer + got,
		    n * size - got, (off_t)(s->run.offset + got));
		if (done == -1 && errno == EINTR)
			continue;
		if (done <= 0)
			return fv_err_system(err, done == 0 ? EIO : errno,
			    "a scratch file cannot be read");
		got += (size_t)done;
	}
	s->run.offset += got;
	s->run.entries -= n;
	s->at = 0;
	s->n = n;
	return 0;
}

/* Go on to the next entry. */
static int
advance(struct stream *s, size_t words, struct fv_err *err)
{
	if (s->pending != NULL) {
		s->head = s->at < s->npending ? s->pending[s->at++] : NULL;
		return 0;
	}
	if (s->at == s->n && s->run.entries > 0 &&
	    fill(s, words * sizeof(uint64_t), err) == -1)
		return -1;
	s->head = s->at < s->n ? s->buffer + s->at++ * words : NULL;
	return 0;
}

static int
by_key(const void *a, const void *b, void *words)
{
	return compare(
	    *(const uint64_t *const *)a, *(const uint64_t *const *)b, words);
}

/* What the tally holds, by key, as the stream ${s}. */
static int
open_memory(const struct fv_ledger *l, struct stream *s, struct fv_err *err)
{
	size_t i, words = l->tally.key_words;

	s->npending = l->tally.count;
	s->pending = fv_memory_new(s->npending, sizeof(*s->pending), err);
	if (s->pending == NULL)
		return -1;
	for (i = 0; i < s->npending; i++)
		s->pending[i] = fv_tally_key(&l->tally, i);
	qsort_r(s->pending, s->npending, sizeof(*s->pending), by_key, &words);
	return 0;
}

/*
 * A heap of streams by their heads.  Invariant: no stream's head comes
 * before its parent's; none is at its end.
 */
struct heap {
	struct stream **at;
	size_t n;
	size_t key_words;
};

static void
sift(struct heap *h, size_t i)
{
	struct stream *down = h->at[i];
	size_t child;

	for (; (child = 2 * i + 1) < h->n; i = child) {
		if (child + 1 < h->n &&
		    compare(h->at[child + 1]->head, h->at[child]->head,
			&h->key_words) < 0)
			child++;
		if (compare(down->head, h->at[child]->head, &h->key_words) <= 0)
			break;
		h->at[i] = h->at[child];
	}
	h->at[i] = down;
}

/* Visit each key of the heap's streams, smallest first. */
static int
drain(const struct fv_ledger *l, struct heap *h,
    void (*visit)(void *arg, const uint64_t *entry), void *arg,
    struct fv_err *err)
{
	uint64_t entry[FV_TALLY_KEY_WORDS + 32];
	size_t words = l->tally.words, keys = l->tally.key_words;
	struct stream *s;
	bool begun = false;

	assert(words <= FV_COUNT(entry));
	while (h->n > 0) {
		s = h->at[0];
		if (begun && compare(entry, s->head, &h->key_words) == 0) {
			combine(l, entry + keys, s->head + keys);
		} else {
			if (begun)
				visit(arg, entry);
			memcpy(entry, s->head, words * sizeof(*entry));
			begun = true;
		}
		if (advance(s, words, err) == -1)
			return -1;
		if (s->head == NULL)
			h->at[0] = h->at[--h->n];
		if (h->n > 0)
			sift(h, 0);
	}
	if (begun)
		visit(arg, entry);
	return 0;
}

static int
merge_runs(const struct fv_ledger *l,
    void (*visit)(void *arg, const uint64_t *entry), void *arg,
    struct fv_err *err)
{
	struct heap heap = { .key_words = l->tally.key_words };
	struct stream *s = NULL;
	size_t i, n = l->nruns + 1;
	int rc = -1;

	s = fv_memory_new(n, sizeof(*s), err);
	if (s == NULL ||
	    (heap.at = fv_memory_new(n, sizeof(*heap.at), err)) == NULL)
		goto out;
	if (open_memory(l, &s[l->nruns], err) == -1)
		goto out;
	for (i = 0; i < l->nruns; i++) {
		s[i].run = l->run[i];
		s[i].buffer = fv_memory_new(1, BUFFER_BYTES, err);
		if (s[i].buffer == NULL)
			goto out;
	}
	for (i = 0; i < n; i++) {
		if (advance(&s[i], l->tally.words, err) == -1)
			goto out;
		if (s[i].head != NULL)
			heap.at[heap.n++] = &s[i];
	}
	for (i = heap.n / 2; i-- > 0;)
		sift(&heap, i);
	rc = drain(l, &heap, visit, arg, err);
out:
	for (i = 0; s != NULL && i < n; i++) {
		free(s[i].buffer);
		free(s[i].pending);
	}
	free(heap.at);
	free(s);
	return rc;
}

int
fv_ledger_each(const struct fv_ledger *l,
    void (*visit)(void *arg, const uint64_t *entry), void *arg,
    struct fv_err *err)
{
	size_t i;

	if (l->nruns > 0)
		return merge_runs(l, visit, arg, err);
	for (i = 0; i < l->tally.count; i++)
		visit(arg, fv_tally_key(&l->tally, i));
	return 0;
}
