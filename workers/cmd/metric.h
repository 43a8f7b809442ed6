/* SPDX-License-Identifier: MIT */
#ifndef CMD_METRIC_H
#define CMD_METRIC_H

/* Lines of Prometheus' text format: "dialtone_GROUP_NAME". */

#include <stddef.h>
#include <stdint.h>

#include "workers/cmd/text.h"

struct cmd_metric {
	const char *name;
	const char *type; /* "counter", "gauge" */
	const char *help; /* a sentence */
	uint64_t value;
};

/** Put what stands before all samples of a name. */
void cmd_metric_put_head(struct cmd_text *out, const char *group,
			 const char *name, const char *type, const char *help);
/** Put metrics that have one sample each, with their heads. */
void cmd_metrics_put(struct cmd_text *out, const char *group,
		     const struct cmd_metric *metrics, size_t count);

#endif /* CMD_METRIC_H */
