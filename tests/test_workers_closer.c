/* SPDX-License-Identifier: MIT */
#include <sched.h>
#include <sys/eventfd.h>

#include "workers/closer.h"

#include "tests/harness.h"
#include "tests/sockets.h"

/* More than wait at once. */
#define MANY (4 * DTI_CLOSER_WAITING + 3)

static int open_one(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	return fd;
}

static void close_many(struct dti_closer *closer, int count)
{
	int fds[MANY];

	for (int i = 0; i < count; i++)
		fds[i] = open_one();
	for (int i = 0; i < count; i++)
		dti_closer_close(closer, fds[i]);
	dti_closer_finish(closer);
}

static void *help(void *closer)
{
	dti_closer_help(closer);
	return NULL;
}

Test(workers_closer, all_are_closed_with_a_helper, .timeout = 20)
{
	static const int counts[] = {0, 1, 15, 16, DTI_CLOSER_WAITING, MANY};
	size_t open = sockets_count_open();

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct dti_closer closer;
		pthread_t helper;

		dti_closer_init(&closer);
		cr_assert_eq(pthread_create(&helper, NULL, help, &closer), 0);
		close_many(&closer, counts[i]);
		cr_assert_eq(pthread_join(helper, NULL), 0);
		dti_closer_fini(&closer);

		cr_assert_eq(sockets_count_open(), open, "%d", counts[i]);
	}
}

Test(workers_closer, all_are_closed_without_a_helper)
{
	size_t open = sockets_count_open();
	struct dti_closer closer;

	dti_closer_init(&closer);
	close_many(&closer, MANY);
	dti_closer_fini(&closer);

	cr_assert_eq(sockets_count_open(), open);
}

/* The helper comes late, or the other has nothing to close. */
Test(workers_closer, who_helps_too_late_does_not_wait, .timeout = 20)
{
	struct dti_closer closer;

	dti_closer_init(&closer);
	close_many(&closer, 1);
	dti_closer_help(&closer);
	dti_closer_fini(&closer);
}

Test(workers_closer, a_helper_closes_what_waits, .timeout = 20)
{
	size_t open = sockets_count_open();
	struct dti_closer closer;
	pthread_t helper;

	dti_closer_init(&closer);
	/* Less than there is room for: only the helper closes them. */
	for (int i = 0; i < DTI_CLOSER_WAITING; i++)
		dti_closer_close(&closer, open_one());
	cr_assert_eq(sockets_count_open(), open + DTI_CLOSER_WAITING);
	cr_assert_eq(pthread_create(&helper, NULL, help, &closer), 0);
	while (sockets_count_open() > open)
		sched_yield();
	dti_closer_finish(&closer);
	cr_assert_eq(pthread_join(helper, NULL), 0);
	dti_closer_fini(&closer);
}
