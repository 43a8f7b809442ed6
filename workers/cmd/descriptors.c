/* SPDX-License-Identifier: MIT */
#include "workers/cmd/descriptors.h"

#include <dirent.h>
#include <stdint.h>
#include <sys/resource.h>

size_t cmd_descriptors_raise(void)
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

/* Entries of a folder of /proc, without "." and "..". */
static size_t count_entries(const char *path)
{
	DIR *folder = opendir(path);
	size_t count = 0;

	if (folder == NULL)
		return 0;
	/* This folder stream is nobody else's. */
	while (readdir(folder) != NULL) /* NOLINT(concurrency-mt-unsafe) */
		count++;
	(void)closedir(folder);
	return count > 2 ? count - 2 : 0;
}

size_t cmd_descriptors_open(void)
{
	size_t count = count_entries("/proc/self/fd");

	/* The folder itself was one of them while it was read. */
	return count > 0 ? count - 1 : 0;
}

size_t cmd_descriptors_threads(void)
{
	return count_entries("/proc/self/task");
}
