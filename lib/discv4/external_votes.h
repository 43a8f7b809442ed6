/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_EXTERNAL_VOTES_H
#define DTI_DISCV4_EXTERNAL_VOTES_H

/*
 * Which address do others see us at? Each pong says where its ping came from.
 * One statement proves nothing, and ids are free, so a network (/24, /48) has
 * one vote, however many nodes of it speak; in private networks, which are small
 * and not a stranger's, an address has one. A vote holds for five minutes. Who
 * speaks with us over IPv4 sees no IPv6 address of ours, and the reverse.
 *
 * Ten that agree, on address and UDP port, and outnumber all others of the
 * family two to one, decide; what was decided holds until something else is. So
 * an attacker needs twice as many networks as there are honest voters, and a NAT
 * that gives each peer another port, where nobody could reach us, decides
 * nothing. The other family decides only when nobody speaks for what is decided:
 * a node with both does not move to and fro.
 *
 * A private address is told by neighbours only, and counts only while nobody
 * outside speaks.
 *
 * Owner: one thread. Bounded: DTI_EXTERNAL_VOTES, the oldest gives way; O(that).
 */

#include "lib/dialtone.h"

#define DTI_EXTERNAL_VOTES        64
#define DTI_EXTERNAL_VOTES_NEEDED 10
#define DTI_EXTERNAL_VOTE_MS      (INT64_C(5) * 60 * 1000)

struct dti_external_vote {
	struct dt_endpoint voter;
	struct dt_endpoint said; /* its TCP port does not count */
	int64_t said_ms;
};

/** All zero: nobody has voted. */
struct dti_external_votes {
	struct dti_external_vote votes[DTI_EXTERNAL_VOTES];
	size_t count;
	struct dt_endpoint decided; /* without a TCP port; family 0: not yet */
};

/**
 * dti_external_votes_add - @voter, which has answered a ping of ours, sees us at
 * @said. What it must not tell of, or what is nobody's address, is no vote.
 * True: votes->decided has changed.
 */
bool dti_external_votes_add(struct dti_external_votes *votes,
			    const struct dt_endpoint *voter,
			    const struct dt_endpoint *said, int64_t now_ms);

#endif /* DTI_DISCV4_EXTERNAL_VOTES_H */
