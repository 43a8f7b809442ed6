/* SPDX-License-Identifier: MIT */
#include "workers/cmd/resources.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

size_t cmd_resources_raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return SIZE_MAX;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t before = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			limit.rlim_cur = before;
	}
	return limit.rlim_cur == RLIM_INFINITY ? SIZE_MAX
					       : (size_t)limit.rlim_cur;
}

/* Entries of a folder that @counts, "." and ".." apart. */
static size_t count_entries(const char *path, bool (*counts)(const char *name))
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	size_t count = 0;

	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)))
		count += entry->d_name[0] != '.' && counts(entry->d_name);
	(void)closedir(folder);
	return count;
}

static bool any(const char *name)
{
	return name[0] != '\0';
}

size_t cmd_resources_descriptors(void)
{
	size_t count = count_entries("/proc/self/fd", any);

	/* The folder itself was one of them while it was read. */
	return count > 0 ? count - 1 : 0;
}

static bool is_ours(const char *task)
{
	char path[64];
	char name[32] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%.20s/comm", task);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(name, sizeof(name), file) == NULL)
		name[0] = '\0';
	(void)fclose(file);
	return strncmp(name, "dt-", 3) == 0 || strncmp(name, "demo-", 5) == 0;
}

size_t cmd_resources_threads(void)
{
	return count_entries("/proc/self/task", is_ours);
}
