/* SPDX-License-Identifier: MIT */
/*
 * Does an idle dialer wake up? 64 workers have nothing to do: once with no node
 * at all, once with 64 static nodes that are all connected. Each of its threads
 * is asked for its context switches before and after.
 *
 *	scale_idle [SECONDS]	(30)
 */
#include <dirent.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/loopback.h"
#include "tests/require.h"
#include "tests/scene.h"

enum {
	WORKERS = 64,
	SETTLE_MS = 500,
};

struct switches {
	uint64_t threads;
	uint64_t count; /* voluntary ones: each sleep ends in a wake-up */
};

/* The number behind @label in a status file of proc(5). */
static uint64_t number_behind(FILE *file, const char *label)
{
	char line[256];

	rewind(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, label, strlen(label)) == 0)
			return strtoull(line + strlen(label), NULL, 10);
	}
	require(false, label);
	return 0;
}

static bool is_dialers(FILE *file)
{
	char line[256];

	return fgets(line, sizeof(line), file) &&
	       strncmp(line, "Name:\tdt-", 9) == 0;
}

static void add_thread(struct switches *sum, const char *id)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%.20s/status", id);
	file = fopen(path, "re");
	require(file, "open a thread's status");
	if (is_dialers(file)) {
		sum->threads++;
		sum->count += number_behind(file, "voluntary_ctxt_switches:");
	}
	fclose(file);
}

static struct switches read_switches(void)
{
	struct switches sum = {0};
	DIR *folder = opendir("/proc/self/task");
	struct dirent *entry;

	require(folder, "open the list of threads");
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			add_thread(&sum, entry->d_name);
	}
	closedir(folder);
	return sum;
}

/* Until half a second has gone by without a switch. */
static void settle(void)
{
	struct switches before;
	struct switches now = read_switches();

	do {
		before = now;
		poll(NULL, 0, SETTLE_MS);
		now = read_switches();
	} while (now.count != before.count);
}

static void connect_all(struct scene *scene, const struct loopback *listener)
{
	for (uint32_t i = 0; i < WORKERS; i++)
		scene_add_static(scene, loopback_node(i, loopback_endpoint(
								 listener, i)));
	recorder_await(&scene->recorder, DT_EVENT_PEER_ADDED, WORKERS);
}

static bool measure(const char *what, bool with_peers, int seconds)
{
	struct loopback listener;
	struct scene scene;
	struct switches before;
	struct switches after;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene.config.max_active_dials = WORKERS;
	scene.config.history_expiration_ms = 0;
	scene.config.spin_ns = 20000; /* the default */
	scene_start(&scene);
	if (with_peers)
		connect_all(&scene, &listener);
	settle();
	before = read_switches();
	poll(NULL, 0, seconds * 1000);
	after = read_switches();
	printf("%-28s %3" PRIu64 " threads  %3d s  wake-ups: %" PRIu64 "\n",
	       what, after.threads, seconds, after.count - before.count);
	scene_fini(&scene);
	loopback_close(&listener);
	return after.count == before.count && after.threads == WORKERS + 2;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 30;
	bool ok;

	require(seconds > 0, "SECONDS must be a number above 0");
	ok = measure("no node", false, seconds);
	ok = measure("64 static nodes, connected", true, seconds) && ok;
	puts(ok ? "ok" : "FAILED");
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
