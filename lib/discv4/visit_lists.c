/* SPDX-License-Identifier: MIT */
/*
 * Visits that wait for a moment: a list for each stage that does. All of a list
 * wait equally long, so whoever came first is the first that is due.
 */
#include "lib/container.h"
#include "lib/discv4/state.h"

/* 0: a stage that does not wait for a moment. */
static const int64_t delays_ms[DTI_VISIT_STAGES] = {
	[DTI_VISIT_WAIT] = DTI_BOND_WAIT_MS,
	[DTI_VISIT_SOON] = DTI_BOND_SOON_MS,
	[DTI_VISIT_SETTLE] = DTI_SETTLE_MS,
	[DTI_VISIT_HELD] = DTI_HELD_MS,
};

void dti_visit_lists_init(struct dti_discv4 *discv4)
{
	for (size_t i = 0; i < DTI_VISIT_STAGES; i++)
		dti_list_init(&discv4->visits[i]);
}

void dti_visit_take_out(struct dti_visit *visit)
{
	if (delays_ms[visit->stage] != 0)
		dti_list_remove(&visit->order);
	visit->stage = DTI_VISIT_IDLE;
}

void dti_visit_put_off(struct dti_discv4 *discv4, struct dti_visit *visit,
		       enum dti_visit_stage stage, struct dti_discv4_now now)
{
	dti_visit_take_out(visit);
	visit->stage = stage;
	visit->due_ms = now.ms + delays_ms[stage];
	dti_list_push_back(&discv4->visits[stage], &visit->order);
}

static struct dti_visit *visit_of(struct dti_list_link *order)
{
	return order ? dti_container_of(order, struct dti_visit, order) : NULL;
}

struct dti_visit *dti_visit_first(const struct dti_discv4 *discv4,
				  enum dti_visit_stage stage)
{
	return visit_of(dti_list_first(&discv4->visits[stage]));
}

struct dti_visit *dti_visit_next(const struct dti_discv4 *discv4,
				 const struct dti_visit *visit)
{
	return visit_of(
		dti_list_next(&discv4->visits[visit->stage], &visit->order));
}

struct dti_visit *dti_visit_due(const struct dti_discv4 *discv4,
				enum dti_visit_stage stage,
				struct dti_discv4_now now)
{
	struct dti_visit *first = dti_visit_first(discv4, stage);

	return first != NULL && first->due_ms <= now.ms ? first : NULL;
}

int64_t dti_visits_deadline(const struct dti_discv4 *discv4)
{
	int64_t deadline_ms = INT64_MAX;

	for (size_t i = 0; i < DTI_VISIT_STAGES; i++) {
		const struct dti_visit *first =
			dti_visit_first(discv4, (enum dti_visit_stage)i);

		if (first != NULL && first->due_ms < deadline_ms)
			deadline_ms = first->due_ms;
	}
	return deadline_ms;
}
