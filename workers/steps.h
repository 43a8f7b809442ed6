/* SPDX-License-Identifier: MIT */
#ifndef DTI_STEPS_H
#define DTI_STEPS_H

#include "lib/dialtone.h"

#include "workers/handoff.h"
#include "workers/keeper.h"
#include "workers/op.h"
#include "workers/settings.h"

#define DTI_LOOKUP_NODES_MAX 16 /* nodes taken of one lookup (a bucket) */

/**
 * What the blocking steps work with. Set at creation and read-only afterwards,
 * but for what has its own rules.
 */
struct dti_steps {
	struct dt_table table;
	struct dt_transport transport;
	const char *dns_servers;
	struct dti_keeper *keeper; /* NULL: the transport keeps its peers */
	const struct dti_published_settings *settings;
	struct dti_handoff *handoff;
	/*
	 * How long a connect may take if that is less than dial_timeout, or
	 * DTI_OP_NO_LIMIT. Written by the scheduler, read by the workers' ops,
	 * all relaxed.
	 */
	_Atomic int64_t connect_limit_ms;
	/* The lookup's answer. Its holder: the lookup job's, one at a time. */
	struct dt_node lookup_nodes[DTI_LOOKUP_NODES_MAX];
};

#endif /* DTI_STEPS_H */
