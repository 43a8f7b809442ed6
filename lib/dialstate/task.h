/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_TASK_H
#define DTI_DIALSTATE_TASK_H

#include "lib/dialstate/dial_task.h"
#include "lib/dialtone.h"

struct dti_record;

/** What the policy wants done. */
struct dti_task {
	/* Of a dial: the dial state's own, so that it need not look for the
	 * node again when the dial ends. NULL: it looks. */
	struct dti_record *record;
	enum dt_task kind;
	enum dt_source source;  /* of a dial */
	struct dt_node node;    /* of a dial; host_name: the dial state's, valid
				   until the next call on it */
	uint32_t static_serial; /* which static record it was made from */
	bool cut_short; /* of a static dial: the last one was, see the result */
	struct dti_resolve_backoff backoff; /* of a static dial */
	int64_t wait_ms;                    /* of a wait */
};

/** What came of it. */
struct dti_task_result {
	enum dt_outcome outcome;
	struct dt_outcome_detail detail;
	bool has_endpoint; /* a static dial found a new endpoint */
	bool has_backoff;  /* it has tried to resolve */
	bool cut_short;    /* no connect, and one had less than dial_timeout */
	struct dt_endpoint endpoint;        /* if has_endpoint */
	struct dti_resolve_backoff backoff; /* if has_backoff: afterwards */
	const struct dt_node *nodes;        /* of a lookup; the caller's */
	size_t node_count;
};

#endif /* DTI_DIALSTATE_TASK_H */
