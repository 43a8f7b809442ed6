/* SPDX-License-Identifier: MIT */
#include "tests/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/require.h"

#define ARGUMENTS_MAX 40
#define VARIABLES_MAX 256
#define FILES_MAX     8

/* As require(), and seen not to come back by those who read this file alone. */
static void need(bool holds, const char *what)
{
	if (holds)
		return;
	require(false, what);
	abort();
}

static const char *find_program(void)
{
	static char path[4096];
	const char *given = getenv("DIALTONE_TEST_PROGRAM");
	ssize_t length;

	if (given)
		return given;
	/* .../build/debug/tests/test_cmd: .../build/debug/dialtone */
	length = readlink("/proc/self/exe", path, sizeof(path) - 16);
	need(length > 0, "the path of the test");
	path[length] = '\0';
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(path, '/');

		need(slash != NULL, "the folder above the test's");
		*slash = '\0';
	}
	snprintf(path + strlen(path), 16, "/dialtone");
	return path;
}

/* @words after @count others; they are not changed, whatever their type. */
static void append_words(char **out, size_t *count, const char *const *words,
			 size_t most)
{
	for (; words && *words; words++) {
		need(*count + 1 < most, "room for the words");
		memcpy(&out[(*count)++], words, sizeof(*words));
	}
	out[*count] = NULL;
}

static void inherit(char **out, size_t *count)
{
	for (char **entry = environ; *entry; entry++) {
		if (strncmp(*entry, "DIALTONE_", 9) == 0 ||
		    strncmp(*entry, "NO_COLOR=", 9) == 0 ||
		    strncmp(*entry, "TERM=", 5) == 0)
			continue;
		need(*count + 1 < VARIABLES_MAX, "room for variables");
		out[(*count)++] = *entry;
	}
	out[*count] = NULL;
}

static void spawn(struct program *program, const char *const *arguments,
		  const char *const *variables,
		  const posix_spawn_file_actions_t *actions, short flags)
{
	static const char *const name[] = {"dialtone", NULL};
	static const char *const terminal[] = {"TERM=xterm", NULL};
	char *argument_list[ARGUMENTS_MAX];
	char *variable_list[VARIABLES_MAX];
	posix_spawnattr_t attributes;
	size_t argument_count = 0;
	size_t variable_count = 0;
	sigset_t none;

	append_words(argument_list, &argument_count, name, ARGUMENTS_MAX);
	append_words(argument_list, &argument_count, arguments, ARGUMENTS_MAX);
	/* getenv(3) takes the first of two. */
	append_words(variable_list, &variable_count, variables, VARIABLES_MAX);
	append_words(variable_list, &variable_count, terminal, VARIABLES_MAX);
	inherit(variable_list, &variable_count);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes,
				 (short)(flags | POSIX_SPAWN_SETSIGMASK));
	errno = posix_spawn(&program->pid, find_program(), actions, &attributes,
			    argument_list, variable_list);
	need(errno == 0, "start the program (make all builds it)");
	posix_spawnattr_destroy(&attributes);
}

void program_start(struct program *program, const char *const *arguments,
		   const char *const *variables)
{
	posix_spawn_file_actions_t actions;
	int out[2];
	int err[2];

	*program = (struct program){0};
	need(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0,
	     "pipes for the program's output");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, err[1], 2);
	spawn(program, arguments, variables, &actions, 0);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	close(err[1]);
	program->out = out[0];
	program->err = err[0];
}

void program_start_on_terminal(struct program *program,
			       const char *const *arguments,
			       const char *const *variables,
			       unsigned short columns, unsigned short rows)
{
	const struct winsize size = {.ws_col = columns, .ws_row = rows};
	posix_spawn_file_actions_t actions;
	const char *path;
	int err[2];

	*program = (struct program){0};
	program->out = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	need(program->out >= 0 && grantpt(program->out) == 0 &&
		     unlockpt(program->out) == 0 &&
		     ioctl(program->out, TIOCSWINSZ, &size) == 0,
	     "a terminal");
	path = ptsname(program->out);
	need(path && pipe2(err, O_CLOEXEC) == 0, "a terminal's path");
	posix_spawn_file_actions_init(&actions);
	/* The first terminal that a session's leader opens is its own. */
	posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&actions, 0, 1);
	posix_spawn_file_actions_adddup2(&actions, err[1], 2);
	spawn(program, arguments, variables, &actions, POSIX_SPAWN_SETSID);
	posix_spawn_file_actions_destroy(&actions);
	close(err[1]);
	program->err = err[0];
}

/* False: the end. A terminal whose last user is gone says EIO. */
static bool read_some(int fd, char **text, size_t *length)
{
	char bytes[8192];
	ssize_t got = read(fd, bytes, sizeof(bytes));

	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0)
		return false;
	*text = realloc(*text, *length + (size_t)got + 1);
	need(*text != NULL, "memory for output");
	memcpy(*text + *length, bytes, (size_t)got);
	*length += (size_t)got;
	(*text)[*length] = '\0';
	return true;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* False: both have ended. */
static bool read_output(struct program *program)
{
	struct pollfd waits[2] = {{.fd = program->out, .events = POLLIN},
				  {.fd = program->err, .events = POLLIN}};

	if (program->out < 0 && program->err < 0)
		return false;
	need(poll(waits, 2, -1) >= 0 || errno == EINTR, "wait for output");
	if (waits[0].revents != 0 &&
	    !read_some(program->out, &program->out_text, &program->out_length))
		close_end(&program->out);
	if (waits[1].revents != 0 &&
	    !read_some(program->err, &program->err_text, &program->err_length))
		close_end(&program->err);
	return true;
}

void program_await(struct program *program, const char *text, size_t times)
{
	while (!program->out_text ||
	       program_count(program->out_text, text) < times)
		need(read_output(program), text);
}

void program_stop_reading(struct program *program)
{
	close_end(&program->out);
}

void program_signal(const struct program *program, int number)
{
	need(kill(program->pid, number) == 0, "signal the program");
}

/* A text that is empty is not NULL. */
static void end_text(char **text)
{
	if (!*text)
		*text = calloc(1, 1);
	need(*text != NULL, "memory for output");
}

void program_finish(struct program *program)
{
	int status;

	while (read_output(program))
		continue;
	while (waitpid(program->pid, &status, 0) < 0)
		need(errno == EINTR, "wait for the program");
	program->exit_code = WIFEXITED(status) ? WEXITSTATUS(status)
					       : 128 + WTERMSIG(status);
	end_text(&program->out_text);
	end_text(&program->err_text);
}

void program_run(struct program *program, const char *const *arguments,
		 const char *const *variables)
{
	program_start(program, arguments, variables);
	program_finish(program);
}

void program_free(struct program *program)
{
	close_end(&program->out);
	close_end(&program->err);
	free(program->out_text);
	free(program->err_text);
}

size_t program_count(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}

/* One test a process: its files are its own. */
static char folder[] = "/tmp/dialtone-test-XXXXXX";
static char paths[FILES_MAX][64];

const char *program_write_file(const char *name, const char *text)
{
	size_t slot = 0;
	FILE *file;

	if (strstr(folder, "XXXXXX"))
		need(mkdtemp(folder) != NULL, "a folder for files");
	while (slot < FILES_MAX && paths[slot][0] != '\0' &&
	       strcmp(strrchr(paths[slot], '/') + 1, name) != 0)
		slot++;
	need(slot < FILES_MAX, "room for another file");
	snprintf(paths[slot], sizeof(paths[slot]), "%s/%s", folder, name);
	file = fopen(paths[slot], "we");
	need(file && fputs(text, file) >= 0 && fclose(file) == 0,
	     "write a file");
	return paths[slot];
}

void program_remove_files(void)
{
	for (size_t i = 0; i < FILES_MAX && paths[i][0] != '\0'; i++)
		unlink(paths[i]);
	rmdir(folder);
}
