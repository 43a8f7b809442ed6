/* SPDX-License-Identifier: MIT */
#include "lib/assert.h"
#include "lib/discv4/state.h"

/* Of those that wait for a moment: the first due in front. */
static size_t count_waiting(const struct dti_discv4 *discv4,
			    enum dti_visit_stage stage)
{
	const struct dti_visit *visit = dti_visit_first(discv4, stage);
	int64_t last_ms = INT64_MIN;
	size_t count = 0;

	for (; visit; visit = dti_visit_next(discv4, visit)) {
		DTI_ASSERT(visit->stage == stage);
		DTI_ASSERT(last_ms <= visit->due_ms);
		last_ms = visit->due_ms;
		count++;
	}
	return count;
}

/* Does a visit stand behind the request that it waits for? */
static bool is_behind(const struct dti_visit *visit)
{
	for (const struct dti_visit *other = visit->request->purpose; other;
	     other = other->behind)
		if (other == visit)
			return true;
	return false;
}

static void verify_visit(const struct dti_visit *visit)
{
	bool wants_request = visit->stage == DTI_VISIT_BOND ||
			     visit->stage == DTI_VISIT_ASK ||
			     visit->stage == DTI_VISIT_SETTLE;
	bool is_found = visit->request == NULL || is_behind(visit);

	DTI_ASSERT(is_found);
	DTI_ASSERT(wants_request == (visit->request != NULL));
	DTI_ASSERT(visit->neighbor_count <= DTI_NEIGHBORS_PER_REPLY);
}

/* Each visit of a query is in one list or behind one request, or idle; a query
 * has one at least that is not, else it would never end. */
static void verify_queries(const struct dti_discv4 *discv4,
			   size_t in_stage[DTI_VISIT_STAGES])
{
	size_t count = 0;
	size_t own = 0;

	for (const struct dti_query *query = discv4->queries; query;
	     query = query->next) {
		size_t busy = 0;

		for (size_t i = 0; i < DTI_LOOKUP_ALPHA; i++) {
			const struct dti_visit *visit = &query->visits[i];

			DTI_ASSERT(visit->query == query);
			verify_visit(visit);
			in_stage[visit->stage]++;
			busy += visit->stage != DTI_VISIT_IDLE;
		}
		DTI_ASSERT(busy > 0);
		count++;
		own += query->question.tag == NULL;
	}
	DTI_ASSERT(count == discv4->query_count);
	DTI_ASSERT(own == discv4->own_count);
	DTI_ASSERT(own <= DTI_OWN_QUERIES + 3);
	DTI_ASSERT(count - own <= discv4->config.max_queries);
}

void dti_discv4_verify(const struct dti_discv4 *discv4)
{
	static const enum dti_visit_stage waits[] = {
		DTI_VISIT_WAIT, DTI_VISIT_SOON, DTI_VISIT_SETTLE,
		DTI_VISIT_HELD};
	size_t in_stage[DTI_VISIT_STAGES] = {0};
	const struct dti_discv4_figures *figures = &discv4->figures;

	verify_queries(discv4, in_stage);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		size_t count = count_waiting(discv4, waits[i]);

		DTI_ASSERT(count == in_stage[waits[i]]);
	}
	DTI_ASSERT(figures->requests_sent ==
		   figures->requests_answered + figures->requests_timed_out +
			   dti_requests_count(discv4->requests));
	DTI_ASSERT(dti_requests_count(discv4->requests) <=
		   discv4->config.max_requests);
	dti_table_verify(discv4->table);
	dti_proofs_verify(discv4->proofs);
	dti_limiter_verify(discv4->limiter);
	dti_requests_verify(discv4->requests);
}
