/* SPDX-License-Identifier: MIT */
#include "bench/harness/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/measure.h"

enum {
	OUT,
	ERR,
	END, /* readable once the process has ended */
	WATCHED
};

static _Noreturn void live(const struct bench_child *child, int out, int err)
{
	int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)dup2(none, STDIN_FILENO);
	_exit(child->body(child->state, out, err));
}

/* What is there now. We hold the other end too, so it never closes. */
static void drain(int fd, struct bench_gathered *gathered)
{
	char dropped[512];
	ssize_t n;

	do {
		size_t room = gathered->size - gathered->length;

		if (room)
			n = read(fd, gathered->bytes + gathered->length, room);
		else
			n = read(fd, dropped, sizeof(dropped));
		if (n > 0 && room)
			gathered->length += (size_t)n;
	} while (n > 0);
}

static int left_ms(int64_t until_ns)
{
	int64_t left_ns = until_ns - bench_now_ns();

	return left_ns <= 0 ? 0 : (int)(left_ns / 1000000) + 1;
}

/* Until the process has ended (true), or its time is over. */
static bool gather(struct bench_child *child, struct pollfd *watched)
{
	int64_t until_ns = bench_now_ns() + (int64_t)(child->bound_s * 1e9);

	while (!watched[END].revents) {
		int ms = left_ms(until_ns);

		if (ms == 0)
			return false;
		(void)poll(watched, WATCHED, ms);
		drain(watched[OUT].fd, &child->out);
		drain(watched[ERR].fd, &child->err);
	}
	return true;
}

static bool watch(struct bench_child *child, pid_t pid, int out, int err)
{
	struct pollfd watched[WATCHED] = {
		[OUT] = {.fd = out, .events = POLLIN},
		[ERR] = {.fd = err, .events = POLLIN},
		[END] = {.fd = pidfd_open(pid, 0), .events = POLLIN},
	};
	int failure = errno;

	child->in_time = watched[END].fd >= 0 && gather(child, watched);
	/* Before it is waited for: until then nobody else has its number. */
	(void)kill(pid, SIGKILL);
	(void)kill(-pid, SIGKILL);
	while (waitpid(pid, &child->status, 0) < 0 && errno == EINTR)
		;
	errno = failure;
	if (watched[END].fd < 0)
		return false;
	(void)close(watched[END].fd);
	return true;
}

static void close_pipe(const int ends[2])
{
	int failure = errno;

	(void)close(ends[0]);
	(void)close(ends[1]);
	errno = failure;
}

static bool start_and_watch(struct bench_child *child, int out[2], int err[2])
{
	pid_t pid;

	(void)fflush(NULL); /* else the child has what is not written yet */
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(err[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0)
		live(child, out[1], err[1]);
	return watch(child, pid, out[0], err[0]);
}

bool bench_child_run(struct bench_child *child)
{
	int out[2];
	int err[2];
	bool is_run;

	if (pipe2(out, O_CLOEXEC) != 0)
		return false;
	if (pipe2(err, O_CLOEXEC) != 0) {
		close_pipe(out);
		return false;
	}
	is_run = start_and_watch(child, out, err);
	close_pipe(out);
	close_pipe(err);
	return is_run;
}
