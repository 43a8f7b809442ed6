/* SPDX-License-Identifier: MIT */
/*
 * Stands in for libFuzzer's main(): runs a fuzz target on every file of the
 * folders that are named as arguments, in the order of their names.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

/* The file's bytes, in memory that ends with them, so that ASan sees overruns.
 * NULL: it cannot be read. The caller frees them. */
static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	struct stat status;

	if (file == NULL)
		return NULL;
	if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
		*size = (size_t)status.st_size;
		bytes = malloc(*size > 0 ? *size : 1);
	}
	if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
		free(bytes);
		bytes = NULL;
	}
	(void)fclose(file);
	return bytes;
}

static bool replay_file(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *bytes;
	size_t size = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	bytes = read_file(path, &size);
	if (bytes == NULL) {
		(void)fprintf(stderr, "cannot read %s\n", path);
		return false;
	}
	/* Not stored: if the target aborts, this is the last line. */
	(void)fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	return true;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* How many files were replayed; -1 if one could not be. */
static int replay_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, alphasort);
	bool good = true;

	if (count < 0) {
		perror(folder);
		return -1;
	}
	for (int i = 0; i < count; i++) {
		good = replay_file(folder, entries[i]->d_name) && good;
		free(entries[i]);
	}
	free(entries);
	return good ? count : -1;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int count = replay_folder(argv[i]);

		if (count < 0)
			return EXIT_FAILURE;
		total += count;
	}
	printf("%d inputs replayed\n", total);
	return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
