/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/node/id.h"

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

/* @doors: NULL: as they are. */
static void start_with(const struct dti_rlpx_doors *doors)
{
	rlpx_scene_create(&scene, false);
	if (doors)
		scene.rlpx->doors = *doors;
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
}

static void start(void)
{
	start_with(NULL);
}

static void end(void)
{
	struct dt_rlpx_counters counters;

	rlpx_remote_fini(&remote);
	rlpx_scene_stop(&scene);
	counters = rlpx_counters(&scene);
	cr_assert_null(rlpx_broken(&counters), "%s", rlpx_broken(&counters));
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_doors, who_is_not_allowed_is_turned_away, .timeout = 20)
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

Test(workers_rlpx_doors, beyond_those_that_shake_hands_there_is_no_room,
     .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct rlpx_remote others[3];

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 2;
	start_with(&(struct dti_rlpx_doors){.slow_ms = INT64_MAX});
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
Test(workers_rlpx_doors, peers_make_room, .timeout = 20)
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
static void become_global(const char *name, const char *ip)
{
	struct ifreq request = {.ifr_flags = 0};
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memcpy(request.ifr_name, name, strlen(name));
	cr_assert_eq(inet_pton(AF_INET, ip, &address.sin_addr), 1);
	memcpy(&request.ifr_addr, &address, sizeof(address));
	cr_assert_eq(ioctl(fd, SIOCSIFADDR, &request), 0);
	close(fd);
}

Test(workers_rlpx_doors, an_address_connects_once_in_a_while, .timeout = 20)
{
	struct dt_rlpx_counters counters;
	struct rlpx_remote second;

	if (!sockets_own_network())
		cr_skip_test("no network of its own");
	sockets_up_with_one_port(40000);
	become_global("lo:1", "9.8.7.6");
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

static void await_ended(enum dt_ending ending, uint64_t count)
{
	struct dt_rlpx_counters counters;

	AWAIT_RLPX(&scene, counters, counters.inbound.ended[ending] == count);
}

/* ---- who gives way ---- */

static const struct dti_rlpx_doors impatient = {.slow_ms = 0};

/* Silent ones, one after the other; they are the caller's. */
static void connect_silently(struct rlpx_remote *remotes, uint8_t count)
{
	for (uint8_t i = 0; i < count; i++) {
		struct dt_rlpx_counters counters = rlpx_counters(&scene);
		uint64_t accepted = counters.accepted;

		rlpx_remote_init(&remotes[i], (uint8_t)(i + 10));
		rlpx_remote_connect(&remotes[i], &node);
		AWAIT_RLPX(&scene, counters, counters.accepted == accepted + 1);
	}
}

static void forget(struct rlpx_remote *remotes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rlpx_remote_fini(&remotes[i]);
}

Test(workers_rlpx_doors, who_is_silent_for_longest_gives_way, .timeout = 20)
{
	struct rlpx_remote others[3];

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 3;
	start_with(&impatient);
	connect_silently(others, 3);
	rlpx_remote_open(&remote, &node);
	await_ended(DT_ENDING_AUTH_TIMED_OUT, 1);

	(void)rlpx_remote_outlive(&others[0]);
	cr_assert_eq(recv(others[1].fd, (char[1]){0}, 1, MSG_DONTWAIT), -1);
	cr_assert_eq(rlpx_counters(&scene).no_room, 0);
	cr_assert_eq(rlpx_counters(&scene).inbound.running, 2);
	forget(others, 3);
	end();
}

Test(workers_rlpx_doors, who_has_said_who_it_is_gives_way_after_all_others,
     .timeout = 20)
{
	struct rlpx_remote others[2];

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 2;
	start_with(&impatient);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	cr_assert_eq(remote.events[DT_SESSION_IDENTIFIED], 1);
	connect_silently(others, 2);
	await_ended(DT_ENDING_AUTH_TIMED_OUT, 1);
	(void)rlpx_remote_outlive(&others[0]);

	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	forget(others, 2);
	end();
}

/* An auth can be sent again by whoever has it. */
Test(workers_rlpx_doors, who_has_proven_nothing_gives_way_too, .timeout = 20)
{
	struct rlpx_remote other;

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 1;
	start_with(&impatient);
	rlpx_remote_call(&remote, &node);
	rlpx_remote_step(&remote);
	connect_silently(&other, 1);
	await_ended(DT_ENDING_HELLO_TIMED_OUT, 1);

	cr_assert_eq(rlpx_remote_outlive(&remote), DT_ENDING_REMOTE_TIMEOUT);
	forget(&other, 1);
	end();
}

static bool is_awaited(const struct dt_node_id *id)
{
	bool awaited;

	dti_rlpx_lock(scene.rlpx);
	awaited = dti_peer_registry_find(&scene.rlpx->registry, id)->is_awaited;
	dti_rlpx_unlock(scene.rlpx);
	return awaited;
}

static void begin_dial(const struct dt_node_id *id)
{
	dti_rlpx_lock(scene.rlpx);
	cr_assert_eq(
		dti_peer_registry_dial(&scene.rlpx->registry, id, DT_PEER_DYN),
		DT_ENDING_NONE);
	dti_rlpx_unlock(scene.rlpx);
}

static void end_dial(const struct dt_node_id *id)
{
	dti_rlpx_lock(scene.rlpx);
	(void)dti_peer_registry_dial_failed(&scene.rlpx->registry, id);
	dti_rlpx_unlock(scene.rlpx);
}

/* One for which we are the arbiter. */
static struct dt_node_id become_higher(void)
{
	struct dt_node_id id = rlpx_remote_id(&remote);

	for (uint8_t i = 10; memcmp(node.id.bytes, id.bytes, sizeof(id)) > 0;
	     i++) {
		rlpx_remote_fini(&remote);
		rlpx_remote_init(&remote, i);
		id = rlpx_remote_id(&remote);
	}
	return id;
}

/* It is proven, and what it waits for is ours. */
Test(workers_rlpx_doors, who_waits_for_a_dial_of_ours_stays, .timeout = 20)
{
	struct rlpx_remote other;
	struct dt_node_id id;

	rlpx_scene_init(&scene, 1);
	scene.config.max_pending_inbound = 1;
	start_with(&impatient);
	id = become_higher();
	begin_dial(&id);
	rlpx_remote_call(&remote, &node);
	(void)rlpx_remote_await(&remote, DT_SESSION_IDENTIFIED, 1);
	while (!is_awaited(&id))
		sched_yield();
	connect_silently(&other, 1);

	(void)rlpx_remote_outlive(&other);
	cr_assert_eq(rlpx_counters(&scene).no_room, 1);
	cr_assert_eq(rlpx_counters(&scene).inbound.running, 1);
	end_dial(&id);
	forget(&other, 1);
	end();
}

/* ---- strangers ---- */

static uint16_t next_port = 41000;

static void connect_to(struct rlpx_remote *other, const char *ip)
{
	struct dt_rlpx_counters counters = rlpx_counters(&scene);
	uint64_t accepted = counters.accepted;
	struct dt_node there = node;

	/* From that very address, if it is the first of its /8. */
	cr_assert_eq(inet_pton(AF_INET, ip, there.endpoint.ip), 1);
	sockets_up_with_one_port(next_port++);
	rlpx_remote_init(other, 10);
	rlpx_remote_connect(other, &there);
	AWAIT_RLPX(&scene, counters, counters.accepted == accepted + 1);
}

/* False: that is not allowed here. */
static bool begin_among_strangers(uint32_t max_pending)
{
	if (!sockets_own_network())
		return false;
	sockets_up_with_one_port(40000);
	become_global("lo:1", "9.8.7.6");
	become_global("lo:2", "9.8.7.7");
	become_global("lo:3", "11.8.6.6");
	rlpx_scene_init(&scene, 1);
	scene.config.listen = "0.0.0.0:30303";
	scene.config.inbound_throttle_ms = 0;
	scene.config.max_pending_inbound = max_pending;
	return true;
}

Test(workers_rlpx_doors, a_network_has_a_quarter_of_the_places, .timeout = 20)
{
	static const struct {
		const char *ip;
		uint64_t no_room; /* after it */
	} comers[] = {
		{"9.8.7.6", 0},   {"9.8.7.7", 0},   {"9.8.7.6", 1},
		{"9.8.7.7", 2},   {"11.8.6.6", 2},  {"11.8.6.6", 2},
		{"11.8.6.6", 3},  {"127.0.0.1", 3}, {"127.0.0.1", 3},
		{"127.0.0.1", 3},
	};
	struct rlpx_remote others[10];

	if (!begin_among_strangers(8))
		cr_skip_test("no network of its own");
	start_with(&(struct dti_rlpx_doors){.slow_ms = INT64_MAX});
	for (size_t i = 0; i < 10; i++) {
		connect_to(&others[i], comers[i].ip);
		cr_assert_eq(rlpx_counters(&scene).no_room, comers[i].no_room,
			     "%zu", i);
	}

	/* One that goes makes room for one. */
	rlpx_remote_hang_up(&others[0]);
	await_ended(DT_ENDING_AUTH_CLOSED, 1);
	forget(&others[2], 1);
	connect_to(&others[2], "9.8.7.6");
	cr_assert_eq(rlpx_counters(&scene).no_room, 3);
	forget(others, 10);
	end();
}

Test(workers_rlpx_doors, of_few_places_a_network_has_one, .timeout = 20)
{
	struct rlpx_remote others[3];

	if (!begin_among_strangers(3))
		cr_skip_test("no network of its own");
	start_with(&(struct dti_rlpx_doors){.slow_ms = INT64_MAX});
	connect_to(&others[0], "9.8.7.6");
	connect_to(&others[1], "9.8.7.7");
	connect_to(&others[2], "11.8.6.6");

	cr_assert_eq(rlpx_counters(&scene).no_room, 1);
	cr_assert_eq(rlpx_counters(&scene).inbound.running, 2);
	forget(others, 3);
	end();
}

/* Whoever they are: there is an end to what they may cost. */
Test(workers_rlpx_doors, all_strangers_together_are_throttled, .timeout = 20)
{
	struct dti_rlpx_doors doors = {.rate = dti_token_rate(1, 2)};
	struct rlpx_remote others[4];

	if (!begin_among_strangers(50))
		cr_skip_test("no network of its own");
	/* Whose clock is ahead: nothing is added to the two. */
	doors.bucket = dti_token_bucket_full(&doors.rate, INT64_MAX);
	start_with(&doors);
	connect_to(&others[0], "9.8.7.6");
	connect_to(&others[1], "11.8.6.6");
	cr_assert_eq(rlpx_counters(&scene).throttled, 0);
	connect_to(&others[2], "9.8.7.7");
	cr_assert_eq(rlpx_counters(&scene).throttled, 1);

	connect_to(&others[3], "127.0.0.1");
	cr_assert_eq(rlpx_counters(&scene).throttled, 1);
	cr_assert_eq(rlpx_counters(&scene).inbound.running, 3);
	forget(others, 4);
	end();
}
