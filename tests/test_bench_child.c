/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/child.h"
#include "tests/harness.h"

static int speak(void *state, int out_fd, int err_fd)
{
	const char *word = state;

	(void)!write(out_fd, word, strlen(word));
	(void)!write(err_fd, "sorry", 5);
	return 7;
}

static int wait_for_ever(void *state, int out_fd, int err_fd)
{
	(void)state;
	(void)out_fd;
	(void)err_fd;
	(void)pause();
	return 0;
}

/* Leaves a process behind that has the way out open. */
static int leave_one_behind(void *state, int out_fd, int err_fd)
{
	pid_t pid = fork();

	if (pid == 0)
		return wait_for_ever(state, out_fd, err_fd);
	return write(out_fd, &pid, sizeof(pid)) != sizeof(pid);
}

Test(bench_child, what_it_writes_and_returns_is_known, .timeout = 30)
{
	char word[] = "hello";
	char out[16];
	char err[3];
	struct bench_child child = {
		.body = speak,
		.state = word,
		.bound_s = 20,
		.out = {.bytes = out, .size = sizeof(out)},
		.err = {.bytes = err, .size = sizeof(err)},
	};

	cr_assert(bench_child_run(&child));

	cr_assert(child.in_time);
	cr_assert(WIFEXITED(child.status));
	cr_assert_eq(WEXITSTATUS(child.status), 7);
	cr_assert_eq(child.out.length, 5);
	cr_assert_arr_eq(out, "hello", 5);
	/* What does not fit is dropped. */
	cr_assert_eq(child.err.length, 3);
	cr_assert_arr_eq(err, "sor", 3);
}

Test(bench_child, one_that_takes_too_long_is_ended, .timeout = 30)
{
	struct bench_child child = {.body = wait_for_ever, .bound_s = 0.02};

	cr_assert(bench_child_run(&child));

	cr_assert_not(child.in_time);
	cr_assert(WIFSIGNALED(child.status));
	cr_assert_eq(WTERMSIG(child.status), SIGKILL);
}

Test(bench_child, what_it_leaves_behind_is_not_waited_for, .timeout = 30)
{
	pid_t left = 0;
	char out[sizeof(left)];
	struct bench_child child = {
		.body = leave_one_behind,
		.bound_s = 20,
		.out = {.bytes = out, .size = sizeof(out)},
	};

	cr_assert(bench_child_run(&child));

	cr_assert(child.in_time);
	cr_assert_eq(child.out.length, sizeof(left));
}
