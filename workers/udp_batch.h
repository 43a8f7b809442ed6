/* SPDX-License-Identifier: MIT */
#ifndef DTI_UDP_BATCH_H
#define DTI_UDP_BATCH_H

/*
 * Datagrams, several to a system call. Nothing here waits: what the socket does
 * not have is not there, what it does not take is lost, as it may be on any
 * other part of its way.
 *
 * Owner: one thread, which uses them for one socket after the other.
 */

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "lib/bytes.h"

#include "workers/udp.h"

#define DTI_UDP_BATCH   32
#define DTI_UDP_SIZE    1280 /* bytes of a datagram that is sent, at most */
/* Longer ones are seen as such, and cut off. */
#define DTI_UDP_RECEIVE (DTI_UDP_SIZE + 128)

struct dti_udp_in {
	struct mmsghdr messages[DTI_UDP_BATCH];
	struct iovec vectors[DTI_UDP_BATCH];
	union dti_udp_address from[DTI_UDP_BATCH];
	uint8_t bytes[DTI_UDP_BATCH][DTI_UDP_RECEIVE];
};

void dti_udp_in_init(struct dti_udp_in *in);
/**
 * Take what the socket has: how many, at most DTI_UDP_BATCH. An error that an
 * ICMP message has caused is skipped, and counts as nothing there.
 */
size_t dti_udp_receive(struct dti_udp_in *in, const struct dti_udp *udp);
/**
 * The @index-th of those, in the order in which they came. @length is that of
 * the datagram; of more than DTI_UDP_RECEIVE bytes the rest is gone.
 */
struct dti_bytes dti_udp_in_bytes(const struct dti_udp_in *in, size_t index);
struct dt_endpoint dti_udp_in_source(const struct dti_udp_in *in, size_t index);

struct dti_udp_out {
	size_t count; /* that wait to be sent */
	struct mmsghdr messages[DTI_UDP_BATCH];
	struct iovec vectors[DTI_UDP_BATCH];
	union dti_udp_address to[DTI_UDP_BATCH];
	uint8_t bytes[DTI_UDP_BATCH][DTI_UDP_SIZE];
};

void dti_udp_out_init(struct dti_udp_out *out);
/** Where to write the next datagram, DTI_UDP_SIZE bytes; it is not full. */
uint8_t *dti_udp_out_next(struct dti_udp_out *out);
/**
 * What was written there, @length bytes, goes to @to with the next send. False:
 * the socket cannot reach it; nothing was added.
 */
bool dti_udp_out_add(struct dti_udp_out *out, const struct dti_udp *udp,
		     const struct dt_endpoint *to, size_t length);
static inline bool dti_udp_out_is_full(const struct dti_udp_out *out)
{
	return out->count == DTI_UDP_BATCH;
}
/** Send all that were added. A bit for each, from the lowest: it was taken. */
uint32_t dti_udp_send(struct dti_udp_out *out, const struct dti_udp *udp);

#endif /* DTI_UDP_BATCH_H */
