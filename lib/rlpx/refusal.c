/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/refusal.h"

static const struct {
	const char *text;
	enum dti_disconnect_reason reason;
} refusals[DTI_REFUSAL_COUNT] = {
	[DTI_REFUSAL_NONE] = {"nothing is wrong", DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_HANDSHAKE_SIZE] = {"handshake of a size that none has",
					DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_HANDSHAKE_SEAL] = {"handshake not for this key",
					DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_HANDSHAKE_SHAPE] = {"handshake that is not as EIP-8 says",
					 DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_HANDSHAKE_KEY] = {"handshake with a key or signature that "
				       "is none",
				       DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_HEADER_MAC] = {"frame header with a wrong MAC",
				    DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_FRAME_MAC] = {"frame with a wrong MAC",
				   DTI_DISCONNECT_UNSTATED},
	[DTI_REFUSAL_FRAME_SIZE] = {"frame larger than allowed",
				    DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_MESSAGE_CODE] = {"message without a code",
				      DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_MESSAGE_SNAPPY] = {"message that is no snappy block",
					DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_MESSAGE_SIZE] = {"message that inflates to more than "
				      "allowed",
				      DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_NO_HELLO] = {"another message before Hello",
				  DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_HELLO_SHAPE] = {"Hello that is not as devp2p says",
				     DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_HELLO_ID] = {"Hello with an id of another size",
				  DTI_DISCONNECT_BREACH},
	[DTI_REFUSAL_NULL_ID] = {"Hello with no id", DTI_DISCONNECT_NULL_ID},
	[DTI_REFUSAL_WRONG_ID] = {"Hello with the id of another node",
				  DTI_DISCONNECT_WRONG_ID},
	[DTI_REFUSAL_OWN_ID] = {"Hello with our own id", DTI_DISCONNECT_SELF},
	[DTI_REFUSAL_NOTHING_SHARED] = {"no capability in common",
					DTI_DISCONNECT_USELESS},
};

const char *dti_refusal_text(enum dti_refusal refusal)
{
	return refusals[refusal].text;
}

enum dti_disconnect_reason dti_refusal_reason(enum dti_refusal refusal)
{
	return refusals[refusal].reason;
}
