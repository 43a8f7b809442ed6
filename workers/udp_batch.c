/* SPDX-License-Identifier: MIT */
#include "workers/udp_batch.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lib/assert.h"

static_assert(DTI_UDP_BATCH <= 32, "a bit for each datagram");

void dti_udp_in_init(struct dti_udp_in *in)
{
	memset(in->messages, 0, sizeof(in->messages));
	for (size_t i = 0; i < DTI_UDP_BATCH; i++) {
		in->vectors[i] = (struct iovec){
			.iov_base = in->bytes[i],
			.iov_len = sizeof(in->bytes[i]),
		};
		in->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &in->from[i],
			.msg_iov = &in->vectors[i],
			.msg_iovlen = 1,
		};
	}
}

size_t dti_udp_receive(struct dti_udp_in *in, const struct dti_udp *udp)
{
	int count;

	for (size_t i = 0; i < DTI_UDP_BATCH; i++)
		in->messages[i].msg_hdr.msg_namelen = sizeof(in->from[i]);
	do
		count = recvmmsg(udp->fd, in->messages, DTI_UDP_BATCH,
				 MSG_DONTWAIT | MSG_TRUNC, NULL);
	while (count < 0 && errno == EINTR);
	return count > 0 ? (size_t)count : 0;
}

struct dti_bytes dti_udp_in_bytes(const struct dti_udp_in *in, size_t index)
{
	return (struct dti_bytes){in->bytes[index],
				  in->messages[index].msg_len};
}

struct dt_endpoint dti_udp_in_source(const struct dti_udp_in *in, size_t index)
{
	return dti_udp_endpoint_of(&in->from[index]);
}

void dti_udp_out_init(struct dti_udp_out *out)
{
	out->count = 0;
	memset(out->messages, 0, sizeof(out->messages));
	for (size_t i = 0; i < DTI_UDP_BATCH; i++) {
		out->vectors[i].iov_base = out->bytes[i];
		out->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &out->to[i],
			.msg_iov = &out->vectors[i],
			.msg_iovlen = 1,
		};
	}
}

uint8_t *dti_udp_out_next(struct dti_udp_out *out)
{
	DTI_ASSERT(!dti_udp_out_is_full(out));
	return out->bytes[out->count];
}

bool dti_udp_out_add(struct dti_udp_out *out, const struct dti_udp *udp,
		     const struct dt_endpoint *to, size_t length)
{
	size_t index = out->count;
	socklen_t size = dti_udp_address_of(udp, &out->to[index], to);

	if (size == 0)
		return false;
	out->messages[index].msg_hdr.msg_namelen = size;
	out->vectors[index].iov_len = length;
	out->count++;
	return true;
}

/* A full buffer is full for the next one too; any other error is one's own. */
static bool concerns_all(int sys_errno)
{
	return sys_errno == EAGAIN || sys_errno == ENOBUFS ||
	       sys_errno == ENOMEM;
}

uint32_t dti_udp_send(struct dti_udp_out *out, const struct dti_udp *udp)
{
	size_t next = 0;
	uint32_t taken = 0;

	while (next < out->count) {
		int count = sendmmsg(udp->fd, out->messages + next,
				     (unsigned int)(out->count - next),
				     MSG_DONTWAIT | MSG_NOSIGNAL);

		for (int i = 0; i < count; i++)
			taken |= UINT32_C(1) << next++;
		if (count > 0 || errno == EINTR)
			continue;
		if (concerns_all(errno))
			break;
		next++;
	}
	out->count = 0;
	return taken;
}
