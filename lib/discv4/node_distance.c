/* SPDX-License-Identifier: MIT */
#include "lib/discv4/distance.h"

unsigned int dt_node_distance(const struct dt_node_id *a,
			      const struct dt_node_id *b)
{
	struct dti_place place_a = dti_place_of(a);
	struct dti_place place_b = dti_place_of(b);

	return dti_place_log_distance(&place_a, &place_b);
}
