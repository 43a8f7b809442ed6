/* SPDX-License-Identifier: MIT */
#include "tests/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/require.h"

#define PATHS 4

struct folder folder_make(void)
{
	struct folder folder = {.path = "/tmp/dialtone-test-XXXXXX"};

	require(mkdtemp(folder.path) != NULL, "a folder for files");
	return folder;
}

/* Call @each, if it is not NULL, for each file; how many there are. */
static size_t walk(const struct folder *folder, int (*each)(const char *path))
{
	DIR *files = opendir(folder->path);
	const struct dirent *entry;
	size_t count = 0;

	require(files != NULL, "the folder can be read");
	if (files == NULL)
		return 0;
	while ((entry = readdir(files)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		if (each != NULL)
			(void)each(folder_file(folder, entry->d_name));
	}
	closedir(files);
	return count;
}

void folder_remove(const struct folder *folder)
{
	(void)walk(folder, remove);
	require(rmdir(folder->path) == 0, "the folder can be removed");
}

size_t folder_count(const struct folder *folder)
{
	return walk(folder, NULL);
}

const char *folder_file(const struct folder *folder, const char *name)
{
	static char paths[PATHS][320];
	static size_t next;
	char *path = paths[next++ % PATHS];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder->path, name);
	return path;
}

bool folder_has(const struct folder *folder, const char *name)
{
	struct stat status;

	return lstat(folder_file(folder, name), &status) == 0;
}

void folder_write(const struct folder *folder, const char *name,
		  const void *bytes, size_t length)
{
	int fd = open(folder_file(folder, name),
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	require(fd >= 0, "a file can be made");
	require(write(fd, bytes, length) == (ssize_t)length,
		"a file can be written");
	close(fd);
}

unsigned char *folder_read(const struct folder *folder, const char *name,
			   size_t *length)
{
	int fd = open(folder_file(folder, name), O_RDONLY | O_CLOEXEC);
	struct stat status = {.st_size = 0};
	unsigned char *bytes;

	require(fd >= 0 && fstat(fd, &status) == 0, "a file can be opened");
	*length = (size_t)status.st_size;
	bytes = malloc(*length + 1);
	require(bytes != NULL, "memory for a file");
	require(read(fd, bytes, *length) == (ssize_t)*length,
		"a file can be read");
	close(fd);
	return bytes;
}
