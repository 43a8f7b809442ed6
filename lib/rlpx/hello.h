/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_HELLO_H
#define DTI_RLPX_HELLO_H

/*
 * Hello, the first message of both sides, never compressed:
 *
 *	[version, client, [[name, version], ...], listen port, id(64), ...]
 *
 * As EIP-8 has it, the version is not compared, more elements are ignored, and
 * so is what is behind the list. The listen port is for information: what is no
 * port is read as 0.
 */

#include "lib/dialtone.h"
#include "lib/rlpx/capability.h"
#include "lib/rlpx/refusal.h"

#define DTI_HELLO_MAX     2048 /* bytes of a body: code and payload */
#define DTI_HELLO_VERSION 5    /* of devp2p, that is written */
#define DTI_HELLO_SNAPPY  5    /* version from which messages are compressed */

/** One that is written. */
struct dti_hello_offer {
	uint64_t version;
	struct dti_bytes client; /* name and version, for people */
	struct dti_capability_list capabilities;
	uint16_t listen_port; /* 0: none */
	struct dt_node_id id;
};

/** One that was read; pieces of the message. */
struct dti_hello {
	uint64_t version;
	struct dti_bytes client; /* whatever the peer wants to be shown */
	struct dti_rlp_reader capabilities; /* each can be read */
	uint16_t listen_port;
	struct dt_node_id id;
};

/** Who may say Hello. */
struct dti_hello_expected {
	struct dt_node_id id;  /* whose key the secrets were made with */
	struct dt_node_id own; /* us */
	struct dti_capability_list offered;
};

/** Append the payload. What does not fit sets @writer's `failed`. */
void dti_hello_write(struct dti_rlp_writer *writer,
		     const struct dti_hello_offer *offer);
/**
 * May it be offered? Not if it has more than DTI_CAPABILITIES_MAX, or takes
 * more than DTI_HELLO_MAX bytes.
 */
bool dti_hello_fits(const struct dti_hello_offer *offer);
/** Read a payload; @out is undefined unless the answer is NONE. */
enum dti_refusal dti_hello_read(struct dti_hello *out,
				struct dti_bytes payload);
/**
 * Is it from whom it has to be, and is there anything to speak about? With
 * nothing offered, anybody will do.
 */
enum dti_refusal dti_hello_check(const struct dti_hello *hello,
				 const struct dti_hello_expected *expected);
/** Are messages behind it compressed, when ours had @version? */
bool dti_hello_is_snappy(const struct dti_hello *hello, uint64_t version);

#endif /* DTI_RLPX_HELLO_H */
