/* SPDX-License-Identifier: MIT */
/*
 * An own way to connect and an own handshake. connect() here makes a socket
 * pair instead of dialing out; setup() expects a greeting from the other side
 * and says which peers it does not want, with a reason of its own.
 */
#include <errno.h>
#include <poll.h>
#include <semaphore.h>

#include "someone_to_dial.h"

/* Those below DT_ENDING_COUNT would be told as RLPx's. */
#define REASON_BAD_GREETING 1007

struct outcomes {
	sem_t done;
	unsigned int connected;
	unsigned int refused_by_us;
};

/* Node 1 greets properly, every other node does not. */
static enum dt_outcome connect_pair(void *context, const struct dt_op *op,
				    int *fd, struct dt_outcome_detail *detail,
				    const struct dt_node *node)
{
	const char *greeting = node->id.bytes[0] == 1 ? "hello" : "howdy";
	int ends[2];

	(void)context;
	(void)op; /* nothing in here blocks */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		       ends)) {
		detail->sys_errno = EMFILE;
		return DT_OUTCOME_NO_DESCRIPTORS;
	}
	if (write(ends[1], greeting, 5) != 5) {
		close(ends[0]);
		close(ends[1]);
		return DT_OUTCOME_RESET;
	}
	close(ends[1]);
	*fd = ends[0];
	return DT_OUTCOME_CONNECTED;
}

static enum dt_outcome greet(void *context, const struct dt_op *op,
			     void **session, struct dt_outcome_detail *detail,
			     const struct dt_node *node, uint32_t flags, int fd)
{
	char greeting[5];
	dt_err err = dt_op_wait(op, fd, POLLIN);

	(void)context;
	(void)session; /* would carry what the handshake has agreed on */
	(void)node;
	(void)flags;
	if (err == DT_ERR_CANCELLED)
		return DT_OUTCOME_CANCELLED;
	if (err)
		return DT_OUTCOME_SETUP_TIMED_OUT;
	if (read(fd, greeting, sizeof(greeting)) == sizeof(greeting) &&
	    memcmp(greeting, "hello", sizeof(greeting)) == 0)
		return DT_OUTCOME_CONNECTED;
	detail->reason = REASON_BAD_GREETING;
	return DT_OUTCOME_SETUP_FAILED;
}

static void on_event(void *context, const struct dt_event *event)
{
	struct outcomes *outcomes = context;

	if (event->type != DT_EVENT_DIAL_ENDED)
		return;
	outcomes->connected += event->outcome == DT_OUTCOME_CONNECTED;
	outcomes->refused_by_us += event->outcome == DT_OUTCOME_SETUP_FAILED &&
				   event->detail.reason == REASON_BAD_GREETING;
	sem_post(&outcomes->done);
}

int main(void)
{
	struct outcomes outcomes = {.connected = 0};
	struct dt_config config;
	struct dt_error error;
	struct dt_node nodes[2];
	dt_dialer *dialer;

	someone_to_dial(&nodes[0], 1);
	someone_to_dial(&nodes[1], 2);
	sem_init(&outcomes.done, 0, 0);
	dt_config_init(&config, sizeof(config));
	config.log = DT_LEVEL_DEBUG; /* the ends of dials are told there */
	config.event = on_event;
	config.event_context = &outcomes;
	config.transport.connect = connect_pair;
	config.transport.setup = greet;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	must(dt_dialer_add_static(dialer, nodes, 2), NULL);
	must(dt_dialer_start(dialer, &error), &error);
	sem_wait(&outcomes.done);
	sem_wait(&outcomes.done);
	must(dt_dialer_stop(dialer), NULL);
	dt_dialer_destroy(dialer);
	printf("%u connected, %u greeted wrongly\n", outcomes.connected,
	       outcomes.refused_by_us);
	return outcomes.connected == 1 && outcomes.refused_by_us == 1 ? 0 : 1;
}
