/* SPDX-License-Identifier: MIT */
#include <semaphore.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/clock.h"
#include "workers/discovery_host.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/sockets.h"

#define CROWD 200

static const struct dt_allocator libc_allocator;

/* A member whose descriptor is an eventfd. */
struct guest {
	struct dti_host_member member;
	bool keeps_flooding; /* leaves its descriptor readable */
	/* The host's thread's; then the test's, when a gate says so. */
	int64_t due_ms; /* of the next time */
	size_t joins;
	size_t reads;
	size_t dues;
	pid_t thread_id;
	sem_t was_read;
	sem_t was_due;
	bool in_crowd; /* notes when it was due */
};

static struct guest *guest_of(struct dti_host_member *member)
{
	return dti_container_of(member, struct guest, member);
}

static void joined(struct dti_host_member *member)
{
	guest_of(member)->joins++;
	guest_of(member)->thread_id = sockets_thread_id();
}

static void readable(struct dti_host_member *member)
{
	struct guest *guest = guest_of(member);
	eventfd_t raised;

	guest->reads++;
	if (!guest->keeps_flooding)
		eventfd_read(member->fd, &raised);
	sem_post(&guest->was_read);
}

/* Where the members of a crowd note that they were due, in that order. */
static int64_t due_order[CROWD];
static size_t due_count;

static void due(struct dti_host_member *member)
{
	struct guest *guest = guest_of(member);

	guest->dues++;
	if (guest->in_crowd && due_count < CROWD)
		due_order[due_count++] = guest->due_ms;
	guest->due_ms = INT64_MAX;
	sem_post(&guest->was_due);
}

static int64_t deadline_ms(struct dti_host_member *member)
{
	return guest_of(member)->due_ms;
}

static const struct dti_host_member_calls calls = {
	.joined = joined,
	.readable = readable,
	.due = due,
	.deadline_ms = deadline_ms,
};

static struct dt_discv4_host *open_host(void)
{
	struct dt_discv4_host *host;

	cr_assert_eq(dti_host_create(&host, &libc_allocator, NULL), DT_OK);
	return host;
}

static void init_guest(struct guest *guest)
{
	*guest = (struct guest){
		.member = {.calls = &calls,
			   .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
		.due_ms = INT64_MAX,
	};
	cr_assert_geq(guest->member.fd, 0);
	sem_init(&guest->was_read, 0, 0);
	sem_init(&guest->was_due, 0, 0);
}

static void join(struct dt_discv4_host *host, struct guest *guest)
{
	cr_assert_eq(dti_host_join(host, &guest->member), DT_OK);
}

static void leave(struct dt_discv4_host *host, struct guest *guest)
{
	dti_host_leave(host, &guest->member);
	close(guest->member.fd);
}

static void raise_event(const struct guest *guest)
{
	cr_assert_eq(eventfd_write(guest->member.fd, 1), 0);
}

Test(workers_discovery_host, a_member_is_served_on_the_hosts_thread,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest guest;

	init_guest(&guest);
	join(host, &guest);
	cr_assert_eq(guest.joins, 1);
	cr_assert_neq(guest.thread_id, sockets_thread_id());
	raise_event(&guest);
	sockets_wait(&guest.was_read);
	sockets_until_asleep(guest.thread_id);

	cr_assert_eq(guest.reads, 1);
	cr_assert_eq(guest.dues, 0);
	leave(host, &guest);
	dti_host_destroy(host);
}

Test(workers_discovery_host, each_descriptor_wakes_its_own_member,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest guests[5];

	for (size_t i = 0; i < 5; i++) {
		init_guest(&guests[i]);
		join(host, &guests[i]);
	}
	for (size_t i = 0; i < 5; i++) {
		for (size_t times = 0; times <= i; times++) {
			raise_event(&guests[i]);
			sockets_wait(&guests[i].was_read);
		}
	}
	for (size_t i = 0; i < 5; i++) {
		leave(host, &guests[i]);
		cr_assert_eq(guests[i].reads, i + 1);
	}
	dti_host_destroy(host);
}

Test(workers_discovery_host, a_deadline_that_comes_wakes_its_member,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest guest;
	int64_t due_ms;

	init_guest(&guest);
	due_ms = dti_clock_ms() + 20;
	guest.due_ms = due_ms;
	join(host, &guest);
	sockets_wait(&guest.was_due);

	cr_assert_geq(dti_clock_ms(), due_ms);
	leave(host, &guest);
	cr_assert_eq(guest.dues, 1);
	dti_host_destroy(host);
}

/* ---- messages ---- */

struct letter {
	struct dti_host_message message;
	struct guest *guest;
	int64_t due_ms; /* given to the guest */
	size_t number;
	size_t *delivered; /* how many before it */
	sem_t *was_delivered;
	bool in_order;
};

static void deliver(struct dti_host_message *message)
{
	struct letter *letter =
		dti_container_of(message, struct letter, message);

	letter->in_order = letter->number == *letter->delivered;
	++*letter->delivered;
	letter->guest->due_ms = letter->due_ms;
	if (letter->was_delivered)
		sem_post(letter->was_delivered);
}

static void tell(struct dt_discv4_host *host, struct letter *letter)
{
	letter->message = (struct dti_host_message){
		.member = &letter->guest->member,
		.deliver = deliver,
	};
	dti_host_tell(host, &letter->message);
}

Test(workers_discovery_host, messages_are_delivered_in_their_order,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct letter letters[CROWD];
	size_t delivered = 0;
	struct guest guest;

	init_guest(&guest);
	join(host, &guest);
	for (size_t i = 0; i < CROWD; i++) {
		letters[i] = (struct letter){
			.guest = &guest,
			.due_ms = INT64_MAX,
			.number = i,
			.delivered = &delivered,
		};
		tell(host, &letters[i]);
	}
	leave(host, &guest);

	cr_assert_eq(delivered, CROWD);
	for (size_t i = 0; i < CROWD; i++)
		cr_assert(letters[i].in_order);
	dti_host_destroy(host);
}

Test(workers_discovery_host, a_message_can_move_a_deadline, .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	size_t delivered = 0;
	struct guest guest;
	struct letter letter = {
		.guest = &guest,
		.due_ms = 0,
		.delivered = &delivered,
	};

	init_guest(&guest);
	join(host, &guest);
	tell(host, &letter);
	sockets_wait(&guest.was_due);

	leave(host, &guest);
	cr_assert_eq(guest.dues, 1);
	dti_host_destroy(host);
}

/* ---- time ---- */

/* A message that holds the thread up, and looks at the clocks around that. */
struct hold_up {
	struct dti_host_message message;
	struct dt_discv4_host *host;
	sem_t over;
	int64_t clock_ms; /* how long it took */
	int64_t host_ms;  /* and that it has taken for members */
};

static void hold_up(struct dti_host_message *message)
{
	struct hold_up *hold =
		dti_container_of(message, struct hold_up, message);
	int64_t clock_ms = dti_clock_ms();
	int64_t host_ms = dti_host_now_ms(hold->host);

	while (dti_clock_ms() < clock_ms + 5 * DTI_HOST_ROUND_MS)
		continue;
	hold->clock_ms = dti_clock_ms() - clock_ms;
	hold->host_ms = dti_host_now_ms(hold->host) - host_ms;
	sem_post(&hold->over);
}

/* See TIME: what the thread was too late for is not late. */
Test(workers_discovery_host, a_thread_that_is_held_up_stops_its_clock,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct hold_up hold = {
		.message = {.deliver = hold_up},
		.host = host,
	};

	sem_init(&hold.over, 0, 0);
	for (int i = 0; i < 3; i++) {
		dti_host_tell(host, &hold.message);
		sockets_wait(&hold.over);
		cr_assert_geq(hold.clock_ms, 5 * DTI_HOST_ROUND_MS);
		cr_assert_geq(hold.host_ms, 0);
		cr_assert_leq(hold.host_ms, DTI_HOST_ROUND_MS);
	}
	dti_host_destroy(host);
}

/* ---- many ---- */

Test(workers_discovery_host, those_due_first_come_first, .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest *guests = calloc(CROWD, sizeof(*guests));
	int64_t begin_ms = dti_clock_ms() + 50;

	cr_assert_not_null(guests);
	for (size_t i = 0; i < CROWD; i++) {
		init_guest(&guests[i]);
		/* Scrambled, each once. */
		guests[i].due_ms = begin_ms + (int64_t)(i * 77 % CROWD);
		guests[i].in_crowd = true;
		join(host, &guests[i]);
	}
	for (size_t i = 0; i < CROWD; i++)
		sockets_wait(&guests[i].was_due);
	for (size_t i = 0; i < CROWD; i++)
		leave(host, &guests[i]);

	cr_assert_eq(due_count, CROWD);
	for (size_t i = 1; i < CROWD; i++)
		cr_assert_lt(due_order[i - 1], due_order[i]);
	dti_host_destroy(host);
	free(guests);
}

/* One whose descriptor is always readable takes nothing from the others. */
Test(workers_discovery_host, a_flood_starves_nobody, .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest floods[3];
	struct guest guest;
	struct letter letter = {.guest = &guest, .due_ms = INT64_MAX};
	size_t delivered = 0;
	sem_t was_delivered;

	for (size_t i = 0; i < 3; i++) {
		init_guest(&floods[i]);
		floods[i].keeps_flooding = true;
		raise_event(&floods[i]);
		join(host, &floods[i]);
	}
	init_guest(&guest);
	guest.due_ms = 0;
	join(host, &guest);
	sockets_wait(&guest.was_due);
	raise_event(&guest);
	sockets_wait(&guest.was_read);
	sem_init(&was_delivered, 0, 0);
	letter.delivered = &delivered;
	letter.was_delivered = &was_delivered;
	tell(host, &letter);
	sockets_wait(&was_delivered);

	leave(host, &guest);
	for (size_t i = 0; i < 3; i++) {
		leave(host, &floods[i]);
		cr_assert_gt(floods[i].reads, 0);
	}
	dti_host_destroy(host);
}

/* See LEAVING: events of those that left are in the thread's hands. */
Test(workers_discovery_host, members_leave_and_are_freed_in_mid_flood,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();

	for (size_t round = 0; round < 20; round++) {
		struct guest *guests[10];

		for (size_t i = 0; i < 10; i++) {
			guests[i] = calloc(1, sizeof(*guests[i]));
			cr_assert_not_null(guests[i]);
			init_guest(guests[i]);
			guests[i]->keeps_flooding = true;
			raise_event(guests[i]);
			join(host, guests[i]);
		}
		for (size_t i = 0; i < 10; i++) {
			leave(host, guests[i]);
			free(guests[i]);
		}
	}
	dti_host_destroy(host);
}

Test(workers_discovery_host, who_left_can_join_again, .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest guest;

	init_guest(&guest);
	for (size_t i = 0; i < 3; i++) {
		join(host, &guest);
		raise_event(&guest);
		sockets_wait(&guest.was_read);
		dti_host_leave(host, &guest.member);
		raise_event(&guest); /* nobody cares */
	}

	cr_assert_eq(guest.joins, 3);
	close(guest.member.fd);
	dti_host_destroy(host);
}

/* ---- what can be short ---- */

Test(workers_discovery_host, what_cannot_be_watched_does_not_join,
     .timeout = 60)
{
	struct dt_discv4_host *host = open_host();
	struct guest guest;

	init_guest(&guest);
	close(guest.member.fd);

	cr_assert_eq(dti_host_join(host, &guest.member), DT_ERR_NO_MEMORY);
	cr_assert_eq(guest.joins, 0);
	dti_host_destroy(host);
}

Test(workers_discovery_host, without_memory_there_is_no_host, .timeout = 60)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dt_discv4_host *host = NULL;
	struct dt_error error;
	size_t open = sockets_count_open();

	for (; dti_host_create(&host, &allocator, &error); counter.fail_at++) {
		cr_assert_eq(error.code, DT_ERR_NO_MEMORY);
		cr_assert_eq(counter.live, 0);
		cr_assert_eq(sockets_count_open(), open);
		counter.calls = 0;
	}
	cr_assert_gt(counter.fail_at, 1);
	dti_host_destroy(host);
	cr_assert_eq(counter.live, 0);
	cr_assert_eq(sockets_count_open(), open);
	dti_host_destroy(NULL);
}

Test(workers_discovery_host, without_descriptors_it_says_so, .timeout = 60)
{
	struct dt_discv4_host *host;
	struct dt_error error;

	sockets_forbid_more();

	cr_assert_eq(dti_host_create(&host, &libc_allocator, &error),
		     DT_ERR_NO_DESCRIPTORS);
	cr_assert_eq(error.code, DT_ERR_NO_DESCRIPTORS);
}
