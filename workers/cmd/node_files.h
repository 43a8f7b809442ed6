/* SPDX-License-Identifier: MIT */
#ifndef CMD_NODE_FILES_H
#define CMD_NODE_FILES_H

/*
 * The files of nodes that a command was given, and what has changed when they
 * are read again. Nothing changes unless all of them are good.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stddef.h>

enum cmd_node_file {
	CMD_NODE_FILE_STATIC,
	CMD_NODE_FILE_BOOTNODE,
	CMD_NODE_FILE_TABLE,
	CMD_NODE_FILE_COUNT
};

struct cmd_node_files {
	const char *paths[CMD_NODE_FILE_COUNT]; /* NULL: not given */
	/*
	 * What is in force, owned; NULL: nothing. A node of a file counts more
	 * than the same node of an option.
	 */
	dt_node_list *lists[CMD_NODE_FILE_COUNT];
	dt_node_list *options[CMD_NODE_FILE_COUNT];
	dt_list_table *table; /* of the table's file; owned */
};

/** How many nodes a reading added (or changed) and removed. */
struct cmd_node_changes {
	size_t added[CMD_NODE_FILE_COUNT];
	size_t removed[CMD_NODE_FILE_COUNT];
};

/**
 * cmd_node_files_open - read the files for the first time.
 * @files: with its paths set, the rest zero. Makes its table if it has a path.
 * @config: its lists of static nodes and bootnodes are the options' nodes.
 * False: @error says why; nothing to close. Else pair with close.
 */
bool cmd_node_files_open(struct cmd_node_files *files,
			 const struct dt_config *config,
			 struct dt_error *error);
/** After the dialer that uses the table is gone. */
void cmd_node_files_close(struct cmd_node_files *files);

/** Give the dialer what the files have beyond the options. */
dt_err cmd_node_files_give(const struct cmd_node_files *files,
			   dt_dialer *dialer);

/**
 * Read all files again; give the dialer and the table the difference. On a
 * failure to read nothing has changed.
 */
dt_err cmd_node_files_read_again(struct cmd_node_files *files,
				 struct cmd_node_changes *changes,
				 struct dt_error *error, dt_dialer *dialer);

/** Is there a file, or a node in an option? */
bool cmd_node_files_any(const struct cmd_node_files *files);
/** Nodes of a kind that are in force, from file and option. */
size_t cmd_node_files_count(const struct cmd_node_files *files,
			    enum cmd_node_file kind);

#endif /* CMD_NODE_FILES_H */
