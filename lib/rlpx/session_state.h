/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_SESSION_STATE_H
#define DTI_RLPX_SESSION_STATE_H

/* Between the files of the session. */

#include "lib/rlpx/session.h"

/** Bits of `owed`, in the order in which they are written. */
enum dti_session_owes {
	DTI_SESSION_OWES_HANDSHAKE = 1,
	DTI_SESSION_OWES_HELLO = 2,
	DTI_SESSION_OWES_DISCONNECT = 4,
	DTI_SESSION_OWES_PONGS = 8,
	DTI_SESSION_OWES_PING = 16
};

/** A Hello that was held goes before the Disconnect that is owed. */
void dti_session_introduce(struct dti_session *session);

#endif /* DTI_RLPX_SESSION_STATE_H */
