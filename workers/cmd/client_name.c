/* SPDX-License-Identifier: MIT */
#include "workers/cmd/client_name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void put(char out[CMD_CLIENT_NAME_SIZE], const char *text, size_t length)
{
	if (length == 0)
		(void)snprintf(out, CMD_CLIENT_NAME_SIZE, "?");
	else
		(void)snprintf(out, CMD_CLIENT_NAME_SIZE, "%.*s", (int)length,
			       text);
}

void cmd_client_name(char out[CMD_CLIENT_NAME_SIZE], const char *client)
{
	put(out, client, strcspn(client, "/"));
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static bool is_version(const char *part)
{
	return is_digit(part[part[0] == 'v']);
}

void cmd_client_version(char out[CMD_CLIENT_NAME_SIZE], const char *client)
{
	const char *part = client;

	do {
		part = strchr(part, '/');
		part = part != NULL ? part + 1 : "";
	} while (part[0] != '\0' && !is_version(part));
	put(out, part, strcspn(part, "/-+ "));
}
