/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/replay/replay.h"

enum {
	PATH_SIZE = 4096,
	DEPTH_MAX = 32 /* a folder may hold a link to itself */
};

struct walk {
	struct replay_totals *totals;
	void (*failed)(const char *why);
	unsigned int depth;
};

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_trace(const char *path)
{
	size_t length = strlen(path);

	return length > 6 && strcmp(path + length - 6, ".trace") == 0;
}

static void count(const struct walk *walk, bool passed, const char *why)
{
	if (passed) {
		walk->totals->passed++;
		return;
	}
	walk->totals->failed++;
	walk->failed(why);
}

static void walk_folder(struct walk *walk, const char *path);

static void visit(struct walk *walk, const char *path)
{
	char why[TRACE_WHY_SIZE];

	if (is_folder(path) && walk->depth < DEPTH_MAX)
		walk_folder(walk, path);
	else if (is_trace(path))
		count(walk, replay_file(why, path), why);
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void walk_folder(struct walk *walk, const char *path)
{
	char why[TRACE_WHY_SIZE];
	char child[PATH_SIZE];
	struct dirent **entries;
	int entry_count = scandir(path, &entries, not_hidden, alphasort);

	if (entry_count < 0) {
		(void)snprintf(why, sizeof(why), "%s: cannot be read: %s", path,
			       strerror(errno));
		count(walk, false, why);
		return;
	}
	walk->depth++;
	for (int i = 0; i < entry_count; i++) {
		int length = snprintf(child, sizeof(child), "%s/%s", path,
				      entries[i]->d_name);

		if (length > 0 && (size_t)length < sizeof(child))
			visit(walk, child);
		free(entries[i]);
	}
	free(entries);
	walk->depth--;
}

void replay_path(struct replay_totals *totals, const char *path,
		 void (*failed)(const char *why))
{
	struct walk walk = {.totals = totals, .failed = failed};
	char why[TRACE_WHY_SIZE];

	if (is_folder(path))
		walk_folder(&walk, path);
	else
		count(&walk, replay_file(why, path), why);
}
