/* SPDX-License-Identifier: MIT */
#ifndef DTI_WORKERS_RLPX_H
#define DTI_WORKERS_RLPX_H

/*
 * The maker and keeper of peers: what the public API's dt_rlpx stands for.
 *
 *	rlpx_create.c		create and free
 *	rlpx_equip.c		what the thread needs
 *	rlpx_lifecycle.c	start, stop, destroy
 *	rlpx_queries.c		what it says of itself
 *	rlpx_transport.c	set-up, keep and drop, for a dialer
 *	rlpx_thread.c		the thread's loop
 *	rlpx_listener.c		connections that come in
 *	rlpx_doors.c		which of them may come in
 *	rlpx_inbound.c		and their set-up
 *	rlpx_peers.c		peers that are kept
 *	rlpx_due.c		and their deadlines
 *	rlpx_end.c		how a connection ends
 *
 * One thread (dt-rlpx) has all connections but those of dials that still shake
 * hands, which are their workers'. It sleeps in epoll_wait(2) until a connection
 * has something, a deadline comes, or another thread asks for something. A turn
 * reads once from each connection, a bounded number of bytes, and takes a
 * bounded number of connections and of deadlines: who floods delays no other.
 *
 * A peer is handed over by keep(), and dropped by drop(): both only put it into
 * a list and wake the thread.
 *
 * LOCK. One mutex for what is shared. It is held for a hash of an id and some
 * list operations, for the allocator if more is needed than was reserved, and
 * for the copy that dt_rlpx_peers() makes; never for a system call but an
 * eventfd write, nor for a callback, nor while the dialer is told something: the
 * dialer's thread takes it in drop().
 *
 * ORDER. The dialer hears of a peer's end before the registry lets go of its id,
 * so that a new peer of the same id is announced after the end of the old one.
 *
 * STOP. Each connection is ended by the thread; the one that stops it and waits
 * closes sockets meanwhile (closer.h), as thousands take their time.
 *
 * LINE. epoll_wait(2) hands the thread addresses of lines, several at a time.
 * While it goes through them no line ends but the one that it is at; all else
 * that ends lines comes before or after, as new connections do, for which others
 * may have to go.
 */

#include <pthread.h>

#include "lib/dialtone.h"
#include "lib/node/address_holds.h"
#include "lib/node/netrestrict.h"
#include "lib/token_bucket.h"

#include "workers/closer.h"
#include "workers/line.h"
#include "workers/peer_registry.h"
#include "workers/session.h"
#include "workers/thread.h"

#define DTI_RLPX_EVENTS  64 /* connections in a turn */
#define DTI_RLPX_DUE     64 /* deadlines in a turn */
#define DTI_RLPX_ACCEPTS 16 /* new connections in a turn */
#define DTI_RLPX_READ_SIZE \
	((size_t)16 * 1024)      /* bytes of a connection in a turn */
#define DTI_RLPX_LAST_WORD 2000  /* ms that it may take to be read */
#define DTI_RLPX_CLOSING   64    /* for whom that is waited at once */
#define DTI_RLPX_UNPROVEN  60000 /* ms; see announce() of rlpx_inbound.c */
#define DTI_RLPX_RESERVE   16    /* peers that cost no allocation */

/** What becomes of a connection that came in. */
enum dti_rlpx_verdict {
	DTI_RLPX_ADMITTED,
	DTI_RLPX_NOT_ALLOWED,
	DTI_RLPX_THROTTLED,
	DTI_RLPX_NO_ROOM
};

/** What limits set-ups of strangers; see rlpx_doors.c. */
struct dti_rlpx_doors {
	/* Set by create, read-only afterwards. */
	int64_t slow_ms;
	struct dti_token_rate rate;

	struct dti_token_bucket bucket;
};

enum dti_rlpx_phase {
	DTI_RLPX_CREATED,
	DTI_RLPX_RUNNING,
	DTI_RLPX_STOPPED /* or stopping: nothing new is taken */
};

struct dt_rlpx {
	/* Set by create, read-only afterwards. */
	struct dt_allocator allocator;
	struct dt_node self;
	struct dti_netrestrict *netrestrict; /* NULL allows all */
	int64_t setup_timeout_ms;
	int64_t ping_interval_ms;
	int64_t peer_timeout_ms;
	uint32_t max_pending_inbound;
	dt_peer_fn peer;
	void *peer_context;
	dt_keep_inbound_fn keep_inbound; /* NULL: they are kept here */
	void *keep_inbound_context;
	dt_warning_fn notice;
	void *notice_context;
	uint32_t reserve; /* of sessions */

	/* Shared: they have their own rules. */
	struct dti_session_owner owner;
	struct dti_closer closer; /* of a stop */

	/* Protected by lifecycle; the dialer is set before there is a thread. */
	pthread_mutex_t lifecycle;
	int epoll_fd;   /* from the first start on; -1 */
	uint8_t *input; /* so too: DTI_RLPX_READ_SIZE bytes; NULL */
	struct dti_thread thread;
	bool has_thread;
	dt_dialer *dialer; /* NULL: none */

	/* The thread's while it runs, else as lifecycle. */
	int listener_fd; /* -1: none */

	pthread_mutex_t lock;
	/* Under the lock. */
	enum dti_rlpx_phase phase;
	struct dti_peer_registry registry;
	struct dti_slab lines;
	struct dti_list kept;
	struct dti_list handed;  /* of those, not yet seen by the thread */
	struct dti_list dropped; /* of those, to be ended */
	struct dt_rlpx_counters counters;
	bool is_awaited; /* a dial is over for which a connection waits */
	int wake_fd;     /* eventfd, from the first start on; -1 */
	bool is_woken;   /* it is raised and not yet taken back */

	/* The thread's. */
	int64_t now_ms;
	struct dti_list all;
	struct dti_deadline_heap deadlines;
	struct dti_slab rests;
	struct dti_address_holds holds;
	struct dti_rlpx_doors doors;
	struct dti_recent *unproven; /* ids that somebody said to have */
	struct dti_list set_ups;     /* lines in SETUP and WAITING, by age */
	uint32_t pending;            /* of them */
	uint32_t closing;            /* lines in CLOSING */
	bool is_stopping;
	struct dti_deadline accept_again; /* in the heap if accepting pauses */
	bool accepting_pauses;
	bool is_short; /* of descriptors or memory, and has said so */
	/* Counted since the last turn. */
	struct dti_rlpx_tally {
		uint64_t pings_sent;
		uint64_t pongs_received;
		uint64_t pings_received;
		uint64_t messages_received;
	} tally;
};

static inline void dti_rlpx_lock(dt_rlpx *rlpx)
{
	pthread_mutex_lock(&rlpx->lock);
}

static inline void dti_rlpx_unlock(dt_rlpx *rlpx)
{
	pthread_mutex_unlock(&rlpx->lock);
}

/** Free one that has no thread. */
void dti_rlpx_free(dt_rlpx *rlpx);
/**
 * Get what the thread needs, unless it is there. Before there is a thread.
 * Errors: DT_ERR_NO_DESCRIPTORS, DT_ERR_NO_MEMORY.
 */
dt_err dti_rlpx_equip(dt_rlpx *rlpx, struct dt_error *error);
void dti_rlpx_unequip(dt_rlpx *rlpx);
/** The thread is to look at what is under the lock, which the caller has. */
void dti_rlpx_wake_locked(dt_rlpx *rlpx);
/**
 * A line that is a peer from now on, and goes at once if it was dropped since its
 * id was registered. The caller has the lock.
 */
void dti_rlpx_note_peer_locked(dt_rlpx *rlpx, struct dti_line *line);
/** A peer is to go: once is enough. The caller has the lock. */
void dti_rlpx_drop_locked(dt_rlpx *rlpx, struct dti_line *line);

/* ---- the thread ---- */

/** The thread's function. */
void dti_rlpx_run(void *argument);

/* All that follows: the thread only. */

/** The line is to be looked at then; it may have a deadline or not. */
void dti_rlpx_set_deadline(dt_rlpx *rlpx, struct dti_line *line, int64_t at_ms);

/** Connections are there to be accepted. */
void dti_rlpx_accept(dt_rlpx *rlpx);
/** Accepting has paused for long enough. */
void dti_rlpx_accept_again(dt_rlpx *rlpx);

/** Before there is a thread. */
void dti_rlpx_init_doors(struct dti_rlpx_doors *doors);
/** May it come in? ADMITTED: its set-up has begun. Else @fd stays the caller's. */
enum dti_rlpx_verdict dti_rlpx_judge(dt_rlpx *rlpx, int fd,
				     const struct dt_endpoint *from);
/**
 * Begin the set-up of a connection that came in. False: there is no memory, or
 * no entropy; @fd stays the caller's.
 */
bool dti_rlpx_begin_inbound(dt_rlpx *rlpx, int fd,
			    const struct dt_endpoint *from);
/**
 * It said who it is, or has proven it. False: that has ended the line, or given
 * it away.
 */
bool dti_rlpx_identified(dt_rlpx *rlpx, struct dti_line *line);
bool dti_rlpx_opened(dt_rlpx *rlpx, struct dti_line *line);
/** Ask again for those that wait for a dial of ours. */
void dti_rlpx_retry_waiting(dt_rlpx *rlpx);

/** Take over a peer that a dial has made. */
void dti_rlpx_adopt(dt_rlpx *rlpx, struct dti_line *line);
/** From now on its deadlines are a peer's, and embedders know it. */
void dti_rlpx_begin_keeping(dt_rlpx *rlpx, struct dti_line *line);
/** The line has bytes, or room for some. */
void dti_rlpx_serve(dt_rlpx *rlpx, struct dti_line *line, uint32_t events);
/**
 * When there is something to do for a peer. What comes in only makes that later,
 * so the deadline stays where it is until it has come.
 */
int64_t dti_rlpx_next_ms(const dt_rlpx *rlpx, const struct dti_line *line);
/** The line's deadline has come; it is out of the heap. */
void dti_rlpx_due(dt_rlpx *rlpx, struct dti_line *line);
/** Write what it owes, and watch for room for the rest. False: it has ended. */
bool dti_rlpx_flush(dt_rlpx *rlpx, struct dti_line *line);
/** Tell the embedder about a peer. */
void dti_rlpx_tell(dt_rlpx *rlpx, const struct dti_line *line,
		   enum dt_peer_event_type type, enum dt_ending ending);
/** Its set-up is over: tell the dialer, if it was told of it. */
void dti_rlpx_end_pending(dt_rlpx *rlpx, struct dti_line *line);
/**
 * What dt_rlpx_peers() and events say of it. With the lock, or on the thread,
 * which alone changes it.
 */
void dti_rlpx_describe(struct dt_peer *out, const struct dti_line *line,
		       int64_t now_ms);

/**
 * End it, whatever it is: with a last word if it has an ending that the remote
 * is told, and for as long as that takes, unless it ends because of a stop.
 */
void dti_rlpx_end(dt_rlpx *rlpx, struct dti_line *line, enum dt_ending ending);
/** Without its socket and session, which are somebody else's or nobody's. */
void dti_rlpx_forget(dt_rlpx *rlpx, struct dti_line *line);
/** Close it at once; it has no session any more. */
void dti_rlpx_close(dt_rlpx *rlpx, struct dti_line *line);

#endif /* DTI_WORKERS_RLPX_H */
