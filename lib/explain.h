/* SPDX-License-Identifier: MIT */
#ifndef DTI_EXPLAIN_H
#define DTI_EXPLAIN_H

#include "lib/dialtone.h"

/** What holds all dials back, beyond what the dial state knows. */
struct dti_explain_pause {
	bool paused;      /* by command or by no_dial */
	bool faulted;     /* after a local fault */
	int64_t fault_ms; /* until it is tried again */
};

/**
 * Finish an explanation that the dial state began: a node that would be dialed
 * if it were not for a pause waits for that; then all of it in a sentence.
 */
void dti_explain_finish(struct dt_explanation *explanation,
			const struct dti_explain_pause *pause);

#endif /* DTI_EXPLAIN_H */
