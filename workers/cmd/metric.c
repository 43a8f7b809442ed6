/* SPDX-License-Identifier: MIT */
#include "workers/cmd/metric.h"

#include <inttypes.h>

void cmd_metric_put_head(struct cmd_text *out, const char *group,
			 const char *name, const char *type, const char *help)
{
	cmd_text_printf(out,
			"# HELP dialtone_%s_%s %s\n"
			"# TYPE dialtone_%s_%s %s\n",
			group, name, help, group, name, type);
}

void cmd_metrics_put(struct cmd_text *out, const char *group,
		     const struct cmd_metric *metrics, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cmd_metric_put_head(out, group, metrics[i].name,
				    metrics[i].type, metrics[i].help);
		cmd_text_printf(out, "dialtone_%s_%s %" PRIu64 "\n", group,
				metrics[i].name, metrics[i].value);
	}
}
