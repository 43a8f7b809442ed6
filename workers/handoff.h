/* SPDX-License-Identifier: MIT */
#ifndef DTI_HANDOFF_H
#define DTI_HANDOFF_H

/*
 * Between the scheduler and everybody else: the task queue to the workers, the
 * done queue and the inbox back, and the two places where threads park.
 *
 *	embedder's threads -- post ------------------+
 *						     v  take_in
 *	   worker <---- take -- task_queue <- push -- scheduler
 *	      +------- give_back -> done_queue ------> take_in
 *
 * HANDOFF. A job's plain fields go from thread to thread without a lock. The
 * scheduler writes them, then publish() (release of the ring's tail); the worker's
 * take() (acquire of the tail) sees them. The worker writes, then give_back()
 * (release of the done queue's slot); the scheduler's take_in() (acquire of the
 * slot) sees that. Nobody else has a pointer to the job, but for its atomics.
 *
 * ORDER. "Commands before completions": a worker pushes the command that
 * announces its peer, and only then gives the job back. The scheduler takes the
 * done queue first and the inbox second, so each completion that it holds was
 * pushed after the commands that it must see first, and those are in what it
 * took from the inbox. The exception is an inbox in which some thread was
 * preempted in the middle of its push: what is behind that node cannot be
 * reached yet. Then commands_blocked is set, and the scheduler keeps the
 * completions for its next turn. The preempted thread wakes it (see WAKE in
 * workers/park.h) once it has finished.
 *
 * OWED. A wake costs more than a hundred hand-overs of small tasks, and a worker
 * that is awake takes what was pushed within a microsecond. So the scheduler
 * does not wake anyone when it pushes: it owes a wake. It makes good what it
 * owes when the task queue has not been seen empty for some microseconds, and
 * always before it sleeps. So WAKE (workers/park.h) sees a producer that is slow
 * to call dti_park_wake_one(), but never one that sleeps without having called
 * it while there is something to take. The debt is cancelled only by an empty
 * queue: then everything that was pushed has been taken.
 */

#include <stdalign.h>
#include <stdatomic.h>

#include "workers/batch_queue.h"
#include "workers/cacheline.h"
#include "workers/done_queue.h"
#include "workers/inbox.h"
#include "workers/job.h"
#include "workers/park.h"
#include "workers/spin.h"
#include "workers/task_queue.h"

/** How long workers that are awake may leave a task untaken; see OWED. */
#define DTI_HANDOFF_PATIENCE_NS 5000

/** How far a stop has come. */
enum dti_stop_stage {
	DTI_STOP_NONE,
	DTI_STOP_CANCEL, /* the scheduler is to end all tasks */
	DTI_STOP_FINISH, /* nobody else is left: it is to return */
};

struct dti_handoff {
	/* Shared: see their own headers. */
	struct dti_task_queue task_queue;
	struct dti_done_queue done_queue;
	struct dti_inbox inbox;
	struct dti_park workers_park;
	struct dti_park scheduler_park;
	/*
	 * Shared. Written by the thread that stops the dialer (release), read
	 * by the scheduler (stop_stage) and by the workers (closed; both
	 * acquire): whoever sees it set sees what was pushed before. On a cache
	 * line that nobody writes meanwhile: all read them while they spin.
	 */
	alignas(DTI_CACHELINE) _Atomic(enum dti_stop_stage) stop_stage;
	_Atomic bool closed; /* workers are to return */
	/*
	 * Shared: is some worker spinning? One at a time, so that many idle
	 * workers burn no more than one. Relaxed: nothing is published by it.
	 */
	alignas(DTI_CACHELINE) _Atomic bool worker_spins;

	/* The scheduler's. */
	alignas(DTI_CACHELINE) bool wake_owed; /* see OWED */
	int64_t owed_since_ns;                 /* 0: not looked at yet */
	enum dti_stop_stage stop_seen;
	bool commands_blocked; /* see ORDER; as of the last take_in */
	struct dti_batch commands;
};

/** Errors: DT_ERR_NO_MEMORY. Pair with fini. */
dt_err dti_handoff_init(struct dti_handoff *handoff, size_t jobs,
			uint32_t inbox_size,
			const struct dt_allocator *allocator);
void dti_handoff_fini(struct dti_handoff *handoff,
		      const struct dt_allocator *allocator);

/* Scheduler only. */

/** Give a job to the workers, who see it after publish. Wait-free. */
void dti_handoff_push(struct dti_handoff *handoff, struct dti_job *job);
/** After some were pushed. Wait-free. */
void dti_handoff_publish(struct dti_handoff *handoff);
/** How long to be patient with workers: not at all if they never spin. */
static inline int64_t dti_handoff_patience_ns(struct dti_spin_limits limits)
{
	return limits.max_ns < DTI_HANDOFF_PATIENCE_NS
		       ? limits.max_ns
		       : DTI_HANDOFF_PATIENCE_NS;
}
/**
 * Once a turn: wake one worker if the others have left something for longer
 * than @patience_ns (0: at once; see OWED); it wakes the next if there is more.
 */
void dti_handoff_wake_workers(struct dti_handoff *handoff, int64_t now_ns,
			      int64_t patience_ns);
/** Take back a job that no worker has taken; NULL: there is none. */
struct dti_job *dti_handoff_recall(struct dti_handoff *handoff);
/** Take what is there, completions first. False: nothing can be applied. */
bool dti_handoff_take_in(struct dti_handoff *handoff);
/** The next command taken in. Take them all before the completions. */
struct dti_command *dti_handoff_next_command(struct dti_handoff *handoff);
/** The next completed job; NULL also while commands_blocked, see ORDER. */
struct dti_job *dti_handoff_next_completion(struct dti_handoff *handoff);
/**
 * @tasks: "queued" counts all jobs in flight; move those that a worker has
 * taken to "running". O(jobs that no worker has taken).
 */
void dti_handoff_split_queued(const struct dti_handoff *handoff,
			      struct dt_task_counters *tasks);
/** How far has a stop come? Not before this is asked does sleep sleep. */
enum dti_stop_stage dti_handoff_stop_stage(struct dti_handoff *handoff);
/** Look for what comes in for as long as @spin allows. True: it did. */
bool dti_handoff_spin(struct dti_handoff *handoff, struct dti_spin *spin);
/** Sleep until something comes in or stop, or @deadline_ns. */
void dti_handoff_sleep(struct dti_handoff *handoff, int64_t deadline_ns);

/* Workers only. */

/** Wait for a job. NULL: closed. */
struct dti_job *dti_handoff_take(struct dti_handoff *handoff,
				 struct dti_spin *spin);
void dti_handoff_give_back(struct dti_handoff *handoff, struct dti_job *job);

/* Any thread. */

/** Hand a command to the scheduler and wake it if it sleeps. Wait-free. */
void dti_handoff_post(struct dti_handoff *handoff, struct dti_command *command);
/** Tell the scheduler how far a stop has come, and wake it. */
void dti_handoff_stop(struct dti_handoff *handoff, enum dti_stop_stage stage);
/** Tell the workers to return once they find the task queue empty. */
void dti_handoff_close(struct dti_handoff *handoff);
/** May be started again (after a start that failed). No thread may run. */
void dti_handoff_reopen(struct dti_handoff *handoff);

#endif /* DTI_HANDOFF_H */
