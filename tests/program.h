/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

/*
 * The program dialtone as its users run it: a process of its own, its output
 * read through pipes or a terminal. It is $DIALTONE_TEST_PROGRAM, or "dialtone"
 * in the folder above the test's own. What cannot be had ends the test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct program {
	pid_t pid;
	int out;        /* its stdout, or the terminal; -1: closed */
	int err;        /* its stderr; -1: closed */
	char *out_text; /* what was read so far, NUL-terminated */
	char *err_text;
	size_t out_length;
	size_t err_length;
	int exit_code; /* after program_finish(); 128 + signal if killed */
};

/**
 * Start it. @arguments: after "dialtone", NULL at the end. @variables: "A=b",
 * NULL at the end, or NULL; put over an environment without any DIALTONE_ ones.
 */
void program_start(struct program *program, const char *const *arguments,
		   const char *const *variables);
/** The same on a terminal of @columns and @rows; stderr is read apart. */
void program_start_on_terminal(struct program *program,
			       const char *const *arguments,
			       const char *const *variables,
			       unsigned short columns, unsigned short rows);
/** Read its stdout until @text is in it, @times times. */
void program_await(struct program *program, const char *text, size_t times);
/** Close our end of its stdout, as `head` does. */
void program_stop_reading(struct program *program);
void program_signal(const struct program *program, int number);
/** Read all of its output and wait for its end. */
void program_finish(struct program *program);
/** Start and finish. */
void program_run(struct program *program, const char *const *arguments,
		 const char *const *variables);
void program_free(struct program *program);

/** How many times @part is in @text. */
size_t program_count(const char *text, const char *part);

/** A file in a folder of the test's own; returns its path (static buffers). */
const char *program_write_file(const char *name, const char *text);
/** Remove the folder and its files. */
void program_remove_files(void);

#endif /* TESTS_PROGRAM_H */
