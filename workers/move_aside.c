/* SPDX-License-Identifier: MIT */
#include "workers/move_aside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/container.h"
#include "lib/memory.h"

#define SUFFIX_SIZE sizeof(".bad-2147483647-journal")

/* Also of what only a file that is gone can have left. */
static const char *const companions[] = {"-wal", "-journal", "-shm"};

/* Two names to write suffixes behind. */
struct names {
	char *from;
	char *to;
	size_t from_length;
	size_t to_length; /* of PATH.bad-N */
	size_t size;
};

static bool is_free(const char *path)
{
	struct stat status;

	return lstat(path, &status) != 0 && errno == ENOENT;
}

static void pick(struct names *names)
{
	int number = 1;

	do
		(void)snprintf(names->to + names->from_length, SUFFIX_SIZE,
			       ".bad-%d", number);
	while (!is_free(names->to) && ++number <= DTI_MOVE_ASIDE_MOST);
	names->to_length = strlen(names->to);
}

static void rename_companion(const struct names *names, const char *suffix)
{
	(void)snprintf(names->from + names->from_length, SUFFIX_SIZE, "%s",
		       suffix);
	(void)snprintf(names->to + names->to_length,
		       names->size - names->to_length, "%s", suffix);
	/* Mostly it is not there. SQLite throws away one without its file. */
	if (rename(names->from, names->to) != 0)
		(void)unlink(names->to);
	names->from[names->from_length] = '\0';
	names->to[names->to_length] = '\0';
}

dt_err dti_move_aside(char **to, const char *path,
		      const struct dt_allocator *allocator)
{
	size_t length = strlen(path);
	struct names names = {
		.from_length = length,
		.size = length + SUFFIX_SIZE,
	};
	dt_err err = DT_ERR_NO_MEMORY;

	names.from = dti_malloc(allocator, names.size);
	names.to = dti_malloc(allocator, names.size);
	if (!names.from || !names.to)
		goto fail;
	memcpy(names.from, path, length + 1);
	memcpy(names.to, path, length + 1);
	pick(&names);
	err = DT_ERR_FILE;
	if (rename(names.from, names.to) != 0)
		goto fail;
	for (size_t i = 0; i < dti_array_length(companions); i++)
		rename_companion(&names, companions[i]);
	dti_free(allocator, names.from);
	*to = names.to;
	return DT_OK;

fail:
	dti_free(allocator, names.from);
	dti_free(allocator, names.to);
	return err;
}
