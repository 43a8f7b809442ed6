/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "workers/rcu.h"
#include "workers/settings.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

static const struct dt_endpoint inside = {
	.ip = {10, 1, 2, 3}, .family = 4, .tcp_port = 1};
static const struct dt_endpoint outside = {
	.ip = {11, 1, 2, 3}, .family = 4, .tcp_port = 1};

static struct dt_config make_config(void)
{
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	return config;
}

static struct dti_settings *make(const struct dt_config *config)
{
	struct dti_settings *settings;

	cr_assert_eq(
		dti_settings_create(&settings, config, &libc_allocator, NULL),
		DT_OK);
	return settings;
}

Test(workers_settings, are_what_the_configuration_says)
{
	struct dt_config config = make_config();
	struct dti_published_settings published = {NULL};
	struct dti_settings settings;

	config.dial_timeout_ms = 11;
	config.setup_timeout_ms = 12;
	config.name_timeout_ms = 13;
	config.lookup_timeout_ms = 14;
	config.resolve_delay_ms = 1500;
	config.resolve_delay_max_ms = 1600;
	cr_assert_null(dti_settings_publish(&published, make(&config)));

	settings = dti_settings_read(&published);

	cr_assert_eq(settings.dial_timeout_ms, 11);
	cr_assert_eq(settings.setup_timeout_ms, 12);
	cr_assert_eq(settings.name_timeout_ms, 13);
	cr_assert_eq(settings.lookup_timeout_ms, 14);
	cr_assert_eq(settings.resolve_delay_ms, 1500);
	cr_assert_eq(settings.resolve_delay_max_ms, 1600);
	/* It is the publisher's and may go at any time. */
	cr_assert_null(settings.netrestrict);
	dti_settings_destroy(dti_settings_publish(&published, NULL),
			     &libc_allocator);
}

Test(workers_settings, allow_what_netrestrict_allows)
{
	struct dt_config config = make_config();
	struct dti_published_settings published = {NULL};

	(void)dti_settings_publish(&published, make(&config));
	cr_assert(dti_settings_allow(&published, &outside));
	config.netrestrict = "10.0.0.0/8";
	dti_settings_destroy(dti_settings_publish(&published, make(&config)),
			     &libc_allocator);

	cr_assert(dti_settings_allow(&published, &inside));
	cr_assert_not(dti_settings_allow(&published, &outside));
	dti_settings_destroy(dti_settings_publish(&published, NULL),
			     &libc_allocator);
	dti_settings_destroy(NULL, &libc_allocator);
}

Test(workers_settings, a_list_that_does_not_parse_is_refused)
{
	struct failing_allocator memory = {0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct dt_config config = make_config();
	struct dti_settings *settings = NULL;
	struct dt_error error;

	config.netrestrict = "10.0.0.0";

	cr_assert_eq(
		dti_settings_create(&settings, &config, &allocator, &error),
		DT_ERR_PARSE);

	cr_assert_not_null(strstr(error.text, "\"10.0.0.0\""));
	cr_assert_null(settings);
	cr_assert_eq(memory.live, 0);
}

Test(workers_settings, a_failed_allocation_leaves_nothing)
{
	struct dt_config config = make_config();
	struct dti_settings *settings = NULL;
	struct failing_allocator memory = {0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	size_t failed = 0;

	config.netrestrict = "10.0.0.0/8,11.0.0.0/8";
	do {
		memory.fail_at = memory.calls + failed + 1;
	} while (dti_settings_create(&settings, &config, &allocator, NULL) ==
			 DT_ERR_NO_MEMORY &&
		 memory.live == 0 && ++failed < 100);

	cr_assert_gt(failed, 1);
	cr_assert_lt(failed, 100);
	cr_assert_not_null(settings);
	dti_settings_destroy(settings, &allocator);
	cr_assert_eq(memory.live, 0);
}

struct reader {
	struct dti_published_settings *published;
	_Atomic bool done;
	bool torn;
	pthread_t thread;
};

/* Each pair of settings is of one publication. */
static void *read_on(void *argument)
{
	struct reader *reader = argument;

	do {
		struct dti_settings settings =
			dti_settings_read(reader->published);

		reader->torn |=
			settings.dial_timeout_ms != settings.setup_timeout_ms;
		reader->torn |= !dti_settings_allow(reader->published, &inside);
	} while (!atomic_load(&reader->done));
	return NULL;
}

Test(workers_settings, can_be_replaced_while_workers_read_them, .timeout = 60)
{
	struct dt_config config = make_config();
	struct dti_published_settings published = {NULL};
	struct reader readers[2] = {{.published = &published},
				    {.published = &published}};

	config.dial_timeout_ms = config.setup_timeout_ms = 100;
	config.netrestrict = "10.0.0.0/8";
	(void)dti_settings_publish(&published, make(&config));
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(pthread_create(&readers[i].thread, NULL, read_on,
					    &readers[i]),
			     0);
	for (int64_t i = 0; i < 200; i++) {
		struct dti_settings *old;

		config.dial_timeout_ms = config.setup_timeout_ms = 101 + i;
		config.netrestrict = i % 2 ? "10.0.0.0/8" : "10.0.0.0/7";
		old = dti_settings_publish(&published, make(&config));
		dti_rcu_synchronize();
		dti_settings_destroy(old, &libc_allocator);
	}
	for (size_t i = 0; i < 2; i++) {
		atomic_store(&readers[i].done, true);
		pthread_join(readers[i].thread, NULL);
		cr_assert_not(readers[i].torn);
	}
	dti_settings_destroy(dti_settings_publish(&published, NULL),
			     &libc_allocator);
}
