/* SPDX-License-Identifier: MIT */
#include "bench/contenders/peer_crowd.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/rlpx/session.h"

enum {
	SPARE_DESCRIPTORS = 64,
	EVENTS = 64,
	READ_SIZE = 4096,
	WIRE_SIZE = 2 * DTI_SESSION_WRITE_MAX,
};

static const struct dt_allocator libc = {.malloc = NULL};
static const struct dti_capability offered[] = {{"eth", 68, 17}};
static const char client[] = "dialtone/bench";

struct remote {
	int fd;
	struct dti_session_self self;
	struct dti_session session;
};

struct crowd {
	struct dt_node node;
	bool is_bare;
	int epoll_fd;
	struct remote *remotes;
	struct dti_secp secp;
	struct dti_random random;
	struct dti_session_setup setup; /* of the one that shakes hands */
};

bool peer_crowd_allow(size_t count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	       limit.rlim_cur >= count + SPARE_DESCRIPTORS;
}

static int connect_to(const struct dt_endpoint *endpoint)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(endpoint->tcp_port),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(&to.sin_addr, endpoint->ip, sizeof(to.sin_addr));
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	return -1;
}

/* ---- devp2p ---- */

static bool init_remote(struct remote *remote, const struct crowd *crowd,
			uint32_t number)
{
	struct dti_handshake_self *identity = &remote->self.identity;

	identity->secp = &crowd->secp;
	identity->key.bytes[0] = 1;
	memcpy(identity->key.bytes + 1, &number, sizeof(number));
	if (!dti_secp_id_of_key(&crowd->secp, &identity->id, &identity->key))
		return false;
	remote->self.frame_limit = DTI_FRAME_BODY_MAX;
	remote->self.offer = (struct dti_hello_offer){
		.version = DTI_HELLO_VERSION,
		.client = {(const uint8_t *)client, sizeof(client) - 1},
		.capabilities = {offered, 1},
		.id = identity->id,
	};
	return true;
}

static bool say(struct remote *remote)
{
	uint8_t wire[WIRE_SIZE];
	size_t length = dti_session_write(&remote->session, wire, sizeof(wire));

	return length == 0 ||
	       send(remote->fd, wire, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Hear something, and answer. */
static bool serve_remote(struct remote *remote)
{
	uint8_t bytes[READ_SIZE];
	ssize_t got = recv(remote->fd, bytes, sizeof(bytes), 0);
	struct dti_bytes input = {bytes, got > 0 ? (size_t)got : 0};
	struct dti_session_event event;

	if (got <= 0)
		return false;
	do
		dti_session_take(&remote->session, &input, &event);
	while (input.length > 0);
	return remote->session.phase != DTI_SESSION_OVER && say(remote);
}

static bool shake_hands(struct crowd *crowd, struct remote *remote)
{
	struct dti_handshake_entropy entropy;

	dti_handshake_entropy_draw(&entropy, &crowd->random);
	if (!dti_session_call(&remote->session, &crowd->setup, &remote->self,
			      &crowd->node.id, &entropy) ||
	    !say(remote))
		return false;
	while (remote->session.phase != DTI_SESSION_OPEN)
		if (!serve_remote(remote))
			return false;
	return true;
}

/* ---- both ---- */

static bool send_back(const struct remote *remote)
{
	uint8_t bytes[READ_SIZE];
	ssize_t got = recv(remote->fd, bytes, sizeof(bytes), 0);

	return got > 0 &&
	       send(remote->fd, bytes, (size_t)got, MSG_NOSIGNAL) == got;
}

static bool join(struct crowd *crowd, uint32_t number)
{
	struct remote *remote = &crowd->remotes[number];
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = remote};

	remote->fd = connect_to(&crowd->node.endpoint);
	if (remote->fd < 0)
		return false;
	if (!crowd->is_bare && (!init_remote(remote, crowd, number) ||
				!shake_hands(crowd, remote)))
		return false;
	return epoll_ctl(crowd->epoll_fd, EPOLL_CTL_ADD, remote->fd, &event) ==
	       0;
}

static void serve_all(struct crowd *crowd)
{
	struct epoll_event events[EVENTS];

	for (;;) {
		int count = epoll_wait(crowd->epoll_fd, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			struct remote *remote = events[i].data.ptr;

			if (crowd->is_bare ? !send_back(remote)
					   : !serve_remote(remote))
				close(remote->fd);
		}
	}
}

/* Its memory goes with the process. */
_Noreturn static void be_crowd(const struct dt_node *node, size_t count,
			       bool is_bare)
{
	static const uint8_t seed[32] = {1};
	static struct crowd crowd;

	crowd.node = *node;
	crowd.is_bare = is_bare;
	crowd.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	crowd.remotes = calloc(count, sizeof(*crowd.remotes));
	dti_random_init(&crowd.random, seed);
	if (crowd.epoll_fd < 0 || !crowd.remotes ||
	    dti_secp_init(&crowd.secp, seed, &libc))
		_exit(1);
	for (size_t i = 0; i < count; i++)
		if (!join(&crowd, (uint32_t)i))
			_exit(1);
	serve_all(&crowd);
	_exit(0);
}

bool peer_crowd_start(struct peer_crowd *crowd, const struct dt_node *node,
		      size_t count, bool is_bare)
{
	crowd->process = fork();
	if (crowd->process == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_crowd(node, count, is_bare);
	}
	return crowd->process > 0;
}

void peer_crowd_freeze(struct peer_crowd *crowd)
{
	kill(crowd->process, SIGSTOP);
	waitpid(crowd->process, NULL, WUNTRACED);
}

void peer_crowd_stop(struct peer_crowd *crowd)
{
	kill(crowd->process, SIGKILL);
	waitpid(crowd->process, NULL, 0);
}
