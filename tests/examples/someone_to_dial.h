/* SPDX-License-Identifier: MIT */
#ifndef SOMEONE_TO_DIAL_H
#define SOMEONE_TO_DIAL_H

/*
 * Not about dialtone: a listening socket on loopback, so that each example has
 * a node to dial and can be run anywhere.
 */

#include <arpa/inet.h>
#include <dialtone.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Fill in @node, whose id is all @id, and listen for it. Returns the socket. */
static inline int someone_to_dial(struct dt_node *node, uint8_t id)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) ||
	    listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&address, &length)) {
		perror("listen");
		exit(1);
	}
	memset(node, 0, sizeof(*node));
	memset(&node->id, id, sizeof(node->id));
	node->endpoint.family = 4;
	memcpy(node->endpoint.ip, &address.sin_addr, 4);
	node->endpoint.tcp_port = ntohs(address.sin_port);
	node->endpoint.udp_port = node->endpoint.tcp_port;
	return fd;
}

/* End the program with a sentence if a call of the library failed. */
static inline void must(dt_err err, const struct dt_error *error)
{
	if (err == DT_OK)
		return;
	fprintf(stderr, "%s\n", error ? error->text : dt_err_text(err));
	exit(1);
}

#endif /* SOMEONE_TO_DIAL_H */
