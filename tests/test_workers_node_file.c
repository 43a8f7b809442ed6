/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workers/node_file.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

#define ID_START                                                           \
	"ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138" \
	"7574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc"
#define ACCEPTED                                                  \
	"; a text file of at most 1 GiB with one node a line is " \
	"accepted"

/* A file that goes with the test. */
struct scratch {
	char path[32];
	int fd;
};

static struct scratch make_scratch(void)
{
	struct scratch scratch = {.path = "/tmp/dialtone-test-XXXXXX"};

	scratch.fd = mkstemp(scratch.path);
	cr_assert(scratch.fd >= 0);
	return scratch;
}

static void remove_scratch(const struct scratch *scratch)
{
	close(scratch->fd);
	unlink(scratch->path);
}

static dt_node_list *untouched(void)
{
	static char place;

	return (dt_node_list *)(void *)&place;
}

Test(workers_node_file, a_file_is_read_whole)
{
	struct scratch scratch = make_scratch();
	const struct dt_node *nodes;
	struct dt_error error;
	dt_node_list *list;
	size_t count;

	/* More than one buffer, and a last line without newline. */
	for (unsigned int i = 0; i < 2000; i++)
		dprintf(scratch.fd, "%senode://%04x%.124s@10.0.%u.%u:30303",
			i == 0 ? "" : "\n", i, ID_START, i / 256, i % 256);

	cr_assert_eq(dt_node_list_read(&list, scratch.path, &error), DT_OK,
		     "%s", error.text);

	nodes = dt_node_list_nodes(list, &count);
	cr_assert_eq(count, 2000u);
	cr_assert_eq(nodes[1999].endpoint.ip[2], 1999 / 256);
	cr_assert_eq(nodes[1999].endpoint.ip[3], 1999 % 256);
	dt_node_list_destroy(list);
	remove_scratch(&scratch);
}

Test(workers_node_file, an_empty_file_is_an_empty_list)
{
	struct dt_error error;
	dt_node_list *list;
	size_t count = 7;

	cr_assert_eq(dt_node_list_read(&list, "/dev/null", &error), DT_OK, "%s",
		     error.text);

	dt_node_list_nodes(list, &count);
	cr_assert_eq(count, 0u);
	dt_node_list_destroy(list);
}

Test(workers_node_file, a_pipe_can_be_read)
{
	const char line[] = "enode://" ID_START "01@1.2.3.4:5\n";
	struct dt_error error;
	dt_node_list *list;
	char path[32];
	size_t count;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], line, sizeof(line) - 1),
		     (ssize_t)sizeof(line) - 1);
	close(ends[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);

	cr_assert_eq(dt_node_list_read(&list, path, &error), DT_OK, "%s",
		     error.text);

	dt_node_list_nodes(list, &count);
	cr_assert_eq(count, 1u);
	dt_node_list_destroy(list);
	close(ends[0]);
}

Test(workers_node_file, a_bad_line_is_named_with_its_file)
{
	struct scratch scratch = make_scratch();
	char expected[200];
	struct dt_error error;
	dt_node_list *list = untouched();

	dprintf(scratch.fd, "# nodes\nenode://%s01@1.2.3.4\n", ID_START);
	snprintf(expected, sizeof(expected),
		 "%s:2: \"1.2.3.4\" has no port; HOST:PORT is accepted",
		 scratch.path);

	cr_assert_eq(dt_node_list_read(&list, scratch.path, &error),
		     DT_ERR_PARSE);

	cr_assert_str_eq(error.text, expected);
	cr_assert_eq(list, untouched());
	remove_scratch(&scratch);
}

Test(workers_node_file, what_cannot_be_read_is_refused_with_its_path_and_why)
{
	const struct {
		const char *path;
		const char *sentence;
	} cases[] = {
		{"/nonexistent/nodes.txt",
		 "cannot read the node list \"/nonexistent/nodes.txt\": No "
		 "such file or directory" ACCEPTED},
		{"/dev/null/nodes.txt",
		 "cannot read the node list \"/dev/null/nodes.txt\": Not a "
		 "directory" ACCEPTED},
		{"/tmp", "cannot read the node list \"/tmp\": Is a "
			 "directory" ACCEPTED},
		{"", "cannot read the node list \"\": No such file or "
		     "directory" ACCEPTED},
		{"/nonexistent/a\nb",
		 "cannot read the node list \"/nonexistent/a?b\": No such "
		 "file or directory" ACCEPTED},
		{"/proc/self/mem",
		 "cannot read the node list \"/proc/self/mem\": Input/output "
		 "error" ACCEPTED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_error error;
		dt_node_list *list = untouched();

		cr_assert_eq(dt_node_list_read(&list, cases[i].path, &error),
			     DT_ERR_FILE, "%s", cases[i].path);
		cr_assert_eq(error.code, DT_ERR_FILE);
		cr_assert_str_eq(error.text, cases[i].sentence);
		cr_assert_eq(list, untouched(), "%s", cases[i].path);
	}
}

Test(workers_node_file, no_descriptor_stays_open)
{
	const char *const paths[] = {"/dev/null", "/tmp", "/nonexistent"};
	int before = open("/dev/null", O_RDONLY);
	int after;

	close(before);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		dt_node_list *list = NULL;

		if (dt_node_list_read(&list, paths[i], NULL) == DT_OK)
			dt_node_list_destroy(list);
	}
	after = open("/dev/null", O_RDONLY);
	close(after);

	cr_assert_eq(after, before);
}

Test(workers_node_file, every_allocation_may_fail)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct scratch scratch = make_scratch();
	dt_node_list *list = untouched();
	struct dt_error error;

	/* Two sizes of the buffer, then the list and its array. */
	for (unsigned int i = 0; i < 70; i++)
		dprintf(scratch.fd, "#%1000s\n", "");
	dprintf(scratch.fd, "%s01\n", ID_START);
	while (dti_node_file_read(&list, scratch.path, &allocator, &error) ==
	       DT_ERR_NO_MEMORY) {
		cr_assert_eq(list, untouched());
		cr_assert_eq(counter.live, 0u, "call %zu", counter.fail_at);
		counter.fail_at++;
		counter.calls = 0;
	}

	cr_assert_eq(counter.fail_at, 5u, "%s", error.text);
	cr_assert_neq(list, untouched());
	dt_node_list_destroy(list);
	cr_assert_eq(counter.live, 0u);
	remove_scratch(&scratch);
}

Test(workers_node_file, without_memory_the_sentence_names_the_file)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dt_error error;
	dt_node_list *list;

	cr_assert_eq(dti_node_file_read(&list, "/dev/null", &allocator, &error),
		     DT_ERR_NO_MEMORY);

	cr_assert_str_eq(error.text,
			 "there is not enough memory to read the node list "
			 "\"/dev/null\", more than 0 bytes");
}

Test(workers_node_file, a_long_path_is_shown_by_its_end)
{
	const char end[] = "/nodes.txt\": File name too long" ACCEPTED;
	struct dt_error error;
	dt_node_list *list;
	char path[6000];

	memset(path, 'a', sizeof(path));
	memcpy(path + sizeof(path) - sizeof("/nodes.txt"), "/nodes.txt",
	       sizeof("/nodes.txt"));

	cr_assert_eq(dt_node_list_read(&list, path, &error), DT_ERR_FILE);

	cr_assert_arr_eq(error.text, "cannot read the node list \"...aaa", 33);
	cr_assert_str_eq(error.text + strlen(error.text) - strlen(end), end);
}

Test(workers_node_file, a_file_over_1_gib_is_refused)
{
	struct scratch scratch = make_scratch();
	struct dt_error error;
	dt_node_list *list = untouched();
	char expected[200];

	/* A hole: it takes no room. */
	cr_assert_eq(ftruncate(scratch.fd, ((off_t)1 << 30) + 1), 0);
	snprintf(expected, sizeof(expected),
		 "cannot read the node list \"%s\": it is longer than 1 "
		 "GiB" ACCEPTED,
		 scratch.path);

	cr_assert_eq(dt_node_list_read(&list, scratch.path, &error),
		     DT_ERR_FILE);

	cr_assert_str_eq(error.text, expected);
	cr_assert_eq(list, untouched());
	remove_scratch(&scratch);
}
