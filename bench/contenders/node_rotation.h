/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_NODE_ROTATION_H
#define BENCH_CONTENDERS_NODE_ROTATION_H

/*
 * The dial state with static nodes that never connect and go round: each is
 * dialed as soon as the history lets go of it, and 16 dials run at a time. All
 * but those 16 are in the history, in an order that has nothing to do with the
 * one in which they were added.
 *
 * A task is what the scheduler does for one: task_done of the dial that began
 * 16 tasks ago, and new_tasks for the one slot that is free by that.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node_rotation;

/**
 * @peers: connected nodes beside the static ones. NULL: no memory. Pair with
 * destroy.
 */
struct node_rotation *node_rotation_create(size_t nodes, size_t peers);
/** False: there was not one dial a task, so it is no steady state. */
bool node_rotation_run(struct node_rotation *rotation, uint64_t tasks);
/** Asked of the allocator for a static node, less its id and endpoint. */
double node_rotation_bytes_a_node(const struct node_rotation *rotation);
void node_rotation_destroy(struct node_rotation *rotation);

#endif /* BENCH_CONTENDERS_NODE_ROTATION_H */
