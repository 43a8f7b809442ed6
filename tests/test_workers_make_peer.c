/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers/make_peer.h"

#include "tests/harness.h"
#include "tests/one_job.h"

static const struct dt_endpoint endpoint = {
	.ip = {127, 0, 0, 3}, .family = 4, .tcp_port = 7};

/* What the hooks were told, and what they answer. */
struct hooks {
	enum dt_outcome setup_answers;
	void *session;
	int32_t setup_reason; /* 0: 5 */
	bool cancels;         /* in its set-up */
	bool keeps;
	struct one_job *one;
	int setups;
	int keeps_asked;
	uint32_t flags;
	int fd;
	struct dt_node node;
	void *session_kept;
	bool announced_before_keep;
};

static enum dt_outcome set_up(void *context, const struct dt_op *op,
			      void **session, struct dt_outcome_detail *detail,
			      const struct dt_node *node, uint32_t flags,
			      int fd)
{
	struct hooks *hooks = context;

	cr_assert_gt(dt_op_deadline_ms(op), 0);
	hooks->setups++;
	hooks->node = *node;
	hooks->flags = flags;
	hooks->fd = fd;
	*session = hooks->session;
	detail->reason = hooks->setup_reason != 0 ? hooks->setup_reason : 5;
	if (hooks->cancels)
		dti_cancel_raise(&hooks->one->job->cancel);
	return hooks->setup_answers;
}

static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	struct hooks *hooks = context;

	hooks->keeps_asked++;
	hooks->node = *node;
	hooks->flags = flags;
	hooks->fd = fd;
	hooks->session_kept = session;
	hooks->announced_before_keep =
		!dti_batch_queue_empty(&hooks->one->handoff.inbox.queue);
	return hooks->keeps;
}

static struct one_job *make(struct hooks *hooks, enum dt_task kind)
{
	struct dti_task task = {.kind = kind};
	struct one_job *one;

	task.node.id.bytes[0] = 9;
	task.node.endpoint.family = 0; /* it was found on the way */
	one = one_job_make(&task);
	one->steps.transport = (struct dt_transport){
		.context = hooks, .setup = set_up, .keep = keep};
	hooks->one = one;
	return one;
}

static void note_end(void *context, const struct dt_node_id *id)
{
	uint8_t *first = context;

	*first = id->bytes[0];
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

Test(workers_make_peer, the_hooks_are_told_all_about_it)
{
	struct hooks hooks = {
		.setup_answers = DT_OUTCOME_CONNECTED,
		.session = &hooks,
		.keeps = true,
	};
	struct one_job *one = make(&hooks, DT_TASK_STATIC_DIAL);
	int fd = eventfd(0, EFD_CLOEXEC);

	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, fd),
		     DT_OUTCOME_CONNECTED);

	cr_assert_eq(hooks.setups, 1);
	cr_assert_eq(hooks.keeps_asked, 1);
	cr_assert_eq(hooks.flags, DT_PEER_STATIC);
	cr_assert_eq(hooks.fd, fd);
	cr_assert_eq(hooks.session_kept, &hooks);
	cr_assert_eq(hooks.node.id.bytes[0], 9);
	cr_assert_eq(hooks.node.endpoint.ip[3], 3);
	cr_assert_eq(hooks.node.endpoint.tcp_port, 7);
	cr_assert(is_open(fd));
	close(fd);
	one_job_free(one);
}

Test(workers_make_peer, the_peer_is_announced_before_it_is_kept)
{
	struct hooks hooks = {.setup_answers = DT_OUTCOME_CONNECTED,
			      .keeps = true};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
	struct dti_command *command;
	int fd = eventfd(0, EFD_CLOEXEC);

	(void)dti_make_peer(one->job, &one->steps, &endpoint, fd);

	cr_assert(hooks.announced_before_keep);
	cr_assert(one->job->announced);
	cr_assert(dti_handoff_take_in(&one->handoff));
	command = dti_handoff_next_command(&one->handoff);
	cr_assert_eq(command, &one->job->apart->announce);
	cr_assert_eq(command->kind, DTI_COMMAND_ANNOUNCE);
	cr_assert_eq(command->flags, DT_PEER_DYN);
	cr_assert_eq(command->node.id.bytes[0], 9);
	cr_assert_eq(command->node.endpoint.tcp_port, 7);
	close(fd);
	one_job_free(one);
}

Test(workers_make_peer, a_setup_that_fails_ends_it)
{
	for (enum dt_outcome outcome = DT_OUTCOME_REFUSED;
	     outcome <= DT_OUTCOME_LOCAL_FAULT; outcome++) {
		struct hooks hooks = {.setup_answers = outcome};
		struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
		int fd = eventfd(0, EFD_CLOEXEC);

		cr_assert_eq(
			dti_make_peer(one->job, &one->steps, &endpoint, fd),
			outcome);
		cr_assert_eq(one->job->result.detail.reason, 5);
		cr_assert_eq(hooks.keeps_asked, 0);
		cr_assert_not(one->job->announced);
		cr_assert_not(is_open(fd));
		one_job_free(one);
	}
}

Test(workers_make_peer, a_setup_is_noted_with_its_reason)
{
	static const struct {
		enum dt_outcome answer;
		int32_t reason;
		uint32_t noted;
	} cases[] = {
		{DT_OUTCOME_CONNECTED, 5, 0},
		{DT_OUTCOME_SETUP_FAILED, 5, 5},
		{DT_OUTCOME_RESET, DT_ENDING_MAX - 1, DT_ENDING_MAX - 1},
		{DT_OUTCOME_RESET, DT_ENDING_MAX, 0},
		{DT_OUTCOME_RESET, -1, 0},
		{DT_OUTCOME_RESET, INT32_MIN, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hooks hooks = {.setup_answers = cases[i].answer,
				      .setup_reason = cases[i].reason};
		struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);

		(void)dti_make_peer(one->job, &one->steps, &endpoint, -1);
		cr_assert(one->job->has_extra);
		cr_assert_eq(one->job->extra.setups, 1);
		cr_assert_eq(one->job->extra.setup_reason, cases[i].noted,
			     "%zu", i);
		one_job_free(one);
	}
}

Test(workers_make_peer, without_a_setup_none_is_noted)
{
	struct hooks hooks = {.keeps = true};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);

	one->steps.transport.setup = NULL;
	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, -1),
		     DT_OUTCOME_CONNECTED);
	cr_assert(!one->job->has_extra || one->job->extra.setups == 0);
	one_job_free(one);
}

Test(workers_make_peer, a_peer_that_is_not_kept_is_closed)
{
	struct hooks hooks = {.setup_answers = DT_OUTCOME_CONNECTED};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
	int fd = eventfd(0, EFD_CLOEXEC);

	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, fd),
		     DT_OUTCOME_SETUP_FAILED);

	cr_assert(one->job->announced);
	cr_assert_not(is_open(fd));
	one_job_free(one);
}

Test(workers_make_peer, a_cancel_during_the_setup_counts)
{
	struct hooks hooks = {.setup_answers = DT_OUTCOME_CONNECTED,
			      .cancels = true};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
	int fd = eventfd(0, EFD_CLOEXEC);

	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, fd),
		     DT_OUTCOME_CANCELLED);

	cr_assert_eq(hooks.keeps_asked, 0);
	cr_assert_not(one->job->announced);
	cr_assert_not(is_open(fd));
	one_job_free(one);
}

Test(workers_make_peer, a_session_is_handed_over_though_it_was_cancelled)
{
	struct hooks hooks = {
		.setup_answers = DT_OUTCOME_CONNECTED,
		.session = &hooks,
		.cancels = true,
		.keeps = true,
	};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
	int fd = eventfd(0, EFD_CLOEXEC);

	/* Nobody else could free it. */
	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, fd),
		     DT_OUTCOME_CONNECTED);

	cr_assert_eq(hooks.session_kept, &hooks);
	close(fd);
	one_job_free(one);
}

Test(workers_make_peer, without_hooks_the_connection_is_held)
{
	static const struct dt_allocator libc_allocator;
	struct hooks hooks = {.keeps = false};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	uint8_t ended = 0;

	memset(&one->steps.transport, 0, sizeof(one->steps.transport));
	cr_assert_eq(dti_keeper_create(&one->steps.keeper, &libc_allocator,
				       note_end, &ended),
		     DT_OK);

	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, fd),
		     DT_OUTCOME_CONNECTED);

	cr_assert(is_open(fd));
	cr_assert_not(one->job->has_extra);
	dti_keeper_destroy(one->steps.keeper);
	cr_assert_eq(ended, 9);
	cr_assert_not(is_open(fd));
	one_job_free(one);
}

Test(workers_make_peer, what_cannot_be_watched_is_not_held)
{
	static const struct dt_allocator libc_allocator;
	struct hooks hooks = {.keeps = false};
	struct one_job *one = make(&hooks, DT_TASK_DYN_DIAL);
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	uint8_t ended = 0;

	memset(&one->steps.transport, 0, sizeof(one->steps.transport));
	cr_assert_eq(dti_keeper_create(&one->steps.keeper, &libc_allocator,
				       note_end, &ended),
		     DT_OK);

	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, fd),
		     DT_OUTCOME_SETUP_FAILED);

	cr_assert_eq(one->job->result.detail.sys_errno, EPERM);
	cr_assert_not(is_open(fd));
	cr_assert_eq(dti_make_peer(one->job, &one->steps, &endpoint, -1),
		     DT_OUTCOME_SETUP_FAILED);
	cr_assert_eq(one->job->result.detail.sys_errno, EBADF);
	dti_keeper_destroy(one->steps.keeper);
	cr_assert_eq(ended, 0);
	one_job_free(one);
}

Test(workers_make_peer, an_answer_outside_the_enum_is_a_failed_setup)
{
	cr_assert_eq(dti_dial_outcome(DT_OUTCOME_CONNECTED),
		     DT_OUTCOME_CONNECTED);
	cr_assert_eq(dti_dial_outcome(DT_OUTCOME_LOCAL_FAULT),
		     DT_OUTCOME_LOCAL_FAULT);
	cr_assert_eq(dti_dial_outcome(DT_OUTCOME_FOUND),
		     DT_OUTCOME_SETUP_FAILED);
	cr_assert_eq(dti_dial_outcome((enum dt_outcome)12345),
		     DT_OUTCOME_SETUP_FAILED);
}
