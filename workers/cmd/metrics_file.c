/* SPDX-License-Identifier: MIT */
#include "workers/cmd/metrics_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workers/cmd/complain.h"
#include "workers/cmd/discovery_metrics.h"
#include "workers/cmd/output_file.h"
#include "workers/cmd/peer_metrics.h"
#include "workers/cmd/text.h"

static const char flag[] = "--metrics-file";

/* To be freed; NULL: no memory. */
static char *name_beside(const char *path)
{
	char *beside = NULL;

	if (asprintf(&beside, "%s.new", path) >= 0)
		return beside;
	errno = ENOMEM;
	return NULL;
}

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

/* Nothing, or a regular file? What cannot be seen cannot be replaced either. */
static bool is_replaceable(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || S_ISREG(status.st_mode))
		return true;
	errno = EINVAL;
	return false;
}

static bool write_new(struct cmd_text *text, const char *path)
{
	int fd;
	bool done;

	if (!is_replaceable(path))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		  0644);
	if (fd < 0)
		return false;
	done = cmd_text_write(text, fd);
	return close(fd) == 0 && done;
}

/* @path is no link. */
static bool replace(struct cmd_text *text, const char *path)
{
	char *beside = name_beside(path);
	bool done = beside != NULL && is_replaceable(path) &&
		    write_new(text, beside) && rename(beside, path) == 0;

	free(beside);
	return done;
}

bool cmd_metrics_file_write(const char *path, const struct cmd_figures *figures)
{
	struct cmd_text text = {0};
	char *target = cmd_output_file_follow(path);
	bool done = false;

	if (target == NULL)
		return false;
	errno = ENOMEM;
	if (put_figures(&text, figures))
		done = replace(&text, target);
	cmd_text_fini(&text);
	free(target);
	return done;
}

static bool check_kind(const char *path, const char *shown)
{
	if (is_replaceable(path))
		return true;
	cmd_complain("%s: '%s' is not a regular file, and would be replaced by "
		     "one; a regular file or a new one is accepted",
		     flag, shown);
	return false;
}

/* Both what is replaced, and the file that becomes it. */
static bool check_both(const char *target, const char *beside, const char *path,
		       const struct dt_config *config)
{
	return check_kind(target, path) && check_kind(beside, beside) &&
	       cmd_output_file_check(flag, path, config) &&
	       cmd_output_file_check(flag, beside, config);
}

bool cmd_metrics_file_check(const char *path, const struct dt_config *config)
{
	char *target = path != NULL ? cmd_output_file_follow(path) : NULL;
	char *beside = target != NULL ? name_beside(target) : NULL;
	bool good = path == NULL;

	if (beside != NULL)
		good = check_both(target, beside, path, config);
	else if (path != NULL)
		cmd_complain("%s: '%s' cannot be followed: %s", flag, path,
			     strerrordesc_np(errno));
	free(beside);
	free(target);
	return good;
}
