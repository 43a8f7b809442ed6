/* SPDX-License-Identifier: MIT */
/*
 * Speaking with peers yourself: the dialer dials, RLPx and devp2p's Hello are
 * shaken, and then the connection is the program's own: it sends a message of a
 * capability and reads the answer in its own poll(2) loop. The other side, which
 * echoes, lets others connect, and is given those that do.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>

#include "someone_to_dial.h"

#define SAY  0 /* codes of the capability "echo", which has two */
#define ECHO 1

/* An open session, and its socket. */
struct connection {
	dt_session *session;
	int fd;
	uint8_t room[1024]; /* for a message */
};

/* Write what is owed. The socket may be one that does not block. */
static void say_what_is_owed(const struct connection *connection)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];

	while (dt_session_owes(connection->session)) {
		size_t length = dt_session_write(connection->session, bytes,
						 sizeof(bytes));

		/* A program that sends more than this waits for POLLOUT. */
		if (send(connection->fd, bytes, length, MSG_NOSIGNAL) !=
		    (ssize_t)length)
			return;
	}
}

static void say(const struct connection *connection, uint64_t code,
		const uint8_t *payload, size_t length)
{
	uint8_t bytes[1024];
	size_t used = dt_session_send(connection->session, bytes, sizeof(bytes),
				      code, payload, length);

	if (used == 0 ||
	    send(connection->fd, bytes, used, MSG_NOSIGNAL) != (ssize_t)used)
		fprintf(stderr, "a message was not sent\n");
}

static void begin(struct connection *connection, dt_session *session, int fd)
{
	connection->fd = fd;
	connection->session = session;
	dt_session_room(session, connection->room, sizeof(connection->room));
}

/*
 * Wait for some bytes, until something happens. False: the connection is over.
 * @message: of DT_SESSION_MESSAGE.
 */
static bool hear(struct connection *connection, enum dt_session_event *event,
		 struct dt_message *message)
{
	struct pollfd polled = {.fd = connection->fd, .events = POLLIN};
	uint8_t bytes[512];
	const uint8_t *input = bytes;
	size_t needs = dt_session_needs(connection->session);
	size_t length;
	ssize_t got;

	*event = DT_SESSION_MORE;
	(void)poll(&polled, 1, -1);
	got = recv(connection->fd, bytes,
		   needs < sizeof(bytes) ? needs : sizeof(bytes), 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0)
		return false;
	/* No more than it needs: so it takes all, and one thing happens. */
	length = (size_t)got;
	*event = dt_session_take(connection->session, &input, &length, message);
	return *event != DT_SESSION_ENDED;
}

/* ---- who answers ---- */

struct echo {
	sem_t connected;
	struct connection connection;
};

/* On the thread of the dt_rlpx. From now on both are ours. */
static bool keep_inbound(void *context, const struct dt_node *node, int fd,
			 dt_session *session)
{
	struct echo *echo = context;

	(void)node;
	begin(&echo->connection, session, fd);
	sem_post(&echo->connected);
	return true;
}

static void echo_message(const struct connection *connection,
			 const struct dt_message *message)
{
	const struct dt_session_info *info =
		dt_session_info(connection->session);
	uint8_t payload[512];

	if (info->shared_count == 1 &&
	    message->code == info->shared[0].first_code + SAY &&
	    dt_session_inflate(connection->session, payload, sizeof(payload),
			       message) == DT_OK)
		say(connection, info->shared[0].first_code + ECHO, payload,
		    message->inflated);
}

/* One connection, whoever it is. */
static void *answer(void *argument)
{
	struct echo *echo = argument;
	struct connection *connection = &echo->connection;
	enum dt_session_event event;
	struct dt_message message;

	sem_wait(&echo->connected);
	say_what_is_owed(connection); /* our Hello */
	while (hear(connection, &event, &message)) {
		if (event == DT_SESSION_MESSAGE)
			echo_message(connection, &message);
		say_what_is_owed(connection);
	}
	printf("the other side hears: %s\n",
	       dt_ending_text(dt_session_info(connection->session)->ending));
	dt_session_destroy(connection->session);
	close(connection->fd);
	return NULL;
}

/* ---- who dials ---- */

struct speaker {
	struct dt_transport rlpx;
	sem_t connected;
	struct connection connection;
};

/* RLPx's, whose context is its own. */
static enum dt_outcome set_up(void *context, const struct dt_op *op,
			      void **session, struct dt_outcome_detail *detail,
			      const struct dt_node *node, uint32_t flags,
			      int fd)
{
	const struct dt_transport *rlpx = &((struct speaker *)context)->rlpx;

	return rlpx->setup(rlpx->context, op, session, detail, node, flags, fd);
}

/* On a worker thread. From now on both are ours. */
static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	struct speaker *speaker = context;

	(void)node;
	(void)flags;
	begin(&speaker->connection, session, fd);
	sem_post(&speaker->connected);
	return true;
}

static void print_hello(const struct dt_session_info *info)
{
	printf("connected with \"%s\", devp2p version %u:", info->hello.client,
	       (unsigned int)info->hello.version);
	for (uint16_t i = 0; i < info->hello.capability_count; i++)
		printf(" %s/%u", info->hello.capabilities[i].name,
		       info->hello.capabilities[i].version);
	printf("\n");
}

/* Until the answer has come. Returns how many bytes it has. */
static size_t converse(struct connection *connection)
{
	/* Messages are RLP: here a list of one string. */
	static const uint8_t payload[] = {0xc6, 0x85, 'h', 'e', 'l', 'l', 'o'};
	const struct dt_session_info *info =
		dt_session_info(connection->session);
	enum dt_session_event event;
	struct dt_message message;
	uint8_t answer[512];

	say(connection, info->shared[0].first_code + SAY, payload,
	    sizeof(payload));
	while (hear(connection, &event, &message)) {
		say_what_is_owed(connection); /* a pong, perhaps */
		if (event == DT_SESSION_MESSAGE &&
		    message.code == info->shared[0].first_code + ECHO &&
		    dt_session_inflate(connection->session, answer,
				       sizeof(answer), &message) == DT_OK)
			return message.inflated;
	}
	return 0;
}

static void hang_up(struct connection *connection)
{
	dt_session_disconnect(connection->session, DT_ENDING_REMOTE_QUITTING);
	say_what_is_owed(connection);
	dt_session_destroy(connection->session);
	close(connection->fd);
}

/* ---- both ---- */

/* Let others connect, and know who that is to be dialed. */
static dt_rlpx *listen_for(struct echo *echo, struct dt_node *self)
{
	struct dt_config config;
	struct dt_error error;
	dt_rlpx *rlpx;

	dt_config_init(&config, sizeof(config));
	config.capabilities = "echo/1:2"; /* it takes two codes */
	config.inbound = true;
	config.listen = "127.0.0.1:0";
	config.keep_inbound = keep_inbound;
	config.keep_inbound_context = echo;
	sem_init(&echo->connected, 0, 0);
	/* A node has a dialer too, which is told of who connects. */
	must(dt_rlpx_create(&rlpx, &config, &error), &error);
	must(dt_rlpx_start(rlpx, NULL, &error), &error);
	*self = dt_rlpx_self(rlpx);
	dt_config_fini(&config);
	return rlpx;
}

int main(void)
{
	static struct speaker speaker;
	static struct echo echo;
	struct dt_config config;
	struct dt_error error;
	struct dt_node node;
	pthread_t thread;
	dt_dialer *dialer;
	dt_rlpx *listening;
	dt_rlpx *rlpx;
	size_t length;

	listening = listen_for(&echo, &node);
	pthread_create(&thread, NULL, answer, &echo);

	dt_config_init(&config, sizeof(config));
	config.capabilities = "echo/1:2";
	config.client = "example/1";
	must(dt_rlpx_create(&rlpx, &config, &error), &error);
	sem_init(&speaker.connected, 0, 0);
	speaker.rlpx = dt_rlpx_transport(rlpx);
	config.transport.context = &speaker;
	config.transport.setup = set_up;
	config.transport.keep = keep;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	must(dt_dialer_add_static(dialer, &node, 1), NULL);
	must(dt_dialer_start(dialer, &error), &error);
	sem_wait(&speaker.connected);

	print_hello(dt_session_info(speaker.connection.session));
	length = converse(&speaker.connection);
	printf("%zu bytes came back\n", length);
	hang_up(&speaker.connection);
	/* A dialer that goes on would now dial it again, after a while. */
	must(dt_dialer_peer_removed(dialer, &node.id), NULL);
	pthread_join(thread, NULL);

	dt_dialer_destroy(dialer);
	dt_rlpx_destroy(rlpx); /* after all sessions */
	dt_rlpx_destroy(listening);
	dt_config_fini(&config);
	sem_destroy(&speaker.connected);
	sem_destroy(&echo.connected);
	return length == 7 ? 0 : 1;
}
