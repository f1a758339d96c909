#include "analysis/registry.h"

#include <string.h>

const struct fv_analysis *const fv_registry[FV_REGISTRY_COUNT] = {
#define X(name) &fv_##name##_analysis,
	FV_REGISTRY_LIST(X)
#undef X
};

/* Whether ${word} is one of the words of ${words}, but for a letter behind. */
static bool
among(const char *words, const char *word)
{
	size_t n, want = strlen(word);

	while (*words != '\0') {
		n = strcspn(words, " ");
		if (want > 0 && n >= want && memcmp(words, word, want) == 0 &&
		    (n == want ||
			(n == want + 1 && words[want] >= 'a' &&
			    words[want] <= 'z')))
			return true;
		words += n + strspn(words + n, " ");
	}
	return false;
}

bool
fv_registry_gives(const struct fv_analysis *analysis, const char *word)
{
	return strcmp(analysis->name, word) == 0 || among(analysis->ids, word);
}

const struct fv_analysis *
fv_registry_find(const char *word)
{
	size_t i;

	for (i = 0; i < FV_COUNT(fv_registry); i++)
		if (fv_registry_gives(fv_registry[i], word))
			return fv_registry[i];
	return NULL;
}
