/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALER_H
#define DTI_DIALER_H

/*
 * The dialer: what the public API's handle stands for.
 *
 *	dialer_create.c		create and free
 *	dialer_lifecycle.c	start, stop, destroy
 *	dialer_commands.c	commands: what the embedder asks for
 *	dialer_queries.c	counters, latencies, explain
 *	dialer_limits.c		dt_dialer_set()
 *
 * GATE. After stop nobody may push a command, since nobody takes it. A caller
 * looks at `phase` and pushes inside one RCU read section. dt_dialer_stop()
 * first makes the phase STOPPING (so that later callers turn back), then waits
 * for a grace period (so that earlier ones have pushed), and only then tells
 * the scheduler to finish, which takes all that is there before it returns. So
 * each command is either refused or applied, and callers share no cache line
 * that anyone writes.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "lib/dialtone.h"

#include "workers/handoff.h"
#include "workers/keeper.h"
#include "workers/pool.h"
#include "workers/reply.h"
#include "workers/scheduler.h"
#include "workers/settings.h"
#include "workers/snapshot.h"
#include "workers/steps.h"
#include "workers/thread.h"

enum dti_phase {
	DTI_PHASE_CREATED, /* commands wait in the inbox */
	DTI_PHASE_RUNNING,
	DTI_PHASE_STOPPING, /* commands are refused */
	DTI_PHASE_STOPPED,
};

struct dt_dialer {
	/* Set by create, read-only afterwards. */
	void *memory; /* what to free: the dialer begins at a cache line */
	struct dt_allocator allocator;
	uint32_t jobs_at_creation; /* max_active_dials can not exceed it */

	/* Shared: each has its own rules. */
	struct dti_handoff handoff;
	struct dti_snapshot snapshot;
	_Atomic uint64_t pictures[2 * DTI_SNAPSHOT_WORDS(struct dt_counters)];
	struct dti_published_settings settings;
	struct dti_replies replies;
	_Atomic(enum dti_phase) phase; /* written under lifecycle; see GATE */

	/* Protected by lifecycle; the phase too, for those who change it. */
	pthread_mutex_t lifecycle;
	struct dti_thread scheduler_thread;
	struct dti_pool pool;
	struct dti_keeper *keeper;

	/* Protected by config_lock: the configuration in force. */
	pthread_mutex_t config_lock;
	struct dt_config config;

	/* The scheduler thread's while one runs, else as lifecycle. */
	struct dti_scheduler scheduler;
	/* Workers': see its own header. */
	struct dti_steps steps;
};

/** The limits that a configuration means. */
struct dti_scheduler_limits dti_dialer_limits(const struct dt_config *config);

/** The phase, acquired: see GATE. */
static inline enum dti_phase dti_dialer_phase(const dt_dialer *dialer)
{
	/* Acquire: pairs with the releases in set_phase(); who sees RUNNING sees
	 * what start has made. */
	return atomic_load_explicit(&dialer->phase, memory_order_acquire);
}

/**
 * dti_dialer_post - hand over a command through the GATE.
 * @filled: copied into the command that is pushed, but for link and home; what
 * it owns goes over on DT_OK.
 * Errors: DT_ERR_STOPPED, DT_ERR_BUSY, DT_ERR_NO_MEMORY.
 */
dt_err dti_dialer_post(dt_dialer *dialer, const struct dti_command *filled);

/** Free a dialer that has no thread. */
void dti_dialer_free(dt_dialer *dialer);

/**
 * The keeper's callback: a held peer of the dialer @context has ended. On the
 * keeper's thread, or in stop; may wait for a command to be free, since it must
 * not be lost.
 */
void dti_dialer_peer_ended(void *context, const struct dt_node_id *id);

/**
 * dti_dialer_peer_ended_because - the same, of one that a dt_rlpx keeps.
 * @flags: those that the dialer knows it by; not 0.
 * @reason: enum dt_ending.
 *
 * The peer is removed whatever flags it has, so this comes before whatever makes
 * a peer of that node again. A dialer that stops is told nothing. Any thread but
 * the scheduler's; waits for a command to be free while the dialer runs.
 */
void dti_dialer_peer_ended_because(dt_dialer *dialer,
				   const struct dt_node_id *id, uint32_t flags,
				   int32_t reason);

#endif /* DTI_DIALER_H */
