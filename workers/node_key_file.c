/* SPDX-License-Identifier: MIT */
/*
 * Node keys: made from the kernel's randomness, and kept in files of 64 hex
 * digits. No sentence here tells what a key file holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/crypto/secp.h"
#include "lib/error.h"
#include "lib/hex.h"
#include "lib/span.h"

#include "workers/entropy.h"
#include "workers/path_text.h"

#define DIGITS (2 * sizeof(struct dt_node_key))

/* What is read of a file: the digits, a newline, and a byte that is too many.
 * To be wiped. */
struct key_text {
	char text[DIGITS + sizeof("\r\n")];
	size_t length;
};

dt_err dt_node_key_generate(struct dt_node_key *out)
{
	struct dt_node_key key;
	bool filled;

	do
		filled = dti_entropy_fill(key.bytes, sizeof(key.bytes));
	while (filled && !dti_secp_key_is_valid(&key));
	if (filled)
		*out = key;
	dt_node_key_wipe(&key);
	return filled ? DT_OK : DT_ERR_SYSTEM;
}

static dt_err refuse_read(const char *path, int sys_errno,
			  struct dt_error *error)
{
	char buffer[128];

	return dti_error_set(
		error, DT_ERR_FILE,
		"cannot read the node key \"%s\": %s; a file of 64 hex digits "
		"is accepted",
		dti_path_text_of(path).text,
		strerror_r(sys_errno, buffer, sizeof(buffer)));
}

static dt_err read_text(struct key_text *out, const char *path,
			struct dt_error *error)
{
	ssize_t length = 1;
	int sys_errno;
	int fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return refuse_read(path, errno, error);
	while (length != 0 && out->length < sizeof(out->text)) {
		length = read(fd, out->text + out->length,
			      sizeof(out->text) - out->length);
		if (length > 0)
			out->length += (size_t)length;
		else if (length < 0 && errno != EINTR)
			break;
	}
	sys_errno = errno;
	(void)close(fd);
	return length < 0 ? refuse_read(path, sys_errno, error) : DT_OK;
}

/* Without the newline. */
static struct dti_span digits_of(const struct key_text *text)
{
	struct dti_span digits = {text->text, text->length};
	struct dti_span end = dti_span_skip(digits, DIGITS);

	if (dti_span_equal(end, "\n") || dti_span_equal(end, "\r\n"))
		digits.length = DIGITS;
	return digits;
}

static dt_err parse(struct dt_node_key *out, const struct key_text *text,
		    const char *path, struct dt_error *error)
{
	struct dti_span digits = digits_of(text);

	if (!dti_hex_parse(out->bytes, sizeof(out->bytes), digits.text,
			   digits.length))
		return dti_error_set(
			error, DT_ERR_PARSE,
			"the node key \"%s\" is %s%zu bytes that are not 64 "
			"hex digits; these, with or without a newline behind "
			"them, are accepted",
			dti_path_text_of(path).text,
			text->length == sizeof(text->text) ? "at least " : "",
			text->length);
	if (!dti_secp_key_is_valid(out))
		return dti_error_set(
			error, DT_ERR_PARSE,
			"the node key \"%s\" is zero, or not below the order "
			"of the curve; a secret key of secp256k1 is accepted",
			dti_path_text_of(path).text);
	return DT_OK;
}

dt_err dt_node_key_read(struct dt_node_key *out, const char *path,
			struct dt_error *error)
{
	struct dt_node_key key = {.bytes = {0}};
	struct key_text text = {.length = 0};
	dt_err err = read_text(&text, path, error);

	if (err == DT_OK)
		err = parse(&key, &text, path, error);
	if (err == DT_OK)
		*out = key;
	explicit_bzero(&text, sizeof(text));
	dt_node_key_wipe(&key);
	return err;
}

/* A new file in the folder of @path; its name goes to @name, of PATH_MAX bytes.
 * -1: errno says why there is none. */
static int open_beside(char *name, const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash == NULL ? 0 : (int)(slash + 1 - path);
	int length =
		snprintf(name, PATH_MAX, "%.*s.dialtone-XXXXXX", folder, path);

	if (length < 0 || length >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mkostemp(name, O_CLOEXEC);
}

static bool write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, text, length);

		if (written > 0) {
			text += written;
			length -= (size_t)written;
		} else if (written == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}

/* mkostemp() asks for 0600, of which the process may have masked bits. */
static bool write_key(int fd, const struct dt_node_key *key)
{
	char text[DIGITS + sizeof("\n")];
	bool good;

	dti_hex_format(text, key->bytes, sizeof(key->bytes));
	text[DIGITS] = '\n';
	good = fchmod(fd, S_IRUSR | S_IWUSR) == 0 &&
	       write_all(fd, text, DIGITS + 1) && fsync(fd) == 0;
	explicit_bzero(text, sizeof(text));
	return good;
}

/* So that the name outlives a crash too. If it cannot be had, the key is still
 * there as a whole or not at all. @name: of a file in the folder; it is cut. */
static void sync_folder(char *name)
{
	char *slash = strrchr(name, '/');
	int fd;

	if (slash != NULL)
		slash[1] = '\0';
	fd = open(slash == NULL ? "." : name,
		  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

/*
 * The file gets its name when it is whole: link(2) does not replace. (Renaming
 * without replacing is not to be had on NFS. What has no links has no modes
 * either, and is no place for a key.) 0, or errno.
 */
static int write_beside(const char *path, const struct dt_node_key *key)
{
	char name[PATH_MAX];
	int fd = open_beside(name, path);
	int failure = 0;

	if (fd < 0)
		return errno;
	if (!write_key(fd, key))
		failure = errno;
	if (close(fd) != 0 && failure == 0)
		failure = errno;
	if (failure == 0 && link(name, path) != 0)
		failure = errno;
	(void)unlink(name);
	if (failure == 0)
		sync_folder(name);
	return failure;
}

dt_err dt_node_key_write(const char *path, const struct dt_node_key *key,
			 struct dt_error *error)
{
	char buffer[128];
	int failure;

	if (!dti_secp_key_is_valid(key))
		return dti_error_set(error, DT_ERR_ARGUMENT,
				     "the key for \"%s\" is zero, or not below "
				     "the order of the curve; a secret key of "
				     "secp256k1 is accepted",
				     dti_path_text_of(path).text);
	failure = write_beside(path, key);
	if (failure != 0)
		return dti_error_set(
			error, DT_ERR_FILE,
			"cannot write the node key \"%s\": %s; the name of a "
			"new file, in a folder that can be written to, is "
			"accepted",
			dti_path_text_of(path).text,
			strerror_r(failure, buffer, sizeof(buffer)));
	return DT_OK;
}
