#include "cli/report_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_charts.h"
#include "analysis/report_csv.h"
#include "analysis/report_html.h"
#include "analysis/report_json.h"
#include "analysis/report_plots.h"
#include "analysis/report_text.h"
#include "analysis/textbuf.h"
#include "base/memory.h"
#include "base/outdir.h"
#include "cli/gnuplot.h"

struct files {
	const struct fv_result *result;
	struct fv_outdir *dir;
	bool mask;
};

/* Room for the name of a file: a folder, an id, a table's name. */
enum { NAME = 256 };

/* Write ${text} as the file ${name}, if ${rc} says that it is whole. */
static int
finish_file(const struct files *f, const char *name, int rc,
    struct fv_textbuf *text, struct fv_err *err)
{
	if (rc == 0)
		rc = fv_outdir_write(
		    f->dir, name, text->bytes, text->length, err);
	fv_textbuf_free(text);
	return rc;
}

static int
write_reports(const struct files *f, struct fv_err *err)
{
	static const struct {
		const char *name;
		int (*write)(const struct fv_result *result, bool mask_labels,
		    struct fv_textbuf *out, struct fv_err *err);
	} forms[] = {
		{ "report.html", fv_report_html_write },
		{ "report.json", fv_report_json_write },
		{ "report.txt", fv_report_text_write },
		{ "tables/facts.csv", fv_report_csv_facts },
	};
	struct fv_textbuf text = { 0 };
	size_t i;
	int rc = 0;

	for (i = 0; i < FV_COUNT(forms) && rc == 0; i++) {
		rc = forms[i].write(f->result, f->mask, &text, err);
		rc = finish_file(f, forms[i].name, rc, &text, err);
	}
	return rc;
}

/* Each table of ${s}, and each figure that has points of its own. */
static int
write_tables(const struct files *f, const struct fv_result_section *s,
    struct fv_err *err)
{
	struct fv_textbuf text = { 0 };
	char name[NAME];
	size_t i;
	int rc = 0;

	for (i = 0; i < s->ntables && rc == 0; i++) {
		(void)snprintf(name, sizeof(name), "tables/%s-%s.csv", s->id,
		    s->table[i].name);
		rc = fv_report_csv_table(&s->table[i], f->mask, &text, err);
		rc = finish_file(f, name, rc, &text, err);
	}
	for (i = 0; i < s->nfigures && rc == 0; i++) {
		if (s->figure[i].from != NULL)
			continue;
		(void)snprintf(name, sizeof(name), "tables/%s-figure-%s.csv",
		    s->id, s->figure[i].name);
		rc = fv_report_csv_figure(&s->figure[i], &text, err);
		rc = finish_file(f, name, rc, &text, err);
	}
	return rc;
}

/* Data and script of ${chart}; the script's name goes to ${*script}. */
static int
write_plot(const struct files *f, const struct fv_report_chart *chart,
    char **script, struct fv_err *err)
{
	char name[FV_REPORT_PLOTS_NAME], path[NAME];
	struct fv_textbuf text = { 0 };
	int rc;

	fv_report_plots_name(chart, name);
	(void)snprintf(path, sizeof(path), "plots/%s.dat", name);
	rc = fv_report_plots_data(f->result, chart, f->mask, &text, err);
	if (finish_file(f, path, rc, &text, err) == -1)
		return -1;
	(void)snprintf(path, sizeof(path), "plots/%s.gp", name);
	rc = fv_report_plots_script(f->result, chart, &text, err);
	if (finish_file(f, path, rc, &text, err) == -1)
		return -1;
	if (asprintf(script, "%s.gp", name) == -1) {
		*script = NULL;
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	}
	return 0;
}

static int
run_plots(
    const struct files *f, char *const *scripts, size_t n, struct fv_err *err)
{
	char *folder;
	int rc;

	if (n == 0)
		return 0;
	if (asprintf(&folder, "%s/plots", fv_outdir_path(f->dir)) == -1)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	rc = fv_gnuplot_run(folder, (const char *const *)scripts, n, err);
	free(folder);
	return rc;
}

static int
write_plots(const struct files *f, struct fv_err *err)
{
	struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT];
	size_t i, k, count, n = 0;
	char **scripts;
	int rc = 0;

	scripts =
	    fv_memory_new(f->result->nsections * FV_REPORT_CHARTS_LIMIT + 1,
		sizeof(*scripts), err);
	if (scripts == NULL)
		return -1;
	for (i = 0; i < f->result->nsections && rc == 0; i++) {
		count = fv_report_charts_of(&f->result->section[i], charts);
		for (k = 0; k < count && rc == 0; k++)
			rc = write_plot(f, &charts[k], &scripts[n++], err);
	}
	if (rc == 0)
		rc = run_plots(f, scripts, n, err);
	for (i = 0; i < n; i++)
		free(scripts[i]);
	free(scripts);
	return rc;
}

int
fv_report_files_write(const struct fv_result *result, const char *directory,
    bool mask_labels, bool plots, struct fv_err *err)
{
	struct files f = { result, NULL, mask_labels };
	size_t i;
	int rc = -1;

	if ((f.dir = fv_outdir_new(directory, err)) == NULL)
		return -1;
	if (write_reports(&f, err) == -1)
		goto out;
	for (i = 0; i < result->nsections; i++)
		if (write_tables(&f, &result->section[i], err) == -1)
			goto out;
	if (plots && write_plots(&f, err) == -1)
		goto out;
	rc = fv_outdir_commit(f.dir, err);
out:
	fv_outdir_free(f.dir);
	return rc;
}
