/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/keeper.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/sockets.h"

#define NUMBERS     4096
#define FIRST_SLOTS 256 /* what create() has ready */

static const struct dt_allocator libc_allocator;

/* What ended() was told. */
struct endings {
	struct dti_keeper *keeper;
	size_t also; /* a number that ended() drops with any other; 0: none */
	sem_t gate;  /* once for each */
	pthread_mutex_t lock;
	/* Under the lock. */
	size_t times[NUMBERS]; /* that the peer with this number ended */
	size_t total;
	pid_t thread_id;
};

static struct dt_node_id id_of(size_t number)
{
	struct dt_node_id id = {{0}};

	memcpy(id.bytes + 20, &number, sizeof(number));
	return id;
}

static void note_ending(void *context, const struct dt_node_id *id)
{
	struct endings *endings = context;
	size_t number;

	memcpy(&number, id->bytes + 20, sizeof(number));
	pthread_mutex_lock(&endings->lock);
	endings->times[number]++;
	endings->total++;
	endings->thread_id = sockets_thread_id();
	pthread_mutex_unlock(&endings->lock);
	if (endings->also && number != endings->also) {
		struct dt_node_id also = id_of(endings->also);

		dti_keeper_drop(endings->keeper, &also);
	}
	sem_post(&endings->gate);
}

static size_t times(struct endings *endings, size_t number)
{
	size_t count;

	pthread_mutex_lock(&endings->lock);
	count = endings->times[number];
	pthread_mutex_unlock(&endings->lock);
	return count;
}

static size_t total(struct endings *endings)
{
	size_t count;

	pthread_mutex_lock(&endings->lock);
	count = endings->total;
	pthread_mutex_unlock(&endings->lock);
	return count;
}

/* After a peer has ended. */
static pid_t keeper_thread_id(struct endings *endings)
{
	pid_t id;

	pthread_mutex_lock(&endings->lock);
	id = endings->thread_id;
	pthread_mutex_unlock(&endings->lock);
	return id;
}

static struct endings *create_with(const struct dt_allocator *allocator)
{
	struct endings *endings = calloc(1, sizeof(*endings));

	cr_assert_not_null(endings);
	sem_init(&endings->gate, 0, 0);
	pthread_mutex_init(&endings->lock, NULL);
	cr_assert_eq(dti_keeper_create(&endings->keeper, allocator, note_ending,
				       endings),
		     DT_OK);
	return endings;
}

static struct endings *start(void)
{
	struct endings *endings = create_with(&libc_allocator);

	cr_assert_eq(dti_keeper_start(endings->keeper), DT_OK);
	return endings;
}

static void finish(struct endings *endings)
{
	dti_keeper_stop(endings->keeper);
	dti_keeper_destroy(endings->keeper);
	sem_destroy(&endings->gate);
	pthread_mutex_destroy(&endings->lock);
	free(endings);
}

static bool hold(struct endings *endings, size_t number, int fd)
{
	struct dt_node_id id = id_of(number);

	return dti_keeper_hold(endings->keeper, &id, fd);
}

static void drop(struct endings *endings, size_t number)
{
	struct dt_node_id id = id_of(number);

	dti_keeper_drop(endings->keeper, &id);
}

static void wait_for(struct endings *endings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sockets_wait(&endings->gate);
}

/* The other end of a connection that the keeper holds. */
static int hold_pair(struct endings *endings, size_t number)
{
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		     0, "%s", strerror(errno));
	cr_assert(hold(endings, number, ends[0]));
	return ends[1];
}

static int hold_tcp(struct endings *endings, size_t number)
{
	int ends[2];

	sockets_pair(ends);
	cr_assert(hold(endings, number, ends[0]));
	return ends[1];
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* How many pairs this process may have, at most @wanted. */
static size_t allow_pairs(size_t wanted)
{
	struct rlimit limit;
	size_t most;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	most = ((size_t)limit.rlim_cur - 64) / 2;
	return most < wanted ? most : wanted;
}

Test(workers_keeper, a_close_of_the_remote_ends_the_peer, .timeout = 10)
{
	struct endings *endings = start();
	int ends[2];

	sockets_pair(ends);
	cr_assert(hold(endings, 5, ends[0]));
	close(ends[1]);
	wait_for(endings, 1);

	cr_assert_eq(times(endings, 5), 1);
	cr_assert_not(is_open(ends[0]));
	finish(endings);
}

Test(workers_keeper, a_reset_ends_the_peer, .timeout = 10)
{
	struct endings *endings = start();

	sockets_reset(hold_tcp(endings, 6));
	wait_for(endings, 1);

	cr_assert_eq(times(endings, 6), 1);
	finish(endings);
}

Test(workers_keeper, a_remote_that_only_stops_sending_ends_too, .timeout = 10)
{
	struct endings *endings = start();
	int remote = hold_tcp(endings, 7);

	shutdown(remote, SHUT_WR);
	wait_for(endings, 1);

	cr_assert_eq(times(endings, 7), 1);
	close(remote);
	finish(endings);
}

static void send_all(int fd, size_t size)
{
	static const char bytes[64 * 1024];
	ssize_t sent = 1;

	while (size > 0 && sent > 0) {
		size_t part = size < sizeof(bytes) ? size : sizeof(bytes);

		sent = send(fd, bytes, part, MSG_NOSIGNAL);
		size -= sent > 0 ? (size_t)sent : 0;
	}
	cr_assert_eq(size, 0, "send: %s", strerror(errno));
}

/* More than the socket's buffers take: it has to read to get there. */
Test(workers_keeper, a_close_behind_many_bytes_is_seen, .timeout = 20)
{
	struct endings *endings = start();
	int tcp = hold_tcp(endings, 1);
	int pair = hold_pair(endings, 2);

	send_all(tcp, 32 << 20);
	send_all(pair, 4 << 20);
	cr_assert_neq(sem_trywait(&endings->gate), 0);
	close(tcp);
	close(pair);
	wait_for(endings, 2);

	cr_assert_eq(times(endings, 1), 1);
	cr_assert_eq(times(endings, 2), 1);
	finish(endings);
}

Test(workers_keeper, a_pipe_can_be_held, .timeout = 10)
{
	struct endings *endings = start();
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	cr_assert(hold(endings, 8, ends[0]));
	cr_assert_eq(write(ends[1], "unwanted", 8), 8);
	close(ends[1]);
	wait_for(endings, 1);

	cr_assert_eq(times(endings, 8), 1);
	finish(endings);
}

Test(workers_keeper, a_drop_ends_each_socket_of_the_id_only, .timeout = 10)
{
	struct endings *endings = start();
	int remotes[3] = {hold_pair(endings, 1), hold_pair(endings, 1),
			  hold_pair(endings, 2)};
	char byte;

	drop(endings, 1);
	wait_for(endings, 2);

	cr_assert_eq(times(endings, 1), 2);
	cr_assert_eq(times(endings, 2), 0);
	cr_assert_eq(read(remotes[0], &byte, 1), 0);
	cr_assert_eq(read(remotes[1], &byte, 1), 0);
	close(remotes[2]);
	wait_for(endings, 1);
	cr_assert_eq(times(endings, 2), 1);
	close(remotes[0]);
	close(remotes[1]);
	finish(endings);
}

Test(workers_keeper, a_drop_of_a_stranger_does_nothing, .timeout = 10)
{
	struct endings *endings = start();
	int remote = hold_pair(endings, 1);

	drop(endings, 2);
	drop(endings, 1);
	drop(endings, 1);
	wait_for(endings, 1);
	dti_keeper_stop(endings->keeper);

	cr_assert_eq(total(endings), 1);
	close(remote);
	finish(endings);
}

Test(workers_keeper, ended_is_called_without_a_lock, .timeout = 10)
{
	struct endings *endings = start();
	int first;
	int second;

	endings->also = 2; /* before anything can end */
	first = hold_pair(endings, 1);
	second = hold_pair(endings, 2);
	close(first);
	wait_for(endings, 2);

	cr_assert_eq(times(endings, 2), 1);
	close(second);
	finish(endings);
}

Test(workers_keeper, stop_closes_thousands_and_ends_each, .timeout = 60)
{
	struct endings *endings = start();
	size_t count = allow_pairs(NUMBERS);
	int *remotes = calloc(count, sizeof(*remotes));
	char byte;

	cr_assert_not_null(remotes);
	for (size_t i = 0; i < count; i++)
		remotes[i] = hold_pair(endings, i);

	dti_keeper_stop(endings->keeper);

	cr_assert_eq(total(endings), count);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(times(endings, i), 1, "%zu", i);
		cr_assert_eq(read(remotes[i], &byte, 1), 0);
		close(remotes[i]);
	}
	free(remotes);
	finish(endings);
}

Test(workers_keeper, thousands_that_close_at_once_all_end, .timeout = 60)
{
	struct endings *endings = start();
	size_t count = allow_pairs(NUMBERS / 2);
	int *remotes = calloc(count, sizeof(*remotes));

	cr_assert_not_null(remotes);
	for (size_t i = 0; i < count; i++)
		remotes[i] = hold_pair(endings, i);
	for (size_t i = 0; i < count; i++) {
		if (i % 3 == 0)
			drop(endings, i);
		close(remotes[i]);
	}
	wait_for(endings, count);

	for (size_t i = 0; i < count; i++)
		cr_assert_eq(times(endings, i), 1, "%zu", i);
	free(remotes);
	finish(endings);
}

/* Sends without pause until it is told to stop. */
struct flood {
	int fd;
	_Atomic bool stop;
	sem_t flowing;
};

static void *send_flood(void *argument)
{
	struct flood *flood = argument;

	send_all(flood->fd, 8 << 20);
	sem_post(&flood->flowing);
	/* Relaxed: nothing else is read because of it. */
	while (!atomic_load_explicit(&flood->stop, memory_order_relaxed))
		send_all(flood->fd, 64 * 1024);
	return NULL;
}

Test(workers_keeper, a_peer_that_floods_delays_no_other, .timeout = 20)
{
	struct endings *endings = start();
	struct flood flood = {.fd = hold_tcp(endings, 1)};
	pthread_t thread;

	sem_init(&flood.flowing, 0, 0);
	cr_assert_eq(pthread_create(&thread, NULL, send_flood, &flood), 0);
	sockets_wait(&flood.flowing);
	for (size_t i = 10; i < 60; i++) {
		close(hold_tcp(endings, i));
		wait_for(endings, 1);
		cr_assert_eq(times(endings, i), 1);
	}
	cr_assert_eq(times(endings, 1), 0);
	atomic_store_explicit(&flood.stop, true, memory_order_relaxed);
	pthread_join(thread, NULL);

	close(flood.fd);
	wait_for(endings, 1);
	cr_assert_eq(times(endings, 1), 1);
	finish(endings);
}

/* Without EPOLL_CTL_DEL its events would go on, with a slot that is gone. */
Test(workers_keeper, a_copy_of_a_dropped_socket_is_left_alone, .timeout = 10)
{
	struct endings *endings = start();
	int ends[2];
	int copy;
	int other;

	sockets_pair(ends);
	copy = fcntl(ends[0], F_DUPFD_CLOEXEC, 0);
	cr_assert(hold(endings, 1, ends[0]));
	drop(endings, 1);
	wait_for(endings, 1);
	other = hold_pair(endings, 2); /* in the slot of the first */
	cr_assert_eq(write(ends[1], "x", 1), 1);
	close(ends[1]);
	drop(endings, 3);
	close(other);
	wait_for(endings, 1);
	dti_keeper_stop(endings->keeper);

	cr_assert_eq(total(endings), 2);
	cr_assert_eq(times(endings, 2), 1);
	close(copy);
	finish(endings);
}

Test(workers_keeper, a_stopped_one_holds_nothing, .timeout = 10)
{
	struct endings *endings = start();
	int ends[2];

	sockets_pair(ends);
	dti_keeper_stop(endings->keeper);

	cr_assert_not(hold(endings, 1, ends[0]));
	cr_assert(is_open(ends[0]));
	drop(endings, 1);
	dti_keeper_stop(endings->keeper);
	cr_assert_eq(total(endings), 0);
	close(ends[0]);
	close(ends[1]);
	finish(endings);
}

Test(workers_keeper, what_cannot_be_watched_stays_the_callers, .timeout = 10)
{
	struct endings *endings = start();
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	cr_assert_geq(file, 0);
	cr_assert_not(hold(endings, 1, file));
	cr_assert_not(hold(endings, 2, -1));

	cr_assert(is_open(file));
	dti_keeper_stop(endings->keeper);
	cr_assert_eq(total(endings), 0);
	close(file);
	finish(endings);
}

Test(workers_keeper, one_that_never_started_closes_what_it_holds)
{
	struct endings *endings = create_with(&libc_allocator);
	int remote = hold_pair(endings, 1);
	char byte;

	dti_keeper_stop(endings->keeper);

	cr_assert_eq(times(endings, 1), 1);
	cr_assert_eq(read(remote, &byte, 1), 0);
	close(remote);
	finish(endings);
}

Test(workers_keeper, no_keeper_can_be_destroyed)
{
	size_t before = sockets_count_open();

	dti_keeper_destroy(NULL);

	cr_assert_eq(sockets_count_open(), before);
}

Test(workers_keeper, its_thread_has_a_name, .timeout = 10)
{
	struct endings *endings = start();
	char path[64];
	char name[32] = "";
	FILE *file;

	close(hold_pair(endings, 1));
	wait_for(endings, 1);
	snprintf(path, sizeof(path), "/proc/self/task/%d/comm",
		 keeper_thread_id(endings));
	file = fopen(path, "re");
	cr_assert_not_null(file);
	cr_assert_not_null(fgets(name, sizeof(name), file));
	fclose(file);

	cr_assert_str_eq(name, "dt-peers\n");
	finish(endings);
}

/* Of a thread of this process: how often it went to sleep by itself. */
static unsigned long count_sleeps(pid_t thread_id)
{
	static const char wanted[] = "voluntary_ctxt_switches:";
	char path[64];
	char line[256];
	unsigned long count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", thread_id);
	file = fopen(path, "re");
	cr_assert_not_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, wanted, sizeof(wanted) - 1) == 0)
			count = strtoul(line + sizeof(wanted) - 1, NULL, 10);
	}
	fclose(file);
	return count;
}

Test(workers_keeper, it_sleeps_while_nothing_ends, .timeout = 10)
{
	struct endings *endings = start();
	struct sockets_op op;
	unsigned long before;
	pid_t thread_id;
	int remotes[100];

	for (size_t i = 0; i < 100; i++)
		remotes[i] = hold_pair(endings, i);
	close(remotes[0]);
	wait_for(endings, 1);
	thread_id = keeper_thread_id(endings);
	sockets_until_asleep(thread_id);
	before = count_sleeps(thread_id);
	sockets_op_init(&op, 100);
	cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_TIMED_OUT);

	cr_assert_eq(count_sleeps(thread_id), before);
	for (size_t i = 1; i < 100; i++)
		close(remotes[i]);
	sockets_op_fini(&op);
	finish(endings);
}

Test(workers_keeper, create_fails_whole_at_each_allocation)
{
	size_t before = sockets_count_open();
	dt_err err = DT_ERR_NO_MEMORY;

	for (size_t n = 1; err != DT_OK; n++) {
		struct failing_allocator counts = {.fail_at = n};
		struct dt_allocator allocator =
			failing_allocator_functions(&counts);
		struct dti_keeper *keeper = NULL;

		err = dti_keeper_create(&keeper, &allocator, note_ending, NULL);
		if (err != DT_OK) {
			cr_assert_eq(err, DT_ERR_NO_MEMORY);
			cr_assert_null(keeper);
		}
		cr_assert_lt(n, 10);
		dti_keeper_destroy(keeper);
		cr_assert_eq(counts.live, 0, "allocation %zu", n);
	}
	cr_assert_eq(sockets_count_open(), before);
}

Test(workers_keeper, create_fails_whole_without_descriptors)
{
	/* None for epoll, then none for the eventfd. */
	for (int spare = 0; spare < 2; spare++) {
		struct failing_allocator counts = {0};
		struct dt_allocator allocator =
			failing_allocator_functions(&counts);
		struct dti_keeper *keeper = NULL;
		int kept = spare ? eventfd(0, EFD_CLOEXEC) : -1;

		if (kept < 0)
			kept = fcntl(0, F_DUPFD_CLOEXEC, 0);
		sockets_forbid_more();
		if (spare)
			close(kept);
		cr_assert_eq(dti_keeper_create(&keeper, &allocator, note_ending,
					       NULL),
			     DT_ERR_NO_DESCRIPTORS);
		cr_assert_null(keeper);
		cr_assert_eq(counts.live, 0);
		(void)allow_pairs(1);
	}
}

/* No thread runs that could make room ahead, so the hold itself must. */
Test(workers_keeper, a_hold_without_memory_leaves_the_socket)
{
	struct failing_allocator counts = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counts);
	struct endings *endings = create_with(&allocator);
	int remotes[FIRST_SLOTS];
	int ends[2];

	for (size_t i = 0; i < FIRST_SLOTS; i++)
		remotes[i] = hold_pair(endings, i);
	sockets_pair(ends);

	counts.fail_at = counts.calls + 1;
	cr_assert_not(hold(endings, FIRST_SLOTS, ends[0]));
	cr_assert(is_open(ends[0]));
	cr_assert(hold(endings, FIRST_SLOTS, ends[0]));

	dti_keeper_stop(endings->keeper);
	cr_assert_eq(total(endings), FIRST_SLOTS + 1);
	for (size_t i = 0; i < FIRST_SLOTS; i++)
		close(remotes[i]);
	close(ends[1]);
	finish(endings);
	cr_assert_eq(counts.live, 0);
}

/* Holds peers of its own numbers and ends each in one of three ways. */
struct holder {
	struct endings *endings;
	size_t first;
	pthread_t thread;
};

#define HOLDERS    4
#define HOLDER_HAS 300

static void *hold_and_end(void *argument)
{
	struct holder *holder = argument;

	for (size_t i = 0; i < HOLDER_HAS; i++) {
		size_t number = holder->first + i;
		int remote = hold_pair(holder->endings, number);

		if (i % 3 == 1)
			drop(holder->endings, number);
		if (i % 3 == 2)
			send_all(remote, 100);
		close(remote);
	}
	return NULL;
}

Test(workers_keeper, many_threads_hold_and_drop_at_once, .timeout = 30)
{
	struct endings *endings = start();
	struct holder holders[HOLDERS];

	for (size_t i = 0; i < HOLDERS; i++) {
		holders[i].endings = endings;
		holders[i].first = i * HOLDER_HAS;
		cr_assert_eq(pthread_create(&holders[i].thread, NULL,
					    hold_and_end, &holders[i]),
			     0);
	}
	for (size_t i = 0; i < HOLDERS; i++)
		pthread_join(holders[i].thread, NULL);
	wait_for(endings, (size_t)HOLDERS * HOLDER_HAS);

	for (size_t i = 0; i < HOLDERS * HOLDER_HAS; i++)
		cr_assert_eq(times(endings, i), 1, "%zu", i);
	finish(endings);
}
