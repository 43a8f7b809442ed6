/* SPDX-License-Identifier: MIT */
#include "lib/assert.h"
#include "lib/discv4/state.h"

static size_t count_list(const struct dti_visit_list *list,
			 enum dti_visit_stage stage)
{
	const struct dti_visit *previous = NULL;
	size_t count = 0;

	for (const struct dti_visit *visit = list->first; visit;
	     visit = visit->next) {
		DTI_ASSERT(visit->stage == stage);
		DTI_ASSERT(visit->previous == previous);
		DTI_ASSERT(!previous || previous->due_ms <= visit->due_ms);
		previous = visit;
		count++;
	}
	DTI_ASSERT(list->last == previous);
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

	DTI_ASSERT(wants_request == (visit->request != NULL));
	DTI_ASSERT(!visit->request || is_behind(visit));
	DTI_ASSERT(visit->neighbor_count <= DTI_NEIGHBORS_PER_REPLY);
}

/* Each visit of a query is in one list or behind one request, or idle; a query
 * has one at least that is not, else it would never end. */
static void verify_queries(const struct dti_discv4 *discv4,
			   size_t in_stage[DTI_VISIT_HELD + 1])
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
	size_t in_stage[DTI_VISIT_HELD + 1] = {0};
	const struct dti_discv4_figures *figures = &discv4->figures;

	verify_queries(discv4, in_stage);
	DTI_ASSERT(count_list(&discv4->waiting, DTI_VISIT_WAIT) ==
		   in_stage[DTI_VISIT_WAIT]);
	DTI_ASSERT(count_list(&discv4->soon, DTI_VISIT_SOON) ==
		   in_stage[DTI_VISIT_SOON]);
	DTI_ASSERT(count_list(&discv4->settling, DTI_VISIT_SETTLE) ==
		   in_stage[DTI_VISIT_SETTLE]);
	DTI_ASSERT(count_list(&discv4->held, DTI_VISIT_HELD) ==
		   in_stage[DTI_VISIT_HELD]);
	DTI_ASSERT(figures->requests_sent ==
		   figures->requests_answered + figures->requests_timed_out +
			   dti_requests_count(discv4->requests));
	DTI_ASSERT(dti_requests_count(discv4->requests) <=
		   discv4->config.max_requests);
	dti_table_verify(discv4->table);
}
