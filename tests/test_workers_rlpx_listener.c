/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

static void start(void)
{
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
}

static void end(void)
{
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_listener, who_is_not_allowed_is_turned_away, .timeout = 20)
{
	struct dt_rlpx_counters counters;

	rlpx_scene_init(&scene, 1);
	scene.config.netrestrict = "10.0.0.0/8";
	start();
	rlpx_remote_call(&remote, &node);

	(void)rlpx_remote_outlive(&remote);
	AWAIT_RLPX(&scene, counters, counters.not_allowed == 1);
	cr_assert_eq(counters.inbound.begun, 0);
	end();
}

Test(workers_rlpx_listener, beyond_those_that_shake_hands_there_is_no_room,
     .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct rlpx_remote others[3];

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 2;
	start();
	for (uint8_t i = 0; i < 3; i++) {
		rlpx_remote_init(&others[i], (uint8_t)(i + 10));
		rlpx_remote_connect(&others[i], &node);
	}
	AWAIT_RLPX(&scene, counters, counters.accepted == 3);
	cr_assert_eq(counters.no_room, 1);
	cr_assert_eq(counters.inbound.running, 2);

	/* Once one is over there is. */
	rlpx_remote_hang_up(&others[0]);
	AWAIT_RLPX(&scene, counters, counters.inbound.running == 1);
	rlpx_remote_open(&remote, &node);
	for (int i = 0; i < 3; i++)
		rlpx_remote_fini(&others[i]);
	end();
}

/* A peer takes no place of those that shake hands. */
Test(workers_rlpx_listener, peers_make_room, .timeout = 20)
{
	struct rlpx_remote others[3];

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 1;
	start();
	for (uint8_t i = 0; i < 3; i++) {
		rlpx_remote_init(&others[i], (uint8_t)(i + 10));
		rlpx_remote_open(&others[i], &node);
		rlpx_await_added(&scene, (size_t)i + 1);
	}

	for (int i = 0; i < 3; i++)
		rlpx_remote_fini(&others[i]);
	end();
}

/* Give loopback an address of the world's. */
static void become_global(void)
{
	struct ifreq request = {.ifr_name = "lo:1"};
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	cr_assert_eq(inet_pton(AF_INET, "9.8.7.6", &address.sin_addr), 1);
	memcpy(&request.ifr_addr, &address, sizeof(address));
	cr_assert_eq(ioctl(fd, SIOCSIFADDR, &request), 0);
	close(fd);
}

Test(workers_rlpx_listener, an_address_connects_once_in_a_while, .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct rlpx_remote second;

	if (!sockets_own_network())
		cr_skip_test("no network of its own");
	sockets_up_with_one_port(40000);
	become_global();
	rlpx_scene_init(&scene, 1);
	scene.config.listen = "9.8.7.6:30303";
	start();
	rlpx_remote_open(&remote, &node);
	cr_assert_eq(rlpx_counters(&scene).throttled, 0);
	rlpx_remote_hang_up(&remote);
	rlpx_remote_init(&second, 10);
	sockets_up_with_one_port(40001); /* the other is not free yet */
	rlpx_remote_call(&second, &node);

	(void)rlpx_remote_outlive(&second);
	AWAIT_RLPX(&scene, counters, counters.throttled == 1);
	cr_assert_eq(counters.accepted, 2);
	rlpx_remote_fini(&second);
	end();
}

static size_t noticed;

static void note_notice(void *context, const char *sentence)
{
	struct rlpx_scene *noted = context;

	cr_assert_not_null(strstr(sentence, "limit of open files"), "%s",
			   sentence);
	pthread_mutex_lock(&noted->lock);
	noticed++;
	pthread_cond_broadcast(&noted->changed);
	pthread_mutex_unlock(&noted->lock);
}

static void await_notice(void)
{
	pthread_mutex_lock(&scene.lock);
	while (noticed == 0)
		pthread_cond_wait(&scene.changed, &scene.lock);
	pthread_mutex_unlock(&scene.lock);
}

/* All connections are made by the kernel; the node has no descriptor for one. */
Test(workers_rlpx_listener, without_descriptors_it_waits_and_says_so_once,
     .timeout = 20)
{
	int spare;

	rlpx_scene_init(&scene, 1);
	scene.config.notice = note_notice;
	scene.config.notice_context = &scene;
	start();
	/* One is left, for the remote. */
	spare = dup(0);
	sockets_forbid_more();
	close(spare);
	rlpx_remote_call(&remote, &node);
	await_notice();
	cr_assert_eq(rlpx_counters(&scene).accepted, 0);

	/* It looks again by itself. */
	close(0);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	cr_assert_eq(noticed, 1);
	end();
}
