/* SPDX-License-Identifier: MIT */
#ifndef DIALTONE_H
#define DIALTONE_H

/*
 * dialtone: keeps a peer-to-peer node well connected. It decides which nodes to
 * dial and when, dials them on a pool of threads, and says what came of it.
 *
 * Arguments come in this order: the handle, outputs, inputs, a length right
 * after its array, a callback and then its context. Unless stated otherwise no
 * pointer may be NULL, nothing that is passed in is kept after the call, and
 * outputs are untouched when the call fails. Times are in milliseconds of
 * CLOCK_MONOTONIC unless the name says otherwise.
 *
 * A function that takes a dt_dialer may be called from any thread, several at
 * once, unless its "Thread:" line says otherwise. "Blocks: no" means: wait-free
 * but for the allocator, and for one futex call when the scheduler sleeps.
 *
 * A dialer does not survive fork() in the child.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DIALTONE_VERSION       "0.1.0"
#define DIALTONE_VERSION_MAJOR 0
#define DIALTONE_VERSION_MINOR 1
#define DIALTONE_VERSION_PATCH 0

#define DT_API      __attribute__((visibility("default")))
#define DT_MUST_USE __attribute__((warn_unused_result))

/** The version of the library that is linked, "major.minor.patch". */
DT_API const char *dt_version(void);

/* ---- errors ------------------------------------------------------------ */

/** What a call answers. 0 is success, failures are negative. */
typedef enum dt_err {
	DT_OK = 0,
	DT_ERR_NO_MEMORY = -1,       /* an allocation failed */
	DT_ERR_ARGUMENT = -2,        /* an argument is out of its range */
	DT_ERR_CONFIG = -3,          /* an option's value is not acceptable */
	DT_ERR_UNKNOWN_OPTION = -4,  /* no option has this name */
	DT_ERR_PARSE = -5,           /* a text is not what it should be */
	DT_ERR_TOO_SMALL = -6,       /* the caller's buffer is too small */
	DT_ERR_NOT_STARTED = -7,     /* the dialer was not started yet */
	DT_ERR_STARTED = -8,         /* the dialer was started already */
	DT_ERR_STOPPED = -9,         /* the dialer is stopping or stopped */
	DT_ERR_WRONG_THREAD = -10,   /* not from a dialtone thread (callback) */
	DT_ERR_NO_THREAD = -11,      /* a thread cannot be made */
	DT_ERR_NO_DESCRIPTORS = -12, /* a file descriptor cannot be made */
	DT_ERR_BUSY = -13,           /* too many commands wait; try again */
	DT_ERR_NOT_FOUND = -14,      /* no such node */
	DT_ERR_FILE = -15,           /* a file cannot be read */
	DT_ERR_TIMED_OUT = -16,      /* the deadline has passed */
	DT_ERR_CANCELLED = -17,      /* the task was cancelled */
	DT_ERR_SYSTEM = -18          /* another system call failed */
} dt_err;

/** A failure in words: names the thing, its value, and what is accepted. */
struct dt_error {
	dt_err code;
	char text[512]; /* one sentence, no newline, NUL-terminated */
};

/** The constant's name without its prefix ("TIMED_OUT"); "?" if unknown. */
DT_API const char *dt_err_name(dt_err err);
/** A short lower-case description ("the deadline has passed"). */
DT_API const char *dt_err_text(dt_err err);

/* ---- nodes ------------------------------------------------------------- */

/** A node's identity: its secp256k1 public key, x then y, without prefix. */
struct dt_node_id {
	uint8_t bytes[64];
};

/** Where a node listens. An IPv4-mapped IPv6 address is stored as IPv4. */
struct dt_endpoint {
	uint8_t ip[16];    /* network order; IPv4 in the first 4, rest zero */
	uint8_t family;    /* 4 or 6; 0: no address is known */
	uint16_t tcp_port; /* host order */
	uint16_t udp_port;
};

/** A node. @host_name, when not NULL, is looked up each time it is dialed. */
struct dt_node {
	struct dt_node_id id;
	struct dt_endpoint endpoint;
	const char *host_name; /* the struct's maker owns it; NULL: none */
};

#define DT_HOST_NAME_SIZE     254 /* longest DNS name (RFC 1035) and its NUL */
#define DT_ENODE_URL_SIZE     480 /* longest enode URL and its NUL */
#define DT_ENDPOINT_TEXT_SIZE 56

/**
 * dt_enode_parse - read "enode://ID@HOST:TCPPORT?discport=UDPPORT".
 * @out: the node; its host_name points to @host_name, or is NULL.
 * @host_name: DT_HOST_NAME_SIZE bytes; gets the host if it is a name.
 * @url: @length bytes, need not end in NUL.
 * @error: may be NULL.
 *
 * Accepted: 128 hex digits (after an optional "0x") with or without
 * "enode://"; a URL without host is incomplete: no address, to be resolved.
 *
 * Thread: any. Blocks: no; a name is not looked up. Errors: DT_ERR_PARSE.
 */
DT_API DT_MUST_USE dt_err dt_enode_parse(struct dt_node *out, char *host_name,
					 const char *url, size_t length,
					 struct dt_error *error);

/**
 * dt_enode_format - write a node as an enode URL.
 * @out: @size bytes; DT_ENODE_URL_SIZE is always enough.
 * Errors: DT_ERR_TOO_SMALL.
 */
DT_API DT_MUST_USE dt_err dt_enode_format(char *out, size_t size,
					  const struct dt_node *node);

/** Write "1.2.3.4:30303", "[::1]:30303" or "-" (DT_ENDPOINT_TEXT_SIZE bytes) */
DT_API void dt_endpoint_format(char *out, const struct dt_endpoint *endpoint);

/**
 * A list of nodes read from text: one a line, "#" for comments. A node is an
 * enode URL, an id alone, or a node record ("enr:...") whose signature is good.
 */
typedef struct dt_node_list dt_node_list;

/**
 * dt_node_list_parse - read a node list from memory; all or nothing.
 * @out: the list, to be freed with dt_node_list_destroy().
 * @text: @length bytes.
 * @name: what errors call the text: "nodes.txt" gives "nodes.txt:12: ...".
 *
 * An id that stands twice is refused. Thread: any. Blocks: no.
 * Errors: DT_ERR_PARSE (first bad line), DT_ERR_NO_MEMORY.
 */
DT_API DT_MUST_USE dt_err dt_node_list_parse(dt_node_list **out,
					     const char *text, size_t length,
					     const char *name,
					     struct dt_error *error);
/** dt_node_list_read - the same from a file. Blocks on it. + DT_ERR_FILE. */
DT_API DT_MUST_USE dt_err dt_node_list_read(dt_node_list **out,
					    const char *path,
					    struct dt_error *error);
/** The nodes, *count of them; they and their names belong to the list. */
DT_API const struct dt_node *dt_node_list_nodes(const dt_node_list *list,
						size_t *count);
/** Free the list; NULL is allowed. */
DT_API void dt_node_list_destroy(dt_node_list *list);

/* ---- node keys and node records ---------------------------------------- */

/** A node's secret key (secp256k1). Wipe it with dt_node_key_wipe(). */
struct dt_node_key {
	uint8_t bytes[32];
};

/** Make a key. Errors: DT_ERR_SYSTEM (the kernel gives no random bytes). */
DT_API DT_MUST_USE dt_err dt_node_key_generate(struct dt_node_key *out);
/**
 * dt_node_key_read - read a key from a file: 64 hex digits and a newline or not.
 * @error: may be NULL.
 * Blocks: on the file. Errors: DT_ERR_FILE, DT_ERR_PARSE.
 */
DT_API DT_MUST_USE dt_err dt_node_key_read(struct dt_node_key *out,
					   const char *path,
					   struct dt_error *error);
/**
 * dt_node_key_write - write a key to a new file that its owner alone may read
 * (mode 0600). The file is there as a whole or not at all; one that exists is
 * left alone. @error: may be NULL.
 * Blocks: on the file. Errors: DT_ERR_FILE, DT_ERR_ARGUMENT (no secret key).
 */
DT_API DT_MUST_USE dt_err dt_node_key_write(const char *path,
					    const struct dt_node_key *key,
					    struct dt_error *error);
/**
 * The public key of a secret. Errors: DT_ERR_ARGUMENT (no secret key: zero, or
 * not below the order of the curve), DT_ERR_NO_MEMORY.
 */
DT_API DT_MUST_USE dt_err dt_node_key_id(struct dt_node_id *out,
					 const struct dt_node_key *key);
/** Overwrite it. */
DT_API void dt_node_key_wipe(struct dt_node_key *key);

#define DT_RECORD_MAX       300 /* bytes (EIP-778) */
#define DT_RECORD_TEXT_SIZE 405 /* longest "enr:..." and its NUL */

/** A signed node record ("ENR", EIP-778) whose signature is good. */
struct dt_record {
	uint64_t seq;        /* the higher, the newer */
	struct dt_node node; /* host_name is NULL; no address: family 0 */
	uint16_t length;
	uint8_t bytes[DT_RECORD_MAX];
};

/**
 * dt_record_parse - read "enr:..." and check its signature.
 * @text: @length bytes. @error: may be NULL.
 * Thread: any. Blocks: no. Errors: DT_ERR_PARSE, DT_ERR_NO_MEMORY.
 */
DT_API DT_MUST_USE dt_err dt_record_parse(struct dt_record *out,
					  const char *text, size_t length,
					  struct dt_error *error);
/** Write "enr:..." (DT_RECORD_TEXT_SIZE is enough). Errors: DT_ERR_TOO_SMALL */
DT_API DT_MUST_USE dt_err dt_record_format(char *out, size_t size,
					   const struct dt_record *record);

/* ---- what happens to a task -------------------------------------------- */

/** What the policy asks for. */
enum dt_task {
	DT_TASK_STATIC_DIAL, /* a dial to a static node */
	DT_TASK_DYN_DIAL,    /* a dial to a bootnode, table or lookup node */
	DT_TASK_LOOKUP,      /* a lookup of a random target */
	DT_TASK_WAIT, /* sleep until the dial history lets go of a node */
	DT_TASK_COUNT
};

/** How a task ended; each task has exactly one. */
enum dt_outcome {
	DT_OUTCOME_CONNECTED,         /* a peer came of it */
	DT_OUTCOME_REFUSED,           /* the remote refused the connection */
	DT_OUTCOME_TIMED_OUT,         /* no connection in time */
	DT_OUTCOME_UNREACHABLE,       /* no route to host or network */
	DT_OUTCOME_RESET,             /* the remote cut the connection */
	DT_OUTCOME_SETUP_FAILED,      /* set-up refused; see the reason */
	DT_OUTCOME_SETUP_TIMED_OUT,   /* set-up not done in setup_timeout */
	DT_OUTCOME_WRONG_IDENTITY,    /* somebody else answered */
	DT_OUTCOME_TOO_MANY_PEERS,    /* the remote has no room */
	DT_OUTCOME_ALREADY_CONNECTED, /* it connected to us meanwhile */
	DT_OUTCOME_CANCELLED,         /* node removed, connected, or stop */
	DT_OUTCOME_RESOLVE_FAILED,    /* no endpoint could be found */
	DT_OUTCOME_NOT_ALLOWED,       /* resolved to outside netrestrict */
	DT_OUTCOME_NO_DESCRIPTORS,    /* local fault: EMFILE, ENFILE */
	DT_OUTCOME_NO_PORTS,          /* local fault: EADDRNOTAVAIL */
	DT_OUTCOME_NO_BUFFERS,        /* local fault: ENOBUFS, ENOMEM */
	DT_OUTCOME_LOCAL_FAULT,       /* local fault: any other */
	DT_OUTCOME_FOUND,             /* lookup: it brought nodes */
	DT_OUTCOME_EMPTY,             /* lookup: it brought none */
	DT_OUTCOME_FAILED,            /* lookup: the table failed */
	DT_OUTCOME_EXPIRED,           /* wait: the time has come */
	DT_OUTCOME_COUNT
};

/** More about an outcome. Zero where there is nothing to say. */
struct dt_outcome_detail {
	int sys_errno; /* of the system call that decided it */
	/* The set-up's own code. RLPx's is enum dt_ending, as which a code that
	 * is one is shown. */
	int32_t reason;
};

/** Why a devp2p session came to nothing, or ended. */
enum dt_ending {
	DT_ENDING_NONE, /* it has not */

	/* The remote has said why: devp2p's reasons for Disconnect. */
	DT_ENDING_REMOTE_REQUESTED,
	DT_ENDING_REMOTE_NETWORK,
	DT_ENDING_REMOTE_BREACH,
	DT_ENDING_REMOTE_USELESS,
	DT_ENDING_REMOTE_TOO_MANY,
	DT_ENDING_REMOTE_ALREADY,
	DT_ENDING_REMOTE_VERSION,
	DT_ENDING_REMOTE_NULL_ID,
	DT_ENDING_REMOTE_QUITTING,
	DT_ENDING_REMOTE_WRONG_ID,
	DT_ENDING_REMOTE_SELF,
	DT_ENDING_REMOTE_TIMEOUT,
	DT_ENDING_REMOTE_SUBPROTOCOL,
	DT_ENDING_REMOTE_OTHER,    /* a reason that has no name */
	DT_ENDING_REMOTE_UNSTATED, /* a Disconnect without one */

	/* It went without a word (end of stream, or a reset: sys_errno). */
	DT_ENDING_AUTH_CLOSED, /* as who is not whom we called does */
	DT_ENDING_HELLO_CLOSED,
	DT_ENDING_CLOSED, /* an open session */

	/* It was not heard of in time. */
	DT_ENDING_AUTH_TIMED_OUT,
	DT_ENDING_HELLO_TIMED_OUT,
	DT_ENDING_SILENT, /* an open session */
	DT_ENDING_STUCK,  /* it does not read what it is sent */

	/* What it sent was refused. */
	DT_ENDING_HANDSHAKE_SIZE,
	DT_ENDING_HANDSHAKE_SEAL, /* not for this key */
	DT_ENDING_HANDSHAKE_SHAPE,
	DT_ENDING_HANDSHAKE_KEY,
	DT_ENDING_HEADER_MAC,
	DT_ENDING_FRAME_MAC,
	DT_ENDING_FRAME_SIZE,
	DT_ENDING_MESSAGE_CODE,
	DT_ENDING_MESSAGE_SNAPPY,
	DT_ENDING_MESSAGE_SIZE,
	DT_ENDING_NO_HELLO,
	DT_ENDING_HELLO_SHAPE,
	DT_ENDING_HELLO_ID,
	DT_ENDING_NULL_ID,
	DT_ENDING_WRONG_ID,
	DT_ENDING_OWN_ID,
	DT_ENDING_NOTHING_SHARED, /* no capability */

	/* We have ended it. */
	DT_ENDING_LOCAL_REQUESTED, /* peer removed, banned, dial cancelled */
	DT_ENDING_LOCAL_QUITTING,
	DT_ENDING_LOCAL_TOO_MANY,
	DT_ENDING_LOCAL_ALREADY, /* it is connected by another session */
	DT_ENDING_LOCAL_FAULT,   /* no memory, no entropy, a system call */
	DT_ENDING_COUNT
};
#define DT_ENDING_MAX 64 /* array sizes leave room for later constants */

/** Why a candidate was offered and not dialed; the first that holds. */
enum dt_skip {
	DT_SKIP_ALREADY_DIALING,
	DT_SKIP_ALREADY_CONNECTED,
	DT_SKIP_PENDING_INBOUND, /* it is shaking hands with us right now */
	DT_SKIP_SELF,
	DT_SKIP_BANNED,
	DT_SKIP_NO_PORT,         /* it has an address and TCP port 0 */
	DT_SKIP_BAD_ADDRESS,     /* multicast, unspecified, broadcast */
	DT_SKIP_NOT_ALLOWED,     /* outside netrestrict */
	DT_SKIP_RECENTLY_DIALED, /* in the dial history */
	DT_SKIP_STALE,           /* a lookup result older than lookup_max_age */
	DT_SKIP_NO_MEMORY,       /* no record could be allocated for it */
	DT_SKIP_COUNT
};

/** Where a candidate came from. */
enum dt_source {
	DT_SOURCE_STATIC,
	DT_SOURCE_BOOTNODE,
	DT_SOURCE_RANDOM, /* a random node of the table */
	DT_SOURCE_LOOKUP,
	DT_SOURCE_DIAL_NOW,
	DT_SOURCE_COUNT
};

/* The constants' names in lower case ("timed_out"); "?" if unknown. */
DT_API const char *dt_task_name(enum dt_task task);
DT_API const char *dt_outcome_name(enum dt_outcome outcome);
DT_API const char *dt_skip_name(enum dt_skip skip);
DT_API const char *dt_source_name(enum dt_source source);
DT_API const char *dt_ending_name(enum dt_ending ending);
/** The same for people: "the remote has too many peers". */
DT_API const char *dt_ending_text(enum dt_ending ending);
/** True for the four outcomes that are this machine's fault. */
DT_API bool dt_outcome_is_local_fault(enum dt_outcome outcome);

/* ---- seams: what an embedder may replace ------------------------------- */

/**
 * A blocking step's deadline and cancel. Belongs to the library; valid during
 * the hook's call only, and only on its thread.
 */
struct dt_op;

/**
 * When the step must be over (CLOCK_MONOTONIC, milliseconds). A connect's may
 * move meanwhile (adaptive_timeout); dt_op_wait() goes by where it is.
 */
DT_API int64_t dt_op_deadline_ms(const struct dt_op *op);
/** Polls readable once the step is cancelled. Do not read or close it. */
DT_API int dt_op_cancel_fd(const struct dt_op *op);
/** Was it cancelled (dialer stops, node removed, node connected inbound)? */
DT_API bool dt_op_cancelled(const struct dt_op *op);
/**
 * dt_op_wait - wait until @fd has one of @events (poll(2)'s bits).
 * @fd: -1 just waits for the deadline or cancel.
 * Blocks: yes, until ready, deadline or cancel. EINTR is handled.
 * Errors: DT_ERR_TIMED_OUT, DT_ERR_CANCELLED, DT_ERR_SYSTEM.
 */
DT_API DT_MUST_USE dt_err dt_op_wait(const struct dt_op *op, int fd,
				     short events);

/**
 * The node table. Every member may be NULL: then there is no such service.
 * The struct is copied; @context must outlive the dialer.
 */
struct dt_table {
	void *context;
	/**
	 * Write at most @max nodes picked at random, return how many. Called
	 * on the scheduler thread: must not block.
	 */
	size_t (*random_nodes)(void *context, struct dt_node *out, size_t max);
	/**
	 * Find a node's endpoint. Called on worker threads, several at once;
	 * may block, but must return soon after @op's deadline or cancel.
	 */
	bool (*resolve)(void *context, const struct dt_op *op,
			struct dt_endpoint *out, const struct dt_node_id *id);
	/**
	 * Find nodes close to @target: at most @max into @out, their number
	 * into *@count. False: the lookup failed. As resolve; one at a time.
	 */
	bool (*lookup)(void *context, const struct dt_op *op,
		       struct dt_node *out, size_t max, size_t *count,
		       const struct dt_node_id *target);
	/** The dialer stops: make blocked calls return. Once, any thread. */
	void (*close)(void *context);
};

/* How a peer came to be. */
#define DT_PEER_DYN     1u /* dialed as a dynamic node */
#define DT_PEER_STATIC  2u /* dialed as a static node */
#define DT_PEER_INBOUND 4u /* it dialed us */
#define DT_PEER_TRUSTED 8u /* exempt from limits; never dialed for it */

/**
 * How to make a peer of an endpoint, in three steps, each on the same worker
 * thread. A NULL member takes the default. The struct is copied; @context must
 * outlive the dialer. A step that ignores @op's cancel delays dt_dialer_stop().
 */
struct dt_transport {
	void *context;
	/**
	 * Connect. On DT_OUTCOME_CONNECTED *@fd is a descriptor that the
	 * library owns from then on. Default: TCP, non-blocking, close-on-exec,
	 * TCP_NODELAY.
	 */
	enum dt_outcome (*connect)(void *context, const struct dt_op *op,
				   int *fd, struct dt_outcome_detail *detail,
				   const struct dt_node *node);
	/**
	 * Shake hands on @fd, which stays the library's: it closes it after
	 * any outcome but DT_OUTCOME_CONNECTED. *@session goes on to keep();
	 * without a keep() nobody takes it. Default: nothing to do.
	 */
	enum dt_outcome (*setup)(void *context, const struct dt_op *op,
				 void **session,
				 struct dt_outcome_detail *detail,
				 const struct dt_node *node, uint32_t flags,
				 int fd);
	/**
	 * Take the connected peer over: on true @fd (and session) is yours,
	 * and you call dt_dialer_peer_removed() when it ends. The dialer knows
	 * the peer before this is called. On false the peer is withdrawn and
	 * @fd closed; a session is yours all the same. Must not block.
	 * Default: the library holds the connection until the remote closes it
	 * or the dialer stops.
	 */
	bool (*keep)(void *context, const struct dt_node *node, uint32_t flags,
		     int fd, void *session);
	/**
	 * Let go of a peer that was banned, or removed by
	 * dt_dialer_peer_removed(); ids that nobody keeps are to be ignored.
	 * Called on the scheduler thread: must not block. Default: nothing, if
	 * keep() is yours.
	 */
	void (*drop)(void *context, const struct dt_node_id *id);
};

/** Memory. All three or none. Called from any thread. */
struct dt_allocator {
	void *context;
	void *(*malloc)(void *context, size_t size);
	void *(*realloc)(void *context, void *pointer, size_t size);
	void (*free)(void *context, void *pointer);
};

/* ---- events ------------------------------------------------------------ */

enum dt_event_type {
	DT_EVENT_DIAL_STARTED, /* a worker was given the dial */
	DT_EVENT_DIAL_ENDED,   /* outcome, detail, duration_ms */
	DT_EVENT_PEER_ADDED,   /* flags */
	DT_EVENT_PEER_REMOVED, /* flags; detail: its reason, where known */
	DT_EVENT_LOOKUP_STARTED,
	DT_EVENT_LOOKUP_ENDED,     /* outcome, count nodes, duration_ms */
	DT_EVENT_DIAL_NOW_REFUSED, /* dt_dialer_dial_now(): skip says why */
	DT_EVENT_LOCAL_FAULT,      /* dials pause; outcome, detail */
	DT_EVENT_LOCAL_RECOVERED,  /* dials work again; count were lost */
	DT_EVENT_WORKER_OVERDUE,   /* a hook ignores its deadline and cancel */
	DT_EVENT_COMMAND_LOST,     /* no memory to apply a command about node */
	DT_EVENT_COUNT
};

enum dt_level {
	DT_LEVEL_ERROR,
	DT_LEVEL_WARNING,
	DT_LEVEL_INFO,
	DT_LEVEL_DEBUG,
	DT_LEVEL_COUNT
};

/** What happened. Members that an event type does not name are zero. */
struct dt_event {
	size_t size; /* of this struct, as the library knows it */
	enum dt_event_type type;
	enum dt_level level;
	int64_t time_ms;
	enum dt_task task;
	enum dt_outcome outcome;
	enum dt_skip skip;
	struct dt_outcome_detail detail;
	uint32_t flags;
	uint64_t count;
	int64_t duration_ms;
	const struct dt_node *node; /* NULL: none; valid during the call */
};

/**
 * Called on the scheduler thread, one at a time, in order; nothing is dialed
 * until it returns, so it must not block. It may call any function of this
 * header but those that say "not from a callback".
 */
typedef void (*dt_event_fn)(void *context, const struct dt_event *event);

DT_API const char *dt_event_name(enum dt_event_type type);
DT_API const char *dt_level_name(enum dt_level level);
/** One line of text about an event; at most @size bytes with the NUL. */
DT_API void dt_event_format(char *out, size_t size,
			    const struct dt_event *event);

/* ---- configuration ----------------------------------------------------- */

/** Gets a sentence that an operator should read. */
typedef void (*dt_warning_fn)(void *context, const char *sentence);

struct dt_peer_event; /* see dt_rlpx */
/**
 * Called on the thread of a dt_rlpx, one at a time; no peer is served until it
 * returns, so it must not block. It may call any function of this header but
 * dt_rlpx_start(), .._stop() and .._destroy() of that dt_rlpx. Those that wait
 * for a dialer do so here too: its callbacks must not wait for this one.
 */
typedef void (*dt_peer_fn)(void *context, const struct dt_peer_event *event);

struct dt_session; /* see dt_rlpx_call() */
/**
 * Take over a peer that has dialed us, as dt_transport's keep() takes those that
 * were dialed: on true @fd, which does not block, and @session are yours. What
 * the session owes, our Hello, is yours to write; nothing of what the remote
 * says behind its own has been read. The dialer knows the peer, and may have
 * called drop() for it, before this is called: call dt_dialer_peer_removed()
 * when it ends. It counts against max_peers until dt_session_destroy(). On
 * false the remote is disconnected (DT_ENDING_LOCAL_REQUESTED).
 *
 * Called on the thread of a dt_rlpx, as dt_peer_fn, with the same rules.
 * @node: where it came from; valid during the call.
 */
typedef bool (*dt_keep_inbound_fn)(void *context, const struct dt_node *node,
				   int fd, struct dt_session *session);

/**
 * What a dialer is made from. Begin with dt_config_init(); end with
 * dt_config_fini(). Options may be set here directly (texts then stay the
 * caller's) or by name with dt_config_set(). `dialtone config` and dialtone(1)
 * describe each option with its range.
 */
struct dt_config {
	size_t size; /* set by dt_config_init() */

	uint32_t max_dyn_dials;    /* dynamic dials + dynamic peers wanted */
	uint32_t max_active_dials; /* tasks that run at once */
	uint32_t workers;          /* threads; 0: as max_active_dials */
	uint32_t static_share;     /* percent of contended slots */
	uint32_t inbox_size;       /* commands kept ready */
	bool no_dial;              /* dial nobody, static nodes neither */
	int64_t dial_timeout_ms;
	int64_t setup_timeout_ms;
	int64_t name_timeout_ms;
	int64_t lookup_timeout_ms;
	int64_t history_expiration_ms;
	int64_t lookup_interval_ms;
	int64_t lookup_max_age_ms;
	int64_t fallback_interval_ms;
	int64_t resolve_delay_ms;
	int64_t resolve_delay_max_ms;
	int64_t local_fault_pause_ms;
	int64_t overdue_after_ms;
	int64_t spin_ns;
	size_t stack_size;        /* bytes, of a worker thread */
	enum dt_level log;        /* events above this level are not sent */
	const char *netrestrict;  /* CIDRs, comma-separated; "": no limit */
	const char *static_nodes; /* enode URLs or records, comma-separated */
	const char *bootnodes;    /* the same */
	const char *dns_servers;  /* IP[:PORT], comma-separated; "": system */

	bool has_self;
	struct dt_node_id self; /* the own id, never dialed; needs has_self */
	struct dt_table table;
	struct dt_transport transport;
	struct dt_allocator allocator;
	dt_event_fn event;
	void *event_context;

	struct dt_config_texts *texts; /* private: copies that _set() made */

	bool adaptive_timeout; /* dial_timeout is the most, not the rule */

	/* Of dt_discv4_create(). */
	const char *listen;        /* IP:PORT, UDP; port 0: any that is free */
	const char *external;      /* IP[:PORT] that others see; "": ask them */
	bool announce_tcp;         /* a TCP port, UDP's; else none */
	const char *node_key_file; /* made if it is not there; "": a new key */
	const char *node_database; /* nodes known from earlier; "": none */
	bool limit_lan;       /* limit nodes a network also in private ones */
	uint32_t max_queries; /* that may run at once */
	uint32_t max_proofs;  /* endpoints that are remembered as proven */
	int64_t refresh_interval_ms;
	int64_t check_interval_ms; /* between pings to nodes of the table */
	const struct dt_node_key *node_key; /* NULL: as node_key_file says */
	dt_warning_fn notice; /* things an operator should know; may be NULL */
	void *notice_context;

	/* Of dt_rlpx_create(), with listen, node_key and setup_timeout. */
	bool inbound;             /* listen for peers, at `listen`, on TCP */
	const char *client;       /* what Hello calls us; "": dialtone/... */
	const char *capabilities; /* NAME/VERSION[:MESSAGES], comma-separated */
	uint32_t max_peers;       /* static ones are taken beyond it */
	uint32_t max_pending_inbound; /* handshakes at once */
	int64_t inbound_throttle_ms;  /* between connections of one address */
	int64_t ping_interval_ms;     /* to a peer that has nothing to say */
	int64_t peer_timeout_ms;      /* of silence */
	dt_peer_fn peer;              /* may be NULL */
	void *peer_context;
	dt_keep_inbound_fn keep_inbound; /* NULL: the built-in keeper */
	void *keep_inbound_context;
};

/** Fill in the defaults. @size is sizeof(struct dt_config). */
DT_API void dt_config_init(struct dt_config *config, size_t size);
/** Free what dt_config_set() copied. */
DT_API void dt_config_fini(struct dt_config *config);
/**
 * dt_config_set - set an option from text ("dial_timeout", "15s").
 * @error: may be NULL.
 * Errors: DT_ERR_UNKNOWN_OPTION (the sentence has the name that is near),
 * DT_ERR_CONFIG, DT_ERR_NO_MEMORY; the option then keeps its value.
 */
DT_API DT_MUST_USE dt_err dt_config_set(struct dt_config *config,
					const char *name, const char *text,
					struct dt_error *error);
/**
 * dt_config_from_env - set options from DIALTONE_<NAME> variables.
 * @warn: gets a sentence for each DIALTONE_ variable that no option has; may be
 * NULL.
 * All or nothing. Thread: none may call setenv(3) meanwhile.
 * Errors: as dt_config_set(); the sentence names the variable.
 */
DT_API DT_MUST_USE dt_err dt_config_from_env(struct dt_config *config,
					     struct dt_error *error,
					     dt_warning_fn warn, void *context);
/** Check every option's range, also those that were set directly. */
DT_API DT_MUST_USE dt_err dt_config_check(const struct dt_config *config,
					  struct dt_error *error);

/** An option, for programs that print or complete them. */
struct dt_option {
	const char *name;     /* "dial_timeout" */
	const char *variable; /* "DIALTONE_DIAL_TIMEOUT" */
	const char *type;     /* "duration" */
	const char *initial;  /* "15s" */
	const char *range;    /* "1ms to 10m" */
	const char *help;     /* one sentence */
	bool live;            /* dt_dialer_set() takes it */
};
/** The @index-th option; NULL after the last. */
DT_API const struct dt_option *dt_option_at(size_t index);
/** An option's value in @config as text. DT_ERR_TOO_SMALL, .._UNKNOWN_OPTION */
DT_API DT_MUST_USE dt_err dt_config_get(const struct dt_config *config,
					char *out, size_t size,
					const char *name);

/* ---- the dialer -------------------------------------------------------- */

typedef struct dt_dialer dt_dialer;

/**
 * dt_dialer_create - make a dialer; no thread runs yet.
 * @out: the dialer; free it with dt_dialer_destroy().
 * @config: copied as far as needed. @error: may be NULL.
 * Blocks: no. Errors: DT_ERR_CONFIG, DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS,
 * DT_ERR_SYSTEM (the kernel gives no random bytes).
 */
DT_API DT_MUST_USE dt_err dt_dialer_create(dt_dialer **out,
					   const struct dt_config *config,
					   struct dt_error *error);
/**
 * dt_dialer_start - make the threads and begin to dial; all or nothing.
 * Thread: not from a callback. Blocks: until the threads are made.
 * Errors: DT_ERR_STARTED, DT_ERR_STOPPED, DT_ERR_NO_THREAD (may be tried
 * again), DT_ERR_WRONG_THREAD.
 */
DT_API DT_MUST_USE dt_err dt_dialer_start(dt_dialer *dialer,
					  struct dt_error *error);
/**
 * dt_dialer_stop - cancel every task, join every thread, close held peers.
 *
 * Tasks that wait, are queued or run end as DT_OUTCOME_CANCELLED. A second
 * stop, also a concurrent one, waits for the first and answers DT_OK. A
 * stopped dialer cannot be started again; its counters can still be read.
 *
 * Thread: not from a callback (DT_ERR_WRONG_THREAD).
 * Blocks: as long as the slowest hook takes to see its cancel; the built-in
 * steps take under 100 ms together.
 * Errors: DT_ERR_NOT_STARTED, DT_ERR_WRONG_THREAD.
 */
DT_API DT_MUST_USE dt_err dt_dialer_stop(dt_dialer *dialer);
/**
 * dt_dialer_destroy - stop if need be, free everything. NULL is allowed.
 * Thread: not from a callback, where it does nothing; no other call may be
 * under way.
 */
DT_API void dt_dialer_destroy(dt_dialer *dialer);

/*
 * Commands. They take effect in the order in which they were given, before
 * any task that ends later. Before dt_dialer_start() they wait for it.
 * Blocks: no. Errors of all: DT_ERR_STOPPED, DT_ERR_NO_MEMORY, DT_ERR_BUSY
 * (inbox_size and 65,536 more commands wait), DT_ERR_ARGUMENT (a host name that
 * is too long, an endpoint's family that is not 0, 4 or 6, unknown flags, a
 * negative duration); nothing was done then.
 */

/** Keep these nodes connected; a known id gets its new endpoint. */
DT_API DT_MUST_USE dt_err dt_dialer_add_static(dt_dialer *dialer,
					       const struct dt_node *nodes,
					       size_t count);
/** No longer static; a dial to it that runs is cancelled. */
DT_API DT_MUST_USE dt_err dt_dialer_remove_static(dt_dialer *dialer,
						  const struct dt_node_id *id);
/** A node to dial when there are no peers. */
DT_API DT_MUST_USE dt_err dt_dialer_add_bootnode(dt_dialer *dialer,
						 const struct dt_node *node);
DT_API DT_MUST_USE dt_err
dt_dialer_remove_bootnode(dt_dialer *dialer, const struct dt_node_id *id);
/** A peer that the library did not dial itself; @flags: DT_PEER_... */
DT_API DT_MUST_USE dt_err dt_dialer_peer_added(dt_dialer *dialer,
					       const struct dt_node_id *id,
					       uint32_t flags);
/** The peer is gone. One that the library holds is disconnected by this. */
DT_API DT_MUST_USE dt_err dt_dialer_peer_removed(dt_dialer *dialer,
						 const struct dt_node_id *id);
/** The node is shaking hands inbound: not to be dialed meanwhile. Counted. */
DT_API DT_MUST_USE dt_err
dt_dialer_inbound_pending(dt_dialer *dialer, const struct dt_node_id *id);
/** That handshake is over, well or not; once for each inbound_pending. */
DT_API DT_MUST_USE dt_err dt_dialer_inbound_done(dt_dialer *dialer,
						 const struct dt_node_id *id);
/**
 * Do not dial it for @duration_ms (0: for ever). A running dial is cancelled; a
 * peer that the library holds is disconnected, and so is one that is added
 * meanwhile. A second ban replaces the first.
 */
DT_API DT_MUST_USE dt_err dt_dialer_ban(dt_dialer *dialer,
					const struct dt_node_id *id,
					int64_t duration_ms);
DT_API DT_MUST_USE dt_err dt_dialer_unban(dt_dialer *dialer,
					  const struct dt_node_id *id);
/**
 * Dial it once, now: forgets its history, goes before all others, needs no
 * free dynamic place. A node that may not be dialed gives the event
 * DT_EVENT_DIAL_NOW_REFUSED; one that may not any more when a slot gets free
 * for it is only counted, with its reason.
 */
DT_API DT_MUST_USE dt_err dt_dialer_dial_now(dt_dialer *dialer,
					     const struct dt_node *node);
/** Begin no task until dt_dialer_resume(); those that run go on. */
DT_API DT_MUST_USE dt_err dt_dialer_pause(dt_dialer *dialer);
DT_API DT_MUST_USE dt_err dt_dialer_resume(dt_dialer *dialer);
/**
 * dt_dialer_set - change a live option while the dialer runs.
 * max_active_dials can be lowered and raised again up to its value at creation.
 * Blocks: for an RCU grace period. Thread: not from a callback.
 * Errors: as dt_config_set(), and those of all commands.
 */
DT_API DT_MUST_USE dt_err dt_dialer_set(dt_dialer *dialer, const char *name,
					const char *text,
					struct dt_error *error);

/* ---- what it is doing -------------------------------------------------- */

/* C++: a struct that has a function's name is `struct dt_rlpx_counters`. */

#define DT_OUTCOME_MAX 32 /* array sizes leave room for later constants */
#define DT_SKIP_MAX    24
#define DT_SOURCE_MAX  8

/** created = waiting + queued + running + the sum of outcomes. */
struct dt_task_counters {
	uint64_t created;
	uint64_t waiting; /* for their time */
	uint64_t queued;  /* for a worker */
	uint64_t running;
	uint64_t outcomes[DT_OUTCOME_MAX];
};

/** One consistent snapshot. Sum of offered = sum of dialed + sum of skipped. */
struct dt_counters {
	struct dt_task_counters tasks[DT_TASK_COUNT];
	uint64_t offered[DT_SOURCE_MAX];
	uint64_t dialed[DT_SOURCE_MAX];
	uint64_t skipped[DT_SKIP_MAX];
	uint64_t peers_added;
	uint64_t peers_removed;
	uint64_t commands; /* taken from the inbox */
	uint64_t turns;    /* of the scheduler's loop that did something */
	uint64_t sleeps;   /* of the scheduler */
	uint64_t resolves; /* asked of the table for a dial */
	uint64_t resolves_found;
	uint64_t name_lookups;  /* asked of DNS for a dial */
	uint64_t nodes_refused; /* answers of the table that were too many */
	uint64_t local_fault_pauses;
	uint64_t workers_overdue; /* ever */
	uint64_t commands_lost;   /* for want of memory, see its event */
	/* how it stands now */
	uint64_t peers;
	uint64_t dyn_peers;
	uint64_t static_nodes;
	uint64_t static_ready; /* static nodes that wait for a free slot */
	uint64_t bootnodes;
	uint64_t history;
	uint64_t lookup_buffer;
	uint64_t records; /* nodes that are remembered for any reason */
	uint64_t max_dyn_dials;
	uint64_t max_active_dials;
	uint64_t workers;
	uint64_t connect_timeout_ms; /* in force: dial_timeout, or learned */
	uint64_t timeouts_shortened; /* that ended a connect, ever */
	/* Set-ups that have ended, by the detail's reason; 0: that connected,
	 * or that gave none from 1 to DT_ENDING_MAX - 1. Of RLPx's the index is
	 * an enum dt_ending. */
	uint64_t setups[DT_ENDING_MAX];
};

/**
 * dt_dialer_counters - read all counters from one snapshot.
 * @out: the first @size bytes of the struct; pass sizeof(*out).
 * The snapshot is at most a millisecond older than the scheduler's latest turn,
 * and not older than what dt_dialer_explain() or _latency() answered. Blocks: no.
 */
DT_API void dt_dialer_counters(const dt_dialer *dialer, struct dt_counters *out,
			       size_t size);

/** What a latency histogram measures; nanoseconds. */
enum dt_latency_kind {
	DT_LATENCY_QUEUE,    /* a task: pushed until a worker took it */
	DT_LATENCY_RESOLVE,  /* resolve and name look-up of a dial */
	DT_LATENCY_CONNECT,  /* dials that connected: the connect step */
	DT_LATENCY_SETUP,    /* dials that connected: the set-up step */
	DT_LATENCY_HANDBACK, /* a task: done until the scheduler took it */
	DT_LATENCY_COUNT
};
/** Within 1 part in 32. */
struct dt_latency {
	uint64_t samples;
	uint64_t p50_ns;
	uint64_t p99_ns;
	uint64_t p999_ns;
	uint64_t max_ns;
	uint64_t sum_ns;
};
DT_API const char *dt_latency_name(enum dt_latency_kind kind);
/**
 * dt_dialer_latency - read one histogram.
 * Thread: not from a callback. Blocks: until the scheduler answers (a turn).
 * Errors: DT_ERR_ARGUMENT, DT_ERR_WRONG_THREAD, and those of all commands
 * but DT_ERR_STOPPED.
 */
DT_API DT_MUST_USE dt_err dt_dialer_latency(dt_dialer *dialer,
					    struct dt_latency *out,
					    enum dt_latency_kind kind);

/** What a node waits for before it is dialed (again). */
enum dt_waits_for {
	DT_WAITS_FOR_NOTHING,     /* it is about to be dialed */
	DT_WAITS_FOR_SLOT,        /* a running task to end */
	DT_WAITS_FOR_DIAL,        /* its own dial to end */
	DT_WAITS_FOR_PEER,        /* its connection to end */
	DT_WAITS_FOR_INBOUND,     /* its inbound handshake to end */
	DT_WAITS_FOR_HISTORY,     /* due_ms: the dial history */
	DT_WAITS_FOR_BAN,         /* due_ms: its ban; -1: for ever */
	DT_WAITS_FOR_NETRESTRICT, /* a netrestrict list that allows it */
	DT_WAITS_FOR_PORT,        /* a usable endpoint */
	DT_WAITS_FOR_RESUME,      /* dt_dialer_resume(), or no_dial off */
	DT_WAITS_FOR_FAULT,       /* due_ms: the pause after a local fault */
	DT_WAITS_FOR_CANDIDACY,   /* to be offered: it is not static */
	DT_WAITS_FOR_COUNT
};
struct dt_explanation {
	enum dt_waits_for waits_for;
	int64_t due_ms; /* from now, where waits_for says so; else 0 */
	bool is_static;
	bool is_self;
	uint32_t peer_flags; /* 0: not connected */
	uint32_t inbound;    /* inbound handshakes under way */
	uint32_t dials;      /* dials that ended since it is remembered */
	enum dt_outcome last_outcome; /* if dials > 0 */
	int64_t last_dial_ms;         /* ago, if dials > 0 */
	int64_t resolve_delay_ms;     /* of a static node: least time between */
	struct dt_endpoint endpoint;
	/* Of last_outcome; 0 for what takes more than 16 bits. */
	struct dt_outcome_detail last_detail;
	char text[320]; /* all of this in a sentence */
};
/**
 * dt_dialer_explain - why is this node (not) being dialed?
 * Thread: not from a callback. Blocks: until the scheduler answers (a turn).
 * Errors: DT_ERR_NOT_FOUND (not remembered: @out says so too, it may be dialed
 * as soon as it is offered), DT_ERR_WRONG_THREAD, and those of all commands but
 * DT_ERR_STOPPED.
 */
DT_API DT_MUST_USE dt_err dt_dialer_explain(dt_dialer *dialer,
					    struct dt_explanation *out,
					    const struct dt_node_id *id);
DT_API const char *dt_waits_for_name(enum dt_waits_for waits_for);

/**
 * dt_counters_prometheus - write counters in Prometheus' text format.
 * Returns the length that it needs without the NUL, as snprintf(3) does.
 */
DT_API size_t dt_counters_prometheus(char *out, size_t size,
				     const struct dt_counters *counters);

/* ---- a table from a list of nodes -------------------------------------- */

/** A table that answers from a fixed list; can be replaced while in use. */
typedef struct dt_list_table dt_list_table;

/**
 * dt_list_table_create - make one; @list may be NULL (empty) and is copied.
 * Free it with dt_list_table_destroy() after the dialers that use it.
 * Errors: DT_ERR_NO_MEMORY.
 */
DT_API DT_MUST_USE dt_err dt_list_table_create(dt_list_table **out,
					       const dt_node_list *list);
/** Replace the nodes. Blocks: for an RCU grace period. DT_ERR_NO_MEMORY. */
DT_API DT_MUST_USE dt_err dt_list_table_replace(dt_list_table *table,
						const dt_node_list *list);
/** The functions to put into a dt_config. */
DT_API struct dt_table dt_list_table_functions(dt_list_table *table);
DT_API void dt_list_table_destroy(dt_list_table *table);

/* ---- node discovery (discv4) ------------------------------------------- */

/**
 * A node of a discv4 network (Node Discovery v4 over UDP, EIP-8, EIP-868): the
 * table that finds nodes with nothing but bootnodes. It answers others as long
 * as it runs, whoever asks it what.
 */
typedef struct dt_discv4 dt_discv4;
/** Two threads that serve any number of them. */
typedef struct dt_discv4_host dt_discv4_host;

/**
 * dt_discv4_host_create - make the threads for several nodes of one process (a
 * test network). Destroy it after them.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_NO_THREAD, DT_ERR_NO_DESCRIPTORS.
 */
DT_API DT_MUST_USE dt_err dt_discv4_host_create(dt_discv4_host **out,
						struct dt_error *error);
/** NULL is allowed. */
DT_API void dt_discv4_host_destroy(dt_discv4_host *host);

/**
 * dt_discv4_create - open the socket, read key and database; says nothing yet.
 * @config: of it are used: listen, external, announce_tcp, node_key_file or
 * node_key, node_database, bootnodes, netrestrict, limit_lan, max_queries,
 * max_proofs, refresh_interval, check_interval, allocator, notice. No more than
 * @config's texts is kept.
 * @host: whose threads to use; NULL: its own.
 * @error: may be NULL.
 *
 * A key file that is not there is made; one that others may use gives a
 * notice(). A database that is not one, or damaged, is moved aside (".bad-N"
 * behind its name) and notice() says so; one that is the key's file, or no
 * regular file, is refused.
 *
 * Thread: any. Blocks: on files.
 * Errors: DT_ERR_CONFIG, DT_ERR_FILE (key or database), DT_ERR_PARSE (key),
 * DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS, DT_ERR_NO_THREAD, DT_ERR_SYSTEM (the
 * address cannot be bound; the sentence says why).
 */
DT_API DT_MUST_USE dt_err dt_discv4_create(dt_discv4 **out,
					   const struct dt_config *config,
					   dt_discv4_host *host,
					   struct dt_error *error);
/**
 * Begin to answer, and to fill the table. Errors: DT_ERR_STARTED,
 * DT_ERR_STOPPED, DT_ERR_NO_MEMORY.
 */
DT_API DT_MUST_USE dt_err dt_discv4_start(dt_discv4 *discv4,
					  struct dt_error *error);
/**
 * dt_discv4_close - end all queries (DT_ERR_CANCELLED) and refuse new ones
 * (DT_ERR_STOPPED). Others are still answered. A dialer that stops ends its own
 * calls only: others may have the same table. Thread: any. Blocks: no.
 */
DT_API void dt_discv4_close(dt_discv4 *discv4);
/**
 * Close, stop answering, write the database, free everything; after the dialers
 * that use it. Queries that block return first; no other call may be under way.
 * NULL is allowed. Blocks: under 100 ms, and on the database.
 */
DT_API void dt_discv4_destroy(dt_discv4 *discv4);

/** The functions to put into a dt_config. */
DT_API struct dt_table dt_discv4_table(dt_discv4 *discv4);
/**
 * The own id, and where others reach it: `external`; else what it is bound to
 * (with the actual port), or, where that means all addresses, what those who
 * answered it agree on once ten networks do: notice() tells, on the host's
 * thread, and there is a new node record. Thread: any. Blocks: no.
 */
DT_API struct dt_node dt_discv4_self(const dt_discv4 *discv4);
/** The own node record. Thread: any. Blocks: no. */
DT_API void dt_discv4_record(const dt_discv4 *discv4, struct dt_record *out);

/**
 * How far two nodes are from each other in a discv4 network (Kademlia): 0 for
 * the same id, else 1 + the index of the highest bit in which the Keccak-256
 * hashes of the ids differ, 256 at most. Thread: any. Blocks: no.
 */
DT_API unsigned int dt_node_distance(const struct dt_node_id *a,
				     const struct dt_node_id *b);

/*
 * Queries. Each blocks its caller until it is answered or @timeout_ms are over.
 * Thread: any, several at once (max_queries). Errors of all: DT_ERR_TIMED_OUT,
 * DT_ERR_CANCELLED and DT_ERR_STOPPED (closed), DT_ERR_BUSY (max_queries, or no
 * descriptor for one more), DT_ERR_NOT_STARTED, DT_ERR_ARGUMENT (@node has no
 * address or no UDP port).
 */

/** What a node answered to a ping. */
struct dt_discv4_pong {
	int64_t rtt_ms;
	struct dt_endpoint seen_as; /* where it says that we are */
	uint64_t record_seq;        /* of its node record; 0: it has none */
};
DT_API DT_MUST_USE dt_err dt_discv4_ping(dt_discv4 *discv4,
					 struct dt_discv4_pong *out,
					 const struct dt_node *node,
					 int64_t timeout_ms);
/** Ask one node for those that it knows closest to @target; 16 at most. */
DT_API DT_MUST_USE dt_err dt_discv4_find(dt_discv4 *discv4, struct dt_node *out,
					 size_t max, size_t *count,
					 const struct dt_node *node,
					 const struct dt_node_id *target,
					 int64_t timeout_ms);
/** Ask a node for its record. + DT_ERR_PARSE (a bad one, or another node's). */
DT_API DT_MUST_USE dt_err dt_discv4_request_record(dt_discv4 *discv4,
						   struct dt_record *out,
						   const struct dt_node *node,
						   int64_t timeout_ms);
/** What a lookup took. */
struct dt_discv4_lookup_cost {
	uint32_t asked;    /* nodes */
	uint32_t answered; /* of them */
	int64_t duration_ms;
};
/**
 * The nodes of the network that are closest to @target, closest first; 16 at
 * most. @cost: may be NULL.
 */
DT_API DT_MUST_USE dt_err dt_discv4_lookup(dt_discv4 *discv4,
					   struct dt_node *out, size_t max,
					   size_t *count,
					   struct dt_discv4_lookup_cost *cost,
					   const struct dt_node_id *target,
					   int64_t timeout_ms);
/** Find a node's endpoint. + DT_ERR_NOT_FOUND. */
DT_API DT_MUST_USE dt_err dt_discv4_resolve(dt_discv4 *discv4,
					    struct dt_node *out,
					    const struct dt_node_id *id,
					    int64_t timeout_ms);

/** A node of the table. */
struct dt_discv4_entry {
	struct dt_node node; /* host_name is NULL */
	uint32_t bucket;     /* 0 to DT_DISCV4_BUCKETS - 1 */
	uint32_t liveness;   /* checks passed; 0: only heard of */
	int64_t age_ms;      /* since it came into the table */
	uint64_t record_seq; /* 0: none known */
};
#define DT_DISCV4_BUCKETS 17
#define DT_DISCV4_ENTRIES (DT_DISCV4_BUCKETS * 16)
/**
 * The table as it was a moment ago, bucket by bucket: at most @max
 * (DT_DISCV4_ENTRIES are enough). Thread: any. Blocks: no.
 */
DT_API size_t dt_discv4_entries(dt_discv4 *discv4, struct dt_discv4_entry *out,
				size_t max);

/** Why a datagram was dropped. */
enum dt_discv4_drop {
	DT_DISCV4_DROP_SIZE,        /* shorter or longer than a packet */
	DT_DISCV4_DROP_TYPE,        /* unknown type */
	DT_DISCV4_DROP_HASH,        /* its hash is not that of its content */
	DT_DISCV4_DROP_SHAPE,       /* not what its type should have */
	DT_DISCV4_DROP_EXPIRED,     /* too old */
	DT_DISCV4_DROP_UNSOLICITED, /* a reply that nobody waits for */
	DT_DISCV4_DROP_LIMITED,     /* too many from there, or in all */
	DT_DISCV4_DROP_SIGNATURE,   /* nobody's signature, or our own */
	DT_DISCV4_DROP_COUNT
};
#define DT_DISCV4_TYPES 8 /* index: a packet's type, 1 (ping) to 6 */
DT_API const char *dt_discv4_drop_name(enum dt_discv4_drop drop);
/** "ping", "pong", "find_node", ...; "?" if unknown. */
DT_API const char *dt_discv4_type_name(unsigned int type);

/** received = the sum of accepted + the sum of dropped, at any moment. */
struct dt_discv4_counters {
	uint64_t received; /* datagrams */
	uint64_t accepted[DT_DISCV4_TYPES];
	uint64_t dropped[16]; /* by enum dt_discv4_drop */
	uint64_t sent[DT_DISCV4_TYPES];
	uint64_t send_failed; /* the system did not take it */
	/* asked = under way + answered + timed out */
	uint64_t requests_sent;
	uint64_t requests_answered;
	uint64_t requests_timed_out;
	uint64_t nodes_refused; /* told by others against a rule */
	uint64_t checks;        /* table nodes pinged */
	uint64_t checks_failed;
	uint64_t refreshes;
	uint64_t queries;       /* asked by the embedder */
	uint64_t queries_ended; /* of them, whichever way */
	/* how it stands */
	uint64_t requests; /* under way */
	uint64_t proofs;   /* endpoints that are known */
	uint64_t entries;
	uint64_t verified; /* of the entries */
	uint64_t replacements;
	uint64_t database_nodes; /* written or read, of those kept */
};
/** One consistent snapshot; as dt_dialer_counters(). */
DT_API void dt_discv4_counters(const dt_discv4 *discv4,
			       struct dt_discv4_counters *out, size_t size);

/* ---- sessions and peers (RLPx, devp2p) --------------------------------- */

/**
 * Makes peers: RLPx (EIP-8) and devp2p's Hello as the set-up of a dialer's
 * dials and of connections that come in, and a keeper that holds the peers,
 * pings them and answers their pings. One thread ("dt-rlpx") for all of them.
 *
 *	dt_rlpx_create(&rlpx, &config, &error);
 *	config.transport = dt_rlpx_transport(rlpx);
 *	dt_dialer_create(&dialer, &config, &error);
 *	dt_rlpx_start(rlpx, dialer, &error);
 *	dt_dialer_start(dialer, &error);
 *	...
 *	dt_dialer_stop(dialer);
 *	dt_rlpx_destroy(rlpx);
 *	dt_dialer_destroy(dialer);
 *
 * A node is one identity at one port. With a dt_discv4 beside it give both the
 * same node_key (or node_key_file) and the same `listen`, with a port; and tell
 * the dialer who it is: has_self, and self from dt_rlpx_self().
 *
 * An embedder that speaks with the peers itself has a transport of its own,
 * whose setup() calls this one's, and whose keep() gets the dt_session (see
 * below) of those that were dialed; config.keep_inbound gets those that come in.
 * tests/examples/speaking.c is one.
 */
typedef struct dt_rlpx dt_rlpx;

/**
 * dt_rlpx_create - read the key, open the listening socket if `inbound` is set;
 * nobody is answered yet.
 * @config: of it are used: listen, node_key_file or node_key, inbound, client,
 * capabilities, max_peers, max_dyn_dials (what it leaves of max_peers is for
 * inbound ones; all, if it leaves nothing), max_pending_inbound,
 * inbound_throttle, setup_timeout, ping_interval, peer_timeout, netrestrict,
 * peer, keep_inbound, allocator, notice. No more than @config's texts is kept;
 * dt_dialer_set() changes nothing here, so that who may connect stays as it
 * was. Nor does a ban: who is banned may connect, and is disconnected at once if
 * there is a dialer to know it.
 * @error: may be NULL.
 *
 * A key file that is not there is made. Thread: any. Blocks: on files.
 * Errors: DT_ERR_CONFIG, DT_ERR_FILE (key), DT_ERR_PARSE (key),
 * DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS, DT_ERR_SYSTEM (the address cannot be
 * bound; the sentence says why).
 */
DT_API DT_MUST_USE dt_err dt_rlpx_create(dt_rlpx **out,
					 const struct dt_config *config,
					 struct dt_error *error);
/**
 * What to put into a dt_config. Needs no dt_rlpx_start() but to keep peers:
 * until then, and after dt_rlpx_stop(), keep() disconnects them. Thread: any.
 * Blocks: no.
 */
DT_API struct dt_transport dt_rlpx_transport(dt_rlpx *rlpx);
/**
 * dt_rlpx_start - begin to listen and to keep peers.
 * @dialer: is told of inbound peers and of the ends of all; not destroyed before
 * dt_rlpx_stop(). NULL: none. @error: may be NULL.
 * Thread: not from a callback, its own or its dialer's (DT_ERR_WRONG_THREAD).
 * Blocks: until the thread is made.
 * Errors: DT_ERR_STARTED, DT_ERR_STOPPED, DT_ERR_WRONG_THREAD; and may be tried
 * again: DT_ERR_NO_THREAD, DT_ERR_NO_DESCRIPTORS, DT_ERR_NO_MEMORY.
 */
DT_API DT_MUST_USE dt_err dt_rlpx_start(dt_rlpx *rlpx, dt_dialer *dialer,
					struct dt_error *error);
/**
 * Disconnect every peer (DT_ENDING_LOCAL_QUITTING), refuse new ones, join the
 * thread. A second stop, also a concurrent one, waits for the first.
 * Thread: not from a callback, its own or its dialer's, where it does nothing.
 * Blocks: under 100 ms; with many thousands of peers longer, some 10 us a peer.
 */
DT_API void dt_rlpx_stop(dt_rlpx *rlpx);
/**
 * Stop if need be, free. After dt_dialer_stop() and all sessions, and before
 * dt_dialer_destroy() unless it was stopped already. NULL is allowed.
 * Thread: not from a callback, its own or its dialer's, where it does nothing; no
 * other call may be under way.
 */
DT_API void dt_rlpx_destroy(dt_rlpx *rlpx);
/**
 * The own id, and where it listens, with the actual port; family 0: nowhere.
 * Thread: any. Blocks: no.
 */
DT_API struct dt_node dt_rlpx_self(const dt_rlpx *rlpx);

#define DT_CLIENT_SIZE      128 /* longest that is kept, and its NUL */
#define DT_CAPABILITIES_MAX 24  /* that are kept of a Hello */

/** Something that a node can speak beside devp2p itself ("eth/68"). */
struct dt_capability {
	char name[16]; /* printable ASCII; longer ones are not kept */
	uint32_t version;
	uint32_t messages;   /* codes that it takes; of a remote's: 0 */
	uint64_t first_code; /* when both speak it; else 0 */
};

/** What a remote's Hello has said. */
struct dt_hello {
	uint64_t version;            /* of devp2p */
	char client[DT_CLIENT_SIZE]; /* "?" for what cannot be printed */
	uint16_t listen_port;
	uint16_t capability_count; /* of those that are kept */
	struct dt_capability capabilities[DT_CAPABILITIES_MAX];
};

/** A peer that is kept. */
struct dt_peer {
	struct dt_node
		node;   /* host_name is NULL; inbound: where it came from */
	uint32_t flags; /* DT_PEER_... */
	int64_t age_ms;
	int64_t rtt_ms; /* of the last ping; -1: none was answered yet */
	struct dt_hello hello;
};

enum dt_peer_event_type {
	DT_PEER_EVENT_ADDED,
	DT_PEER_EVENT_REMOVED, /* ending says why */
	DT_PEER_EVENT_COUNT
};
struct dt_peer_event {
	size_t size; /* of this struct, as the library knows it */
	enum dt_peer_event_type type;
	enum dt_ending ending;
	const struct dt_peer *peer; /* valid during the call */
};

/** The peers as they are: at most @max. Thread: any. Blocks: on a mutex. */
DT_API size_t dt_rlpx_peers(dt_rlpx *rlpx, struct dt_peer *out, size_t max);

/** accepted = throttled + not_allowed + no_room + inbound.begun */
struct dt_rlpx_counters {
	uint64_t accepted;    /* connections that came in */
	uint64_t throttled;   /* its address, or all strangers together */
	uint64_t not_allowed; /* by netrestrict */
	/* max_pending_inbound, its network's part of it, or no memory. */
	uint64_t no_room;
	/* begun = running + opened + the sum of ended, for each. */
	struct dt_rlpx_setups {
		uint64_t begun;
		uint64_t running;
		uint64_t opened;
		uint64_t ended[DT_ENDING_MAX];
	} inbound, outbound;
	/* peers_added = peers + the sum of peers_ended. */
	uint64_t peers_added;
	uint64_t peers;
	uint64_t peers_inbound; /* of them */
	uint64_t peers_ended[DT_ENDING_MAX];
	uint64_t pings_sent;
	uint64_t pongs_received;
	uint64_t pings_received;
	uint64_t messages_received; /* of capabilities; thrown away */
};
/** One consistent snapshot; as dt_dialer_counters(). Blocks: on a mutex. */
DT_API void dt_rlpx_counters(dt_rlpx *rlpx, struct dt_rlpx_counters *out,
			     size_t size);

/**
 * A devp2p session: bytes in, bytes out, for whoever has the socket. What the
 * transport's setup() gives to keep() is an open one; dt_rlpx_call() and
 * dt_rlpx_answer() make new ones for an own set-up.
 *
 *	read at most dt_session_needs() bytes; until they are used up
 *	dt_session_take(), which says what happened; then dt_session_write()
 *	while dt_session_owes().
 *
 * It knows no time: how long a phase may last, when to ping and when silence is
 * too long is the driver's. One thread at a time. Nothing here blocks.
 */
typedef struct dt_session dt_session;

/**
 * Begin as the one who dials @id. Errors: DT_ERR_ARGUMENT (@id is no public key),
 * DT_ERR_NO_MEMORY, DT_ERR_SYSTEM (the kernel gives no random bytes).
 * @rlpx: outlives it. Thread: any.
 */
DT_API DT_MUST_USE dt_err dt_rlpx_call(dt_rlpx *rlpx, dt_session **out,
				       const struct dt_node_id *id);
/** Begin as the one who is dialed. Errors and thread: the same. */
DT_API DT_MUST_USE dt_err dt_rlpx_answer(dt_rlpx *rlpx, dt_session **out);
/** Wipe and free it; closes no socket. NULL is allowed. */
DT_API void dt_session_destroy(dt_session *session);

/** What is known of a session. */
struct dt_session_info {
	struct dt_node_id
		id; /* of a dialed one at once; else from IDENTIFIED */
	bool is_initiator;
	bool is_open;
	bool is_snappy; /* messages are compressed */
	bool has_hello; /* it is open, was, or shares nothing with us */
	enum dt_ending ending;
	int64_t auth_ms;  /* the built-in set-up's times: connected to ack */
	int64_t hello_ms; /* and from there to Hello */
	struct dt_hello hello; /* of has_hello */
	/* Those that both speak, in the order of their codes. */
	uint16_t shared_count;
	struct dt_capability shared[DT_CAPABILITIES_MAX];
};
/** Valid until the next call on @session. */
DT_API const struct dt_session_info *dt_session_info(const dt_session *session);

enum dt_session_event {
	DT_SESSION_MORE,       /* all input is taken: nothing happened */
	DT_SESSION_IDENTIFIED, /* secrets are made; the remote is unproven */
	DT_SESSION_OPENED,     /* Hello has come: the remote is who it says */
	DT_SESSION_ANNOUNCED,  /* a message begins; see dt_session_room() */
	DT_SESSION_PINGED,     /* a pong is owed */
	DT_SESSION_PONGED,
	DT_SESSION_MESSAGE, /* of a capability */
	DT_SESSION_ENDED    /* ending says why; a last word may be owed */
};

/** A message of a capability. */
struct dt_message {
	uint64_t code;          /* first_code of the capability + its own */
	const uint8_t *payload; /* as it came: see dt_session_inflate() */
	size_t kept;            /* bytes at @payload */
	size_t length;          /* of all of it, on the wire */
	size_t inflated;        /* the same when it is not compressed */
};

/** How many bytes are missing until something happens; 0: it is over. */
DT_API size_t dt_session_needs(const dt_session *session);
/**
 * dt_session_take - take bytes as they come, joined or split anywhere.
 * @input, @length: are left with what is behind the event.
 * @message: of MESSAGE, valid until the next call; of ANNOUNCED its length (on
 * the wire, with the code).
 */
DT_API enum dt_session_event dt_session_take(dt_session *session,
					     const uint8_t **input,
					     size_t *length,
					     struct dt_message *message);
/**
 * dt_session_room - where messages are kept from now on; of those that do not
 * fit, and without room, only the first bytes are kept. @room is the caller's,
 * who takes it back with NULL, 0. Only when open, and between two messages: also
 * when one was announced of which no byte was taken yet.
 * @size: a multiple of 16; what was announced, rounded up, is enough.
 */
DT_API void dt_session_room(dt_session *session, uint8_t *room, size_t size);
/**
 * dt_session_inflate - a message's payload, uncompressed.
 * @out: @size bytes; message->inflated are enough.
 * Errors: DT_ERR_TOO_SMALL, DT_ERR_PARSE (not compressed as it should be, or not
 * all of it was kept).
 */
DT_API DT_MUST_USE dt_err dt_session_inflate(const dt_session *session,
					     uint8_t *out, size_t size,
					     const struct dt_message *message);
/** Is there something to be written? */
DT_API bool dt_session_owes(const dt_session *session);
#define DT_SESSION_WRITE_SIZE 4096 /* enough for all that can be owed at once */
/** Take what is to be sent: how many bytes of @out are used. */
DT_API size_t dt_session_write(dt_session *session, uint8_t *out, size_t size);
/** Owe a ping. Only when open. */
DT_API void dt_session_ping(dt_session *session);
/**
 * End it, with a Disconnect owed if the remote could read it. @reason: one of
 * DT_ENDING_REMOTE_REQUESTED to .._SUBPROTOCOL: how the remote is to see it.
 * The info's ending becomes the DT_ENDING_LOCAL_... that is nearest to it.
 */
DT_API void dt_session_disconnect(dt_session *session, enum dt_ending reason);
/** More than any message with @length bytes takes on the wire. */
DT_API size_t dt_session_send_size(size_t length);
/**
 * Write a message of a capability: how many bytes of @out are used; 0: it does
 * not fit. Only when open, and with nothing owed.
 */
DT_API size_t dt_session_send(dt_session *session, uint8_t *out, size_t size,
			      uint64_t code, const uint8_t *payload,
			      size_t length);

/**
 * What both sides of an open session know and nobody else, for an embedder with
 * an RLPx of its own. Wipe it.
 */
struct dt_session_secrets {
	uint8_t aes[32];
	uint8_t mac[32];
	/* Of each direction: bytes that went through AES-CTR, a multiple of 16;
	 * and the Keccak-256 that its MACs run on: the state's 25 words, and the
	 * bytes of an incomplete block. */
	struct dt_session_stream {
		uint64_t encrypted;
		uint64_t keccak[25];
		uint8_t block[136];
		uint32_t block_length;
	} egress, ingress;
};
/**
 * Between two frames only. Errors: DT_ERR_ARGUMENT (it is not open, owes
 * something, or is in the middle of a frame).
 */
DT_API DT_MUST_USE dt_err dt_session_secrets(const dt_session *session,
					     struct dt_session_secrets *out);

#ifdef __cplusplus
}
#endif

#endif /* DIALTONE_H */
