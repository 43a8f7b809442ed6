/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_PEER_H
#define BENCH_HARNESS_PEER_H

/*
 * A contender that is another program; see struct bench_contender for how it is
 * started and what it prints.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/harness/bench.h"

/** Where the program of @command is; false: no such program. */
bool bench_peer_find(char *path, size_t size, const char *folder,
		     const char *command);

/**
 * Turn this process into the program at @path. Returns the exit status for when
 * that fails, and has written why to @err_fd.
 */
int bench_peer_become(const struct bench *bench, const char *path,
		      const char *command, const struct bench_run *run,
		      int out_fd, int err_fd);

/**
 * Read what it printed, which is changed by that; what does not follow the
 * rules becomes the result's failure.
 */
void bench_peer_parse(struct bench_result *result, const struct bench *bench,
		      char *output);

#endif /* BENCH_HARNESS_PEER_H */
