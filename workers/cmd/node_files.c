/* SPDX-License-Identifier: MIT */
#include "workers/cmd/node_files.h"

#include <stdio.h>

#include "workers/cmd/node_option.h"
#include "workers/cmd/node_set.h"

static void destroy_lists(dt_node_list *lists[CMD_NODE_FILE_COUNT])
{
	for (int i = 0; i < CMD_NODE_FILE_COUNT; i++) {
		dt_node_list_destroy(lists[i]);
		lists[i] = NULL;
	}
}

/* All of the files, or none of them. */
static dt_err read_lists(dt_node_list *lists[CMD_NODE_FILE_COUNT],
			 const struct cmd_node_files *files,
			 struct dt_error *error)
{
	dt_err err = DT_OK;

	for (int i = 0; i < CMD_NODE_FILE_COUNT && err == DT_OK; i++) {
		if (files->paths[i] != NULL)
			err = dt_node_list_read(&lists[i], files->paths[i],
						error);
	}
	if (err != DT_OK)
		destroy_lists(lists);
	return err;
}

static bool make_table(struct cmd_node_files *files, struct dt_error *error)
{
	const dt_node_list *list = files->lists[CMD_NODE_FILE_TABLE];

	if (files->paths[CMD_NODE_FILE_TABLE] == NULL ||
	    dt_list_table_create(&files->table, list) == DT_OK)
		return true;
	error->code = DT_ERR_NO_MEMORY;
	(void)snprintf(error->text, sizeof(error->text),
		       "there is no memory for the lists of nodes");
	return false;
}

bool cmd_node_files_open(struct cmd_node_files *files,
			 const struct dt_config *config, struct dt_error *error)
{
	if (cmd_node_option_parse(&files->options[CMD_NODE_FILE_STATIC],
				  config->static_nodes, "static_nodes",
				  error) == DT_OK &&
	    cmd_node_option_parse(&files->options[CMD_NODE_FILE_BOOTNODE],
				  config->bootnodes, "bootnodes",
				  error) == DT_OK &&
	    read_lists(files->lists, files, error) == DT_OK &&
	    make_table(files, error))
		return true;
	cmd_node_files_close(files);
	return false;
}

void cmd_node_files_close(struct cmd_node_files *files)
{
	dt_list_table_destroy(files->table);
	files->table = NULL;
	destroy_lists(files->lists);
	destroy_lists(files->options);
}

/* What one kind of nodes has gained and lost. */
struct difference {
	struct cmd_node_set before;
	struct cmd_node_set now;
	struct cmd_node_set added;
	struct cmd_node_set removed;
};

static void fini_difference(struct difference *difference)
{
	cmd_node_set_fini(&difference->before);
	cmd_node_set_fini(&difference->now);
	cmd_node_set_fini(&difference->added);
	cmd_node_set_fini(&difference->removed);
}

/* False: no memory, nothing to free. */
static bool compare(struct difference *difference, const dt_node_list *option,
		    const dt_node_list *before, const dt_node_list *now)
{
	*difference = (struct difference){0};
	if (cmd_node_set_union(&difference->before, before, option) &&
	    cmd_node_set_union(&difference->now, now, option) &&
	    cmd_node_set_added(&difference->added, &difference->before,
			       &difference->now) &&
	    cmd_node_set_removed(&difference->removed, &difference->before,
				 &difference->now))
		return true;
	fini_difference(difference);
	return false;
}

static dt_err give_statics(const struct difference *difference,
			   dt_dialer *dialer)
{
	const struct cmd_node_set *added = &difference->added;
	const struct cmd_node_set *removed = &difference->removed;
	dt_err err = DT_OK;

	if (added->count > 0)
		err = dt_dialer_add_static(dialer, added->nodes, added->count);
	for (size_t i = 0; i < removed->count && err == DT_OK; i++)
		err = dt_dialer_remove_static(dialer, &removed->nodes[i].id);
	return err;
}

/* A bootnode that has moved is added again: the ring keeps repeats. */
static dt_err give_bootnodes(const struct difference *difference,
			     dt_dialer *dialer)
{
	const struct cmd_node_set *added = &difference->added;
	const struct cmd_node_set *removed = &difference->removed;
	dt_err err = DT_OK;

	for (size_t i = 0; i < removed->count && err == DT_OK; i++)
		err = dt_dialer_remove_bootnode(dialer, &removed->nodes[i].id);
	for (size_t i = 0; i < added->count && err == DT_OK; i++) {
		err = dt_dialer_remove_bootnode(dialer, &added->nodes[i].id);
		if (err == DT_OK)
			err = dt_dialer_add_bootnode(dialer, &added->nodes[i]);
	}
	return err;
}

static dt_err give(const struct difference *differences, dt_dialer *dialer)
{
	dt_err err = give_statics(&differences[CMD_NODE_FILE_STATIC], dialer);

	if (err != DT_OK)
		return err;
	return give_bootnodes(&differences[CMD_NODE_FILE_BOOTNODE], dialer);
}

/* False: no memory, nothing to free. */
static bool compare_all(struct difference *differences,
			const struct cmd_node_files *files,
			dt_node_list *const *before, dt_node_list *const *now)
{
	for (int i = 0; i < CMD_NODE_FILE_COUNT; i++) {
		if (compare(&differences[i], files->options[i],
			    before != NULL ? before[i] : NULL, now[i]))
			continue;
		while (i-- > 0)
			fini_difference(&differences[i]);
		return false;
	}
	return true;
}

static void fini_differences(struct difference *differences)
{
	for (int i = 0; i < CMD_NODE_FILE_COUNT; i++)
		fini_difference(&differences[i]);
}

dt_err cmd_node_files_give(const struct cmd_node_files *files,
			   dt_dialer *dialer)
{
	struct difference differences[CMD_NODE_FILE_COUNT];
	dt_err err;

	if (!compare_all(differences, files, NULL, files->lists))
		return DT_ERR_NO_MEMORY;
	err = give(differences, dialer);
	fini_differences(differences);
	return err;
}

static void count_changes(struct cmd_node_changes *changes,
			  const struct difference *differences)
{
	for (int i = 0; i < CMD_NODE_FILE_COUNT; i++) {
		changes->added[i] = differences[i].added.count;
		changes->removed[i] = differences[i].removed.count;
	}
}

/* The lists are good: put them in force in place of the old ones. */
static dt_err adopt(struct cmd_node_files *files, dt_node_list **lists,
		    struct cmd_node_changes *changes, dt_dialer *dialer)
{
	struct difference differences[CMD_NODE_FILE_COUNT];
	dt_err err = DT_OK;

	if (!compare_all(differences, files, files->lists, lists))
		return DT_ERR_NO_MEMORY;
	if (files->table != NULL)
		err = dt_list_table_replace(files->table,
					    lists[CMD_NODE_FILE_TABLE]);
	if (err == DT_OK)
		err = give(differences, dialer);
	count_changes(changes, differences);
	fini_differences(differences);
	return err;
}

dt_err cmd_node_files_read_again(struct cmd_node_files *files,
				 struct cmd_node_changes *changes,
				 struct dt_error *error, dt_dialer *dialer)
{
	dt_node_list *lists[CMD_NODE_FILE_COUNT] = {NULL};
	dt_err err = read_lists(lists, files, error);

	*changes = (struct cmd_node_changes){0};
	if (err != DT_OK)
		return err;
	err = adopt(files, lists, changes, dialer);
	if (err != DT_OK) {
		error->code = err;
		(void)snprintf(error->text, sizeof(error->text),
			       "the nodes could not be handed over: %s",
			       dt_err_text(err));
		destroy_lists(lists);
		return err;
	}
	destroy_lists(files->lists);
	for (int i = 0; i < CMD_NODE_FILE_COUNT; i++)
		files->lists[i] = lists[i];
	return DT_OK;
}

size_t cmd_node_files_count(const struct cmd_node_files *files,
			    enum cmd_node_file kind)
{
	size_t of_file = 0;
	size_t of_option = 0;

	if (files->lists[kind] != NULL)
		(void)dt_node_list_nodes(files->lists[kind], &of_file);
	if (files->options[kind] != NULL)
		(void)dt_node_list_nodes(files->options[kind], &of_option);
	return of_file + of_option;
}

bool cmd_node_files_any(const struct cmd_node_files *files)
{
	for (int i = 0; i < CMD_NODE_FILE_COUNT; i++) {
		if (files->paths[i] != NULL || files->options[i] != NULL)
			return true;
	}
	return false;
}
