/* SPDX-License-Identifier: MIT */
#include "bench/contenders/curve_floor.h"

#include <stdlib.h>

#include "lib/crypto/random.h"
#include "lib/crypto/secp.h"

struct operations {
	int secrets;
	int public_keys;
};

static const struct operations needed = {7, 2};
static const struct operations literal = {8, 3};

static const struct dt_allocator libc = {.malloc = NULL};

struct curve_floor {
	struct dti_secp secp;
	struct dti_random random;
	struct dt_node_id id; /* the last one that was made */
};

struct curve_floor *curve_floor_create(void)
{
	static const uint8_t seed[32] = {1};
	struct curve_floor *floor = calloc(1, sizeof(*floor));

	if (!floor)
		return NULL;
	dti_random_init(&floor->random, seed);
	if (dti_secp_init(&floor->secp, seed, &libc) != DT_OK) {
		free(floor);
		return NULL;
	}
	return floor;
}

void curve_floor_destroy(struct curve_floor *floor)
{
	dti_secp_fini(&floor->secp);
	free(floor);
}

static bool run_once(struct curve_floor *floor,
		     const struct operations *operations)
{
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	uint8_t secret[32];
	struct dt_node_key key;
	bool good = true;

	/* No secret key once in 2^128 of them. */
	dti_random_fill(&floor->random, key.bytes, sizeof(key.bytes));
	for (int i = 0; i < operations->public_keys; i++)
		good &= dti_secp_id_of_key(&floor->secp, &floor->id, &key);
	for (int i = 0; i < operations->secrets; i++)
		good &= dti_secp_ecdh(&floor->secp, secret, &floor->id, &key);
	return good &&
	       dti_secp_sign_recoverable(&floor->secp, signature, secret,
					 &key) &&
	       dti_secp_recover(&floor->secp, &floor->id, signature, secret);
}

static bool run(struct curve_floor *floor, const struct operations *operations,
		uint64_t times)
{
	for (uint64_t i = 0; i < times; i++) {
		if (!run_once(floor, operations))
			return false;
	}
	return true;
}

bool curve_floor_run(void *floor, uint64_t handshakes)
{
	return run(floor, &needed, handshakes);
}

bool curve_floor_run_literally(void *floor, uint64_t handshakes)
{
	return run(floor, &literal, handshakes);
}
