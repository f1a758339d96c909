#include "datasets/variant.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Of one column. */
struct words {
	char *technique;
	char *stability;
	char *parameters;
};

struct fv_variant {
	struct fv_format format;
	struct fv_table table[FV_TABLES];
	struct fv_column *column[FV_TABLES];
	struct words *words[FV_TABLES];
};

struct fv_variant *
fv_variant_new(bool biflow, struct fv_err *err)
{
	const struct fv_format *base =
	    biflow ? &fv_schema_biflow_format : &fv_schema_format;
	const struct fv_table *t;
	struct fv_variant *v;
	size_t i;

	if ((v = fv_memory_new(1, sizeof(*v), err)) == NULL)
		return NULL;
	v->format = *base;
	v->format.tables = v->table;
	for (i = 0; i < FV_TABLES; i++) {
		t = &base->tables[i];
		v->column[i] =
		    fv_memory_new(t->ncolumns, sizeof(*v->column[i]), err);
		v->words[i] =
		    fv_memory_new(t->ncolumns, sizeof(*v->words[i]), err);
		v->table[i].ncolumns = t->ncolumns;
		if (v->column[i] == NULL || v->words[i] == NULL) {
			fv_variant_free(v);
			return NULL;
		}
		memcpy(v->column[i], t->columns,
		    t->ncolumns * sizeof(*v->column[i]));
		v->table[i] = *t;
		v->table[i].columns = v->column[i];
	}
	return v;
}

/* Put a copy of ${text} in place of ${*owned}. */
static int
replace(char **owned, const char *text, struct fv_err *err)
{
	free(*owned);
	*owned = NULL;
	if (text == NULL || (*owned = strdup(text)) != NULL)
		return 0;
	return fv_err_set(err, FV_EMEMORY, "out of memory");
}

int
fv_variant_set(struct fv_variant *v, enum fv_table_id table, size_t column,
    const char *technique, const char *stability, const char *parameters,
    struct fv_err *err)
{
	struct words *w = &v->words[table][column];
	struct fv_column *c = &v->column[table][column];

	if (replace(&w->technique, technique, err) == -1 ||
	    replace(&w->stability,
		technique != NULL && stability == NULL ? "undefined"
						       : stability,
		err) == -1 ||
	    replace(&w->parameters, parameters, err) == -1)
		return -1;
	c->technique = w->technique;
	c->stability = w->stability;
	c->parameters = w->parameters;
	return 0;
}

struct fv_variant *
fv_variant_read(struct fv_reader *reader, struct fv_err *err)
{
	char *technique, *stability, *parameters;
	struct fv_variant *v;
	size_t i, j;
	int rc = 0;

	if ((v = fv_variant_new(
		 fv_schema_is_biflow(fv_reader_schema(reader, FV_TABLE_FLOWS)),
		 err)) == NULL)
		return NULL;
	for (i = 0; i < FV_TABLES && rc == 0; i++)
		for (j = 0; j < v->table[i].ncolumns && rc == 0; j++) {
			fv_reader_anonymization(reader, (enum fv_table_id)i, j,
			    &technique, &stability, &parameters);
			rc = fv_variant_set(v, (enum fv_table_id)i, j,
			    technique, stability, parameters, err);
			free(technique);
			free(stability);
			free(parameters);
		}
	if (rc == 0)
		return v;
	fv_variant_free(v);
	return NULL;
}

struct fv_variant *
fv_variant_copy(const struct fv_variant *from, struct fv_err *err)
{
	const struct fv_column *c;
	struct fv_variant *v;
	size_t i, j;

	if ((v = fv_variant_new(
		 fv_schema_is_biflow(&from->table[FV_TABLE_FLOWS]), err)) ==
	    NULL)
		return NULL;
	for (i = 0; i < FV_TABLES; i++)
		for (j = 0; j < v->table[i].ncolumns; j++) {
			c = &from->column[i][j];
			if (fv_variant_set(v, (enum fv_table_id)i, j,
				c->technique, c->stability, c->parameters,
				err) == -1) {
				fv_variant_free(v);
				return NULL;
			}
		}
	return v;
}

const struct fv_format *
fv_variant_format(const struct fv_variant *v)
{
	return &v->format;
}

void
fv_variant_free(struct fv_variant *v)
{
	size_t i, j;

	if (v == NULL)
		return;
	for (i = 0; i < FV_TABLES; i++) {
		for (j = 0; v->words[i] != NULL && j < v->table[i].ncolumns;
		     j++) {
			free(v->words[i][j].technique);
			free(v->words[i][j].stability);
			free(v->words[i][j].parameters);
		}
		free(v->words[i]);
		free(v->column[i]);
	}
	free(v);
}
