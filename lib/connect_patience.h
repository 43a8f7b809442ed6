/* SPDX-License-Identifier: MIT */
#ifndef DTI_CONNECT_PATIENCE_H
#define DTI_CONNECT_PATIENCE_H

/*
 * How long to wait for a connect, learned from those that succeeded: where many
 * nodes swallow the SYN, waiting the whole dial_timeout for each is what costs
 * most of the time.
 *
 * Four times the 99th percentile of the latest connects, so that a network that
 * gets slower is followed; never less than a tenth of dial_timeout. A share, so
 * that whoever sets dial_timeout sets both; and a tenth, since that is 1.5 s of
 * the default, and a SYN that is lost is sent again after 1 s (RFC 6298, 2.1).
 * Where more than one SYN in a hundred is lost, the percentile itself is such a
 * second SYN's, and the limit is long enough for the third.
 *
 * It must not be able to persist in an error. Nothing is known until 4 connects
 * have succeeded, and nothing is known any more after 32 in a row that were
 * given up at the limit. In a row is meant in the order in which they began:
 * many that begin at once and are swallowed are given up at once too, after
 * those that began with them have succeeded.
 *
 * Owner: one thread.
 */

#include "lib/histogram.h"

struct dti_connect_patience {
	struct dti_histogram took_ms; /* of the latest connects */
	uint64_t before_ms; /* percentile of those before them; 0: none */
	int64_t learned_ms; /* four times that; INT64_MAX: nothing is known */
	int64_t least_ms;
	int64_t limit_ms;  /* to be read; INT64_MAX: nothing is known */
	int64_t heard_ns;  /* the latest begin of one that took no longer */
	uint32_t fresh;    /* connects since the limit was calculated */
	uint32_t given_up; /* in a row */
};

void dti_connect_patience_init(struct dti_connect_patience *patience,
			       int64_t dial_timeout_ms);
/** What was learned stays; how little it may come to changes. */
void dti_connect_patience_set_dial_timeout(
	struct dti_connect_patience *patience, int64_t dial_timeout_ms);
/** A connect that began at @began_ns has succeeded after @took_ns. */
void dti_connect_patience_connected(struct dti_connect_patience *patience,
				    int64_t began_ns, int64_t took_ns);
/** One was given up at the limit, which was less than it might have had. */
void dti_connect_patience_gave_up(struct dti_connect_patience *patience,
				  int64_t began_ns);

#endif /* DTI_CONNECT_PATIENCE_H */
