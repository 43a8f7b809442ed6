/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DISCV4_PEERS_H
#define TESTS_DISCV4_PEERS_H

/*
 * Whom a scene's machine meets, where the test does not play them itself: nodes
 * that all know each other and answer at once, as they should.
 */

#include "tests/discv4_scene.h"

/**
 * Let @ms pass, millisecond by millisecond; whatever was sent to one of @nodes
 * is answered. A ping is also pinged back.
 */
void peers_play(struct discv4_scene *scene, const struct dt_node *nodes,
		size_t count, int64_t ms);
/** The closest to @target of @nodes, closest first. How many: 16 at most. */
size_t peers_closest(struct dt_node out[16], const struct dt_node *nodes,
		     size_t count, const struct dt_node_id *target);

#endif /* TESTS_DISCV4_PEERS_H */
