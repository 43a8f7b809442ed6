/* SPDX-License-Identifier: MIT */
#include "workers/cmd/metrics_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "workers/cmd/discovery_metrics.h"
#include "workers/cmd/peer_metrics.h"
#include "workers/cmd/text.h"

static bool put_counters(struct cmd_text *out,
			 const struct dt_counters *counters)
{
	size_t size = dt_counters_prometheus(NULL, 0, counters) + 1;
	char *text = malloc(size);

	if (text == NULL)
		return false;
	(void)dt_counters_prometheus(text, size, counters);
	cmd_text_put(out, text, size - 1);
	free(text);
	return true;
}

static bool put_figures(struct cmd_text *out, const struct cmd_figures *figures)
{
	if (!put_counters(out, &figures->counters))
		return false;
	if (figures->discovery.present)
		cmd_discovery_metrics_put(out, &figures->discovery.counters);
	if (figures->peers.present)
		cmd_peer_metrics_put(out, &figures->peers.counters);
	return !out->cut;
}

static bool write_new(struct cmd_text *text, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done;

	if (fd < 0)
		return false;
	done = cmd_text_write(text, fd);
	return close(fd) == 0 && done;
}

bool cmd_metrics_file_write(const char *path, const struct cmd_figures *figures)
{
	struct cmd_text text = {0};
	char *beside = NULL;
	bool done = false;

	if (asprintf(&beside, "%s.new", path) < 0)
		return false;
	errno = ENOMEM;
	if (put_figures(&text, figures) && write_new(&text, beside))
		done = rename(beside, path) == 0;
	cmd_text_fini(&text);
	free(beside);
	return done;
}
