/* SPDX-License-Identifier: MIT */
#include "tests/vectors.h"

#include <stdlib.h>
#include <string.h>

#include "tests/require.h"

struct vectors vectors_open(const char *name)
{
	struct vectors vectors = {.line = NULL};
	char path[256];

	snprintf(path, sizeof(path), "tests/vectors/%s", name);
	vectors.file = fopen(path, "r");
	require(vectors.file != NULL, path);
	return vectors;
}

void vectors_close(struct vectors *vectors)
{
	if (vectors->file != NULL)
		(void)fclose(vectors->file);
	free(vectors->line);
	*vectors = (struct vectors){.line = NULL};
}

char *vectors_next(struct vectors *vectors)
{
	while (getline(&vectors->line, &vectors->size, vectors->file) > 0) {
		if (vectors->line[0] == '#' || vectors->line[0] == '\n')
			continue;
		vectors->line[strcspn(vectors->line, "\n")] = '\0';
		return vectors->line;
	}
	vectors_close(vectors);
	return NULL;
}

char *vectors_cut(char *line, char at)
{
	const char end[] = {at, '\0'};
	size_t length = strcspn(line, end);

	require(line[length] == at, line);
	line[length] = '\0';
	return line + length + 1;
}

static uint8_t nibble(const char *hex, size_t at)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit = memchr(digits, hex[at], sizeof(digits) - 1);

	require(digit != NULL, hex);
	return (uint8_t)(digit - digits);
}

size_t vectors_bytes(uint8_t *out, size_t size, const char *hex)
{
	size_t length = strlen(hex) / 2;

	require(strlen(hex) % 2 == 0 && length <= size, hex);
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(nibble(hex, 2 * i) << 4 |
				   nibble(hex, 2 * i + 1));
	return length;
}

void vectors_fixed(uint8_t *out, size_t size, const char *hex)
{
	require(vectors_bytes(out, size, hex) == size, hex);
}

char *vectors_value(const char *name, const char *key)
{
	struct vectors vectors = vectors_open(name);
	size_t length = strlen(key);
	char *value = NULL;
	char *line;

	while (value == NULL && (line = vectors_next(&vectors)) != NULL)
		if (strncmp(line, key, length) == 0 && line[length] == '=')
			value = strdup(line + length + 1);
	require(value != NULL, key);
	vectors_close(&vectors);
	return value;
}
