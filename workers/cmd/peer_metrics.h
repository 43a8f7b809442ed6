/* SPDX-License-Identifier: MIT */
#ifndef CMD_PEER_METRICS_H
#define CMD_PEER_METRICS_H

/* The counters of sessions and peers in Prometheus' text format. */

#include <dialtone.h>

#include "workers/cmd/text.h"

void cmd_peer_metrics_put(struct cmd_text *out,
			  const struct dt_rlpx_counters *counters);

#endif /* CMD_PEER_METRICS_H */
