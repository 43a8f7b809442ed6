/* SPDX-License-Identifier: MIT */
#include "bench/contenders/many_addresses.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
	LOOPBACK = 127,
	NETWORKS = 250, /* of the third byte, for each value of the second */
	HOST = 9,
};

static struct in_addr address_of(uint32_t source)
{
	uint32_t second = 1 + source / NETWORKS;
	uint32_t third = 1 + source % NETWORKS;

	return (struct in_addr){
		.s_addr = htonl((uint32_t)LOOPBACK << 24 | second << 16 |
				third << 8 | HOST),
	};
}

static uint32_t source_of(struct in_addr address)
{
	uint32_t bytes = ntohl(address.s_addr);
	uint32_t second = bytes >> 16 & 0xff;
	uint32_t third = bytes >> 8 & 0xff;

	return (second - 1) * NETWORKS + third - 1;
}

static void init_batch(struct many_addresses_batch *batch)
{
	memset(batch, 0, sizeof(*batch));
	for (size_t i = 0; i < MANY_ADDRESSES_BATCH; i++) {
		batch->vectors[i] = (struct iovec){
			.iov_base = batch->bytes[i],
			.iov_len = sizeof(batch->bytes[i]),
		};
		batch->messages[i].msg_hdr = (struct msghdr){
			.msg_iov = &batch->vectors[i],
			.msg_iovlen = 1,
			.msg_control = batch->control[i],
			.msg_controllen = sizeof(batch->control[i]),
		};
	}
}

static void init_out(struct many_addresses *addresses)
{
	init_batch(&addresses->out);
	for (size_t i = 0; i < MANY_ADDRESSES_BATCH; i++) {
		struct msghdr *header = &addresses->out.messages[i].msg_hdr;
		struct cmsghdr *info = CMSG_FIRSTHDR(header);

		header->msg_name = &addresses->to;
		header->msg_namelen = sizeof(addresses->to);
		info->cmsg_level = IPPROTO_IP;
		info->cmsg_type = IP_PKTINFO;
		info->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
	}
}

bool many_addresses_open(struct many_addresses *addresses,
			 const struct dt_endpoint *to, int buffer)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	int yes = 1;

	addresses->to = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(to->udp_port),
	};
	memcpy(&addresses->to.sin_addr, to->ip, sizeof(struct in_addr));
	addresses->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (addresses->fd < 0)
		return false;
	/* The system may give less; what is lost then is sent again. */
	(void)setsockopt(addresses->fd, SOL_SOCKET, SO_RCVBUF, &buffer,
			 sizeof(buffer));
	if (setsockopt(addresses->fd, IPPROTO_IP, IP_PKTINFO, &yes,
		       sizeof(yes)) != 0 ||
	    bind(addresses->fd, (struct sockaddr *)&any, sizeof(any)) != 0) {
		(void)close(addresses->fd);
		return false;
	}
	init_batch(&addresses->in);
	init_out(addresses);
	return true;
}

void many_addresses_close(struct many_addresses *addresses)
{
	(void)close(addresses->fd);
}

void many_addresses_add(struct many_addresses *addresses, uint32_t source,
			struct dti_bytes bytes)
{
	struct many_addresses_batch *out = &addresses->out;
	struct in_pktinfo info = {.ipi_spec_dst = address_of(source)};

	if (out->count == MANY_ADDRESSES_BATCH)
		many_addresses_flush(addresses);
	memcpy(out->control[out->count] + CMSG_LEN(0), &info, sizeof(info));
	memcpy(out->bytes[out->count], bytes.bytes, bytes.length);
	out->vectors[out->count].iov_len = bytes.length;
	out->count++;
}

void many_addresses_flush(struct many_addresses *addresses)
{
	struct many_addresses_batch *out = &addresses->out;

	/* What the system does not take is lost, as on any other way. */
	if (out->count > 0)
		(void)sendmmsg(addresses->fd, out->messages,
			       (unsigned int)out->count, MSG_NOSIGNAL);
	out->count = 0;
}

size_t many_addresses_receive(struct many_addresses *addresses, int timeout_ms)
{
	struct many_addresses_batch *in = &addresses->in;
	struct pollfd readable = {.fd = addresses->fd, .events = POLLIN};
	int count;

	in->count = 0;
	if (poll(&readable, 1, timeout_ms) <= 0)
		return 0;
	for (size_t i = 0; i < MANY_ADDRESSES_BATCH; i++)
		in->messages[i].msg_hdr.msg_controllen = sizeof(in->control[i]);
	count = recvmmsg(addresses->fd, in->messages, MANY_ADDRESSES_BATCH,
			 MSG_DONTWAIT, NULL);
	in->count = count > 0 ? (size_t)count : 0;
	return in->count;
}

uint32_t many_addresses_source(struct many_addresses *addresses, size_t i)
{
	struct cmsghdr *header =
		CMSG_FIRSTHDR(&addresses->in.messages[i].msg_hdr);
	struct in_pktinfo info = {.ipi_ifindex = 0};

	if (header)
		memcpy(&info, CMSG_DATA(header), sizeof(info));
	return source_of(info.ipi_addr);
}

struct dti_bytes many_addresses_bytes(const struct many_addresses *addresses,
				      size_t i)
{
	return (struct dti_bytes){addresses->in.bytes[i],
				  addresses->in.messages[i].msg_len};
}
