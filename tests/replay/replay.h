/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPLAY_REPLAY_H
#define TESTS_REPLAY_REPLAY_H

/*
 * Replays golden traces of the original program: does lib/dialstate ask for the
 * same tasks, and does a dial task make the same calls?
 */

#include "tests/replay/trace.h"

/**
 * Replay one trace. False: @why (TRACE_WHY_SIZE bytes) says where it differs or
 * what is malformed, as "NAME:LINE: ...".
 */
bool replay_text(char *why, const char *name, const char *text, size_t length);
/** The same from a file. */
bool replay_file(char *why, const char *path);

struct replay_totals {
	uint64_t passed;
	uint64_t failed;
};

/**
 * Replay a file, or all *.trace files in a folder and the folders in it.
 * @failed: told each failure's sentence.
 */
void replay_path(struct replay_totals *totals, const char *path,
		 void (*failed)(const char *why));

/* The two kinds: @trace stands behind the first line. False: why is set. */
bool replay_dialtrace(struct trace *trace);
bool replay_tasktrace(struct trace *trace);

#endif /* TESTS_REPLAY_REPLAY_H */
