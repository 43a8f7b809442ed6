/* SPDX-License-Identifier: MIT */
#include "bench/contenders/peer_network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FIRST_BLOCK = 64, /* second byte of the addresses of copy 0 */
	NODES_A_BLOCK = 250,
	CONTROL_BLOCK = 255, /* third byte of the address of the control */
	BACKLOG = 1024,
	DESCRIPTORS_MAX = 8192,
	EVENTS = 64,
};

/* The network's own process. */
struct hub {
	int epoll;
	int listener;
	/* Of each descriptor that is a connection: its copy, plus 1. */
	uint8_t copies[DESCRIPTORS_MAX];
};

static struct sockaddr_in address_of(const uint8_t address[4], uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons(port)};

	memcpy(&in.sin_addr, address, 4);
	return in;
}

/* A filter that lets no packet through: a SYN gets no answer at all. */
static bool swallow_all(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &drop};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) == 0;
}

/* Everywhere on the loopback interface; a refusing one is only bound. */
static int open_socket(uint16_t *port, enum peer_network_character character)
{
	static const char loopback[] = "lo";
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t size = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, loopback,
		       sizeof(loopback)) == 0 &&
	    bind(fd, (const struct sockaddr *)&in, size) == 0 &&
	    getsockname(fd, (struct sockaddr *)&in, &size) == 0 &&
	    (character != PEER_NETWORK_SWALLOW || swallow_all(fd)) &&
	    (character == PEER_NETWORK_REFUSE || listen(fd, BACKLOG) == 0)) {
		*port = ntohs(in.sin_port);
		return fd;
	}
	(void)close(fd);
	return -1;
}

static void watch(struct hub *hub, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	(void)epoll_ctl(hub->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void drop(struct hub *hub, int fd)
{
	hub->copies[fd] = 0;
	(void)close(fd);
}

static void halve(struct hub *hub, unsigned int copy)
{
	bool stays = false;

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		if (hub->copies[fd] != copy + 1)
			continue;
		if (!stays)
			drop(hub, fd);
		stays = !stays;
	}
}

static void take_connection(struct hub *hub, int fd)
{
	struct sockaddr_in in;
	socklen_t size = sizeof(in);
	uint8_t address[4];

	if (fd >= DESCRIPTORS_MAX ||
	    getsockname(fd, (struct sockaddr *)&in, &size) != 0) {
		(void)close(fd);
		return;
	}
	memcpy(address, &in.sin_addr, sizeof(address));
	if (address[2] == CONTROL_BLOCK) {
		halve(hub, address[1] - (unsigned int)FIRST_BLOCK);
		(void)close(fd);
		return;
	}
	hub->copies[fd] = (uint8_t)(address[1] - FIRST_BLOCK + 1);
	watch(hub, fd);
}

static void accept_all(struct hub *hub)
{
	int fd;

	while ((fd = accept4(hub->listener, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		take_connection(hub, fd);
}

/* Nobody has anything to say to us: only an end is looked for. */
static void look_at(struct hub *hub, int fd)
{
	char ignored[4096];
	ssize_t n;

	/* Closed by halve() since the events were read. */
	if (!hub->copies[fd])
		return;
	do {
		n = read(fd, ignored, sizeof(ignored));
	} while (n > 0);
	if (n == 0 || errno != EAGAIN)
		drop(hub, fd);
}

static _Noreturn void serve(struct hub *hub)
{
	struct epoll_event events[EVENTS];

	watch(hub, hub->listener);
	for (;;) {
		int count = epoll_wait(hub->epoll, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.fd != hub->listener)
				look_at(hub, events[i].data.fd);
		}
		accept_all(hub);
	}
}

static bool announce(const struct peer_network *network)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%u,%u,%u",
		       network->ports[PEER_NETWORK_ACCEPT],
		       network->ports[PEER_NETWORK_SWALLOW],
		       network->ports[PEER_NETWORK_REFUSE]);
	/* Nobody else runs yet. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	return setenv(PEER_NETWORK_VARIABLE, text, 1) == 0;
}

static pid_t start_process(int listener)
{
	struct hub hub = {.listener = listener};
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	hub.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (hub.epoll < 0)
		_exit(1);
	serve(&hub);
}

pid_t peer_network_start(void)
{
	struct peer_network network;
	int fds[PEER_NETWORK_CHARACTERS];
	pid_t pid = -1;
	int opened = 0;

	while (opened < PEER_NETWORK_CHARACTERS) {
		fds[opened] = open_socket(&network.ports[opened],
					  (enum peer_network_character)opened);
		if (fds[opened] < 0)
			break;
		opened++;
	}
	if (opened == PEER_NETWORK_CHARACTERS && announce(&network))
		pid = start_process(fds[PEER_NETWORK_ACCEPT]);
	/* The process has them now. */
	while (opened > 0)
		(void)close(fds[--opened]);
	return pid;
}

void peer_network_stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

bool peer_network_find(struct peer_network *network)
{
	/* Nobody sets it meanwhile. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *text = getenv(PEER_NETWORK_VARIABLE);

	for (int i = 0; text && i < PEER_NETWORK_CHARACTERS; i++) {
		char *end;
		unsigned long port = strtoul(text, &end, 10);

		if (end == text || port == 0 || port > UINT16_MAX)
			return false;
		network->ports[i] = (uint16_t)port;
		text = *end == ',' ? end + 1 : end;
	}
	return text != NULL;
}

static enum peer_network_character character_of(unsigned int node)
{
	if (node % 10 < 3)
		return PEER_NETWORK_ACCEPT;
	return node % 10 < 8 ? PEER_NETWORK_SWALLOW : PEER_NETWORK_REFUSE;
}

uint16_t peer_network_place(const struct peer_network *network,
			    uint8_t address[4], unsigned int copy,
			    unsigned int node)
{
	address[0] = 127;
	address[1] = (uint8_t)(FIRST_BLOCK + copy);
	address[2] = (uint8_t)(node / NODES_A_BLOCK);
	address[3] = (uint8_t)(1 + node % NODES_A_BLOCK);
	return network->ports[character_of(node)];
}

bool peer_network_halve(const struct peer_network *network, unsigned int copy)
{
	const uint8_t control[4] = {127, (uint8_t)(FIRST_BLOCK + copy),
				    CONTROL_BLOCK, 1};
	struct sockaddr_in in =
		address_of(control, network->ports[PEER_NETWORK_ACCEPT]);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char ignored;
	bool is_halved;

	if (fd < 0)
		return false;
	is_halved =
		connect(fd, (const struct sockaddr *)&in, sizeof(in)) == 0 &&
		read(fd, &ignored, 1) == 0;
	(void)close(fd);
	return is_halved;
}
