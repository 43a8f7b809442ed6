/* SPDX-License-Identifier: MIT */
#include "tests/one_job.h"

#include <stdlib.h>
#include <string.h>

#include "tests/require.h"

static const struct dt_allocator libc_allocator;

struct one_job *one_job_make(const struct dti_task *task)
{
	void *memory = NULL;
	struct one_job *one;

	require(posix_memalign(&memory, _Alignof(struct one_job),
			       sizeof(*one)) == 0,
		"memory for a job");
	one = memory;
	memset(one, 0, sizeof(*one));
	dt_config_init(&one->config, sizeof(one->config));
	require(dti_handoff_init(&one->handoff, 1, 16, &libc_allocator) ==
			DT_OK,
		"make a handoff");
	require(dti_job_set_init(&one->jobs, 1, &libc_allocator) == DT_OK,
		"make a job");
	one->steps.dns_servers = "127.0.0.1:1"; /* nobody is there */
	one->steps.settings = &one->settings;
	one->steps.handoff = &one->handoff;
	atomic_init(&one->steps.connect_limit_ms, DTI_OP_NO_LIMIT);
	one_job_set(one);
	one->job = dti_job_set_get(&one->jobs, task);
	dti_job_taken(one->job);
	return one;
}

void one_job_set(struct one_job *one)
{
	struct dti_settings *settings;

	require(dti_settings_create(&settings, &one->config, &libc_allocator,
				    NULL) == DT_OK,
		"make settings");
	dti_settings_destroy(dti_settings_publish(&one->settings, settings),
			     &libc_allocator);
}

void one_job_again(struct one_job *one, const struct dti_task *task)
{
	dti_job_set_put(&one->jobs, one->job);
	one->job = dti_job_set_get(&one->jobs, task);
	dti_job_taken(one->job);
}

void one_job_free(struct one_job *one)
{
	dti_settings_destroy(dti_settings_publish(&one->settings, NULL),
			     &libc_allocator);
	dti_job_set_fini(&one->jobs, &libc_allocator);
	dti_handoff_fini(&one->handoff, &libc_allocator);
	free(one);
}
