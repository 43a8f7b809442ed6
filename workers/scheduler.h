/* SPDX-License-Identifier: MIT */
#ifndef DTI_SCHEDULER_H
#define DTI_SCHEDULER_H

/*
 * The one thread that owns the dial state. A turn: take in completions and
 * commands; apply the commands, then the completions; ask the dial state what
 * to begin; push it; sleep if nothing moved. It never blocks but in its sleep.
 *
 * Everything in struct dti_scheduler that is not marked otherwise is that
 * thread's. While no such thread runs (before start, after the join) it is the
 * property of the thread that holds the dialer's lifecycle lock.
 *
 *	scheduler.c		the loop, its timers, stop
 *	scheduler_begin.c	from task to job
 *	scheduler_end.c		from job to outcome; cancel
 *	scheduler_fault.c	what a fault of this machine holds back
 *	scheduler_watch.c	workers that do not come back
 *	scheduler_commands.c	what other threads ask for
 *	scheduler_events.c	what the embedder is told
 */

#include "lib/connect_patience.h"
#include "lib/dialstate/dialstate.h"

#include "workers/handoff.h"
#include "workers/ledger.h"
#include "workers/snapshot.h"
#include "workers/steps.h"

/** A lookup that the policy has asked for and that waits for its time. */
struct dti_held_lookup {
	struct dti_task task;
	bool held;
	/* Of the lookup before it. */
	int64_t last_began_ms;
	bool has_begun;
};

/** The policy's wait task: a timer, no thread. */
struct dti_wait_timer {
	struct dti_task task;
	int64_t until_ms;
	bool active;
};

/** After a local fault dials pause; then one goes ahead as a probe. */
struct dti_local_fault {
	int64_t last_ms; /* when a dial met it last */
	uint64_t lost;   /* dials since it began */
	bool active;
	bool probing; /* the probe is out */
};

struct dti_scheduler {
	/* Set at creation, read-only afterwards. */
	struct dti_handoff *handoff;
	struct dti_steps *steps;
	struct dti_snapshot *snapshot;
	const struct dt_allocator *allocator;
	dt_event_fn event;
	void *event_context;
	struct dti_spin_limits spin; /* the workers' too */

	/* The scheduler's. */
	struct dti_dialstate *state;
	struct dti_netrestrict *netrestrict; /* the dial state's */
	struct dti_scheduler_limits limits;
	struct dti_job_set jobs;
	struct dti_ledger ledger;
	struct dti_connect_patience patience;
	struct dti_task *tasks; /* room for what new_tasks answers */
	struct dti_held_lookup lookup;
	struct dti_wait_timer wait;
	struct dti_local_fault fault;
	struct dti_reply *first_reply; /* answered and not yet sent */
	struct dti_reply *last_reply;
	size_t in_flight; /* jobs that are pushed and not back */
	int64_t now_ns;   /* when the turn began */
	int64_t now_ms;
	int64_t policy_ms; /* the dial state's now: now_ms, or behind it while
			      it lets go of many holds */
	int64_t watch_due_ms; /* when to look for overdue workers */
	int64_t published_ms;
	bool paused;
	bool stopping;
	bool stirred; /* something changed: ask for new tasks */
};

/** What dti_scheduler_init() needs beside the read-only members. */
struct dti_scheduler_options {
	struct dti_dialstate_config state;
	struct dti_scheduler_limits limits;
	struct dti_netrestrict *netrestrict; /* taken over on success */
};

/**
 * dti_scheduler_init - build the state; the read-only members are set already.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS. Pair with fini.
 */
dt_err dti_scheduler_init(struct dti_scheduler *scheduler,
			  const struct dti_scheduler_options *options);
void dti_scheduler_fini(struct dti_scheduler *scheduler);

/** The thread's main function, of a scheduler: returns when told to finish. */
void dti_scheduler_run(void *argument);

/**
 * Apply all commands that wait and publish the counters, without beginning
 * anything. For the thread that holds the lifecycle lock, while none runs.
 * False: some cannot be reached yet (ORDER in workers/handoff.h).
 */
bool dti_scheduler_settle(struct dti_scheduler *scheduler);

/* Between the scheduler's own files. */

/** Apply one command, which stays the caller's. */
void dti_scheduler_apply(struct dti_scheduler *scheduler,
			 struct dti_command *command);
/**
 * Send the answers since the last time, after a picture of the counters that is
 * not older than any of them.
 */
void dti_scheduler_send_replies(struct dti_scheduler *scheduler);
/** Tell the workers how long a connect may take. */
void dti_scheduler_limit_connects(struct dti_scheduler *scheduler);
/** Apply the commands taken in. */
void dti_scheduler_apply_commands(struct dti_scheduler *scheduler);
/** Apply at most @max of the completions taken in; how many there were. */
size_t dti_scheduler_complete(struct dti_scheduler *scheduler, size_t max);
/** Begin what may begin now. */
void dti_scheduler_begin(struct dti_scheduler *scheduler);
/** A task ends that no worker ever had: the held lookup, or the wait. */
void dti_scheduler_end_waiting(struct dti_scheduler *scheduler,
			       const struct dti_task *task,
			       enum dt_outcome outcome);
/** End everything that is not with a worker; cancel what is. */
void dti_scheduler_cancel_all(struct dti_scheduler *scheduler);
/** Cancel a job that is out. */
void dti_scheduler_cancel(struct dti_scheduler *scheduler, uint32_t index);
/** Tasks that may begin now. */
size_t dti_scheduler_free_slots(const struct dti_scheduler *scheduler);
/** Dials among them: during a local fault none, or a single probe. */
size_t dti_scheduler_free_dials(const struct dti_scheduler *scheduler);
/** When the held lookup may begin; DTI_NEVER: none is held. */
int64_t dti_scheduler_lookup_due_ms(const struct dti_scheduler *scheduler);
/** When a probe may be sent; DTI_NEVER: there is no fault, or one is out. */
int64_t dti_scheduler_fault_due_ms(const struct dti_scheduler *scheduler);
/** @job is about to be pushed: during a local fault it is the probe. */
void dti_scheduler_mark_probe(struct dti_scheduler *scheduler,
			      struct dti_job *job);
/** @job is no longer waited for as the probe, if it was. */
void dti_scheduler_drop_probe(struct dti_scheduler *scheduler,
			      struct dti_job *job);
/** A dial has ended: does a local fault begin or end with it? */
void dti_scheduler_note_fault(struct dti_scheduler *scheduler,
			      struct dti_job *job);
/**
 * A peer that a dial announced is gone. One that has also connected inbound
 * stays: whoever reported that says when it ends.
 */
void dti_scheduler_dialed_peer_ended(struct dti_scheduler *scheduler,
				     const struct dt_node *node);
/**
 * Let whoever keeps the peer let go of it. True: the library's own keeper does,
 * and says when.
 */
bool dti_scheduler_drop_peer(struct dti_scheduler *scheduler,
			     const struct dt_node_id *id);
/** Look for overdue workers overdue_after from now, or earlier. */
void dti_scheduler_watch_soon(struct dti_scheduler *scheduler);
/** Report workers whose step should have ended; says when to look again. */
void dti_scheduler_watch(struct dti_scheduler *scheduler);
void dti_scheduler_publish(struct dti_scheduler *scheduler);

/** Send @event, unless its level is above the limit. Fills in size, time. */
void dti_scheduler_emit(struct dti_scheduler *scheduler,
			struct dt_event *event);
/** The same, at the level that peers have. */
void dti_scheduler_emit_peer(struct dti_scheduler *scheduler,
			     struct dt_event *event);
void dti_scheduler_emit_begun(struct dti_scheduler *scheduler,
			      const struct dti_job *job);
void dti_scheduler_emit_ended(struct dti_scheduler *scheduler,
			      const struct dti_job *job);

#endif /* DTI_SCHEDULER_H */
