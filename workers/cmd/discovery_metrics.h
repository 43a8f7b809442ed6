/* SPDX-License-Identifier: MIT */
#ifndef CMD_DISCOVERY_METRICS_H
#define CMD_DISCOVERY_METRICS_H

#include <dialtone.h>

#include "workers/cmd/text.h"

/** Discovery's counters in Prometheus' text format, as the dialer's are. */
void cmd_discovery_metrics_put(struct cmd_text *out,
			       const struct dt_discv4_counters *counters);

#endif /* CMD_DISCOVERY_METRICS_H */
