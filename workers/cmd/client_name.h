/* SPDX-License-Identifier: MIT */
#ifndef CMD_CLIENT_NAME_H
#define CMD_CLIENT_NAME_H

/*
 * What a Hello says that the remote's program is, taken apart. By custom it is
 * NAME/vVERSION-.../PLATFORM/LANGUAGE, with a name that the operator has given
 * behind the first slash, or not.
 */

#include <stddef.h>

#define CMD_CLIENT_NAME_SIZE 32

/** "Geth" of "Geth/v1.14.12-stable-293a300d/linux-amd64/go1.23"; "?": none. */
void cmd_client_name(char out[CMD_CLIENT_NAME_SIZE], const char *client);
/** "v1.14.12"; "?" if there is none. */
void cmd_client_version(char out[CMD_CLIENT_NAME_SIZE], const char *client);

#endif /* CMD_CLIENT_NAME_H */
