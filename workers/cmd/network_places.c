/* SPDX-License-Identifier: MIT */
/* Where the nodes of the demo's network are, and their listeners. */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/cmd/network_state.h"

#define BACKLOG      256
#define FIRST_PORT   20000u
#define PORT_COUNT   10000u /* all below the ports that connects come from */
#define PLACES_TRIED 50

/* A filter that lets no packet through: a SYN gets no answer at all. */
static bool swallow_all(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &drop};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) == 0;
}

static int open_at(const struct dt_endpoint *endpoint,
		   enum cmd_character character)
{
	const int on = 1;
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(endpoint->tcp_port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	memcpy(&address.sin_addr, endpoint->ip, sizeof(address.sin_addr));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    (character != CMD_CHARACTER_SWALLOW || swallow_all(fd)) &&
	    /* Bound and not listening: the kernel refuses for it. */
	    (character == CMD_CHARACTER_REFUSE || listen(fd, BACKLOG) == 0))
		return fd;
	(void)close(fd);
	return -1;
}

static void choose_place(struct dt_endpoint *endpoint, struct cmd_dice *dice)
{
	uint16_t port =
		(uint16_t)(FIRST_PORT + cmd_dice_below(dice, PORT_COUNT));

	*endpoint = (struct dt_endpoint){
		.family = 4, .tcp_port = port, .udp_port = port};
	endpoint->ip[0] = 127;
	endpoint->ip[1] = (uint8_t)(1 + cmd_dice_below(dice, 254));
	endpoint->ip[2] = (uint8_t)cmd_dice_below(dice, 256);
	endpoint->ip[3] = (uint8_t)(1 + cmd_dice_below(dice, 254));
}

static void leave_place(struct cmd_network_node *node)
{
	(void)close(node->listener);
	node->listener = -1;
}

dt_err cmd_network_system_error(struct dt_error *error, const char *what)
{
	error->code = DT_ERR_SYSTEM;
	(void)snprintf(error->text, sizeof(error->text), "%s: %s", what,
		       strerrordesc_np(errno));
	return error->code;
}

/*
 * A place may be taken by another program: then it is another one, and not the
 * next of the seed's, all of which another demo may have taken.
 */
dt_err cmd_network_place(struct cmd_network *network, size_t index,
			 struct cmd_dice *dice, struct dt_error *error)
{
	struct cmd_network_node *node = &network->nodes[index];
	struct cmd_dice elsewhere = {.state = (uint64_t)getpid() << 32 | index};
	dt_err err = DT_OK;

	for (int i = 0; i < PLACES_TRIED; i++) {
		choose_place(&node->node.endpoint, i == 0 ? dice : &elsewhere);
		node->listener = open_at(&node->node.endpoint, node->character);
		if (node->listener < 0) {
			err = cmd_network_system_error(error, "a listener");
			if (errno == EADDRINUSE)
				continue;
			return err;
		}
		err = cmd_network_make_discv4(network, index, error);
		if (err == DT_OK)
			return DT_OK;
		leave_place(node);
		/* DT_ERR_SYSTEM: the UDP port is in use. */
		if (err != DT_ERR_SYSTEM)
			return err;
	}
	return err;
}
