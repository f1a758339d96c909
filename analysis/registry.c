#include "analysis/registry.h"

#include <stdbool.h>
#include <string.h>

const struct fv_analysis *const fv_registry[FV_REGISTRY_COUNT] = {
#define X(name) &fv_##name##_analysis,
	FV_REGISTRY_LIST(X)
#undef X
};

/* Whether ${word} is one of the words of ${words}. */
static bool
among(const char *words, const char *word)
{
	size_t n, want = strlen(word);

	while (*words != '\0') {
		n = strcspn(words, " ");
		if (n == want && memcmp(words, word, n) == 0)
			return want > 0;
		words += n + strspn(words + n, " ");
	}
	return false;
}

const struct fv_analysis *
fv_registry_find(const char *word)
{
	size_t i;

	for (i = 0; i < FV_COUNT(fv_registry); i++)
		if (strcmp(fv_registry[i]->name, word) == 0 ||
		    among(fv_registry[i]->ids, word))
			return fv_registry[i];
	return NULL;
}
