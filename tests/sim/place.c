/* SPDX-License-Identifier: MIT */
/*
 * Stands in for lib/discv4/place.c when the simulation is linked: the same
 * places, but remembered. Three quarters of the time of a simulated network
 * went into hashing the same ids again and again; a real node hashes as often,
 * but checks a signature each time, which costs a hundred times as much.
 *
 * Not for threads: the simulation has one.
 */
#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/discv4/distance.h"

#define SLOTS (1 << 18) /* several for each node of the largest network */

/* Ids are random here: eight bytes tell them apart. */
struct slot {
	uint64_t id;
	struct dti_place place;
};

static struct slot slots[SLOTS];

struct dti_place dti_place_of(const struct dt_node_id *id)
{
	struct slot *slot;
	uint64_t key;

	memcpy(&key, id->bytes, sizeof(key));
	slot = &slots[key % SLOTS];
	if (slot->id != key) {
		slot->id = key;
		dti_keccak256(slot->place.bytes, id->bytes, sizeof(id->bytes));
	}
	return slot->place;
}
