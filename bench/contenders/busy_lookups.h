/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_BUSY_LOOKUPS_H
#define BENCH_CONTENDERS_BUSY_LOOKUPS_H

/*
 * Threads that have a node look up one random target after the other.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

struct busy_lookups;

/** NULL: no memory, or no threads. Pair with stop. */
struct busy_lookups *busy_lookups_start(dt_discv4 *discv4, size_t threads);
void busy_lookups_stop(struct busy_lookups *lookups);
/** Those that have found somebody, so far. */
uint64_t busy_lookups_done(const struct busy_lookups *lookups);

#endif /* BENCH_CONTENDERS_BUSY_LOOKUPS_H */
