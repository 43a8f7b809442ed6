/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/dialtone.h"

#include "tests/harness.h"
#include "tests/vectors.h"

#define HEX   "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
#define LOWER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ZERO  "0000000000000000000000000000000000000000000000000000000000000000"
#define ORDER "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define BELOW "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"

/* A folder of its own for a test, removed with the file "key" in it. */
struct scratch {
	char folder[64];
	char path[80];
};

static struct scratch make_scratch(void)
{
	struct scratch scratch = {"/tmp/dialtone-key-XXXXXX", ""};

	cr_assert_not_null(mkdtemp(scratch.folder));
	snprintf(scratch.path, sizeof(scratch.path), "%s/key", scratch.folder);
	return scratch;
}

/* That it can be removed shows that nothing else was left in it. */
static void remove_scratch(const struct scratch *scratch)
{
	(void)unlink(scratch->path);
	cr_assert_eq(rmdir(scratch->folder), 0, "%s", strerror(errno));
}

static void put_file(const char *path, const char *bytes, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, length), (ssize_t)length);
	close(fd);
}

/* The content of a file that is shorter than 100 bytes. */
static void get_file(char out[100], const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t length;

	cr_assert_geq(fd, 0);
	length = read(fd, out, 99);
	cr_assert_geq(length, 0);
	out[length] = '\0';
	close(fd);
}

static struct dt_node_key key_of(const char *hex)
{
	struct dt_node_key key;

	vectors_fixed(key.bytes, sizeof(key.bytes), hex);
	return key;
}

Test(workers_node_key_file, each_key_that_is_made_is_another)
{
	struct dt_node_key keys[8];
	struct dt_node_id id;

	for (size_t i = 0; i < 8; i++) {
		cr_assert_eq(dt_node_key_generate(&keys[i]), DT_OK);
		cr_assert_eq(dt_node_key_id(&id, &keys[i]), DT_OK);
		for (size_t j = 0; j < i; j++)
			cr_assert_arr_neq(keys[i].bytes, keys[j].bytes, 32);
	}
}

Test(workers_node_key_file, a_key_comes_back_from_its_file)
{
	struct scratch scratch = make_scratch();
	struct dt_node_key key;
	struct dt_node_key again;
	struct dt_error error;

	cr_assert_eq(dt_node_key_generate(&key), DT_OK);
	cr_assert_eq(dt_node_key_write(scratch.path, &key, &error), DT_OK, "%s",
		     error.text);
	cr_assert_eq(dt_node_key_read(&again, scratch.path, &error), DT_OK,
		     "%s", error.text);

	cr_assert_arr_eq(key.bytes, again.bytes, sizeof(key.bytes));
	remove_scratch(&scratch);
}

Test(workers_node_key_file, its_owner_alone_may_read_it_whatever_the_mask)
{
	const mode_t masks[] = {0, 022, 077, 0777};

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		struct scratch scratch = make_scratch();
		struct dt_node_key key = key_of(LOWER);
		struct stat status;
		char text[100];
		dt_err err;

		umask(masks[i]);
		err = dt_node_key_write(scratch.path, &key, NULL);
		umask(022);
		cr_assert_eq(err, DT_OK);
		cr_assert_eq(stat(scratch.path, &status), 0);
		cr_assert_eq(status.st_mode, (mode_t)(S_IFREG | 0600), "%o",
			     (unsigned int)status.st_mode);
		cr_assert_eq(status.st_nlink, 1u);
		get_file(text, scratch.path);
		cr_assert_str_eq(text, LOWER "\n");
		remove_scratch(&scratch);
	}
}

Test(workers_node_key_file, a_path_without_a_folder_is_in_the_current_one)
{
	struct scratch scratch = make_scratch();
	struct dt_node_key key = key_of(LOWER);
	struct dt_node_key again;
	char before[4096];

	cr_assert_not_null(getcwd(before, sizeof(before)));
	cr_assert_eq(chdir(scratch.folder), 0);
	cr_assert_eq(dt_node_key_write("key", &key, NULL), DT_OK);
	cr_assert_eq(dt_node_key_read(&again, scratch.path, NULL), DT_OK);
	cr_assert_eq(chdir(before), 0);

	cr_assert_arr_eq(key.bytes, again.bytes, sizeof(key.bytes));
	remove_scratch(&scratch);
}

Test(workers_node_key_file, what_exists_is_left_alone)
{
	struct scratch scratch = make_scratch();
	struct dt_node_key key = key_of(LOWER);
	struct dt_error error;
	char expected[300];
	char text[100];

	snprintf(expected, sizeof(expected),
		 "cannot write the node key \"%s\": File exists; the name of a "
		 "new file, in a folder that can be written to, is accepted",
		 scratch.path);
	put_file(scratch.path, "mine", 4);
	cr_assert_eq(dt_node_key_write(scratch.path, &key, &error),
		     DT_ERR_FILE);
	get_file(text, scratch.path);
	cr_assert_str_eq(text, "mine");
	cr_assert_str_eq(error.text, expected);

	/* Also a link that leads nowhere. */
	cr_assert_eq(unlink(scratch.path), 0);
	cr_assert_eq(symlink("nowhere", scratch.path), 0);
	cr_assert_eq(dt_node_key_write(scratch.path, &key, &error),
		     DT_ERR_FILE);
	cr_assert_str_eq(error.text, expected);
	cr_assert_eq(dt_node_key_write(scratch.folder, &key, &error),
		     DT_ERR_FILE);
	remove_scratch(&scratch);
}

Test(workers_node_key_file, where_no_file_can_be_the_sentence_says_why)
{
	const struct {
		const char *path;
		const char *sentence;
	} cases[] = {
		{"/nonexistent/key",
		 "cannot write the node key \"/nonexistent/key\": No such file "
		 "or directory; the name of a new file, in a folder that can "
		 "be written to, is accepted"},
		{"/dev/null/key",
		 "cannot write the node key \"/dev/null/key\": Not a "
		 "directory; the name of a new file, in a folder that can be "
		 "written to, is accepted"},
		{"/tmp/", "cannot write the node key \"/tmp/\": File exists; "
			  "the name of a new file, in a folder that can be "
			  "written to, is accepted"},
		{"", "cannot write the node key \"\": No such file or "
		     "directory; the name of a new file, in a folder that can "
		     "be written to, is accepted"},
	};
	struct dt_node_key key = key_of(LOWER);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_error error;

		cr_assert_eq(dt_node_key_write(cases[i].path, &key, &error),
			     DT_ERR_FILE);
		cr_assert_eq(error.code, DT_ERR_FILE);
		cr_assert_str_eq(error.text, cases[i].sentence);
	}
}

Test(workers_node_key_file, a_name_that_is_too_long_is_refused)
{
	struct dt_node_key key = key_of(LOWER);
	struct dt_error error;
	char path[6000];

	snprintf(path, sizeof(path), "/tmp/%0*d", 300, 0);
	cr_assert_eq(dt_node_key_write(path, &key, &error), DT_ERR_FILE);
	cr_assert_not_null(strstr(error.text, ": File name too long;"));
	snprintf(path, sizeof(path), "/tmp/%0*d/key", 5000, 0);
	cr_assert_eq(dt_node_key_write(path, &key, &error), DT_ERR_FILE);
	cr_assert_not_null(strstr(error.text, ": File name too long;"));
	cr_assert_eq(dt_node_key_read(&key, path, &error), DT_ERR_FILE);
	cr_assert_not_null(strstr(error.text, ": File name too long;"));
}

/* A limit stands in for a full disk: the write ends in the middle. */
Test(workers_node_key_file, a_file_that_cannot_be_whole_is_not_there)
{
	struct scratch scratch = make_scratch();
	struct dt_node_key key = key_of(LOWER);
	struct rlimit before;
	struct rlimit limit;
	struct dt_error error;
	dt_err err;

	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 10;
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	err = dt_node_key_write(scratch.path, &key, &error);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);

	cr_assert_eq(err, DT_ERR_FILE);
	cr_assert_not_null(strstr(error.text, ": File too large;"), "%s",
			   error.text);
	cr_assert_eq(access(scratch.path, F_OK), -1);
	remove_scratch(&scratch);
}

Test(workers_node_key_file, what_is_no_secret_key_is_not_written)
{
	struct scratch scratch = make_scratch();
	const char *const keys[] = {ZERO, ORDER};

	for (size_t i = 0; i < 2; i++) {
		struct dt_node_key key = key_of(keys[i]);
		struct dt_error error;
		char expected[300];

		snprintf(expected, sizeof(expected),
			 "the key for \"%s\" is zero, or not below the order "
			 "of the curve; a secret key of secp256k1 is accepted",
			 scratch.path);
		cr_assert_eq(dt_node_key_write(scratch.path, &key, &error),
			     DT_ERR_ARGUMENT);
		cr_assert_str_eq(error.text, expected);
		cr_assert_eq(access(scratch.path, F_OK), -1);
	}
	remove_scratch(&scratch);
}

Test(workers_node_key_file, digits_are_read_with_a_newline_and_without)
{
	const char *const texts[] = {HEX, HEX "\n", HEX "\r\n", LOWER};
	struct dt_node_key expected = key_of(LOWER);
	struct scratch scratch = make_scratch();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct dt_node_key key;
		struct dt_error error;

		put_file(scratch.path, texts[i], strlen(texts[i]));
		cr_assert_eq(dt_node_key_read(&key, scratch.path, &error),
			     DT_OK, "%zu: %s", i, error.text);
		cr_assert_arr_eq(key.bytes, expected.bytes, sizeof(key.bytes));
	}
	put_file(scratch.path, BELOW, 64);
	cr_assert_eq(dt_node_key_read(&expected, scratch.path, NULL), DT_OK);
	remove_scratch(&scratch);
}

#define NOT_DIGITS                                                             \
	" bytes that are not 64 hex digits; these, with or without a newline " \
	"behind them, are accepted"
#define NO_KEY                                                                  \
	"zero, or not below the order of the curve; a secret key of secp256k1 " \
	"is accepted"

Test(workers_node_key_file, what_is_no_key_file_is_refused_and_not_shown)
{
	static const struct {
		const char *text;
		size_t length; /* 0: to the NUL */
		const char *sentence;
	} cases[] = {
		{"", 0, "0" NOT_DIGITS},
		{"\n", 0, "1" NOT_DIGITS},
		{"5e", 0, "2" NOT_DIGITS},
		{LOWER, 63, "63" NOT_DIGITS},
		{LOWER "\r", 0, "65" NOT_DIGITS},
		{LOWER " ", 0, "65" NOT_DIGITS},
		{LOWER "0", 0, "65" NOT_DIGITS},
		{LOWER "\n\n", 0, "66" NOT_DIGITS},
		{LOWER "\n\r", 0, "66" NOT_DIGITS},
		{"0x" LOWER, 0, "66" NOT_DIGITS},
		{LOWER "\r\n\n", 0, "at least 67" NOT_DIGITS},
		{LOWER LOWER LOWER, 0, "at least 67" NOT_DIGITS},
		{LOWER "\n", 66, "66" NOT_DIGITS}, /* a NUL behind */
		{"g23456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
		 "ff0",
		 64, "64" NOT_DIGITS},
		{" 123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		 "ef0",
		 64, "64" NOT_DIGITS},
		{ZERO, 0, NO_KEY},
		{ORDER "\n", 0, NO_KEY},
	};
	struct scratch scratch = make_scratch();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_node_key key = key_of(BELOW);
		struct dt_node_key untouched = key;
		struct dt_error error;
		char expected[300];
		size_t length = cases[i].length;

		length = length == 0 ? strlen(cases[i].text) : length;
		put_file(scratch.path, cases[i].text, length);
		snprintf(expected, sizeof(expected),
			 "the node key \"%s\" is %s", scratch.path,
			 cases[i].sentence);
		cr_assert_eq(dt_node_key_read(&key, scratch.path, &error),
			     DT_ERR_PARSE, "%zu", i);
		cr_assert_eq(error.code, DT_ERR_PARSE);
		cr_assert_str_eq(error.text, expected);
		cr_assert_arr_eq(key.bytes, untouched.bytes, sizeof(key.bytes));
	}
	remove_scratch(&scratch);
}

Test(workers_node_key_file, what_cannot_be_read_is_refused_with_its_reason)
{
	static const struct {
		const char *path;
		const char *sentence;
	} cases[] = {
		{"/nonexistent/key",
		 "cannot read the node key \"/nonexistent/key\": No such file "
		 "or directory; a file of 64 hex digits is accepted"},
		{"/tmp", "cannot read the node key \"/tmp\": Is a directory; a "
			 "file of 64 hex digits is accepted"},
		{"/proc/self/mem",
		 "cannot read the node key \"/proc/self/mem\": Input/output "
		 "error; a file of 64 hex digits is accepted"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_node_key key;
		struct dt_error error;

		cr_assert_eq(dt_node_key_read(&key, cases[i].path, &error),
			     DT_ERR_FILE);
		cr_assert_eq(error.code, DT_ERR_FILE);
		cr_assert_str_eq(error.text, cases[i].sentence);
	}
}

Test(workers_node_key_file, a_pipe_that_gives_it_in_pieces_is_read)
{
	struct dt_node_key expected = key_of(LOWER);
	struct dt_node_key key;
	struct dt_error error;
	char path[32];
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	/* Each write of a packet pipe is a read of its own. */
	(void)fcntl(ends[1], F_SETFL, O_DIRECT);
	for (size_t i = 0; i < 64; i += 8)
		cr_assert_eq(write(ends[1], &LOWER[i], 8), 8);
	close(ends[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);

	cr_assert_eq(dt_node_key_read(&key, path, &error), DT_OK, "%s",
		     error.text);
	cr_assert_arr_eq(key.bytes, expected.bytes, sizeof(key.bytes));
	close(ends[0]);
}

Test(workers_node_key_file, no_descriptor_stays_open)
{
	struct scratch scratch = make_scratch();
	struct dt_node_key key = key_of(LOWER);
	int before = open("/dev/null", O_RDONLY);
	int after;

	close(before);
	cr_assert_eq(dt_node_key_write("/tmp", &key, NULL), DT_ERR_FILE);
	cr_assert_eq(dt_node_key_write(scratch.path, &key, NULL), DT_OK);
	cr_assert_eq(dt_node_key_write(scratch.path, &key, NULL), DT_ERR_FILE);
	cr_assert_eq(dt_node_key_read(&key, scratch.path, NULL), DT_OK);
	cr_assert_eq(dt_node_key_read(&key, "/tmp", NULL), DT_ERR_FILE);
	after = open("/dev/null", O_RDONLY);
	close(after);

	cr_assert_eq(after, before);
	remove_scratch(&scratch);
}
