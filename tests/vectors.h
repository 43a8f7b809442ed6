/* SPDX-License-Identifier: MIT */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

/*
 * Files of tests/vectors: a vector a line, "#" for comments, bytes in hex. What
 * is not as it should be ends the process (tests/require.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** A file that is being read. Owner: the caller. */
struct vectors {
	FILE *file;
	char *line;
	size_t size;
};

/** @name: in tests/vectors. Read it to its end, or close it. */
struct vectors vectors_open(const char *name);
/** Also of one that is closed. */
void vectors_close(struct vectors *vectors);
/**
 * The next line without its newline, to be cut up at will, valid until the next
 * call; NULL at the end, and then it is closed.
 */
char *vectors_next(struct vectors *vectors);

/** Cut @line at the first @at: what is behind it. It must be there. */
char *vectors_cut(char *line, char at);
/** The bytes of @hex, at most @size; returns how many there are. */
size_t vectors_bytes(uint8_t *out, size_t size, const char *hex);
/** The same, exactly @size. */
void vectors_fixed(uint8_t *out, size_t size, const char *hex);
/** The text of the line "@key=..." in file @name; to be freed. */
char *vectors_value(const char *name, const char *key);

#endif /* TESTS_VECTORS_H */
