/* SPDX-License-Identifier: MIT */
#ifndef TESTS_NODE_FACTS_H
#define TESTS_NODE_FACTS_H

#include "workers/node_fact.h"

/** A node that another number does not have: id, IPv4 or IPv6, ports. */
struct dt_node numbered_node(uint32_t number);
/** The number of such a node, all of whose parts are as they were made. */
uint32_t node_number(const struct dt_node *node);
/** Its pong at @alive_unix_s. */
struct dti_node_fact pong_of(uint32_t number, int64_t alive_unix_s);
/** @failures of it, and no pong. */
struct dti_node_fact failures_of(uint32_t number, uint32_t failures);

#endif /* TESTS_NODE_FACTS_H */
