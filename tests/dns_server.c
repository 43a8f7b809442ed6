/* SPDX-License-Identifier: MIT */
#include "tests/dns_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/harness.h"

/* RFC 1035, section 4.1 */
#define HEADER_SIZE     12
#define TYPE_A          1
#define TYPE_AAAA       28
#define RCODE_FAILURE   2
#define RCODE_NO_NAME   3
#define FLAGS_HIGH      0x81 /* an answer, recursion desired */
#define FLAG_TRUNCATED  0x02
#define FLAGS_LOW       0x80 /* recursion available */
#define MESSAGE_SIZE    2048
#define RECORD_OVERHEAD 12

struct message {
	uint8_t bytes[MESSAGE_SIZE];
	size_t size;
};

/* Where the question ends, and what it asks for; 0: it is none. */
static size_t read_question(const struct message *asked, uint16_t *type)
{
	size_t at = HEADER_SIZE;

	while (at < asked->size && asked->bytes[at] != 0)
		at += asked->bytes[at] + 1U;
	if (at + 5 > asked->size)
		return 0;
	*type = (uint16_t)(asked->bytes[at + 1] << 8 | asked->bytes[at + 2]);
	return at + 5;
}

static void add_record(struct message *answer, uint16_t type,
		       const uint8_t *bytes, uint8_t size)
{
	const uint8_t head[RECORD_OVERHEAD] = {
		0xc0,
		HEADER_SIZE,
		(uint8_t)(type >> 8),
		(uint8_t)type,
		0,
		1, /* IN */
		0,
		0,
		0,
		60,
		0,
		size,
	};

	memcpy(answer->bytes + answer->size, head, sizeof(head));
	memcpy(answer->bytes + answer->size + sizeof(head), bytes, size);
	answer->size += sizeof(head) + size;
	answer->bytes[7]++;
}

static void add_records(struct message *answer, const struct dns_server *server,
			uint16_t type)
{
	for (size_t i = 0; type == TYPE_A && i < server->a_count; i++)
		add_record(answer, type, server->a[i], 4);
	for (size_t i = 0; type == TYPE_AAAA && i < server->aaaa_count; i++)
		add_record(answer, type, server->aaaa[i], 16);
}

static uint8_t rcode_of(enum dns_server_kind kind)
{
	if (kind == DNS_NO_NAME)
		return RCODE_NO_NAME;
	return kind == DNS_FAILS ? RCODE_FAILURE : 0;
}

/* Of size 0: it says nothing. */
static struct message answer_to(const struct dns_server *server,
				const struct message *asked, bool over_tcp)
{
	struct message answer = {.size = 0};
	uint16_t type = 0;
	size_t size = read_question(asked, &type);
	bool truncates = server->kind == DNS_TRUNCATES && !over_tcp;

	if (size == 0 || server->kind == DNS_SILENT ||
	    (server->kind == DNS_ONLY_A && type != TYPE_A))
		return answer;
	memcpy(answer.bytes, asked->bytes, size);
	memset(answer.bytes + 6, 0, 6);
	answer.size = size;
	answer.bytes[2] = FLAGS_HIGH | (truncates ? FLAG_TRUNCATED : 0);
	answer.bytes[3] = FLAGS_LOW | rcode_of(server->kind);
	if (!truncates && rcode_of(server->kind) == 0 &&
	    server->kind != DNS_NO_DATA)
		add_records(&answer, server, type);
	return answer;
}

/* Nothing of this may be taken for an answer. */
static void send_garbage(int fd, const struct message *asked,
			 const struct sockaddr_in *to)
{
	struct message forged = *asked;
	static const uint8_t noise[] = "\xff\x00\x01 this is no DNS \xc0\xc0";

	sendto(fd, noise, sizeof(noise), MSG_NOSIGNAL,
	       (const struct sockaddr *)to, sizeof(*to));
	sendto(fd, noise, 0, MSG_NOSIGNAL, (const struct sockaddr *)to,
	       sizeof(*to));
	/* The right id, and a name that points to itself. */
	forged.bytes[2] = FLAGS_HIGH;
	forged.bytes[3] = FLAGS_LOW;
	forged.bytes[HEADER_SIZE] = 0xc0;
	forged.bytes[HEADER_SIZE + 1] = HEADER_SIZE;
	sendto(fd, forged.bytes, forged.size, MSG_NOSIGNAL,
	       (const struct sockaddr *)to, sizeof(*to));
	/* A well-formed answer to somebody else's question. */
	forged = *asked;
	forged.bytes[0] ^= 0xff;
	forged.bytes[2] = FLAGS_HIGH;
	sendto(fd, forged.bytes, forged.size, MSG_NOSIGNAL,
	       (const struct sockaddr *)to, sizeof(*to));
}

static void serve_udp(struct dns_server *server)
{
	struct sockaddr_in from;
	socklen_t from_size = sizeof(from);
	struct message asked;
	struct message answer;
	ssize_t got = recvfrom(server->udp, asked.bytes, sizeof(asked.bytes), 0,
			       (struct sockaddr *)&from, &from_size);

	if (got < HEADER_SIZE)
		return;
	asked.size = (size_t)got;
	/* Relaxed: a count that the test reads when it has its answer. */
	atomic_fetch_add_explicit(&server->questions, 1, memory_order_relaxed);
	if (server->kind == DNS_GARBAGE) {
		send_garbage(server->udp, &asked, &from);
		return;
	}
	answer = answer_to(server, &asked, false);
	if (answer.size > 0)
		sendto(server->udp, answer.bytes, answer.size, MSG_NOSIGNAL,
		       (struct sockaddr *)&from, from_size);
}

/* One connection; it blocks until the client is done. */
static void serve_tcp(struct dns_server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
	struct message asked;
	struct message answer;
	uint8_t size[2];

	while (recv(fd, size, 2, MSG_WAITALL) == 2) {
		asked.size = (size_t)(size[0] << 8 | size[1]);
		if (asked.size > MESSAGE_SIZE ||
		    recv(fd, asked.bytes, asked.size, MSG_WAITALL) !=
			    (ssize_t)asked.size)
			break;
		answer = answer_to(server, &asked, true);
		size[0] = (uint8_t)(answer.size >> 8);
		size[1] = (uint8_t)answer.size;
		send(fd, size, 2, MSG_NOSIGNAL | MSG_MORE);
		send(fd, answer.bytes, answer.size, MSG_NOSIGNAL);
	}
	close(fd);
}

static void *serve(void *argument)
{
	struct dns_server *server = argument;
	struct pollfd polled[] = {
		{.fd = server->stop, .events = POLLIN},
		{.fd = server->udp, .events = POLLIN},
		{.fd = server->listener, .events = POLLIN},
	};

	while (poll(polled, 3, -1) > 0 && polled[0].revents == 0) {
		if (polled[1].revents)
			serve_udp(server);
		if (polled[2].revents)
			serve_tcp(server);
	}
	return NULL;
}

/* True: @fd is bound to 127.0.0.1 and *@port, which is chosen if it is 0. */
static bool bind_to(int fd, uint16_t *port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(at);

	if (bind(fd, (struct sockaddr *)&at, size) < 0)
		return false;
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(at.sin_port);
	return true;
}

/* One port for TCP and UDP; what is free for one may be taken for the other. */
static uint16_t open_both(struct dns_server *server)
{
	for (int tries = 0; tries < 100; tries++) {
		uint16_t port = 0;

		server->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		server->listener =
			socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		cr_assert(bind_to(server->listener, &port));
		if (bind_to(server->udp, &port))
			return port;
		close(server->udp);
		close(server->listener);
	}
	cr_assert_fail("no port is free for TCP and UDP");
	return 0;
}

void dns_server_start(struct dns_server *server)
{
	uint16_t port = open_both(server);

	server->stop = eventfd(0, EFD_CLOEXEC);
	cr_assert_eq(listen(server->listener, 8), 0);
	snprintf(server->address, sizeof(server->address), "127.0.0.1:%u",
		 port);
	atomic_init(&server->questions, 0);
	cr_assert_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

void dns_server_stop(struct dns_server *server)
{
	cr_assert_eq(eventfd_write(server->stop, 1), 0);
	pthread_join(server->thread, NULL);
	close(server->udp);
	close(server->listener);
	close(server->stop);
}
