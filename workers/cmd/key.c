/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"

struct request {
	const char *path;
	const char *listen; /* "IP:PORT"; NULL: the id is enough */
	bool show;
	bool json;
};

static const char about[] =
	"Makes a node key (secp256k1) in a new file that its owner alone "
	"may read, and\n"
	"prints the node's id, its public key. A file that exists is never "
	"overwritten;\n"
	"--show prints the id of a key that is there. The file is what "
	"--node-key-file\n"
	"takes: 64 hex digits, as other tools of the network have it.";

static bool get_key(struct dt_node_key *key, const struct request *request,
		    struct dt_error *error)
{
	if (request->show)
		return dt_node_key_read(key, request->path, error) == DT_OK;
	error->code = dt_node_key_generate(key);
	(void)snprintf(error->text, sizeof(error->text),
		       "a key could not be made: %s", dt_err_text(error->code));
	return error->code == DT_OK;
}

/* The enode URL with the address that others are to use. */
static bool make_url(char url[DT_ENODE_URL_SIZE], const char *id,
		     const char *listen)
{
	char host_name[DT_HOST_NAME_SIZE];
	char text[DT_ENODE_URL_SIZE];
	struct dt_error error;
	struct dt_node node;

	(void)snprintf(text, sizeof(text), "enode://%s@%s", id, listen);
	if (dt_enode_parse(&node, host_name, text, strlen(text), &error) ==
	    DT_OK) {
		cmd_node_url(url, &node);
		return true;
	}
	cmd_complain("--listen: '%s' is not HOST:PORT such as 1.2.3.4:30303",
		     listen);
	return false;
}

static bool print(const struct request *request, const char *id,
		  const char *url)
{
	struct cmd_text out = {0};
	bool done;

	if (request->json) {
		cmd_json_begin_line(&out, "key", cmd_moment_now_ms());
		cmd_json_string(&out, "file", request->path);
		cmd_json_bool(&out, "made", !request->show);
		cmd_json_string(&out, "id", id);
		if (request->listen != NULL)
			cmd_json_string(&out, "enode", url);
		cmd_json_close(&out);
		cmd_json_end_line(&out);
	} else {
		cmd_text_printf(&out, "%s\n",
				request->listen != NULL ? url : id);
	}
	done = cmd_text_write(&out, STDOUT_FILENO);
	cmd_text_fini(&out);
	return done;
}

/* Nothing is made if the rest is no good. */
static int make_or_show(const struct request *request,
			const struct dt_node_key *key)
{
	char url[DT_ENODE_URL_SIZE] = "";
	char text[CMD_NODE_ID_SIZE];
	struct dt_error error;
	struct dt_node_id id;
	dt_err err = dt_node_key_id(&id, key);

	if (err != DT_OK) {
		cmd_complain("%s: no public key: %s", request->path,
			     dt_err_text(err));
		return CMD_EXIT_FAILED;
	}
	cmd_node_id_text(text, &id);
	if (request->listen != NULL && !make_url(url, text, request->listen))
		return CMD_EXIT_USAGE;
	if (!request->show &&
	    dt_node_key_write(request->path, key, &error) != DT_OK) {
		cmd_complain("%s", error.text);
		return CMD_EXIT_FAILED;
	}
	if (print(request, text, url))
		return CMD_EXIT_OK;
	cmd_complain("the output could not be written");
	return CMD_EXIT_SYSTEM;
}

/* The key itself is never written anywhere but into its file. */
static int obey(const struct request *request)
{
	struct dt_node_key key;
	struct dt_error error;
	int exit_code;

	if (!get_key(&key, request, &error)) {
		cmd_complain("%s", error.text);
		return error.code == DT_ERR_SYSTEM ? CMD_EXIT_SYSTEM
						   : CMD_EXIT_FAILED;
	}
	exit_code = make_or_show(request, &key);
	dt_node_key_wipe(&key);
	return exit_code;
}

int cmd_key(int argc, char **argv)
{
	struct request request = {0};
	const struct cmd_flag flags[] = {
		{.name = "show",
		 .help = "Make nothing: print the id of the key in FILE.",
		 .on = &request.show},
		{.name = "listen",
		 .argument = "HOST:PORT",
		 .help = "Print the enode URL of a node that listens there.",
		 .text = &request.listen},
		{.name = "json",
		 .help = "Write one JSON object.",
		 .on = &request.json},
		{.name = NULL},
	};
	const struct cmd_command command = {.name = "key",
					    .operands = "FILE",
					    .about = about,
					    .flags = flags};
	const char *options[CMD_OPTION_MAX];
	int exit_code;
	int first;

	if (!cmd_command_line_parse(&command, options, &first, &exit_code, argc,
				    argv))
		return exit_code;
	if (argc - first != 1) {
		cmd_complain("key: give one file, where the key is to be (or "
			     "is, with --show)");
		return CMD_EXIT_USAGE;
	}
	request.path = argv[first];
	return obey(&request);
}
