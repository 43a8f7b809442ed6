/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/node_database.h"
#include "workers/node_store.h"
#include "workers/thread.h"

#include "tests/failing_allocator.h"
#include "tests/folder.h"
#include "tests/harness.h"
#include "tests/node_facts.h"

#define NOW      INT64_C(1700000000)
#define CAPACITY 1000

struct scene {
	struct folder folder;
	struct dti_node_database *database;
	size_t capacity;
	const struct dt_allocator *allocator;
	size_t notices;
	char notice[800]; /* the last one */
};

static const struct dt_allocator libc_allocator;

static void take_notice(void *context, const char *sentence)
{
	struct scene *scene = context;

	scene->notices++;
	snprintf(scene->notice, sizeof(scene->notice), "%s", sentence);
}

static struct scene make_scene(void)
{
	return (struct scene){
		.folder = folder_make(),
		.capacity = CAPACITY,
		.allocator = &libc_allocator,
	};
}

static dt_err open_database(struct scene *scene, struct dt_error *error)
{
	const struct dti_node_database_options options = {
		.path = folder_file(&scene->folder, "nodes"),
		.capacity = scene->capacity,
		.notice = take_notice,
		.context = scene,
		.allocator = scene->allocator,
	};

	scene->database = NULL;
	return dti_node_database_open(&scene->database, &options, error);
}

static void begin(struct scene *scene)
{
	struct dt_error error = {0};

	cr_assert_eq(open_database(scene, &error), DT_OK, "%s", error.text);
}

static void end(struct scene *scene)
{
	dti_node_database_close(scene->database);
	scene->database = NULL;
}

static void end_scene(struct scene *scene)
{
	end(scene);
	folder_remove(&scene->folder);
}

static size_t count_of(const struct scene *scene)
{
	return dti_node_database_count(scene->database);
}

/* Pongs of @count nodes from @first on at @alive, stored at the same time. */
static dt_err store_pongs(struct scene *scene, uint32_t first, uint32_t count,
			  int64_t alive)
{
	struct dti_node_fact *facts = calloc(count, sizeof(*facts));
	dt_err err;

	cr_assert_not_null(facts);
	for (uint32_t i = 0; i < count; i++)
		facts[i] = pong_of(first + i, alive);
	err = dti_node_database_store(scene->database, facts, count, alive);
	free(facts);
	return err;
}

static void store(struct scene *scene, uint32_t first, uint32_t count,
		  int64_t alive)
{
	cr_assert_eq(store_pongs(scene, first, count, alive), DT_OK, "%s",
		     scene->notice);
}

/* The seeds of one day; each is a numbered node, and none is there twice. */
static size_t seeds_of(struct scene *scene, uint32_t *numbers, size_t max,
		       uint64_t seed)
{
	const struct dti_node_database_query query = {
		.max = max,
		.now_unix_s = NOW,
		.max_age_s = 24 * 60 * 60,
		.seed = seed,
	};
	struct dt_node *nodes = calloc(max + 1, sizeof(*nodes));
	size_t count = max + 1;

	cr_assert_not_null(nodes);
	cr_assert_eq(
		dti_node_database_seeds(scene->database, nodes, &count, &query),
		DT_OK, "%s", scene->notice);
	cr_assert_leq(count, max);
	for (size_t i = 0; i < count; i++) {
		numbers[i] = node_number(&nodes[i]);
		for (size_t j = 0; j < i; j++)
			cr_assert_neq(numbers[i], numbers[j], "twice");
	}
	free(nodes);
	return count;
}

/* ---- what it keeps ---- */

Test(workers_node_database, nodes_are_there_after_a_restart)
{
	struct scene scene = make_scene();
	uint32_t numbers[300];

	begin(&scene);
	store(&scene, 0, 200, NOW);
	store(&scene, 150, 100, NOW + 1);
	cr_assert_eq(count_of(&scene), 250);
	end(&scene);

	begin(&scene);
	cr_assert_eq(count_of(&scene), 250);
	cr_assert_eq(seeds_of(&scene, numbers, 300, 1), 250);
	cr_assert_eq(scene.notices, 0);
	end_scene(&scene);
}

Test(workers_node_database, beyond_the_capacity_the_oldest_go)
{
	struct scene scene = make_scene();
	uint32_t numbers[50];
	size_t count;

	scene.capacity = 50;
	begin(&scene);
	for (uint32_t i = 0; i < 20; i++) {
		store(&scene, i * 10, 10, NOW - 20 + i);
		cr_assert_leq(count_of(&scene), 50);
	}

	count = seeds_of(&scene, numbers, 50, 1);
	cr_assert_eq(count, 50);
	for (size_t i = 0; i < count; i++)
		cr_assert_geq(numbers[i], 150);
	store(&scene, 1000, 500, NOW); /* more at once than there is room for */
	cr_assert_eq(count_of(&scene), 50);
	end_scene(&scene);
}

Test(workers_node_database, who_was_not_alive_for_five_days_is_forgotten)
{
	const int64_t five_days = 5 * 24 * 60 * 60;
	struct scene scene = make_scene();

	begin(&scene);
	store(&scene, 1, 1, NOW);
	store(&scene, 2, 1, NOW + 1);
	cr_assert_eq(dti_node_database_store(scene.database, NULL, 0,
					     NOW + five_days),
		     DT_OK);
	cr_assert_eq(count_of(&scene), 2);
	cr_assert_eq(dti_node_database_store(scene.database, NULL, 0,
					     NOW + five_days + 1),
		     DT_OK);
	cr_assert_eq(count_of(&scene), 1);
	cr_assert_eq(dti_node_database_store(scene.database, NULL, 0,
					     NOW + five_days + 2),
		     DT_OK);
	cr_assert_eq(count_of(&scene), 0);
	end_scene(&scene);
}

Test(workers_node_database, seeds_are_others_each_time)
{
	struct scene scene = make_scene();
	bool seen[100] = {false};
	uint32_t first[10];
	uint32_t again[10];
	size_t all = 0;

	begin(&scene);
	store(&scene, 0, 100, NOW - 60);
	store(&scene, 200, 100, NOW - 25 * 60 * 60); /* older than a day */
	cr_assert_eq(seeds_of(&scene, first, 0, 1), 0);
	cr_assert_eq(seeds_of(&scene, first, 10, 1), 10);
	cr_assert_eq(seeds_of(&scene, again, 10, 1), 10);
	cr_assert_arr_eq(first, again, sizeof(first));
	for (uint64_t seed = 0; seed < 100; seed++) {
		cr_assert_eq(seeds_of(&scene, again, 10, seed), 10);
		for (size_t i = 0; i < 10; i++) {
			cr_assert_lt(again[i], 100);
			all += !seen[again[i]];
			seen[again[i]] = true;
		}
	}

	/* Of each, 100 chances of one in ten missed: 1 in 37,000. */
	cr_assert_geq(all, 98);
	end_scene(&scene);
}

Test(workers_node_database, seeds_that_failed_since_are_the_second_choice)
{
	struct dti_node_fact failures[90];
	struct scene scene = make_scene();
	uint32_t numbers[100];

	begin(&scene);
	store(&scene, 0, 100, NOW);
	for (uint32_t i = 0; i < 90; i++)
		failures[i] = failures_of(i, 1);
	cr_assert_eq(dti_node_database_store(scene.database, failures, 90, NOW),
		     DT_OK);

	cr_assert_eq(seeds_of(&scene, numbers, 5, 1), 5);
	for (size_t i = 0; i < 5; i++)
		cr_assert_geq(numbers[i], 90);
	cr_assert_eq(seeds_of(&scene, numbers, 30, 1), 30);
	for (size_t i = 0; i < 30; i++)
		cr_assert_eq(numbers[i] >= 90, i < 10);
	cr_assert_eq(seeds_of(&scene, numbers, 100, 1), 100);
	store(&scene, 0, 90, NOW + 1); /* alive again */
	cr_assert_eq(seeds_of(&scene, numbers, 100, 1), 100);
	end_scene(&scene);
}

/* ---- what must not be fatal ---- */

/*
 * It opens, whatever the file is, works, and is there again. A flipped byte
 * within a row can make another node of it; nobody can know.
 */
static void assert_works(struct scene *scene, const char *what)
{
	const struct dti_node_database_query query = {
		.max = 10, .now_unix_s = NOW, .max_age_s = 10};
	struct dt_node nodes[10];
	size_t found;
	size_t count;

	begin(scene);
	cr_assert_leq(count_of(scene), CAPACITY, "%s", what);
	store(scene, 5000, 10, NOW);
	count = count_of(scene);
	cr_assert_geq(count, 10, "%s", what);
	end(scene);
	begin(scene);
	cr_assert_eq(count_of(scene), count, "%s", what);
	cr_assert_eq(
		dti_node_database_seeds(scene->database, nodes, &found, &query),
		DT_OK, "%s", what);
	cr_assert_eq(found, 10, "%s", what);
	end(scene);
}

/* The file was not to be used: that was said, and it stands beside, unchanged. */
static void assert_moved(struct scene *scene, const char *why,
			 const void *bytes, size_t length)
{
	char sentence[800];
	unsigned char *moved;
	size_t moved_length;

	snprintf(sentence, sizeof(sentence),
		 "the node database \"%s\" cannot be used (%s); it is \"%s\" "
		 "now, and a new one begins",
		 folder_file(&scene->folder, "nodes"), why,
		 folder_file(&scene->folder, "nodes.bad-1"));
	cr_assert_eq(scene->notices, 1);
	cr_assert_str_eq(scene->notice, sentence);
	moved = folder_read(&scene->folder, "nodes.bad-1", &moved_length);
	cr_assert_eq(moved_length, length);
	cr_assert_arr_eq(moved, bytes, length);
	free(moved);
	cr_assert_eq(folder_count(&scene->folder), 2);
}

/* A file of 300 nodes, as it is when it was closed. */
static unsigned char *make_file(size_t *length)
{
	struct scene scene = make_scene();
	unsigned char *bytes;

	begin(&scene);
	store(&scene, 0, 300, NOW);
	end(&scene);
	bytes = folder_read(&scene.folder, "nodes", length);
	folder_remove(&scene.folder);
	return bytes;
}

Test(workers_node_database, what_is_no_database_is_moved_aside)
{
	static const char text[] = "# nodes\nenode://0123@127.0.0.1:30303\n";
	unsigned char noise[20000];
	struct scene scene = make_scene();
	uint32_t state = 1;

	folder_write(&scene.folder, "nodes", text, strlen(text));
	assert_works(&scene, "text");
	assert_moved(&scene, "file is not a database", text, strlen(text));
	folder_remove(&scene.folder);

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] =
			(unsigned char)((state = state * 1103515245 + 12345) >>
					16);
	scene = make_scene();
	folder_write(&scene.folder, "nodes", noise, sizeof(noise));
	assert_works(&scene, "noise");
	assert_moved(&scene, "file is not a database", noise, sizeof(noise));
	folder_remove(&scene.folder);

	scene = make_scene();
	folder_write(&scene.folder, "nodes", "", 0);
	assert_works(&scene, "nothing");
	cr_assert_eq(scene.notices, 0);
	folder_remove(&scene.folder);
}

Test(workers_node_database, anothers_file_and_a_newer_one_are_moved_aside)
{
	static const struct {
		const char *sql;
		const char *why;
	} files[] = {
		{"CREATE TABLE mine (a); INSERT INTO mine VALUES (1)",
		 "another application's file"},
		{"CREATE TABLE nodes (a); PRAGMA application_id = 0x6469616c;"
		 "PRAGMA user_version = 2",
		 "its format is 2, and this version reads 1"},
		{"CREATE TABLE nodes (a); PRAGMA application_id = 0x6469616c;"
		 "PRAGMA user_version = 1",
		 "table nodes has 1 columns but 7 values were supplied"},
	};

	for (size_t i = 0; i < dti_array_length(files); i++) {
		struct scene scene = make_scene();
		unsigned char *bytes;
		sqlite3 *file;
		size_t length;

		cr_assert_eq(sqlite3_open(folder_file(&scene.folder, "nodes"),
					  &file),
			     SQLITE_OK);
		cr_assert_eq(sqlite3_exec(file, files[i].sql, NULL, NULL, NULL),
			     SQLITE_OK);
		sqlite3_close(file);
		bytes = folder_read(&scene.folder, "nodes", &length);

		assert_works(&scene, files[i].sql);

		if (i < 2) /* the third is ours: it is given a log */
			assert_moved(&scene, files[i].why, bytes, length);
		cr_assert_not_null(strstr(scene.notice, files[i].why), "%s",
				   scene.notice);
		free(bytes);
		folder_remove(&scene.folder);
	}
}

Test(workers_node_database, a_file_that_was_cut_works_or_is_moved_aside,
     .timeout = 60)
{
	size_t moved = 0;
	size_t length;
	unsigned char *bytes = make_file(&length);

	for (size_t i = 0; i < 20; i++) {
		struct scene scene = make_scene();
		size_t cut = length * i / 20 + (i % 2) * 7;

		folder_write(&scene.folder, "nodes", bytes, cut);
		assert_works(&scene, "cut");
		cr_assert_leq(scene.notices, 1);
		moved += scene.notices;
		folder_remove(&scene.folder);
	}
	cr_assert_geq(moved, 18);
	free(bytes);
}

Test(workers_node_database, a_file_with_flipped_bytes_works_or_is_moved_aside,
     .timeout = 120)
{
	size_t moved = 0;
	size_t length;
	unsigned char *bytes = make_file(&length);

	/* All of the header, then here and there. */
	for (size_t at = 0; at < length; at += at < 110 ? 1 : 1571) {
		struct scene scene = make_scene();
		char what[32];

		snprintf(what, sizeof(what), "byte %zu", at);
		bytes[at] ^= 0xff;
		folder_write(&scene.folder, "nodes", bytes, length);
		bytes[at] ^= 0xff;
		assert_works(&scene, what);
		cr_assert_leq(scene.notices, 1, "%s", what);
		moved += scene.notices;
		folder_remove(&scene.folder);
	}
	cr_assert_gt(moved, 20);
	free(bytes);
}

Test(workers_node_database, a_damaged_log_costs_no_more_than_what_is_in_it,
     .timeout = 120)
{
	struct scene first = make_scene();
	struct dti_node_store raw;
	unsigned char *bytes;
	unsigned char *log;
	size_t length;
	size_t log_length;

	begin(&first);
	store(&first, 0, 100, NOW);
	end(&first);
	/* Left as by a kill. */
	cr_assert_eq(
		dti_node_store_open(&raw, folder_file(&first.folder, "nodes")),
		DTI_STORE_OK);
	for (uint32_t i = 100; i < 200; i++) {
		struct dti_node_fact fact = pong_of(i, NOW);

		cr_assert_eq(dti_node_store_put(&raw, &fact), DTI_STORE_OK);
	}
	dti_node_store_close(&raw, true);
	bytes = folder_read(&first.folder, "nodes", &length);
	log = folder_read(&first.folder, "nodes-wal", &log_length);
	folder_remove(&first.folder);

	for (size_t at = 0; at < log_length; at += at < 60 ? 1 : 24001) {
		struct scene scene = make_scene();

		log[at] ^= 0xff;
		folder_write(&scene.folder, "nodes", bytes, length);
		folder_write(&scene.folder, "nodes-wal", log, log_length);
		log[at] ^= 0xff;

		begin(&scene);
		cr_assert_eq(scene.notices, 0, "%s", scene.notice);
		cr_assert_geq(count_of(&scene), 100, "byte %zu", at);
		cr_assert_leq(count_of(&scene), 200);
		end_scene(&scene);
	}
	free(bytes);
	free(log);
}

/* Write over all but the first page of a file, from another process: closing
 * it in this one would let go of the lock. */
static void spoil(const struct scene *scene)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int fd = open(folder_file(&scene->folder, "nodes"), O_WRONLY);
		char page[4096];

		memset(page, 0x5a, sizeof(page));
		for (off_t at = sizeof(page); at < 4 * 1024 * 1024;
		     at += (off_t)sizeof(page))
			if (pwrite(fd, page, sizeof(page), at) < 0)
				_exit(1);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
}

Test(workers_node_database, damage_that_is_found_later_is_no_end_either,
     .timeout = 60)
{
	const struct dti_node_database_query query = {
		.max = 10, .now_unix_s = NOW, .max_age_s = 10};
	struct scene scene = make_scene();
	struct dt_node nodes[10];
	size_t count;

	/* More than fits into the cache. */
	scene.capacity = 40000;
	begin(&scene);
	store(&scene, 0, 30000, NOW);
	end(&scene); /* so that it is no longer in the log */
	begin(&scene);
	spoil(&scene);

	cr_assert_eq(
		dti_node_database_seeds(scene.database, nodes, &count, &query),
		DT_ERR_FILE);
	cr_assert_leq(count, 10);
	cr_assert_eq(scene.notices, 1);
	cr_assert_not_null(strstr(scene.notice, "cannot be used for now: "),
			   "%s", scene.notice);
	cr_assert_eq(count_of(&scene), 0);
	cr_assert_eq(
		dti_node_database_seeds(scene.database, nodes, &count, &query),
		DT_ERR_FILE);
	cr_assert_eq(count, 0);

	store(&scene, 7, 3, NOW);
	cr_assert_eq(scene.notices, 2);
	cr_assert_not_null(strstr(scene.notice, "and a new one begins"), "%s",
			   scene.notice);
	cr_assert_eq(count_of(&scene), 3);
	cr_assert(folder_has(&scene.folder, "nodes.bad-1"));
	end_scene(&scene);
}

Test(workers_node_database, damage_that_a_store_finds_costs_the_old_nodes,
     .timeout = 60)
{
	struct scene scene = make_scene();

	scene.capacity = 40000;
	begin(&scene);
	store(&scene, 0, 30000, NOW);
	end(&scene); /* so that it is no longer in the log */
	begin(&scene);
	spoil(&scene);

	store(&scene, 7, 3000, NOW);

	cr_assert_eq(scene.notices, 1);
	cr_assert_not_null(strstr(scene.notice, "and a new one begins"), "%s",
			   scene.notice);
	cr_assert_eq(count_of(&scene), 3000);
	end_scene(&scene);
}

/* ---- what is a mistake ---- */

static void assert_refused(struct scene *scene, const char *before,
			   const char *behind)
{
	struct dt_error error = {0};
	char sentence[512];

	snprintf(sentence, sizeof(sentence), "%s \"%s\"%s", before,
		 folder_file(&scene->folder, "nodes"), behind);
	cr_assert_eq(open_database(scene, &error), DT_ERR_FILE);
	cr_assert_null(scene->database);
	cr_assert_eq(error.code, DT_ERR_FILE);
	cr_assert_str_eq(error.text, sentence);
	cr_assert_eq(open_database(scene, NULL), DT_ERR_FILE);
	cr_assert_eq(scene->notices, 0);
}

Test(workers_node_database, places_that_cannot_work_are_refused)
{
	struct scene scene = make_scene();

	cr_assert_eq(mkdir(folder_file(&scene.folder, "nodes"), 0700), 0);
	assert_refused(
		&scene, "cannot open the node database",
		": it is not a file; a file in a folder where files can be made is "
		"accepted");
	folder_remove(&scene.folder);
	/* The folder is gone. */
	assert_refused(&scene, "cannot open the node database",
		       ": No such file or "
		       "directory; a file in a folder where files can be made "
		       "is accepted");
}

Test(workers_node_database, a_second_user_is_refused)
{
	struct scene scene = make_scene();
	struct dti_node_database *database;

	begin(&scene);
	store(&scene, 0, 5, NOW);
	database = scene.database;

	assert_refused(&scene, "the node database",
		       " is in use by another process "
		       "or dialer; a file that nobody else uses is accepted");

	scene.database = database;
	store(&scene, 5, 5, NOW);
	cr_assert_eq(count_of(&scene), 10);
	end_scene(&scene);
}

Test(workers_node_database, what_cannot_be_moved_aside_is_refused)
{
	struct scene scene = make_scene();
	int status;
	pid_t child;

	folder_write(&scene.folder, "nodes", "text", 4);
	cr_assert_eq(chmod(folder_file(&scene.folder, "nodes"), 0666), 0);
	cr_assert_eq(chmod(scene.folder.path, 0555), 0);
	child = fork(); /* as nobody, if this is root, who may do anything */
	if (child == 0) {
		struct dt_error error = {0};
		dt_err err;

		if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		err = open_database(&scene, &error);
		_exit(err == DT_ERR_FILE &&
				      strstr(error.text,
					     "file is not a database, and it "
					     "cannot be moved aside: "
					     "Permission denied; ")
			      ? 0
			      : 1);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	cr_assert_eq(chmod(scene.folder.path, 0755), 0);
	folder_remove(&scene.folder);
}

/* ---- trouble that passes ---- */

static void assert_trouble_is_over(struct scene *scene)
{
	store(scene, 200, 1, NOW);
	cr_assert_eq(count_of(scene), 201);
	cr_assert_eq(scene->notices, 1);
	end(scene);
	begin(scene);
	cr_assert_eq(count_of(scene), 201);
}

static void limit_files_to(rlim_t bytes)
{
	struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	signal(SIGXFSZ, SIG_IGN); /* the library's threads block it */
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(workers_node_database, what_a_full_disk_has_no_room_for_comes_later)
{
	struct scene scene = make_scene();
	uint32_t numbers[100];

	begin(&scene);
	store(&scene, 0, 100, NOW);
	limit_files_to(4096);

	cr_assert_eq(store_pongs(&scene, 100, 50, NOW), DT_ERR_FILE);
	cr_assert_eq(scene.notices, 1);
	cr_assert_not_null(strstr(scene.notice, "what is learned is kept in "
						"memory"),
			   "%s", scene.notice);
	cr_assert_eq(store_pongs(&scene, 150, 50, NOW), DT_ERR_FILE);
	cr_assert_eq(scene.notices, 1, "it is said again");
	/* What is there can be read. */
	cr_assert_eq(count_of(&scene), 100);
	cr_assert_eq(seeds_of(&scene, numbers, 100, 1), 100);

	limit_files_to(RLIM_INFINITY);
	assert_trouble_is_over(&scene);
	/* And the next trouble is told again. */
	limit_files_to(4096);
	cr_assert_eq(store_pongs(&scene, 300, 1, NOW), DT_ERR_FILE);
	cr_assert_eq(scene.notices, 2);
	limit_files_to(RLIM_INFINITY);
	end_scene(&scene);
}

Test(workers_node_database, a_disk_that_is_full_from_the_start_is_no_end)
{
	struct scene scene = make_scene();

	limit_files_to(100);
	begin(&scene);
	cr_assert_eq(scene.notices, 1);
	cr_assert_eq(count_of(&scene), 0);
	cr_assert_eq(store_pongs(&scene, 0, 200, NOW), DT_ERR_FILE);
	cr_assert_eq(scene.notices, 1);

	limit_files_to(RLIM_INFINITY);
	assert_trouble_is_over(&scene);
	end_scene(&scene);
}

Test(workers_node_database, on_a_file_system_that_is_full_it_is_the_same)
{
	struct scene scene = make_scene();
	unsigned char filler[4096] = {1};
	int fd;

	if (mount("none", scene.folder.path, "tmpfs", 0, "size=256k") != 0) {
		folder_remove(&scene.folder);
		cr_skip_test("mounting a tmpfs needs root");
	}
	begin(&scene);
	store(&scene, 0, 100, NOW);
	fd = open(folder_file(&scene.folder, "filler"), O_WRONLY | O_CREAT,
		  0600);
	while (write(fd, filler, sizeof(filler)) == sizeof(filler))
		;
	close(fd);

	cr_assert_eq(store_pongs(&scene, 100, 100, NOW), DT_ERR_FILE);
	cr_assert_eq(scene.notices, 1);
	cr_assert_not_null(strstr(scene.notice, ": database or disk is full; "),
			   "%s", scene.notice);
	end(&scene);
	/* A start on a full disk still has the seeds. */
	begin(&scene);
	cr_assert_eq(count_of(&scene), 100);
	cr_assert_eq(store_pongs(&scene, 100, 100, NOW), DT_ERR_FILE);
	scene.notices = 1;
	cr_assert_eq(unlink(folder_file(&scene.folder, "filler")), 0);
	assert_trouble_is_over(&scene);
	end(&scene);
	cr_assert_eq(umount(scene.folder.path), 0);
	folder_remove(&scene.folder);
}

Test(workers_node_database, nobody_needs_to_hear_of_it)
{
	struct scene scene = make_scene();
	const struct dti_node_database_options options = {
		.path = folder_file(&scene.folder, "nodes"),
		.capacity = 10,
		.allocator = &libc_allocator,
	};

	folder_write(&scene.folder, "nodes", "text", 4);
	cr_assert_eq(dti_node_database_open(&scene.database, &options, NULL),
		     DT_OK);
	cr_assert(folder_has(&scene.folder, "nodes.bad-1"));
	end_scene(&scene);
	dti_node_database_close(NULL);
}

/* ---- a kill at any moment ---- */

#define ROUND_NODES 400

/* Store all nodes again and again, each time with the next second. */
static void store_for_ever(struct scene *scene, int progress_fd)
{
	if (open_database(scene, NULL) != DT_OK)
		_exit(1);
	for (int64_t second = NOW;; second++) {
		(void)!write(progress_fd, "", 1);
		(void)store_pongs(scene, 0, ROUND_NODES, second);
	}
}

/* How many different seconds the nodes have. */
static int64_t states_of(const struct scene *scene)
{
	sqlite3_stmt *statement;
	sqlite3 *file;
	int64_t states;

	cr_assert_eq(sqlite3_open(folder_file(&scene->folder, "nodes"), &file),
		     SQLITE_OK);
	cr_assert_eq(sqlite3_prepare_v2(file,
					"SELECT count(DISTINCT alive), "
					"count(*) FROM nodes",
					-1, &statement, NULL),
		     SQLITE_OK);
	cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
	states = sqlite3_column_int64(statement, 0);
	cr_assert_eq(sqlite3_column_int64(statement, 1),
		     states == 0 ? 0 : ROUND_NODES);
	sqlite3_finalize(statement);
	sqlite3_close(file);
	return states;
}

Test(workers_node_database, a_kill_leaves_the_state_before_or_after,
     .timeout = 120)
{
	struct scene scene = make_scene();

	for (int kills = 0; kills < 25; kills++) {
		int progress[2];
		char byte;
		pid_t child;

		cr_assert_eq(pipe(progress), 0);
		child = fork();
		if (child == 0)
			store_for_ever(&scene, progress[1]);
		close(progress[1]);
		/* In the k-th store, somewhere. */
		for (int i = 0; i <= kills; i++)
			cr_assert_eq(read(progress[0], &byte, 1), 1);
		cr_assert_eq(kill(child, SIGKILL), 0);
		cr_assert_eq(waitpid(child, NULL, 0), child);
		close(progress[0]);

		begin(&scene);
		cr_assert_eq(scene.notices, 0, "%s", scene.notice);
		end(&scene);
		cr_assert_leq(states_of(&scene), 1);
	}
	cr_assert_eq(states_of(&scene), 1, "nothing was ever stored");
	folder_remove(&scene.folder);
}

Test(workers_node_database, a_kill_within_a_transaction_leaves_the_old_state)
{
	struct scene scene = make_scene();
	int ready[2];
	pid_t child;
	char byte;

	begin(&scene);
	store(&scene, 0, 100, NOW);
	end(&scene);
	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct dti_node_store raw;

		(void)dti_node_store_open(&raw,
					  folder_file(&scene.folder, "nodes"));
		(void)dti_node_store_begin(&raw);
		/* More than the cache holds: it goes into the log before. */
		for (uint32_t i = 0; i < 30000; i++) {
			struct dti_node_fact fact = pong_of(i, NOW + 1);

			(void)dti_node_store_put(&raw, &fact);
		}
		(void)!write(ready[1], "", 1);
		pause();
		_exit(1);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	cr_assert_eq(kill(child, SIGKILL), 0);
	cr_assert_eq(waitpid(child, NULL, 0), child);

	begin(&scene);
	cr_assert_eq(count_of(&scene), 100);
	cr_assert_eq(scene.notices, 0, "%s", scene.notice);
	end_scene(&scene);
}

/* ---- with little stack ---- */

/* All that it does, also what it does seldom: moving a bad file aside. */
static void use_all(void *argument)
{
	struct scene *scene = argument;
	uint32_t numbers[10];

	begin(scene);
	store(scene, 0, 2000, NOW);
	(void)seeds_of(scene, numbers, 10, 1);
	end(scene);
	begin(scene);
	store(scene, 1000, 2000, NOW + 1);
	end(scene);
}

Test(workers_node_database, a_stack_of_64_kib_is_enough)
{
	struct scene scene = make_scene();
	struct dti_thread thread = {
		.run = use_all,
		.argument = &scene,
		.name = "dt-database",
	};

	folder_write(&scene.folder, "nodes", "text", 4);
	cr_assert_eq(dti_thread_start(&thread, (size_t)64 * 1024), DT_OK);
	dti_thread_join(&thread);

	cr_assert_eq(scene.notices, 1);
	begin(&scene);
	cr_assert_eq(count_of(&scene), CAPACITY);
	end_scene(&scene);
}

/* ---- without memory ---- */

Test(workers_node_database, nothing_leaks_when_any_allocation_fails,
     .timeout = 60)
{
	dt_err err = DT_ERR_NO_MEMORY;
	size_t n;

	for (n = 1; err; n++) {
		struct failing_allocator memory = {.fail_at = n};
		struct dt_allocator allocator =
			failing_allocator_functions(&memory);
		struct scene scene = make_scene();
		struct dt_error error = {0};

		scene.allocator = &allocator;
		folder_write(&scene.folder, "nodes", "text", 4);
		err = open_database(&scene, &error);

		/* To move the file aside takes memory too. */
		if (err)
			cr_assert(err == error.code && *error.text != '\0' &&
				  (err == DT_ERR_NO_MEMORY ||
				   err == DT_ERR_FILE));
		else
			store(&scene, 0, 10, NOW);
		end(&scene);
		cr_assert_eq(memory.live, 0, "it leaks at %zu", n);
		folder_remove(&scene.folder);
	}
	cr_assert_gt(n, 4);
}

Test(workers_node_database, without_memory_what_is_not_stored_is_lost)
{
	struct failing_allocator memory = {.calls = 0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct scene scene = make_scene();

	scene.allocator = &allocator;
	begin(&scene);
	limit_files_to(4096);
	memory.fail_at = memory.calls + 1;
	cr_assert_eq(store_pongs(&scene, 0, 10, NOW), DT_ERR_FILE);
	cr_assert_eq(store_pongs(&scene, 10, 10, NOW), DT_ERR_FILE);
	limit_files_to(RLIM_INFINITY);

	store(&scene, 20, 10, NOW);
	cr_assert_eq(count_of(&scene), 20);
	end_scene(&scene);
	cr_assert_eq(memory.live, 0);
}
