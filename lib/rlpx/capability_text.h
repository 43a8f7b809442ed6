/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_CAPABILITY_TEXT_H
#define DTI_RLPX_CAPABILITY_TEXT_H

/*
 * Capabilities as a user writes them: "eth/68,chat/1:4".
 *
 * How many codes a capability takes must be known on both sides, since the next
 * one's begin behind them. Of those that are not in the table here, and are
 * written without a number, 16 is assumed.
 */

#include "lib/rlpx/capability.h"
#include "lib/span.h"

/**
 * dti_capability_text_parse - read NAME/VERSION[:MESSAGES], comma-separated.
 * @out, @count: what is offered; an empty text: nothing.
 * @refused: when false is returned, the item that is to blame.
 *
 * A name is of 1 to 15 printable characters without blanks, '/', ':' and ','; a
 * version is below 2^32; MESSAGES are 1 to 65,535. No pair of name and version
 * may stand twice, and no more than DTI_CAPABILITIES_MAX in all.
 */
bool dti_capability_text_parse(struct dti_capability out[DTI_CAPABILITIES_MAX],
			       size_t *count, struct dti_span text,
			       struct dti_span *refused);

#endif /* DTI_RLPX_CAPABILITY_TEXT_H */
