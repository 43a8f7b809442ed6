/* SPDX-License-Identifier: MIT */
#include "workers/cmd/output_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workers/cmd/complain.h"

#define LINKS_MAX 40 /* as Linux has it */

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* How many bytes of @path say which folder it is in. */
static int folder_length(const char *path)
{
	return (int)(name_in(path) - path);
}

char *cmd_output_file_follow(const char *path)
{
	char *at = strdup(path);

	for (int links = 0; at != NULL && links < LINKS_MAX; links++) {
		char target[PATH_MAX];
		ssize_t length = readlink(at, target, sizeof(target) - 1);
		char *next = NULL;

		/* No link, or not there: the end. */
		if (length < 0)
			return at;
		target[length] = '\0';
		if (asprintf(&next, "%.*s%s",
			     target[0] == '/' ? 0 : folder_length(at), at,
			     target) < 0)
			next = NULL;
		free(at);
		at = next;
	}
	errno = at != NULL ? ELOOP : ENOMEM;
	free(at);
	return NULL;
}

static bool is_one(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool find_folder(struct stat *out, const char *path)
{
	char folder[PATH_MAX];
	int length = folder_length(path);

	if (length == 0)
		return stat(".", out) == 0;
	return snprintf(folder, sizeof(folder), "%.*s", length, path) <
		       (int)sizeof(folder) &&
	       stat(folder, out) == 0;
}

/* Of files that are not there their folders and names decide. */
static bool are_same(const char *a, const char *b)
{
	struct stat status_a;
	struct stat status_b;
	bool has_a = stat(a, &status_a) == 0;
	bool has_b = stat(b, &status_b) == 0;

	if (has_a && has_b)
		return is_one(&status_a, &status_b);
	return !has_a && !has_b && strcmp(name_in(a), name_in(b)) == 0 &&
	       find_folder(&status_a, a) && find_folder(&status_b, b) &&
	       is_one(&status_a, &status_b);
}

/* @own: "" is none. What cannot be followed is not written to either. */
static bool leads_to(const char *path, const char *own)
{
	char *from = own[0] != '\0' ? cmd_output_file_follow(path) : NULL;
	char *to = own[0] != '\0' ? cmd_output_file_follow(own) : NULL;
	bool same = from != NULL && to != NULL && are_same(from, to);

	free(from);
	free(to);
	return same;
}

bool cmd_output_file_check(const char *flag, const char *path,
			   const struct dt_config *config)
{
	const char *what = NULL;

	if (path == NULL)
		return true;
	if (leads_to(path, config->node_key_file))
		what = "node key (--node-key-file)";
	else if (leads_to(path, config->node_database))
		what = "node database (--node-database)";
	if (what == NULL)
		return true;
	cmd_complain("%s: '%s' is the file of the %s, which would be lost; a "
		     "path of its own is accepted",
		     flag, path, what);
	return false;
}
