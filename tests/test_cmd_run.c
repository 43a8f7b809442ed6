/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/dialtone.h"

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/loopback.h"
#include "tests/program.h"

/* `dialtone run` against listeners on the loopback. */

/* Listeners that say nothing are peers then. */
#define PLAIN "--setup", "tcp"

#define ADDS_UP "every task and every candidate has one fate: it adds up"

/* Lines for nodes @first to @last, all at @loopback; caller frees. */
static char *node_lines(const struct loopback *loopback, uint32_t first,
			uint32_t last)
{
	char *lines = calloc(last - first + 1, DT_ENODE_URL_SIZE + 1);
	char *end = lines;

	cr_assert_not_null(lines);
	for (uint32_t i = first; i <= last; i++) {
		struct dt_node node =
			loopback_node(i, loopback_endpoint(loopback, i));
		char url[DT_ENODE_URL_SIZE];

		cr_assert_eq(dt_enode_format(url, sizeof(url), &node), DT_OK);
		end += snprintf(end, DT_ENODE_URL_SIZE + 1, "%s\n", url);
	}
	return lines;
}

static const char *write_nodes(const char *name,
			       const struct loopback *loopback, uint32_t first,
			       uint32_t last)
{
	char *lines = node_lines(loopback, first, last);
	const char *path = program_write_file(name, lines);

	free(lines);
	return path;
}

/* The listener, and a program that was started with @arguments. */
struct scene_of_run {
	struct loopback loopback;
	struct program program;
};

static void finish(struct scene_of_run *scene)
{
	program_finish(&scene->program);
	loopback_close(&scene->loopback);
}

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static void stopped_well(const struct program *program)
{
	cr_assert_eq(program->exit_code, 0, "exit code %d\n%s%s",
		     program->exit_code, program->err_text, program->out_text);
	holds(program->out_text, ADDS_UP);
	cr_assert_str_eq(program->err_text, "");
}

Test(cmd_run, with_nothing_to_dial_it_refuses_and_says_what_to_give,
     .timeout = 20)
{
	struct program program;

	program_run(&program, (const char *const[]){"run", NULL}, NULL);

	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, "there is nothing to dial; give --network,");
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_run, a_first_node_has_nothing_to_dial_and_waits_to_be_found,
     .timeout = 20)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"run", "--discovery", "v4",
					  "--listen", "127.201.7.1:0", "--for",
					  "100ms", NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "enode://");
	holds(program.out_text, ADDS_UP);
	program_free(&program);
}

Test(cmd_run, a_bad_file_is_refused_before_anything_is_dialed, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = program_write_file("bad.txt", "\nenode://xyz\n");
	struct program program;

	program_run(&program,
		    (const char *const[]){"run", PLAIN, "--discovery", "none",
					  "--static-file", path, NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, "/bad.txt:2: ");
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_run, a_bad_own_id_is_refused, .timeout = 20)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"run", "--self", "abc", NULL}, NULL);

	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, "dialtone: --self: ");
	program_free(&program);
}

Test(cmd_run, ends_by_itself_after_its_time, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 3);

	program_start(&scene.program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, "--for",
					    "400ms", NULL},
		      NULL);
	finish(&scene);

	stopped_well(&scene.program);
	holds(scene.program.out_text, "3 static nodes, 0 bootnodes");
	cr_assert_eq(program_count(scene.program.out_text, "peer added:"), 3);
	cr_assert_null(strchr(scene.program.out_text, '\033'), "not plain");
	program_free(&scene.program);
}

Test(cmd_run, sigterm_stops_it_with_the_table_of_fates, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_SWALLOWS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 4);

	program_start(&scene.program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, "--log",
					    "debug", NULL},
		      NULL);
	program_await(&scene.program, "dial started:", 4);
	program_signal(&scene.program, SIGTERM);
	finish(&scene);

	stopped_well(&scene.program);
	holds(scene.program.out_text, "  cancelled                    4");
	holds(scene.program.out_text, "candidates: 4 offered = 4 dialed + 0");
	program_free(&scene.program);
}

Test(cmd_run, sigint_stops_it_too, .timeout = 30, .fini = program_remove_files)
{
	struct scene_of_run scene;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 1);

	program_start(&scene.program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, NULL},
		      NULL);
	program_await(&scene.program, "peer added:", 1);
	program_signal(&scene.program, SIGINT);
	finish(&scene);

	stopped_well(&scene.program);
	program_free(&scene.program);
}

Test(cmd_run, uses_table_and_bootnodes, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	char bootnodes[128];
	char table[128];

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	snprintf(bootnodes, sizeof(bootnodes), "%s",
		 write_nodes("boot.txt", &scene.loopback, 1, 1));
	snprintf(table, sizeof(table), "%s",
		 write_nodes("table.txt", &scene.loopback, 2, 6));

	program_start(&scene.program,
		      (const char *const[]){"run", PLAIN, "--bootnode-file",
					    bootnodes, "--nodes", table,
					    "--fallback-interval", "0", NULL},
		      NULL);
	program_await(&scene.program, "peer added:", 5);
	program_signal(&scene.program, SIGTERM);
	finish(&scene);

	stopped_well(&scene.program);
	holds(scene.program.out_text,
	      "0 static nodes, 1 bootnodes, 5 nodes in the table");
	holds(scene.program.out_text, "(dynamic)");
	program_free(&scene.program);
}

Test(cmd_run, never_dials_its_own_id, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	char self[DT_ENODE_URL_SIZE];
	struct dt_node node;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	node = loopback_node(1, loopback_endpoint(&scene.loopback, 1));
	cr_assert_eq(dt_enode_format(self, sizeof(self), &node), DT_OK);
	path = write_nodes("table.txt", &scene.loopback, 1, 2);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--nodes", path,
					    "--self", self, "--lookup-interval",
					    "10ms", NULL},
		      NULL);
	program_await(program, "peer added:", 1);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	cr_assert_eq(program_count(program->out_text, "peer added:"), 1);
	holds(program->out_text, "skipped self");
	program_free(program);
}

Test(cmd_run, writes_nothing_but_lines_of_json_when_asked, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *bad = NULL;
	const char *path;
	size_t count;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 2);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, "--json",
					    "--log", "debug",
					    "--status-interval", "50ms", NULL},
		      NULL);
	program_await(program, "\"type\":\"status\"", 3);
	program_signal(program, SIGTERM);
	finish(&scene);

	cr_assert_eq(program->exit_code, 0);
	cr_assert(json_check_lines(program->out_text, &count, &bad), "%s", bad);
	cr_assert_eq(program_count(program->out_text, "{\"type\":"), count);
	holds(program->out_text, "\"event\":\"dial_started\",\"task\":"
				 "\"static_dial\",\"id\":\"");
	holds(program->out_text, "\"outcome\":\"connected\"");
	holds(program->out_text, "\"flags\":[\"static\"]");
	holds(program->out_text, "\"type\":\"fates\"");
	holds(program->out_text, "\"adds_up\":true");
	holds(program->out_text, "\"allocator\":{\"name\":");
	cr_assert_str_eq(program->err_text, "");
	program_free(program);
}

Test(cmd_run, sighup_reads_the_files_again, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 3);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, NULL},
		      NULL);
	program_await(program, "peer added:", 3);
	(void)write_nodes("nodes.txt", &scene.loopback, 3, 5);
	program_signal(program, SIGHUP);
	program_await(program, "read again", 1);
	program_await(program, "peer added:", 5);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	holds(program->out_text, "node files read again: static nodes +2 -2, "
				 "bootnodes +0 -0, table +0 -0");
	program_free(program);
}

Test(cmd_run, sighup_replaces_the_table_and_moves_bootnodes, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	char bootnodes[128];
	char table[128];

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	snprintf(bootnodes, sizeof(bootnodes), "%s",
		 write_nodes("boot.txt", &scene.loopback, 1, 2));
	snprintf(table, sizeof(table), "%s",
		 write_nodes("table.txt", &scene.loopback, 3, 4));

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--bootnode-file",
					    bootnodes, "--nodes", table,
					    "--lookup-interval", "10ms", NULL},
		      NULL);
	program_await(program, "peer added:", 2);
	(void)write_nodes("boot.txt", &scene.loopback, 2, 2);
	(void)write_nodes("table.txt", &scene.loopback, 5, 8);
	program_signal(program, SIGHUP);
	program_await(program, "peer added:", 6);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	holds(program->out_text, "bootnodes +0 -1, table +4 -2");
	program_free(program);
}

Test(cmd_run, a_bad_file_at_sighup_changes_nothing, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	char statics[128];
	char table[128];

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	snprintf(statics, sizeof(statics), "%s",
		 write_nodes("static.txt", &scene.loopback, 1, 2));
	snprintf(table, sizeof(table), "%s",
		 write_nodes("table.txt", &scene.loopback, 3, 3));

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--static-file",
					    statics, "--nodes", table, "--json",
					    "--status-interval", "100ms", NULL},
		      NULL);
	program_await(program, "\"event\":\"peer_added\"", 3);
	/* The static nodes' file is good, the table's is not. */
	(void)write_nodes("static.txt", &scene.loopback, 1, 9);
	(void)program_write_file("table.txt", "# bad\nenode://12@1.2.3.4:5\n");
	program_signal(program, SIGHUP);
	program_await(program, "nothing has changed: ", 1);
	program_await(program, "\"type\":\"status\"",
		      program_count(program->out_text, "\"type\":\"status\"") +
			      2);
	program_signal(program, SIGTERM);
	finish(&scene);

	cr_assert_eq(program->exit_code, 0);
	holds(program->out_text, "/table.txt:2: ");
	cr_assert_eq(program_count(program->out_text, "\"static_nodes\":9"), 0);
	holds(strrchr(program->out_text, '}') - 1, "}");
	holds(strstr(program->out_text, "\"type\":\"fates\""),
	      "\"static_nodes\":2");
	program_free(program);
}

Test(cmd_run, a_node_of_an_option_stays_when_its_file_is_emptied, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	char variable[DT_ENODE_URL_SIZE + 64];
	const char *path;
	char *line;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	line = node_lines(&scene.loopback, 1, 1);
	snprintf(variable, sizeof(variable), "DIALTONE_STATIC_NODES=%.*s",
		 (int)strcspn(line, "\n"), line);
	free(line);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 2);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, NULL},
		      (const char *const[]){variable, NULL});
	program_await(program, "peer added:", 2);
	(void)program_write_file("nodes.txt", "# nobody\n");
	program_signal(program, SIGHUP);
	program_await(program, "read again", 1);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	holds(program->out_text, "static nodes +0 -1,");
	program_free(program);
}

Test(cmd_run, writes_metrics_as_a_whole_file, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	char metrics[128];
	const char *path;
	char text[65536];
	size_t length;
	FILE *file;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	snprintf(metrics, sizeof(metrics), "%s",
		 program_write_file("metrics.prom", "old"));
	path = write_nodes("nodes.txt", &scene.loopback, 1, 2);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path,
					    "--metrics-file", metrics, NULL},
		      NULL);
	program_await(program, "peer added:", 2);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	file = fopen(metrics, "re");
	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	holds(text, "dialtone_peers_added_total 2\n");
	cr_assert_eq(program_count(text, "old"), 0);
	program_free(program);
}

Test(cmd_run, metrics_that_cannot_be_written_are_said_once, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 1);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path,
					    "--metrics-file",
					    "/no-such-folder/metrics", NULL},
		      NULL);
	program_await(program, "metrics cannot be written", 1);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	holds(program->out_text, "warning /no-such-folder/metrics: the metrics "
				 "cannot be written: No such file");
	cr_assert_eq(program_count(program->out_text, "cannot be written"), 1);
	program_free(program);
}

Test(cmd_run, a_slow_reader_misses_events_but_holds_no_dial_back, .timeout = 60,
     .fini = program_remove_files)
{
	enum {
		NODES = 4000
	};
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_DROPS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, NODES);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path, "--log",
					    "debug", "--status-interval",
					    "100ms", NULL},
		      NULL);
	/* Nothing is read until every node has been dialed. */
	loopback_await(&scene.loopback, NODES);
	program_await(program, "events are missing here", 1);
	program_signal(program, SIGTERM);
	finish(&scene);

	stopped_well(program);
	holds(program->out_text, "candidates: 4000 offered = 4000 dialed + 0");
	program_free(program);
}

Test(cmd_run, stops_when_nobody_reads_its_output, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 1);

	program_start(program,
		      (const char *const[]){"run", PLAIN, "--discovery", "none",
					    "--static-file", path,
					    "--status-interval", "50ms", NULL},
		      NULL);
	program_await(program, "peer added:", 1);
	program_stop_reading(program);
	finish(&scene);

	cr_assert_eq(program->exit_code, 3);
	holds(program->err_text, "nobody reads the output any more");
	program_free(program);
}

Test(cmd_run, shows_a_live_view_on_a_terminal_and_puts_it_back, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;
	const char *left;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 3);

	program_start_on_terminal(
		program,
		(const char *const[]){"run", PLAIN, "--discovery", "none",
				      "--static-file", path, NULL},
		(const char *const[]){"LC_ALL=C", NULL}, 80, 24);
	program_await(program, "3\033[0m of 3", 1);
	program_signal(program, SIGINT);
	finish(&scene);

	cr_assert_eq(program->exit_code, 0);
	holds(program->out_text, "\033[?1049h");
	holds(program->out_text, "dialtone run");
	left = strstr(program->out_text, "\033[?25h\033[?1049l");
	cr_assert_not_null(left, "the terminal is not as it was");
	holds(left, ADDS_UP);
	program_free(program);
}

Test(cmd_run, the_live_view_has_no_colours_with_no_color, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 3);

	program_start_on_terminal(
		program,
		(const char *const[]){"run", PLAIN, "--discovery", "none",
				      "--static-file", path, NULL},
		(const char *const[]){"NO_COLOR=1", NULL}, 80, 24);
	program_await(program, " 3 of 3", 1);
	program_signal(program, SIGINT);
	finish(&scene);

	cr_assert_eq(program->exit_code, 0);
	cr_assert_eq(program_count(program->out_text, "\033[1m"), 0);
	cr_assert_eq(program_count(program->out_text, "\033[2m"), 0);
	program_free(program);
}

Test(cmd_run, a_dumb_terminal_gets_lines, .timeout = 30,
     .fini = program_remove_files)
{
	struct scene_of_run scene;
	struct program *program = &scene.program;
	const char *path;

	loopback_open(&scene.loopback, LOOPBACK_ACCEPTS);
	path = write_nodes("nodes.txt", &scene.loopback, 1, 1);

	program_start_on_terminal(
		program,
		(const char *const[]){"run", PLAIN, "--discovery", "none",
				      "--static-file", path, NULL},
		(const char *const[]){"TERM=dumb", NULL}, 80, 24);
	program_await(program, "peer added:", 1);
	program_signal(program, SIGINT);
	finish(&scene);

	cr_assert_eq(program->exit_code, 0);
	cr_assert_null(strchr(program->out_text, '\033'));
	program_free(program);
}

/* What the program is told so that it finds @network and nobody else's port. */
static void start_discovery(struct program *program,
			    const struct discv4_network *network,
			    const char *first, const char *second)
{
	program_start(program,
		      (const char *const[]){
			      "run", "--bootnodes", network->bootnode,
			      "--listen", "127.0.0.1:0", "--log", "debug",
			      "--status-interval", "50ms", first, second, NULL},
		      NULL);
}

Test(cmd_run, finds_nodes_to_dial_by_discovery_alone, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 8);
	discv4_network_settle(&network);
	start_discovery(&program, &network, NULL, NULL);
	/* Nobody listens at their TCP ports. */
	program_await(&program, "refused", 8);
	program_signal(&program, SIGTERM);
	program_finish(&program);
	discv4_network_close(&network);

	stopped_well(&program);
	holds(program.out_text, "0 static nodes, 1 bootnodes, discovery by "
				"discv4");
	holds(program.out_text, "this node is enode://");
	holds(program.out_text, "@127.0.0.1:");
	holds(program.out_text, "--node-key-file FILE keeps the identity");
	holds(program.out_text, "--node-database FILE keeps them");
	holds(program.out_text, " table=8 ");
	holds(program.out_text, "\ndiscovery\n  datagrams: ");
	cr_assert_null(strstr(program.out_text, "WRONG"));
	program_free(&program);
}

Test(cmd_run, says_in_json_who_it_is_and_how_discovery_stands, .timeout = 60)
{
	struct discv4_network network;
	struct program program;
	const char *bad;
	size_t count;

	discv4_network_open(&network, 3);
	start_discovery(&program, &network, "--json", NULL);
	program_await(&program, "\"entries\":3,", 1);
	program_signal(&program, SIGTERM);
	program_finish(&program);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	cr_assert_eq(program_count(program.out_text, "\"type\":\"self\""), 1);
	holds(program.out_text, "\"enode\":\"enode://");
	holds(program.out_text, "\"enr\":\"enr:");
	holds(program.out_text, "\"discovery\":{\"adds_up\":true,");
	holds(program.out_text, "\"accepted\":{\"ping\":");
	program_free(&program);
}

/* The id in the line "this node is enode://ID@...". */
static void read_own_id(char id[129], const char *text)
{
	static const char before[] = "this node is enode://";
	const char *at = strstr(text, before);

	cr_assert_not_null(at, "%s", text);
	snprintf(id, 129, "%.128s", at + strlen(before));
}

Test(cmd_run, keeps_its_identity_in_a_key_file, .timeout = 60,
     .fini = program_remove_files)
{
	struct discv4_network network;
	char flag[128];
	char ids[2][129];

	snprintf(flag, sizeof(flag), "--node-key-file=%s",
		 program_write_file("key", ""));
	remove(flag + strlen("--node-key-file="));
	discv4_network_open(&network, 1);
	for (size_t i = 0; i < 2; i++) {
		struct program program;

		start_discovery(&program, &network, "--for=100ms", flag);
		program_finish(&program);
		stopped_well(&program);
		cr_assert_null(strstr(program.out_text, "its key is new"));
		read_own_id(ids[i], program.out_text);
		program_free(&program);
	}
	discv4_network_close(&network);

	cr_assert_str_eq(ids[0], ids[1]);
}

Test(cmd_run, shows_the_table_of_discovery_at_the_key_t, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 3);
	program_start_on_terminal(
		&program,
		(const char *const[]){"run", "--bootnodes", network.bootnode,
				      "--listen", "127.0.0.1:0", NULL},
		(const char *const[]){"NO_COLOR=1", "LC_ALL=C", NULL}, 100, 40);
	program_await(&program, "table 3, ", 1);
	cr_assert_eq(write(program.out, "t", 1), 1);
	program_await(&program, "checks passed", 1);
	program_await(&program, "UDP endpoint", 1);
	program_await(&program, "127.41.0.1:", 1);
	cr_assert_eq(write(program.out, "q", 1), 1);
	program_finish(&program);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, ADDS_UP);
	program_free(&program);
}

/* The URL in the line "this node is enode://..."; static. */
static const char *own_url(struct program *program)
{
	static const char before[] = "this node is ";
	static char url[DT_ENODE_URL_SIZE];
	const char *at;

	program_await(program, "@127.", 1);
	program_await(program, "\n", 2);
	at = strstr(program->out_text, before);
	cr_assert_not_null(at, "%s", program->out_text);
	at += strlen(before);
	snprintf(url, sizeof(url), "%.*s", (int)strcspn(at, "\n"), at);
	return url;
}

/* One that waits to be dialed, at a port of its own. */
static void start_callee(struct program *program, const char *first,
			 const char *second)
{
	program_start(program,
		      (const char *const[]){
			      "run", "--discovery", "v4", "--listen",
			      "127.201.7.2:0", "--client", "callee/v1.2",
			      "--cap", "eth/68,snap/1", first, second, NULL},
		      NULL);
}

/* Two of us at once, in either output. */
struct couple {
	struct program callee;
	struct program caller;
};

static void start_couple(struct couple *couple, const char *cap,
			 const char *json)
{
	start_callee(&couple->callee, NULL, NULL);
	program_start(&couple->caller,
		      (const char *const[]){
			      "run", "--discovery", "none", "--static-nodes",
			      own_url(&couple->callee), "--listen",
			      "127.201.7.3:0", "--client", "caller/v3", "--cap",
			      cap, "--status-interval", "50ms",
			      "--ping-interval", "50ms", json, NULL},
		      NULL);
}

static void finish_couple(struct couple *couple)
{
	program_signal(&couple->caller, SIGTERM);
	program_finish(&couple->caller);
	program_signal(&couple->callee, SIGTERM);
	program_finish(&couple->callee);
}

static void free_couple(struct couple *couple)
{
	program_free(&couple->callee);
	program_free(&couple->caller);
}

Test(cmd_run, makes_peers_by_rlpx_and_says_who_they_are, .timeout = 60)
{
	struct couple couple;

	start_couple(&couple, "snap/1", NULL);
	program_await(&couple.caller, "peer added: ", 1);
	program_await(&couple.callee, "peer added: ", 1);
	finish_couple(&couple);

	stopped_well(&couple.caller);
	stopped_well(&couple.callee);
	holds(couple.caller.out_text, " (static) callee/v1.2, eth/68 snap/1\n");
	holds(couple.callee.out_text, " (inbound) caller/v3, snap/1\n");
	holds(couple.caller.out_text,
	      ": local_quitting (we quit), callee/v1.2,");
	holds(couple.callee.out_text, ": remote_quitting (the remote quits), ");
	holds(couple.caller.out_text, "\n  kept: 1 added = 0 there + 1 ended");
	holds(couple.callee.out_text,
	      "  accepted: 1 connections = 0 throttled");
	cr_assert_eq(program_count(couple.caller.out_text, "peer added"), 1);
	cr_assert_null(strstr(couple.callee.out_text, "WRONG"));
	free_couple(&couple);
}

/* A status may pass over a number: there are several pings between two. */
static void await_pongs(struct program *program, unsigned long least)
{
	static const char before[] = "\"pongs_received\":";
	unsigned long pongs = 0;

	for (size_t count = 1; pongs < least; count++) {
		const char *at;

		program_await(program, before, count);
		at = program->out_text;
		for (size_t i = 0; i < count; i++)
			at = strstr(at, before) + strlen(before);
		pongs = strtoul(at, NULL, 10);
	}
}

Test(cmd_run, says_in_json_who_its_peers_are, .timeout = 60)
{
	struct couple couple;
	const char *text;
	const char *bad;
	size_t count;

	start_couple(&couple, "eth/68", "--json");
	await_pongs(&couple.caller, 2);
	finish_couple(&couple);

	text = couple.caller.out_text;
	cr_assert(json_check_lines(text, &count, &bad), "%s", bad);
	holds(text, "\"type\":\"self\"");
	holds(text, "\"event\":\"added\",\"id\":\"");
	holds(text, "\"flags\":[\"static\"],\"client\":\"callee/v1.2\",");
	holds(text, "\"capabilities\":[\"eth/68\",\"snap/1\"]}");
	holds(text, "\"ending\":\"local_quitting\",\"age_ms\":");
	holds(text, "\"outbound\":{\"begun\":1,\"running\":0,\"opened\":1,");
	free_couple(&couple);
}

/* Each finds the other by discovery, and dials it. */
Test(cmd_run, two_that_dial_each_other_have_one_connection, .timeout = 60)
{
	struct couple couple;

	start_callee(&couple.callee, "--lookup-interval=10ms",
		     "--status-interval=50ms");
	program_start(&couple.caller,
		      (const char *const[]){"run", "--bootnodes",
					    own_url(&couple.callee), "--listen",
					    "127.201.7.4:0", "--cap", "eth/68",
					    "--lookup-interval", "10ms",
					    "--status-interval", "50ms", NULL},
		      NULL);
	program_await(&couple.caller, " peers=1 ", 5);
	program_await(&couple.callee, " peers=1 ", 5);
	finish_couple(&couple);

	stopped_well(&couple.caller);
	stopped_well(&couple.callee);
	cr_assert_eq(program_count(couple.caller.out_text, "peer added"), 1);
	cr_assert_eq(program_count(couple.callee.out_text, "peer added"), 1);
	free_couple(&couple);
}

Test(cmd_run, a_peer_that_it_has_no_use_for_is_told_so, .timeout = 60)
{
	struct couple couple;

	start_couple(&couple, "les/4", NULL);
	program_await(&couple.caller, " setup_nothing_shared=1 ", 1);
	finish_couple(&couple);

	stopped_well(&couple.caller);
	holds(couple.caller.out_text,
	      "\n  nothing_shared               1   the remote has no "
	      "capability in common with us\n");
	cr_assert_eq(program_count(couple.caller.out_text, "peer added"), 0);
	free_couple(&couple);
}

/* The URL of a node at @loopback whose id is somebody's key. */
static void write_url(char url[DT_ENODE_URL_SIZE],
		      const struct loopback *loopback, uint8_t number)
{
	struct dt_node_key key = {{[31] = number}};
	struct dt_node node = {.endpoint = loopback_endpoint(loopback, number)};

	cr_assert_eq(dt_node_key_id(&node.id, &key), DT_OK);
	cr_assert_eq(dt_enode_format(url, DT_ENODE_URL_SIZE, &node), DT_OK);
}

Test(cmd_run, says_why_handshakes_come_to_nothing, .timeout = 60,
     .fini = program_remove_files)
{
	struct loopback silent;
	struct loopback drops;
	struct program program;
	char urls[2][DT_ENODE_URL_SIZE];
	char nodes[2 * DT_ENODE_URL_SIZE + 3];

	loopback_open(&silent, LOOPBACK_ACCEPTS);
	loopback_open(&drops, LOOPBACK_DROPS);
	write_url(urls[0], &silent, 1);
	write_url(urls[1], &drops, 2);
	snprintf(nodes, sizeof(nodes), "%s\n%s\n", urls[0], urls[1]);
	program_start(
		&program,
		(const char *const[]){"run", "--discovery", "none",
				      "--inbound=no", "--static-file",
				      program_write_file("nodes.txt", nodes),
				      "--setup-timeout", "200ms",
				      "--status-interval", "50ms", NULL},
		NULL);
	program_await(&program, " setup_auth_timed_out=1", 1);
	program_await(&program, " setup_auth_closed=1", 1);
	program_signal(&program, SIGTERM);
	program_finish(&program);
	loopback_close(&silent);
	loopback_close(&drops);

	stopped_well(&program);
	holds(program.out_text, "\n  auth_timed_out               1   the ");
	holds(program.out_text, "  kept: 0 added = 0 there + 0 ended");
	cr_assert_null(strstr(program.out_text, "accepted:"));
	program_free(&program);
}

Test(cmd_run, listens_for_peers_where_it_answers_in_discovery, .timeout = 60)
{
	struct program program;
	const char *url;

	start_callee(&program, NULL, NULL);
	url = own_url(&program);
	program_signal(&program, SIGTERM);
	program_finish(&program);

	/* One port, or there would be a "?discport=". */
	cr_assert_null(strchr(url, '?'), "%s", url);
	holds(url, "@127.201.7.2:");
	cr_assert_null(strstr(url, "@127.201.7.2:0"));
	program_free(&program);
}

Test(cmd_run, announces_a_tcp_port_where_it_lets_others_in, .timeout = 60)
{
	static const struct {
		const char *flags[2];
		bool announces;
	} cases[] = {
		{{"--inbound=no"}, false},
		{{"--setup=tcp"}, false},
		{{"--announce-tcp=no"}, false},
		/* Something else may listen there. */
		{{"--inbound=no", "--announce-tcp"}, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct program program;
		bool announces;

		program_start(&program,
			      (const char *const[]){"run", "--discovery", "v4",
						    "--listen", "127.201.7.2:0",
						    cases[i].flags[0],
						    cases[i].flags[1], NULL},
			      NULL);
		announces = strstr(own_url(&program), ":0?discport=") == NULL;
		program_signal(&program, SIGTERM);
		program_finish(&program);

		cr_assert_eq(announces, cases[i].announces, "%zu", i);
		program_free(&program);
	}
}

Test(cmd_run, shows_its_peers_at_the_key_p, .timeout = 60)
{
	struct program callee;
	struct program program;

	start_callee(&callee, NULL, NULL);
	program_start_on_terminal(
		&program,
		(const char *const[]){"run", "--discovery", "none",
				      "--inbound=no", "--cap", "eth/68",
				      "--static-nodes", own_url(&callee), NULL},
		(const char *const[]){"NO_COLOR=1", "LC_ALL=C", NULL}, 120, 40);
	program_await(&program, "handshakes 1 opened", 1);
	cr_assert_eq(write(program.out, "p", 1), 1);
	program_await(&program, "client, capabilities", 1);
	program_await(&program, "callee/v1.2, eth/68 snap/1", 1);
	cr_assert_eq(write(program.out, "q", 1), 1);
	program_finish(&program);
	program_signal(&callee, SIGTERM);
	program_finish(&callee);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, ADDS_UP);
	program_free(&program);
	program_free(&callee);
}

/* What is in a file; static. */
static const char *read_file(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "re");
	size_t length;

	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	return text;
}

Test(cmd_run, writes_the_peers_counters_to_the_metrics_too, .timeout = 60,
     .fini = program_remove_files)
{
	struct program callee;
	struct program program;
	const char *path = program_write_file("metrics.prom", "");
	const char *text;

	start_callee(&callee, NULL, NULL);
	program_start(&program,
		      (const char *const[]){"run", "--discovery", "none",
					    "--inbound=no", "--cap", "eth/68",
					    "--static-nodes", own_url(&callee),
					    "--metrics-file", path, NULL},
		      NULL);
	program_await(&program, "peer added: ", 1);
	program_signal(&program, SIGTERM);
	program_finish(&program);
	program_signal(&callee, SIGTERM);
	program_finish(&callee);

	stopped_well(&program);
	text = read_file(path);
	holds(text, "\ndialtone_rlpx_peers_added_total 1\n");
	holds(text, "\ndialtone_rlpx_handshakes_opened_total{direction="
		    "\"outbound\"} 1\n");
	holds(text, "\ndialtone_rlpx_peers_ended_total{ending="
		    "\"local_quitting\"} 1\n");
	program_free(&program);
	program_free(&callee);
}

static void refuses(const char *const *arguments, const char *sentence)
{
	struct program program;

	program_run(&program, arguments, NULL);
	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, sentence);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_run, a_kind_of_discovery_that_does_not_fit_is_refused, .timeout = 30)
{
	refuses((const char *const[]){"run", "--discovery", "v5", NULL},
		"--discovery: 'v5' is not none, v4 or file");
	refuses((const char *const[]){"run", "--setup", "tls", NULL},
		"--setup: 'tls' is not rlpx or tcp");
	refuses((const char *const[]){"run", PLAIN, "--cap", "eth/68", NULL},
		"--capabilities is for --setup rlpx; with --setup tcp");
	refuses((const char *const[]){"run", PLAIN, "--inbound", NULL},
		"--inbound is for --setup rlpx; with --setup tcp");
	refuses((const char *const[]){"run", "--discovery", "file", NULL},
		"--discovery file: --nodes must say which file");
	refuses((const char *const[]){"run", "--discovery", "none", "--nodes",
				      "nodes.txt", NULL},
		"--discovery none: --nodes has nobody to use it");
	refuses((const char *const[]){"run", "--network", "foo", NULL},
		"--network: 'foo' is not known; known are mainnet,");
	refuses((const char *const[]){"run", "--self", discv4_network_nobody(),
				      "--static-nodes", discv4_network_nobody(),
				      NULL},
		"--self: with discovery, and with --setup rlpx, the own id is "
		"that of the node key");
}

Test(cmd_run, an_address_that_is_taken_is_said, .timeout = 30)
{
	struct discv4_network network;
	struct program program;
	char listen[DT_ENDPOINT_TEXT_SIZE];
	struct dt_node node;

	discv4_network_open(&network, 1);
	node = discv4_network_node(&network, 0);
	node.endpoint.tcp_port = node.endpoint.udp_port;
	dt_endpoint_format(listen, &node.endpoint);
	program_run(&program,
		    (const char *const[]){"run", "--bootnodes",
					  discv4_network_nobody(), "--listen",
					  listen, NULL},
		    NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 3);
	holds(program.err_text, listen);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_run, writes_discoverys_counters_to_the_metrics_too, .timeout = 60,
     .fini = program_remove_files)
{
	struct discv4_network network;
	struct program program;
	const char *path = program_write_file("metrics.prom", "");
	char flag[160];
	char text[65536];
	size_t length;
	FILE *file;

	snprintf(flag, sizeof(flag), "--metrics-file=%s", path);
	discv4_network_open(&network, 2);
	start_discovery(&program, &network, flag, NULL);
	program_await(&program, " table=2 ", 1);
	program_signal(&program, SIGTERM);
	program_finish(&program);
	discv4_network_close(&network);

	stopped_well(&program);
	file = fopen(path, "re");
	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	holds(text, "\ndialtone_discovery_table_nodes 2\n");
	holds(text,
	      "\ndialtone_discovery_datagrams_accepted_total{type=\"ping\"}"
	      " ");
	holds(text, "\ndialtone_discovery_datagrams_dropped_total{reason=");
	program_free(&program);
}

Test(cmd_run, a_database_that_is_none_is_said_and_moved_aside, .timeout = 60,
     .fini = program_remove_files)
{
	struct discv4_network network;
	struct program program;
	const char *path = program_write_file("nodes.db", "no database at all");
	char flag[160];
	char aside[160];

	snprintf(flag, sizeof(flag), "--node-database=%s", path);
	snprintf(aside, sizeof(aside), "%s.bad-1", path);
	discv4_network_open(&network, 1);
	start_discovery(&program, &network, flag, "--for=300ms");
	program_finish(&program);
	discv4_network_close(&network);

	stopped_well(&program);
	holds(program.out_text, " warning ");
	holds(program.out_text, aside);
	cr_assert_eq(remove(aside), 0);
	program_free(&program);
}
