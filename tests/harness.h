/* SPDX-License-Identifier: MIT */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

/*
 * Criterion, or a small stand-in for it: Criterion does not start under
 * ThreadSanitizer, and a lock-free library must run its tests there. The same
 * sources run both ways; use only what the stand-in has.
 */

#ifndef DIALTONE_HARNESS_IN_PROCESS

#include <criterion/criterion.h>

/* Criterion's own cr_fail() wants to be told how to fail; ours ends the test */
#undef cr_assert_fail
#define cr_assert_fail(...) cr_assert(0, "" __VA_ARGS__)
#undef cr_fail
#define cr_fail(...) cr_assert_fail(__VA_ARGS__)

#else /* DIALTONE_HARNESS_IN_PROCESS */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Each test runs in a forked child, as in Criterion, but the children are not
 * started anew and share nothing, which is what ThreadSanitizer needs. A failed
 * assertion ends the test; in another thread it ends that thread, and the test
 * fails when it is over.
 */

struct harness_options {
	double timeout; /* seconds; 0: HARNESS_TIMEOUT_S */
	void (*init)(void);
	void (*fini)(void);
	bool disabled;
	int signal;    /* the test is to die of this signal */
	int exit_code; /* the test is to exit with this */
	const char *description;
	bool last_; /* ends the list that Test() makes */
};

struct harness_test {
	const char *suite;
	const char *name;
	void (*body)(void);
	struct harness_options options;
	struct harness_test *next; /* owned by harness.c */
};

/** Called by Test()'s constructor, before main(). */
void harness_register(struct harness_test *test);
/** Report a failed assertion and leave the test. @format may be NULL. */
_Noreturn void harness_fail(const char *file, int line, const char *what,
			    const char *format, ...);
/** Leave the test, which then counts as skipped. @format may be NULL. */
_Noreturn void harness_skip(const char *format, ...);

#define Test(...) HARNESS_TEST(__VA_ARGS__, .last_ = true)
#define HARNESS_TEST(suite_, name_, ...)                                      \
	static void suite_##_##name_##_body(void);                            \
	static struct harness_test suite_##_##name_##_test = {                \
		.suite = #suite_,                                             \
		.name = #name_,                                               \
		.body = suite_##_##name_##_body,                              \
		.options = {__VA_ARGS__},                                     \
	};                                                                    \
	__attribute__((constructor)) static void suite_##_##name_##_add(void) \
	{                                                                     \
		harness_register(&suite_##_##name_##_test);                   \
	}                                                                     \
	static void suite_##_##name_##_body(void)

/* The assertions pass their arguments on with a NULL behind: an empty message */
#define HARNESS_CHECK(holds, what, ...)                                      \
	do {                                                                 \
		if (!(holds))                                                \
			harness_fail(__FILE__, __LINE__, what, __VA_ARGS__); \
	} while (0)
#define HARNESS_OP(a, op, b, ...) \
	HARNESS_CHECK((a)op(b), #a " " #op " " #b, __VA_ARGS__)
#define HARNESS_STR(a, op, b, ...)                                       \
	HARNESS_CHECK(strcmp(a, b) op 0, #a " " #op " " #b " (as text)", \
		      __VA_ARGS__)
#define HARNESS_ARR(a, op, b, size, ...)                                     \
	HARNESS_CHECK(memcmp(a, b, size) op 0, #a " " #op " " #b " (bytes)", \
		      __VA_ARGS__)
#define HARNESS_FLOAT(a, b, epsilon, ...)                               \
	HARNESS_CHECK((a) - (b) <= (epsilon) && (b) - (a) <= (epsilon), \
		      #a " == " #b " within " #epsilon, __VA_ARGS__)
#define HARNESS_TRUE(condition, ...) \
	HARNESS_CHECK(condition, #condition, __VA_ARGS__)
#define HARNESS_FALSE(condition, ...) \
	HARNESS_CHECK(!(condition), "!(" #condition ")", __VA_ARGS__)
#define HARNESS_NULL(op, pointer, ...) \
	HARNESS_CHECK((pointer)op NULL, #pointer " " #op " NULL", __VA_ARGS__)

#define cr_assert(...)                HARNESS_TRUE(__VA_ARGS__, NULL)
#define cr_assert_not(...)            HARNESS_FALSE(__VA_ARGS__, NULL)
#define cr_assert_eq(a, ...)          HARNESS_OP(a, ==, __VA_ARGS__, NULL)
#define cr_assert_neq(a, ...)         HARNESS_OP(a, !=, __VA_ARGS__, NULL)
#define cr_assert_lt(a, ...)          HARNESS_OP(a, <, __VA_ARGS__, NULL)
#define cr_assert_leq(a, ...)         HARNESS_OP(a, <=, __VA_ARGS__, NULL)
#define cr_assert_gt(a, ...)          HARNESS_OP(a, >, __VA_ARGS__, NULL)
#define cr_assert_geq(a, ...)         HARNESS_OP(a, >=, __VA_ARGS__, NULL)
#define cr_assert_null(...)           HARNESS_NULL(==, __VA_ARGS__, NULL)
#define cr_assert_not_null(...)       HARNESS_NULL(!=, __VA_ARGS__, NULL)
#define cr_assert_str_eq(a, ...)      HARNESS_STR(a, ==, __VA_ARGS__, NULL)
#define cr_assert_str_neq(a, ...)     HARNESS_STR(a, !=, __VA_ARGS__, NULL)
#define cr_assert_arr_eq(a, b, ...)   HARNESS_ARR(a, ==, b, __VA_ARGS__, NULL)
#define cr_assert_arr_neq(a, b, ...)  HARNESS_ARR(a, !=, b, __VA_ARGS__, NULL)
#define cr_assert_float_eq(a, b, ...) HARNESS_FLOAT(a, b, __VA_ARGS__, NULL)
#define cr_assert_fail(...) \
	harness_fail(__FILE__, __LINE__, "failed", "" __VA_ARGS__)
#define cr_fail(...)      cr_assert_fail(__VA_ARGS__)
#define cr_skip(...)      harness_skip("" __VA_ARGS__)
#define cr_skip_test(...) cr_skip(__VA_ARGS__)

#endif /* DIALTONE_HARNESS_IN_PROCESS */

#endif /* TESTS_HARNESS_H */
