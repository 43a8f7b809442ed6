/* SPDX-License-Identifier: MIT */
#include "workers/cmd/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/cmd/network_state.h"

#define BACKLOG      256
#define FIRST_PORT   20000u
#define PORT_COUNT   10000u /* all below the ports that connects come from */
#define PLACES_TRIED 50

const char *cmd_character_name(enum cmd_character character)
{
	static const char *const names[] = {
		[CMD_CHARACTER_ACCEPT] = "accept",
		[CMD_CHARACTER_REFUSE] = "refuse",
		[CMD_CHARACTER_SWALLOW] = "swallow",
		[CMD_CHARACTER_RESET] = "reset",
		[CMD_CHARACTER_SILENT] = "silent",
		[CMD_CHARACTER_DROP] = "drop",
		[CMD_CHARACTER_FULL] = "full",
		[CMD_CHARACTER_IMPOSTOR] = "impostor",
	};

	return names[character];
}

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

/* A place may be taken by another program: then it is another one. */
static bool place(struct cmd_network_node *node, struct cmd_dice *dice)
{
	for (int i = 0; i < PLACES_TRIED; i++) {
		choose_place(&node->node.endpoint, dice);
		node->listener = open_at(&node->node.endpoint, node->character);
		if (node->listener >= 0)
			return true;
		if (errno != EADDRINUSE)
			return false;
	}
	return false;
}

static bool listens(const struct cmd_network_node *node)
{
	return node->character != CMD_CHARACTER_REFUSE &&
	       node->character != CMD_CHARACTER_SWALLOW;
}

static bool watch(const struct cmd_network *network, int fd, uint64_t tag)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};

	return epoll_ctl(network->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Exactly the plan's shares (the rest accepts), in a shuffled order. */
static void give_characters(struct cmd_network *network,
			    const struct cmd_network_plan *plan)
{
	size_t given = 0;

	for (int i = CMD_CHARACTER_ACCEPT + 1; i < CMD_CHARACTER_COUNT; i++) {
		size_t share = plan->size * plan->percent[i] / 100;

		for (size_t k = 0; k < share; k++)
			network->nodes[given++].character =
				(enum cmd_character)i;
	}
	for (size_t i = network->count; i > 1; i--) {
		size_t other = cmd_dice_below(&network->dice, i);
		enum cmd_character character = network->nodes[i - 1].character;

		network->nodes[i - 1].character =
			network->nodes[other].character;
		network->nodes[other].character = character;
	}
}

static void give_privacy(struct cmd_network *network, size_t wanted)
{
	for (size_t i = 0; i < network->count && wanted > 0; i++) {
		if (network->nodes[i].character != CMD_CHARACTER_ACCEPT)
			continue;
		network->nodes[i].is_private = true;
		wanted--;
	}
}

static bool make_nodes(struct cmd_network *network,
		       const struct cmd_network_plan *plan)
{
	/* Apart: ids do not depend on which places are free. */
	struct cmd_dice places = {.state = ~plan->seed};

	give_characters(network, plan);
	give_privacy(network, plan->private_nodes);
	for (size_t i = 0; i < network->count; i++) {
		struct cmd_network_node *node = &network->nodes[i];

		cmd_dice_fill(&network->dice, node->node.id.bytes,
			      sizeof(node->node.id.bytes));
		if (!place(node, &places))
			return false;
		if (listens(node) && !watch(network, node->listener, i))
			return false;
	}
	return true;
}

static struct cmd_network *allocate(const struct cmd_network_plan *plan)
{
	struct cmd_network *network = calloc(1, sizeof(*network));

	if (network == NULL)
		return NULL;
	network->nodes = calloc(plan->size, sizeof(*network->nodes));
	if (network->nodes == NULL) {
		free(network);
		return NULL;
	}
	network->count = plan->size;
	network->dice.state = plan->seed;
	for (size_t i = 0; i < plan->size; i++)
		network->nodes[i].listener = -1;
	return network;
}

struct cmd_network *cmd_network_create(const struct cmd_network_plan *plan)
{
	struct cmd_network *network = allocate(plan);
	int error;

	if (network == NULL)
		return NULL;
	network->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	network->command_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (network->epoll_fd >= 0 && network->command_fd >= 0 &&
	    watch(network, network->command_fd, CMD_NETWORK_COMMAND) &&
	    make_nodes(network, plan))
		return network;
	error = errno;
	cmd_network_destroy(network);
	errno = error;
	return NULL;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

static void tell(struct cmd_network *network)
{
	const uint64_t one = 1;

	(void)!write(network->command_fd, &one, sizeof(one));
}

void cmd_network_destroy(struct cmd_network *network)
{
	if (network == NULL)
		return;
	if (network->started) {
		/* Release: pairs with the acquire in obey(). */
		atomic_store_explicit(&network->stop, true,
				      memory_order_release);
		tell(network);
		(void)pthread_join(network->thread, NULL);
	}
	for (size_t i = 0; i < network->connection_slots; i++)
		close_if_open(network->connections[i].fd);
	for (size_t i = 0; i < network->count; i++)
		close_if_open(network->nodes[i].listener);
	close_if_open(network->epoll_fd);
	close_if_open(network->command_fd);
	free(network->connections);
	free(network->nodes);
	free(network);
}

bool cmd_network_start(struct cmd_network *network)
{
	/* Signals are blocked already: cmd_signals_open() came first. */
	int error = pthread_create(&network->thread, NULL, cmd_network_serve,
				   network);

	errno = error;
	network->started = error == 0;
	return network->started;
}

const struct cmd_network_node *
cmd_network_nodes(const struct cmd_network *network, size_t *count)
{
	*count = network->count;
	return network->nodes;
}

void cmd_network_kill(struct cmd_network *network, unsigned int one_in)
{
	/* Release: pairs with the acquire in obey(). */
	atomic_store_explicit(&network->kill_one_in, one_in,
			      memory_order_release);
	tell(network);
}

bool cmd_network_kill_done(const struct cmd_network *network)
{
	/* Acquire: pairs with the release in obey(); after it the number of
	 * the killed is there. */
	return atomic_load_explicit(&network->kill_done, memory_order_acquire);
}

size_t cmd_network_killed(const struct cmd_network *network)
{
	/* Relaxed: cmd_network_kill_done() has ordered it. */
	return atomic_load_explicit(&network->killed, memory_order_relaxed);
}
