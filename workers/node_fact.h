/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_FACT_H
#define DTI_NODE_FACT_H

#include "lib/dialtone.h"

/** What was learned of a node since the last time that something was told. */
struct dti_node_fact {
	struct dt_node node; /* host_name is not looked at */
	int64_t alive_unix_s; /* of a pong since then, the last; 0: there was none */
	uint32_t
		failures; /* pings without answer since then, or since that pong */
	uint64_t record_seq; /* as told with the pong; 0: it was not */
};

#endif /* DTI_NODE_FACT_H */
