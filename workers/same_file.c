/* SPDX-License-Identifier: MIT */
#include "workers/same_file.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static bool is_one(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* False: there is no such folder. */
static bool find_folder(struct stat *out, const char *path)
{
	size_t length = (size_t)(name_in(path) - path);
	char folder[PATH_MAX] = ".";

	if (length >= sizeof(folder))
		return false;
	if (length > 0) {
		memcpy(folder, path, length);
		folder[length] = '\0';
	}
	return stat(folder, out) == 0;
}

bool dti_same_file(const char *a, const char *b)
{
	struct stat status_a;
	struct stat status_b;
	bool has_a = stat(a, &status_a) == 0;
	bool has_b = stat(b, &status_b) == 0;

	if (has_a && has_b)
		return is_one(&status_a, &status_b);
	if (has_a || has_b)
		return false;
	if (strcmp(a, b) == 0)
		return true;
	return strcmp(name_in(a), name_in(b)) == 0 &&
	       find_folder(&status_a, a) && find_folder(&status_b, b) &&
	       is_one(&status_a, &status_b);
}
