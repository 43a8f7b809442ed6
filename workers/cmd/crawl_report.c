/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_report.h"

#include <unistd.h>

#include "workers/cmd/complain.h"
#include "workers/cmd/crawl_summary.h"
#include "workers/cmd/style.h"
#include "workers/cmd/survey_plot.h"
#include "workers/cmd/survey_summary.h"

static bool no_memory(void)
{
	cmd_complain("there is no memory for the summary");
	return false;
}

static bool tell_walk(struct cmd_text *out,
		      const struct cmd_crawl_report *report)
{
	struct cmd_crawl_summary summary = {.counts = report->counts,
					    .self = report->self,
					    .duration_ms = report->duration_ms,
					    .complete = report->complete};
	struct cmd_style style = cmd_style_of(STDOUT_FILENO);

	summary.nodes = cmd_crawl_nodes_all(report->nodes, &summary.count);
	dt_discv4_counters(report->discv4, &summary.discovery,
			   sizeof(summary.discovery));
	if (!cmd_crawl_summary_make(&summary))
		return no_memory();
	if (report->json)
		cmd_crawl_summary_json(out, &summary);
	else
		cmd_crawl_summary_put(out, &summary, &style);
	cmd_crawl_summary_fini(&summary);
	return true;
}

static bool tell_survey(struct cmd_text *out,
			const struct cmd_crawl_report *report)
{
	struct cmd_survey_summary summary = {.counts = report->counts};
	struct cmd_style style = cmd_style_of(STDOUT_FILENO);
	bool done = true;

	summary.nodes = cmd_crawl_nodes_all(report->nodes, &summary.count);
	if (!cmd_survey_summary_make(&summary))
		return no_memory();
	if (report->json)
		cmd_survey_summary_json(out, &summary);
	else
		cmd_survey_summary_put(out, &summary, &style);
	if (report->plot_path != NULL)
		done = cmd_survey_plot_write(report->plot_path, &summary);
	cmd_survey_summary_fini(&summary);
	return done;
}

bool cmd_crawl_report(struct cmd_text *out,
		      const struct cmd_crawl_report *report)
{
	return tell_walk(out, report) &&
	       (!report->handshakes || tell_survey(out, report));
}
