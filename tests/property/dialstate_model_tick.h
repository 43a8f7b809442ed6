/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PROPERTY_DIALSTATE_MODEL_TICK_H
#define TESTS_PROPERTY_DIALSTATE_MODEL_TICK_H

/* One call of model_new_tasks(); shared by the files that make up its steps. */

#include "tests/property/dialstate_model.h"

struct model_tick {
	struct model *model;
	struct model_task *out;
	int count;
	int slots;
	const struct model_candidate *random;
	int random_count;
	int random_looked;
};

int model_least(int a, int b);
/** The model's need, or 0 if it is negative. */
int model_tick_need(const struct model_tick *tick);
void model_emit(struct model_tick *tick, struct model_task task);
void model_skip(struct model_tick *tick, enum dt_source source);
void model_dial_static(struct model_tick *tick, int node,
		       enum dt_source source);
bool model_is_bootnodes_turn(const struct model *model);
/** Steps 5 to 7. */
void model_dial_dyn(struct model_tick *tick);

#endif /* TESTS_PROPERTY_DIALSTATE_MODEL_TICK_H */
