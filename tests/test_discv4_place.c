/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/discv4/distance.h"

#include "tests/harness.h"

/* That it is go-ethereum's is for test_discv4_distance.c, with its vectors. */
Test(discv4_place, all_bytes_of_an_id_say_where_it_is)
{
	struct dt_node_id id = {{0}};
	struct dti_place origin = dti_place_of(&id);
	uint8_t hash[sizeof(origin.bytes)];

	dti_keccak256(hash, id.bytes, sizeof(id.bytes));
	cr_assert_arr_eq(origin.bytes, hash, sizeof(hash));
	for (size_t i = 0; i < sizeof(id.bytes); i++) {
		struct dti_place place;

		id.bytes[i] ^= 1;
		place = dti_place_of(&id);
		cr_assert_neq(memcmp(&place, &origin, sizeof(place)), 0);
		id.bytes[i] ^= 1;
	}
}
