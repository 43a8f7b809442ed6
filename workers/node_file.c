/* SPDX-License-Identifier: MIT */
/* Reads the whole file, then parses. A pipe will do, such as /dev/stdin. */
#include "workers/node_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/memory.h"
#include "lib/node/node_list.h"

#include "workers/path_text.h"

#define SIZE_LIMIT ((size_t)1 << 30)
#define FIRST_SIZE ((size_t)64 << 10)

/* Owner: the call. */
struct file_text {
	const struct dt_allocator *allocator;
	const char *path;
	char *bytes;
	size_t length;
	size_t size; /* of the allocation */
};

static dt_err refuse(const struct file_text *text, const char *why,
		     struct dt_error *error)
{
	return dti_error_set(error, DT_ERR_FILE,
			     "cannot read the node list \"%s\": %s; a text "
			     "file of at most 1 GiB with one node a line "
			     "is accepted",
			     dti_path_text_of(text->path).text, why);
}

static dt_err refuse_errno(const struct file_text *text, int sys_errno,
			   struct dt_error *error)
{
	char buffer[128];

	return refuse(text, strerror_r(sys_errno, buffer, sizeof(buffer)),
		      error);
}

static dt_err make_room(struct file_text *text, struct dt_error *error)
{
	size_t size = text->size == 0 ? FIRST_SIZE : 2 * text->size;
	char *bytes;

	if (text->length < text->size)
		return DT_OK;
	bytes = dti_realloc(text->allocator, text->bytes, size);
	if (bytes == NULL)
		return dti_error_set(error, DT_ERR_NO_MEMORY,
				     "there is not enough memory to read the "
				     "node list \"%s\", more than %zu bytes",
				     dti_path_text_of(text->path).text,
				     text->length);
	text->bytes = bytes;
	text->size = size;
	return DT_OK;
}

static dt_err read_all(struct file_text *text, int fd, struct dt_error *error)
{
	for (;;) {
		dt_err err = make_room(text, error);
		ssize_t length;

		if (err != DT_OK)
			return err;
		length = read(fd, text->bytes + text->length,
			      text->size - text->length);
		if (length == 0)
			return DT_OK;
		if (length > 0)
			text->length += (size_t)length;
		else if (errno != EINTR)
			return refuse_errno(text, errno, error);
		if (text->length > SIZE_LIMIT)
			return refuse(text, "it is longer than 1 GiB", error);
	}
}

/* A regular file says its size at once: nothing is read in vain. */
static dt_err read_open(struct file_text *text, int fd, struct dt_error *error)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return refuse_errno(text, errno, error);
	if (S_ISREG(status.st_mode) && status.st_size > (off_t)SIZE_LIMIT)
		return refuse(text, "it is longer than 1 GiB", error);
	return read_all(text, fd, error);
}

static dt_err parse(dt_node_list **out, const struct file_text *text,
		    struct dt_error *error)
{
	const struct dti_node_list_text lines = {
		.form = DTI_ENTRY_FORM_LINES,
		.text = {text->bytes, text->length},
		.name = text->path,
	};

	return dti_node_list_parse_with(out, &lines, text->allocator, error);
}

dt_err dti_node_file_read(dt_node_list **out, const char *path,
			  const struct dt_allocator *allocator,
			  struct dt_error *error)
{
	struct file_text text = {.allocator = allocator, .path = path};
	dt_err err;
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return refuse_errno(&text, errno, error);
	err = read_open(&text, fd, error);
	(void)close(fd);
	if (err == DT_OK)
		err = parse(out, &text, error);
	dti_free(allocator, text.bytes);
	return err;
}

dt_err dt_node_list_read(dt_node_list **out, const char *path,
			 struct dt_error *error)
{
	const struct dt_allocator libc = {.malloc = NULL};

	return dti_node_file_read(out, path, &libc, error);
}
