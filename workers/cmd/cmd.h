/* SPDX-License-Identifier: MIT */
#ifndef CMD_H
#define CMD_H

/*
 * The subcommands of the program dialtone, one file each. Each gets its own
 * name as argv[0] and returns the program's exit code.
 *
 * The program is an embedder like any other: of the project's headers it
 * includes <dialtone.h> and those of this folder, nothing else. Its names begin
 * with cmd_, since dti_ is the library's own.
 */

enum cmd_exit {
	CMD_EXIT_OK = 0,
	CMD_EXIT_FAILED = 1, /* the job was done, and it failed */
	CMD_EXIT_USAGE = 2,  /* bad usage, configuration or node file */
	CMD_EXIT_SYSTEM = 3  /* the system did not give what is needed */
};

int cmd_run(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_ping(int argc, char **argv);
int cmd_peer(int argc, char **argv);
int cmd_lookup(int argc, char **argv);
int cmd_resolve(int argc, char **argv);
int cmd_crawl(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_config(int argc, char **argv);

#endif /* CMD_H */
