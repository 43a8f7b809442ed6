/* SPDX-License-Identifier: MIT */
#include "bench/contenders/watched_node.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* False: it has none, or is gone. */
static bool read_name(char *name, size_t size, pid_t thread)
{
	char path[64];
	FILE *file;
	bool is_read;

	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", (int)thread);
	file = fopen(path, "re");
	if (!file)
		return false;
	is_read = fgets(name, (int)size, file) != NULL;
	(void)fclose(file);
	return is_read;
}

/* The latest one of that name, if there are others; 0: there is none. */
static pid_t find_thread(void)
{
	DIR *threads = opendir("/proc/self/task");
	const struct dirent *entry;
	pid_t found = 0;
	char name[32];

	if (!threads)
		return 0;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): its own stream. */
	while ((entry = readdir(threads)) != NULL) {
		pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);

		if (thread > found && read_name(name, sizeof(name), thread) &&
		    strcmp(name, "dt-discovery\n") == 0)
			found = thread;
	}
	(void)closedir(threads);
	return found;
}

bool watched_node_start(struct watched_node *node, struct dt_config *config,
			struct dt_error *error)
{
	if (dt_config_set(config, "listen", "127.0.0.1:0", error) ||
	    dt_discv4_create(&node->discv4, config, NULL, error))
		return false;
	if (dt_discv4_start(node->discv4, error)) {
		dt_discv4_destroy(node->discv4);
		return false;
	}
	node->self = dt_discv4_self(node->discv4);
	node->thread = find_thread();
	return true;
}

void watched_node_stop(struct watched_node *node)
{
	dt_discv4_destroy(node->discv4);
}

/* As the kernel names the clock of a thread, see pthread_getcpuclockid(3), which
 * wants more than its number: the complement of the number, then 4 for "of a
 * thread" and 2 for "as it was scheduled". */
static clockid_t cpu_clock_of(pid_t thread)
{
	return (clockid_t)(~(uint32_t)thread << 3 | 4 | 2);
}

int64_t watched_node_cpu_ns(const struct watched_node *node)
{
	struct timespec cpu;

	if (clock_gettime(cpu_clock_of(node->thread), &cpu) != 0)
		return 0;
	return cpu.tv_sec * INT64_C(1000000000) + cpu.tv_nsec;
}
