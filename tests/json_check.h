/* SPDX-License-Identifier: MIT */
#ifndef TESTS_JSON_CHECK_H
#define TESTS_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/** Is @text, of @length bytes, one JSON value in UTF-8 and nothing else? */
bool json_check(const char *text, size_t length);

/**
 * Is each line of @text one JSON object? *@count gets how many there are; on
 * false *@bad points to the first line that is not.
 */
bool json_check_lines(const char *text, size_t *count, const char **bad);

#endif /* TESTS_JSON_CHECK_H */
