/* SPDX-License-Identifier: MIT */
#include "bench/contenders/dial_site.h"

#include <errno.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	PAUSE_NS = 1000000, /* at 200,000 dials a second, 200 wait then */
	BACKLOG = 4096,
	NICE = -10,
	NODES_A_NETWORK = 250,
};

void dial_site_ip(uint8_t out[4], uint32_t node)
{
	out[0] = 127;
	out[1] = (uint8_t)(1 + node / NODES_A_NETWORK / 256 % 250);
	out[2] = (uint8_t)(node / NODES_A_NETWORK % 256);
	out[3] = (uint8_t)(1 + node % NODES_A_NETWORK);
}

struct sockaddr_in dial_site_address(uint32_t node, uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	uint8_t ip[4];

	dial_site_ip(ip, node);
	memcpy(&address.sin_addr, ip, sizeof(ip));
	return address;
}

/* No packet gets through to the socket: a SYN has no answer. */
static bool drop_all(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &drop};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) == 0;
}

static int close_failed(int fd)
{
	int failed = errno;

	(void)close(fd);
	errno = failed;
	return -1;
}

/* On the loopback interface, at all of its addresses. -1: see errno. */
static int open_bound(uint16_t port)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof("lo")) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)))
		return close_failed(fd);
	return fd;
}

int dial_site_swallow(uint16_t *port)
{
	struct sockaddr_in bound = {0};
	socklen_t size = sizeof(bound);
	int fd = open_bound(0);

	if (fd < 0)
		return -1;
	if (getsockname(fd, (struct sockaddr *)&bound, &size) ||
	    !drop_all(fd) || listen(fd, BACKLOG))
		return close_failed(fd);
	*port = ntohs(bound.sin_port);
	return fd;
}

/* Sleeps by the clock, so that no connect has to wake it. */
static void accept_and_close(int listener)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};

	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0)
			(void)close(fd);
		else
			(void)nanosleep(&pause, NULL);
	}
}

static _Noreturn void live(int listener)
{
	const struct sched_param first = {.sched_priority = 1};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		(void)setpriority(PRIO_PROCESS, 0, NICE);
	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	accept_and_close(listener);
	_exit(1);
}

/* It holds the refusing port too: nobody else may listen there. */
static pid_t start_process(int accepting)
{
	pid_t pid;

	if (listen(accepting, BACKLOG))
		return -1;
	pid = fork();
	if (pid == 0)
		live(accepting);
	return pid;
}

pid_t dial_site_start(void)
{
	int accepting = open_bound(DIAL_SITE_ACCEPTS);
	int refusing = open_bound(DIAL_SITE_REFUSES);
	int failed = errno;
	pid_t pid = -1;

	if (accepting >= 0 && refusing >= 0) {
		pid = start_process(accepting);
		failed = errno;
	}
	(void)close(accepting);
	(void)close(refusing);
	errno = failed;
	return pid;
}

void dial_site_stop(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}
