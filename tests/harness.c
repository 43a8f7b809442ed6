/* SPDX-License-Identifier: MIT */
#include "tests/harness.h"

#ifdef DIALTONE_HARNESS_IN_PROCESS

#include <errno.h>
#include <fnmatch.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	HARNESS_TIMEOUT_S = 60,     /* of a test that names none */
	HARNESS_TIMEOUT_FACTOR = 8, /* ThreadSanitizer slows that much */
	HARNESS_EXIT_FAILED = 101,
	HARNESS_EXIT_SKIPPED = 102,
};

struct harness_count {
	unsigned passed;
	unsigned failed;
	unsigned skipped;
};

/* Set before main() by the constructors, then read-only. */
static struct harness_test *first_test;
static struct harness_test **next_test = &first_test;

/* In a test's child: what harness_fail() needs. */
static const struct harness_test *running_test;
static pthread_t running_thread;
static jmp_buf leave_test;
/* Set by any thread of the test, read when it is over. */
static atomic_int test_exit_code;

void harness_register(struct harness_test *test)
{
	*next_test = test;
	next_test = &test->next;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void print_message(const char *format, va_list arguments)
{
	if (format && *format) {
		fputs(": ", stderr);
		vfprintf(stderr, format, arguments);
	}
	fputc('\n', stderr);
}
#pragma GCC diagnostic pop

static _Noreturn void leave(void)
{
	if (pthread_equal(pthread_self(), running_thread))
		longjmp(leave_test, 1);
	pthread_exit(NULL);
}

void harness_fail(const char *file, int line, const char *what,
		  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	flockfile(stderr);
	fprintf(stderr, "%s:%d: %s/%s: %s", file, line, running_test->suite,
		running_test->name, what);
	print_message(format, arguments);
	funlockfile(stderr);
	va_end(arguments);
	test_exit_code = HARNESS_EXIT_FAILED;
	leave();
}

void harness_skip(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	flockfile(stderr);
	fprintf(stderr, "skipped: %s/%s", running_test->suite,
		running_test->name);
	print_message(format, arguments);
	funlockfile(stderr);
	va_end(arguments);
	if (test_exit_code == 0)
		test_exit_code = HARNESS_EXIT_SKIPPED;
	leave();
}

static unsigned timeout_s(const struct harness_test *test)
{
	double seconds = test->options.timeout;

	if (seconds <= 0)
		seconds = HARNESS_TIMEOUT_S;
	return (unsigned)(seconds * HARNESS_TIMEOUT_FACTOR) + 1;
}

/* The child. exit() rather than _exit(): the sanitizer reports there. */
static _Noreturn void run_here(const struct harness_test *test)
{
	running_test = test;
	running_thread = pthread_self();
	alarm(timeout_s(test));
	if (setjmp(leave_test) == 0) {
		if (test->options.init)
			test->options.init();
		test->body();
	}
	if (test->options.fini && setjmp(leave_test) == 0)
		test->options.fini();
	exit(test_exit_code);
}

static bool is_as_expected(const struct harness_test *test, int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == test->options.signal;
	return test->options.signal == 0 &&
	       WEXITSTATUS(status) == test->options.exit_code;
}

static void print_end(const struct harness_test *test, int status)
{
	fprintf(stderr, "FAILED %s/%s: ", test->suite, test->name);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		fprintf(stderr, "not done after %u s\n", timeout_s(test));
	else if (WIFSIGNALED(status))
		fprintf(stderr, "%s\n", sigdescr_np(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == HARNESS_EXIT_FAILED)
		fputs("an assertion does not hold\n", stderr);
	else
		fprintf(stderr, "exit status %d\n", WEXITSTATUS(status));
}

static void run(const struct harness_test *test, struct harness_count *count)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		run_here(test);
	while (child < 0 || waitpid(child, &status, 0) < 0) {
		if (child >= 0 && errno == EINTR)
			continue;
		perror("harness");
		exit(EXIT_FAILURE);
	}
	if (is_as_expected(test, status)) {
		count->passed++;
	} else if (WIFEXITED(status) &&
		   WEXITSTATUS(status) == HARNESS_EXIT_SKIPPED) {
		count->skipped++;
	} else {
		count->failed++;
		print_end(test, status);
	}
}

/* "--filter=PATTERN" as Criterion has it, on "suite/name"; other flags pass. */
static const char *filter_of(int argc, char **argv)
{
	static const char flag[] = "--filter=";

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], flag, sizeof(flag) - 1) == 0)
			return argv[i] + sizeof(flag) - 1;
	}
	return "*";
}

int main(int argc, char **argv)
{
	struct harness_count count = {0};
	const char *filter = filter_of(argc, argv);
	const struct harness_test *test;
	char name[256];

	for (test = first_test; test; test = test->next) {
		snprintf(name, sizeof(name), "%s/%s", test->suite, test->name);
		if (fnmatch(filter, name, 0) != 0)
			continue;
		if (test->options.disabled)
			count.skipped++;
		else
			run(test, &count);
	}
	if (count.skipped)
		printf("%u skipped\n", count.skipped);
	printf("%u passed, %u failed\n", count.passed, count.failed);
	return count.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif /* DIALTONE_HARNESS_IN_PROCESS */
