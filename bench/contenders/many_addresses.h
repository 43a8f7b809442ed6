/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_MANY_ADDRESSES_H
#define BENCH_CONTENDERS_MANY_ADDRESSES_H

/*
 * A UDP socket that speaks as thousands of hosts, each in a /24 of its own:
 * source number n is 127.(1 + n / 250).(1 + n % 250).9. The whole of 127.0.0.0/8
 * is this machine's, so one socket may send from any of it (IP_PKTINFO), and
 * gets what comes back to any of it. Datagrams go several to a system call.
 *
 * Owner: one thread.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lib/bytes.h"
#include "lib/dialtone.h"

#define MANY_ADDRESSES_MAX   45000 /* sources */
#define MANY_ADDRESSES_BATCH 32
#define MANY_ADDRESSES_SIZE  1280 /* bytes of a datagram */

/** Of one direction. */
struct many_addresses_batch {
	size_t count;
	struct mmsghdr messages[MANY_ADDRESSES_BATCH];
	struct iovec vectors[MANY_ADDRESSES_BATCH];
	_Alignas(struct cmsghdr)
		uint8_t control[MANY_ADDRESSES_BATCH]
			       [CMSG_SPACE(sizeof(struct in_pktinfo))];
	uint8_t bytes[MANY_ADDRESSES_BATCH][MANY_ADDRESSES_SIZE];
};

struct many_addresses {
	int fd;
	struct sockaddr_in to; /* all that is sent */
	struct many_addresses_batch in;
	struct many_addresses_batch out;
};

/**
 * @buffer: bytes that the kernel holds of what comes; what it has no room for
 * is lost. False: no such socket. Pair with close.
 */
bool many_addresses_open(struct many_addresses *addresses,
			 const struct dt_endpoint *to, int buffer);
void many_addresses_close(struct many_addresses *addresses);

/** Send a copy of @bytes from @source with the next flush, or before. */
void many_addresses_add(struct many_addresses *addresses, uint32_t source,
			struct dti_bytes bytes);
void many_addresses_flush(struct many_addresses *addresses);

/** Take what came within @timeout_ms; how many: BATCH at most. */
size_t many_addresses_receive(struct many_addresses *addresses, int timeout_ms);
/** The i-th of those: to which source it came. */
uint32_t many_addresses_source(struct many_addresses *addresses, size_t i);
struct dti_bytes many_addresses_bytes(const struct many_addresses *addresses,
				      size_t i);

#endif /* BENCH_CONTENDERS_MANY_ADDRESSES_H */
