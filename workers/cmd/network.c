/* SPDX-License-Identifier: MIT */
#include "workers/cmd/network.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers/cmd/network_state.h"

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
		[CMD_CHARACTER_USELESS] = "useless",
	};

	return names[character];
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

static void choose_static(struct cmd_network *network, size_t wanted)
{
	for (size_t i = 0; i < network->count && wanted > 0; i++) {
		if (network->nodes[i].character != CMD_CHARACTER_ACCEPT)
			continue;
		network->nodes[i].is_static = true;
		wanted--;
	}
}

static dt_err make_nodes(struct cmd_network *network,
			 const struct cmd_network_plan *plan,
			 struct dt_error *error)
{
	/* Apart: ids do not depend on which places are free. */
	struct cmd_dice places = {.state = ~plan->seed};
	dt_err err;

	give_characters(network, plan);
	choose_static(network, plan->static_nodes);
	err = cmd_network_prepare_discovery(network, error);
	for (size_t i = 0; i < network->count && err == DT_OK; i++) {
		struct cmd_network_node *node = &network->nodes[i];

		err = cmd_network_place(network, i, &places, error);
		if (err == DT_OK)
			err = cmd_network_make_rlpx(network, i, error);
		if (err == DT_OK && listens(node) &&
		    !watch(network, node->listener, i))
			err = cmd_network_system_error(error, "epoll");
	}
	return err;
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
	network->of_the_dead.adds_up = true;
	for (size_t i = 0; i < plan->size; i++)
		network->nodes[i].listener = -1;
	return network;
}

static dt_err open_thread(struct cmd_network *network, struct dt_error *error)
{
	network->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	network->command_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (network->epoll_fd < 0 || network->command_fd < 0 ||
	    !watch(network, network->command_fd, CMD_NETWORK_COMMAND))
		return cmd_network_system_error(error, "epoll");
	return DT_OK;
}

struct cmd_network *cmd_network_create(const struct cmd_network_plan *plan,
				       struct dt_error *error)
{
	struct cmd_network *network = allocate(plan);

	if (network == NULL) {
		error->code = cmd_network_system_error(error, "memory");
		return NULL;
	}
	if (open_thread(network, error) == DT_OK &&
	    make_nodes(network, plan, error) == DT_OK)
		return network;
	cmd_network_destroy(network);
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
	cmd_network_close_discovery(network);
	for (size_t i = 0; i < network->connection_slots; i++)
		cmd_network_close(network, i);
	for (size_t i = 0; i < network->count; i++) {
		close_if_open(network->nodes[i].listener);
		dt_rlpx_destroy(network->nodes[i].rlpx);
	}
	close_if_open(network->epoll_fd);
	close_if_open(network->command_fd);
	free(network->connections);
	free(network->nodes);
	free(network);
}

dt_err cmd_network_start(struct cmd_network *network, struct dt_error *error)
{
	/* Signals are blocked already: cmd_signals_open() came first. */
	errno = pthread_create(&network->thread, NULL, cmd_network_serve,
			       network);
	network->started = errno == 0;
	return network->started ? DT_OK
				: cmd_network_system_error(error, "a thread");
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
