/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

/* A folder of a test's own, for files. What goes wrong ends the process. */

#include <stdbool.h>
#include <stddef.h>

struct folder {
	char path[48];
};

struct folder folder_make(void);
/** With the files in it. */
void folder_remove(const struct folder *folder);

/** The path of a file in it; a few of the last ones are valid. */
const char *folder_file(const struct folder *folder, const char *name);
bool folder_has(const struct folder *folder, const char *name);
size_t folder_count(const struct folder *folder);
/** A file of these bytes, in place of one that is there. */
void folder_write(const struct folder *folder, const char *name,
		  const void *bytes, size_t length);
/** What is in a file, to be freed with free(3). */
unsigned char *folder_read(const struct folder *folder, const char *name,
			   size_t *length);

#endif /* TESTS_FOLDER_H */
