/* SPDX-License-Identifier: MIT */
#include "lib/crypto/keccak.h"
#include "lib/discv4/distance.h"

struct dti_place dti_place_of(const struct dt_node_id *id)
{
	struct dti_place place;

	dti_keccak256(place.bytes, id->bytes, sizeof(id->bytes));
	return place;
}
