/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_SESSION_H
#define DTI_RLPX_SESSION_H

/*
 * A devp2p session from the first byte to the last, for whoever has a socket:
 *
 *	read some bytes; until they are used up dti_session_take(), which says
 *	what happened; then dti_session_write() what is to be sent.
 *
 * It knows no time: how long a phase may last, when to ping and when silence is
 * too long is the driver's. Nor does it read ahead: who takes no more than
 * dti_session_needs() bytes from the socket leaves all else in it.
 *
 *	AUTH	secrets are made. The remote is not proven (see PROOF in
 *		lib/rlpx/handshake.h)
 *	HELLO	frames, of which the first must be Hello, or Disconnect. Any
 *		frame with the right MAC proves the remote
 *	OPEN	messages
 *	OVER	what comes is thrown away. A last Disconnect may be to be sent
 *
 * Owner: the caller, who may move the struct. Nothing is allocated.
 */

#include "lib/rlpx/frame_reader.h"
#include "lib/rlpx/handshake.h"
#include "lib/rlpx/hello.h"
#include "lib/rlpx/message.h"

#define DTI_SESSION_PONGS_MAX 16 /* that are owed at once; more are dropped */
#define DTI_SESSION_SMALL     64 /* bytes of a body that are always kept */

/** Whom sessions speak for. Read only; outlives them. */
struct dti_session_self {
	struct dti_handshake_self identity;
	struct dti_hello_offer offer; /* fits into DTI_HELLO_MAX */
	/* Bytes of a frame's body that are accepted once open. */
	uint32_t frame_limit;
};

enum dti_session_phase {
	DTI_SESSION_AUTH,
	DTI_SESSION_HELLO,
	DTI_SESSION_OPEN,
	DTI_SESSION_OVER
};

enum dti_session_event_type {
	DTI_SESSION_MORE,       /* all input is taken: nothing happened */
	DTI_SESSION_IDENTIFIED, /* HELLO begins: `remote` is known, unproven */
	DTI_SESSION_OPENED,     /* OPEN begins: `hello` */
	DTI_SESSION_ANNOUNCED,  /* a body of `announced` bytes begins */
	DTI_SESSION_PINGED,     /* a pong is owed */
	DTI_SESSION_PONGED,
	DTI_SESSION_MESSAGE,      /* `message`, of a capability */
	DTI_SESSION_DISCONNECTED, /* OVER begins: by the peer, for `reason` */
	DTI_SESSION_REFUSED       /* OVER begins: by us, for `refusal` */
};

struct dti_session_event {
	enum dti_session_event_type type;
	enum dti_refusal refusal;
	union {
		struct dti_hello hello; /* also of NOTHING_SHARED */
		size_t announced;
		struct {
			uint64_t code;
			/* As it came, compressed or not: what was kept. */
			struct dti_bytes payload;
			size_t length;   /* of all of it */
			size_t inflated; /* the same if not compressed */
		} message;
		enum dti_disconnect_reason reason;
	};
};

/** Of use until the session is open: not to be moved, and the caller's. */
struct dti_session_setup {
	struct dti_handshake handshake;
};

struct dti_session {
	const struct dti_session_self *self;
	struct dti_session_setup *setup; /* NULL once it is open */
	struct dt_node_id remote;
	enum dti_session_phase phase;
	bool is_snappy;  /* both Hellos promise it */
	bool is_greeted; /* our Hello was written */
	bool is_held;    /* it is not to be written yet, nor what follows */

	/* What is to be written. */
	unsigned int owed;
	unsigned int pongs_owed;
	enum dti_disconnect_reason reason;

	/* From HELLO on. Secret. */
	struct dti_frame_keys keys;
	struct dti_frame_reader reader;
	struct dti_frame_stream writer;
	struct dti_frame_room room; /* given, or none */
	uint8_t small[DTI_SESSION_SMALL];
};

/**
 * dti_session_call - begin as the initiator, with the auth for @remote owed.
 * @setup: the session's until that is open, or ended with fini.
 * False: @remote is no point on the curve; only fini is left.
 */
bool dti_session_call(struct dti_session *session,
		      struct dti_session_setup *setup,
		      const struct dti_session_self *self,
		      const struct dt_node_id *remote,
		      const struct dti_handshake_entropy *entropy);
/** Begin as the recipient. @setup: as above. */
void dti_session_answer(struct dti_session *session,
			struct dti_session_setup *setup,
			const struct dti_session_self *self,
			const struct dti_handshake_entropy *entropy);
/** Wipe the secrets, at any time: also those in the setup if it has it. */
void dti_session_fini(struct dti_session *session);

/** How many bytes are missing until something happens; 0 when it is over. */
size_t dti_session_needs(const struct dti_session *session);
/**
 * dti_session_take - take bytes as they come, joined or split anywhere.
 * @input: is left with what is behind the event. Go on until it is used up.
 *
 * What an event points to is valid until the next call, or until the memory of
 * the room, or the setup, is used otherwise.
 */
void dti_session_take(struct dti_session *session, struct dti_bytes *input,
		      struct dti_session_event *event);
/**
 * Where bodies are kept from now on, in whole blocks of DTI_FRAME_BLOCK: before
 * the next is announced, or when it just was. No room: the first
 * DTI_SESSION_SMALL bytes are kept in the session.
 */
void dti_session_give_room(struct dti_session *session,
			   struct dti_frame_room room);

/** Is there something to be written? */
bool dti_session_owes(const struct dti_session *session);
/**
 * dti_session_write - take what is to be sent.
 * Returns how many bytes of @out are used: all that is owed, or what fits of
 * it. A Hello or a handshake takes DTI_SESSION_WRITE_MAX at most, all else
 * DTI_SESSION_WRITE_MIN.
 */
size_t dti_session_write(struct dti_session *session, uint8_t *out,
			 size_t size);
#define DTI_SESSION_WRITE_MAX (DTI_FRAME_HEAD + DTI_HELLO_MAX + DTI_FRAME_BLOCK)
#define DTI_SESSION_WRITE_MIN (DTI_FRAME_HEAD + 2 * DTI_FRAME_BLOCK)

/**
 * Hold our Hello back, or let it go: a recipient that wants to be sure who is
 * there, from the remote's Hello, before it says any. What was sealed already
 * is not held. A Disconnect is not, and for want of a shared capability the Hello
 * goes before it: the remote may have called to learn what we speak.
 */
void dti_session_hold(struct dti_session *session, bool is_held);

/** Owe a ping. Only when open. */
void dti_session_ping(struct dti_session *session);
/**
 * End the session, with a Disconnect owed if the peer could read it: in place
 * of our Hello if that was not written. @reason: one with a number.
 */
void dti_session_disconnect(struct dti_session *session,
			    enum dti_disconnect_reason reason);
/** End the session with nothing owed: the connection is no more. */
void dti_session_abandon(struct dti_session *session);
/**
 * dti_session_send - write a message of a capability.
 * Only when open, and with nothing owed. Returns how many bytes of @out are
 * used; 0: it does not fit. Needs dti_session_send_size().
 */
size_t dti_session_send(struct dti_session *session, uint8_t *out, size_t size,
			const struct dti_message *message);
/** More than any message with a payload of @length bytes takes. */
size_t dti_session_send_size(size_t length);

#endif /* DTI_RLPX_SESSION_H */
