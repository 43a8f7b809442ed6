/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_IDENTITIES_H
#define TESTS_SIM_IDENTITIES_H

/*
 * Many node ids of one owner, at addresses of few networks: which one lives at
 * an address, and which are closest to a place. From 64.0.0.0 on, where no
 * node of a world is.
 */

#include "lib/crypto/random.h"
#include "lib/dialtone.h"
#include "lib/discv4/distance.h"

struct identities;

/** @count ids, evenly in @subnets networks (/24). */
struct identities *identities_create(size_t count, size_t subnets,
				     struct dti_random *random);
void identities_destroy(struct identities *identities);

/** @number: below the count; in no order. */
const struct dt_node *identities_get(const struct identities *identities,
				     size_t number);
/** Who lives there; somebody does. */
const struct dt_node *identities_at(const struct identities *identities,
				    const struct dt_endpoint *endpoint);
/** The @max closest to @place, or all, closest first. */
size_t identities_closest(const struct identities *identities,
			  struct dt_node *out, size_t max,
			  const struct dti_place *place);
/** Can it be an identity's address? */
bool identities_own(const struct dt_endpoint *endpoint);

#endif /* TESTS_SIM_IDENTITIES_H */
