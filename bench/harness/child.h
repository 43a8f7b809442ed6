/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_CHILD_H
#define BENCH_HARNESS_CHILD_H

/*
 * A process that does one thing, says what came of it, and is gone, with all
 * that it started: it leads a process group of its own.
 */

#include <stdbool.h>
#include <stddef.h>

/** What a process wrote; what does not fit is dropped. */
struct bench_gathered {
	char *bytes;
	size_t size;
	size_t length;
};

struct bench_child {
	/**
	 * Called in the new process, which exits with what it returns. What is
	 * written to @out_fd and @err_fd is gathered; both are closed by exec.
	 */
	int (*body)(void *state, int out_fd, int err_fd);
	void *state;
	double bound_s; /* it is ended when it takes longer */
	struct bench_gathered out;
	struct bench_gathered err;
	/* Set by bench_child_run(). */
	bool in_time;
	int status; /* see waitpid(2) */
};

/** False: no process could be started; errno says why. */
bool bench_child_run(struct bench_child *child);

#endif /* BENCH_HARNESS_CHILD_H */
