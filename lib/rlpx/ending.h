/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_ENDING_H
#define DTI_RLPX_ENDING_H

/* How a session's end is counted and told. */

#include "lib/dialtone.h"
#include "lib/rlpx/refusal.h"

/** The remote has said so. */
enum dt_ending dti_ending_of_disconnect(enum dti_disconnect_reason reason);
/** We refuse what it sent. */
enum dt_ending dti_ending_of_refusal(enum dti_refusal refusal);
/** What a dial comes to whose set-up ends so; NONE: connected. */
enum dt_outcome dti_ending_outcome(enum dt_ending ending);
/**
 * What the remote is told when we end a session so, which is what it then sees
 * as the REMOTE_... of the same name. UNSTATED: nothing.
 */
enum dti_disconnect_reason dti_ending_reason(enum dt_ending ending);

#endif /* DTI_RLPX_ENDING_H */
