/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_MUTEX_DIALER_H
#define BENCH_CONTENDERS_MUTEX_DIALER_H

/*
 * The dialer that one would write first: the same dial state behind one mutex.
 * Each worker locks, asks for one task, unlocks, dials, locks, says how it
 * ended; who finds nothing to do waits on a condition variable. Calls from
 * outside lock too and act at once.
 *
 * It does less than dialtone: no cancel, no set-up, no lookups, no names, no
 * events, no histograms.
 *
 * Thread: any, for all calls but start and stop.
 */

#include "lib/dialtone.h"

struct mutex_dialer;

/** How to dial. Called on worker threads, without the lock. */
typedef enum dt_outcome (*mutex_dialer_connect_fn)(void *context,
						   const struct dt_node *node);

struct mutex_dialer_options {
	uint32_t workers;
	int64_t history_expiration_ms;
	mutex_dialer_connect_fn connect;
	void *context;
	const struct dt_node *static_nodes;
	size_t static_count;
};

/** NULL: no memory, or no threads. Pair with stop. */
struct mutex_dialer *
mutex_dialer_start(const struct mutex_dialer_options *options);
/** Join the workers, each after the dial that it runs, and free all. */
void mutex_dialer_stop(struct mutex_dialer *dialer);

dt_err mutex_dialer_add_static(struct mutex_dialer *dialer,
			       const struct dt_node *node);
void mutex_dialer_remove_static(struct mutex_dialer *dialer,
				const struct dt_node_id *id);
dt_err mutex_dialer_peer_added(struct mutex_dialer *dialer,
			       const struct dt_node_id *id, uint32_t flags);
void mutex_dialer_peer_removed(struct mutex_dialer *dialer,
			       const struct dt_node_id *id);
dt_err mutex_dialer_set_netrestrict(struct mutex_dialer *dialer,
				    const char *networks);
void mutex_dialer_counters(struct mutex_dialer *dialer,
			   struct dt_counters *out);
/** False: it is not remembered. */
bool mutex_dialer_explain(struct mutex_dialer *dialer,
			  struct dt_explanation *out,
			  const struct dt_node_id *id);

#endif /* BENCH_CONTENDERS_MUTEX_DIALER_H */
