/* SPDX-License-Identifier: MIT */
#include "workers/cmd/print.h"

#include <unistd.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"

int cmd_print(struct cmd_text *out)
{
	int exit_code = CMD_EXIT_SYSTEM;

	if (out->cut)
		cmd_complain("there is no memory for the output");
	else if (!cmd_text_write(out, STDOUT_FILENO))
		cmd_complain("the output could not be written");
	else
		exit_code = CMD_EXIT_OK;
	cmd_text_fini(out);
	return exit_code;
}
