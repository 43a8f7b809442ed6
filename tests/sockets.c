/* SPDX-License-Identifier: MIT */
#include "tests/sockets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workers/clock.h"

#include "tests/harness.h"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

void sockets_op_init(struct sockets_op *op, int64_t timeout_ms)
{
	int64_t now_ms = dti_clock_ms();

	cr_assert_eq(dti_cancel_init(&op->cancel), DT_OK);
	op->op = (struct dt_op){
		.cancel = &op->cancel,
		.began_ms = now_ms,
		.deadline_ms = now_ms + timeout_ms,
	};
}

void sockets_op_fini(struct sockets_op *op)
{
	dti_cancel_fini(&op->cancel);
}

static void bind_any_port(int fd, uint8_t family)
{
	union address address;
	socklen_t size;

	memset(&address, 0, sizeof(address));
	if (family == 4) {
		address.v4.sin_family = AF_INET;
		address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		size = sizeof(address.v4);
	} else {
		address.v6.sin6_family = AF_INET6;
		address.v6.sin6_addr = in6addr_loopback;
		size = sizeof(address.v6);
	}
	cr_assert_eq(bind(fd, &address.any, size), 0, "bind: %s",
		     strerror(errno));
}

static void read_own_address(struct dt_endpoint *at, int fd)
{
	union address address;
	socklen_t size = sizeof(address);

	memset(at, 0, sizeof(*at));
	memset(&address, 0, sizeof(address));
	cr_assert_eq(getsockname(fd, &address.any, &size), 0);
	if (address.any.sa_family == AF_INET) {
		at->family = 4;
		at->tcp_port = ntohs(address.v4.sin_port);
		memcpy(at->ip, &address.v4.sin_addr, 4);
	} else {
		at->family = 6;
		at->tcp_port = ntohs(address.v6.sin6_port);
		memcpy(at->ip, &address.v6.sin6_addr, 16);
	}
}

static bool has_ipv6_loopback(void)
{
	union address address;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has;

	memset(&address, 0, sizeof(address));
	address.v6.sin6_family = AF_INET6;
	address.v6.sin6_addr = in6addr_loopback;
	has = fd >= 0 && bind(fd, &address.any, sizeof(address.v6)) == 0;
	if (fd >= 0)
		close(fd);
	return has;
}

int sockets_listen(struct dt_endpoint *at, uint8_t family, int backlog)
{
	int fd;

	if (family == 6 && !has_ipv6_loopback())
		return -1;
	fd = socket(family == 4 ? AF_INET : AF_INET6,
		    SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_geq(fd, 0);
	bind_any_port(fd, family);
	cr_assert(backlog < 0 || listen(fd, backlog) == 0);
	read_own_address(at, fd);
	return fd;
}

static int connect_to(const struct dt_endpoint *at)
{
	union address address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(&address, 0, sizeof(address));
	address.v4.sin_family = AF_INET;
	address.v4.sin_port = htons(at->tcp_port);
	memcpy(&address.v4.sin_addr, at->ip, 4);
	cr_assert_geq(fd, 0);
	cr_assert_eq(connect(fd, &address.any, sizeof(address.v4)), 0,
		     "connect: %s", strerror(errno));
	return fd;
}

int sockets_swallow(struct dt_endpoint *at, int *filler)
{
	/* Linux lets one more wait than the backlog says, and drops the first
	 * packet of any other. */
	int fd = sockets_listen(at, 4, 0);

	*filler = connect_to(at);
	return fd;
}

void sockets_pair(int ends[2])
{
	struct dt_endpoint at;
	int listener = sockets_listen(&at, 4, 1);

	ends[0] = connect_to(&at);
	ends[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	cr_assert_geq(ends[1], 0, "accept: %s", strerror(errno));
	close(listener);
}

void sockets_reset(int fd)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

size_t sockets_count_open(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	cr_assert_not_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 3; /* "." and ".." and the folder itself */
}

void sockets_forbid_more(void)
{
	struct rlimit limit;
	int lowest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

	cr_assert_geq(lowest, 0);
	close(lowest);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)lowest;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

bool sockets_own_network(void)
{
	return unshare(CLONE_NEWNET) == 0 ||
	       unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

void sockets_up_with_one_port(uint16_t port)
{
	struct ifreq interface = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "we");

	interface.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
	cr_assert_eq(ioctl(fd, SIOCSIFFLAGS, &interface), 0);
	close(fd);
	cr_assert_not_null(range);
	fprintf(range, "%u %u\n", (unsigned)port, (unsigned)port);
	cr_assert_eq(fclose(range), 0, "the port range: %s", strerror(errno));
}

pid_t sockets_thread_id(void)
{
	return (pid_t)syscall(SYS_gettid);
}

static char thread_state(const char *path)
{
	FILE *file = fopen(path, "re");
	char state = '\0';

	cr_assert_not_null(file);
	/* "pid (name) state ...", and no name here has a bracket. */
	cr_assert_eq(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
	fclose(file);
	return state;
}

void sockets_until_asleep(pid_t thread_id)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", thread_id);
	while (thread_state(path) != 'S')
		sched_yield();
}

void sockets_wait(sem_t *gate)
{
	while (sem_wait(gate) < 0)
		cr_assert_eq(errno, EINTR);
}
