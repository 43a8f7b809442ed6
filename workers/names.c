/* SPDX-License-Identifier: MIT */
#include "workers/names.h"

#include <ares.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#include "lib/node/endpoint.h"

#include "workers/clock.h"
#include "workers/name_servers.h"
#include "workers/name_sockets.h"
#include "workers/op.h"
#include "workers/tcp.h"

/*
 * Each of the three tries waits twice as long as the one before: with the first
 * a seventh of the time, they fill it when there is one server.
 */
#define TRIES           3
#define FIRST_TRY_SHARE 7
#define FIRST_TRY_LEAST 100  /* ms */
#define FIRST_TRY_MOST  5000 /* ms */

/* What c-ares found. Lives on the caller's stack until the channel is gone. */
struct answer {
	struct dt_endpoint addresses[DTI_NAMES_MAX];
	size_t count;
	int status; /* ARES_... */
	bool done;
};

static bool is_known(const struct answer *answer,
		     const struct dt_endpoint *endpoint)
{
	for (size_t i = 0; i < answer->count; i++) {
		if (dti_endpoint_equal(&answer->addresses[i], endpoint))
			return true;
	}
	return false;
}

static void add_address(struct answer *answer, const struct sockaddr *address)
{
	struct dt_endpoint found = {0};

	if (address->sa_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, address, sizeof(v4));
		dti_endpoint_set_ip(&found, (uint8_t *)&v4.sin_addr, 4);
	} else if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, address, sizeof(v6));
		dti_endpoint_set_ip(&found, v6.sin6_addr.s6_addr, 16);
	}
	if (found.family != 0 && answer->count < DTI_NAMES_MAX &&
	    !is_known(answer, &found))
		answer->addresses[answer->count++] = found;
}

static void take_answer(void *context, int status, int timeouts,
			struct ares_addrinfo *found)
{
	struct answer *answer = context;

	(void)timeouts;
	answer->status = status;
	answer->done = true;
	if (!found)
		return;
	for (struct ares_addrinfo_node *node = found->nodes; node;
	     node = node->ai_next)
		add_address(answer, node->ai_addr);
	ares_freeaddrinfo(found);
}

static int first_try_ms(const struct dt_op *op)
{
	int64_t share = (op->deadline_ms - dti_clock_ms()) / FIRST_TRY_SHARE;

	if (share < FIRST_TRY_LEAST)
		return FIRST_TRY_LEAST;
	return share < FIRST_TRY_MOST ? (int)share : FIRST_TRY_MOST;
}

static int open_channel(ares_channel *out, struct dti_name_sockets *sockets,
			const struct dt_op *op, const char *servers)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOALIASES,
		.timeout = first_try_ms(op),
		.tries = TRIES,
	};
	struct dti_name_servers parsed;
	ares_channel channel;
	int status;

	if (!dti_name_servers_parse(&parsed, servers))
		return ARES_EBADSTR;
	status = ares_init_options(&channel, &options,
				   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS |
					   ARES_OPT_TRIES);
	if (status != ARES_SUCCESS)
		return status;
	status = dti_name_servers_use(&parsed, channel);
	if (status != ARES_SUCCESS) {
		ares_destroy(channel);
		return status;
	}
	dti_name_sockets_use(sockets, channel);
	*out = channel;
	return ARES_SUCCESS;
}

/* When c-ares wants to be called next; it rounds down, so one more. */
static int64_t next_try_ms(ares_channel channel)
{
	struct timeval left;

	if (!ares_timeout(channel, NULL, &left))
		return INT64_MAX;
	return dti_clock_ms() + (int64_t)left.tv_sec * 1000 +
	       left.tv_usec / 1000 + 1;
}

/* The sockets that c-ares waits for, behind the cancel's; how many in all. */
static nfds_t fill_polled(struct pollfd *polled, ares_channel channel)
{
	ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
	unsigned int bits = (unsigned int)ares_getsock(channel, sockets,
						       ARES_GETSOCK_MAXNUM);
	nfds_t count = 1;

	for (unsigned int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		short events = 0;

		/* Not c-ares' macros: they shift into an int's sign. */
		if (bits >> i & 1)
			events |= POLLIN;
		if (bits >> (i + ARES_GETSOCK_MAXNUM) & 1)
			events |= POLLOUT;
		if (events != 0)
			polled[count++] = (struct pollfd){.fd = sockets[i],
							  .events = events};
	}
	return count;
}

static void process(ares_channel channel, const struct pollfd *polled,
		    nfds_t count)
{
	for (nfds_t i = 1; i < count; i++) {
		bool broken = polled[i].revents & ~(POLLIN | POLLOUT);
		bool in = broken || (polled[i].revents & POLLIN);
		bool out = (polled[i].events & POLLOUT) &&
			   (broken || (polled[i].revents & POLLOUT));

		if (in || out)
			ares_process_fd(channel,
					in ? polled[i].fd : ARES_SOCKET_BAD,
					out ? polled[i].fd : ARES_SOCKET_BAD);
	}
	/* What is due by time. */
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static dt_err wait_for(const struct answer *answer, ares_channel channel,
		       const struct dt_op *op)
{
	while (!answer->done) {
		struct pollfd polled[1 + ARES_GETSOCK_MAXNUM];
		nfds_t count = fill_polled(polled, channel);
		dt_err err =
			dti_op_poll(op, polled, count, next_try_ms(channel));

		if (err != DT_OK)
			return err;
		process(channel, polled, count);
	}
	return DT_OK;
}

/* A look-up that c-ares gave up with @status. */
static enum dt_outcome failure(struct dt_outcome_detail *detail, int status,
			       const struct dti_name_sockets *sockets)
{
	enum dt_outcome outcome;

	switch (status) {
	case ARES_ENOMEM:
		detail->sys_errno = ENOMEM;
		return DT_OUTCOME_NO_BUFFERS;
	case ARES_ETIMEOUT:
		detail->sys_errno = ETIMEDOUT;
		return DT_OUTCOME_RESOLVE_FAILED;
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
		return DT_OUTCOME_RESOLVE_FAILED;
	default:
		break;
	}
	/* No server was reached: for want of what this machine lacks? */
	detail->sys_errno = sockets->sys_errno;
	outcome = dti_tcp_outcome(sockets->sys_errno);
	return outcome == DT_OUTCOME_NO_DESCRIPTORS ||
			       outcome == DT_OUTCOME_NO_BUFFERS
		       ? outcome
		       : DT_OUTCOME_RESOLVE_FAILED;
}

static enum dt_outcome run(struct answer *answer,
			   struct dt_outcome_detail *detail,
			   const struct dt_op *op, const char *host_name,
			   const char *servers)
{
	static const struct ares_addrinfo_hints hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	struct dti_name_sockets sockets;
	ares_channel channel;
	dt_err waited;
	int status = open_channel(&channel, &sockets, op, servers);

	if (status != ARES_SUCCESS) {
		detail->sys_errno = status == ARES_ENOMEM ? ENOMEM : EINVAL;
		return status == ARES_ENOMEM ? DT_OUTCOME_NO_BUFFERS
					     : DT_OUTCOME_LOCAL_FAULT;
	}
	ares_getaddrinfo(channel, host_name, NULL, &hints, take_answer, answer);
	waited = wait_for(answer, channel, op);
	/* Before destroy, whose callbacks bring no part of an answer. */
	ares_cancel(channel);
	ares_destroy(channel);
	if (waited == DT_ERR_CANCELLED)
		return DT_OUTCOME_CANCELLED;
	if (answer->count > 0)
		return DT_OUTCOME_FOUND;
	return failure(detail, waited ? ARES_ETIMEOUT : answer->status,
		       &sockets);
}

enum dt_outcome /* NOLINTNEXTLINE(readability-function-size) */
dti_names_look_up(struct dt_endpoint *out, size_t *count,
		  struct dt_outcome_detail *detail, const struct dt_op *op,
		  const char *host_name, const struct dt_endpoint *ports,
		  const char *servers)
{
	struct answer answer = {.status = ARES_ECANCELLED};
	enum dt_outcome outcome;

	*detail = (struct dt_outcome_detail){0};
	if (dt_op_cancelled(op))
		return DT_OUTCOME_CANCELLED;
	outcome = run(&answer, detail, op, host_name, servers);
	if (outcome != DT_OUTCOME_FOUND)
		return outcome;
	for (size_t i = 0; i < answer.count; i++) {
		out[i] = answer.addresses[i];
		out[i].tcp_port = ports->tcp_port;
		out[i].udp_port = ports->udp_port;
	}
	*count = answer.count;
	return DT_OUTCOME_FOUND;
}
