/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/container.h"
#include "lib/rlpx/ending.h"

#include "workers/handshake.h"

#include "tests/faults.h"
#include "tests/harness.h"
#include "tests/rlpx_scene.h"

/*
 * Every way to fail that a remote has: met by a set-up alone, and by a dialer
 * that makes its peers by it.
 */

#define LONG_MS  60000 /* no test waits so long */
#define SHORT_MS 250   /* waited for to the end; all else must fit in */

static int64_t timeout_of(const struct fault *fault)
{
	return fault->outcome == DT_OUTCOME_SETUP_TIMED_OUT ? SHORT_MS
							    : LONG_MS;
}

/* ---- by a set-up alone ---- */

static struct scripted_remote remote; /* each test is a process */

/* Several calls of one owner. */
struct near {
	struct dti_session_owner owner;
	dt_session *session;
	struct dt_outcome_detail detail;
	enum dt_outcome outcome;
	int fd;
};
static struct near near;

static void init_near(void)
{
	struct dti_session_options options = session_options(1);

	cr_assert_eq(dti_session_owner_init(&near.owner, &options, NULL),
		     DT_OK);
	scripted_init(&remote);
}

static void fini_near(void)
{
	scripted_fini(&remote);
	dti_session_owner_fini(&near.owner);
}

static void call(const struct fault *fault)
{
	struct dt_node_id id = session_id(SCRIPTED_KEY);
	struct sockets_op op;

	cr_assert_eq(dti_session_open_call(&near.owner, &near.session, &id),
		     DT_OK);
	near.fd = scripted_begin(&remote, fault->script, fault);
	sockets_op_init(&op, timeout_of(fault));
	near.outcome =
		dti_handshake_run(near.session, &op.op, near.fd, &near.detail);
	sockets_op_fini(&op);
}

static void hang_up(void)
{
	dt_session_destroy(near.session);
	close(near.fd);
	scripted_end(&remote);
}

static void check_setup(const struct fault *fault)
{
	call(fault);
	cr_assert_eq(near.outcome, fault->outcome, "%s: %s", fault->name,
		     dt_outcome_name(near.outcome));
	cr_assert_eq(near.detail.reason, (int32_t)fault->ending, "%s: %s",
		     fault->name,
		     dt_ending_name((enum dt_ending)near.detail.reason));
	cr_assert_eq(dt_session_info(near.session)->ending, fault->ending);
	cr_assert_eq(dt_session_info(near.session)->is_open,
		     fault->ending == DT_ENDING_NONE);
	hang_up();
}

/* ---- by a dialer ---- */

static void check_counters(const struct rlpx_scene *scene,
			   const struct fault *fault)
{
	struct dt_rlpx_counters made = rlpx_counters(scene);
	struct dt_counters counters;

	dt_dialer_counters(scene->dialer, &counters, sizeof(counters));
	cr_assert_eq(counters.setups[fault->ending], 1, "%s", fault->name);
	cr_assert_null(rlpx_broken(&made));
	if (fault->ending == DT_ENDING_NONE)
		cr_assert_eq(made.outbound.opened, 1);
	else
		cr_assert_eq(made.outbound.ended[fault->ending], 1);
}

/* One dial of a new node. */
static void check_dial(const struct fault *fault)
{
	struct dt_node node = {.id = session_id(SCRIPTED_KEY)};
	static struct rlpx_scene scene; /* a dial at a time */
	struct dt_explanation explanation;
	struct dt_event event;
	int listener = sockets_listen(&node.endpoint, 4, 1);

	rlpx_scene_init(&scene, 1);
	scene.config.inbound = false;
	scene.config.setup_timeout_ms = timeout_of(fault);
	rlpx_scene_create(&scene, true);
	rlpx_scene_start(&scene);
	scripted_begin_at(&remote, listener, fault->script, fault);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, &node, 1), DT_OK);
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);

	cr_assert(
		recorder_get(&scene.recorder, &event, DT_EVENT_DIAL_ENDED, 0));
	cr_assert_eq(event.outcome, fault->outcome, "%s: %s", fault->name,
		     dt_outcome_name(event.outcome));
	cr_assert_eq(event.detail.reason, (int32_t)fault->ending, "%s: %s",
		     fault->name,
		     dt_ending_name((enum dt_ending)event.detail.reason));
	cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &node.id),
		     DT_OK);
	cr_assert_eq(explanation.last_detail.reason, (int32_t)fault->ending);
	check_counters(&scene, fault);
	rlpx_scene_fini(&scene);
	scripted_end(&remote);
	close(listener);
}

/* ---- what is met ---- */

static void check_list(const struct fault *faults,
		       void (*check)(const struct fault *fault))
{
	init_near();
	for (size_t i = 0; faults[i].name; i++)
		check(&faults[i]);
	fini_near();
}

static void check_breaks(void (*check)(const struct fault *fault))
{
	init_near();
	for (int place = 0; place < FAULT_PLACE_COUNT; place++) {
		for (int how = 0; how < FAULT_BREAK_COUNT; how++) {
			struct fault fault = fault_broken_off(
				(enum fault_place)place, (enum fault_break)how);

			check(&fault);
		}
	}
	fini_near();
}

Test(whole_faulty_remotes, who_breaks_off_has_an_ending_for_each_phase,
     .timeout = 120)
{
	check_breaks(check_setup);
}

Test(whole_faulty_remotes, who_has_no_ack_is_refused, .timeout = 120)
{
	check_list(faults_of_ack, check_setup);
}

Test(whole_faulty_remotes, who_has_no_hello_is_refused, .timeout = 120)
{
	check_list(faults_of_hello, check_setup);
}

Test(whole_faulty_remotes, a_dialer_sees_who_breaks_off, .timeout = 120)
{
	check_breaks(check_dial);
}

Test(whole_faulty_remotes, a_dialer_sees_who_has_no_ack, .timeout = 120)
{
	check_list(faults_of_ack, check_dial);
}

Test(whole_faulty_remotes, a_dialer_sees_who_has_no_hello, .timeout = 120)
{
	check_list(faults_of_hello, check_dial);
}

/* ---- Disconnect in place of Hello ---- */

static void check_disconnect(const char *hex, enum dt_ending ending,
			     void (*check)(const struct fault *fault))
{
	struct fault fault = fault_disconnect(hex, ending);

	check(&fault);
}

/* Both forms of each reason that has a number. */
static void check_reasons(void (*check)(const struct fault *fault))
{
	char hex[16];

	init_near();
	for (int number = 0; number <= DTI_DISCONNECT_SUBPROTOCOL; number++) {
		bool is_known = number <= DTI_DISCONNECT_TIMEOUT ||
				number == DTI_DISCONNECT_SUBPROTOCOL;
		enum dt_ending ending =
			is_known ? dti_ending_of_disconnect(
					   (enum dti_disconnect_reason)number)
				 : DT_ENDING_REMOTE_OTHER;

		snprintf(hex, sizeof(hex), "01c1%02x", number);
		check_disconnect(hex, ending, check);
		snprintf(hex, sizeof(hex), "01%02x", number);
		check_disconnect(hex, ending, check);
	}
	fini_near();
}

Test(whole_faulty_remotes, every_reason_in_place_of_hello_is_understood,
     .timeout = 120)
{
	check_reasons(check_setup);
}

Test(whole_faulty_remotes, a_dialer_sees_every_reason, .timeout = 120)
{
	check_reasons(check_dial);
}

Test(whole_faulty_remotes, odd_reasons_in_place_of_hello_are_understood,
     .timeout = 120)
{
	static const struct {
		const char *hex;
		enum dt_ending ending;
	} cases[] = {
		{"01", DT_ENDING_REMOTE_UNSTATED},
		{"01c0", DT_ENDING_REMOTE_UNSTATED},
		{"01c180", DT_ENDING_REMOTE_REQUESTED},
		{"0180", DT_ENDING_REMOTE_REQUESTED},
		{"01c20409", DT_ENDING_REMOTE_TOO_MANY},
		{"01c120", DT_ENDING_REMOTE_OTHER},
		{"01c1ff", DT_ENDING_REMOTE_OTHER},
		{"01c3820400", DT_ENDING_REMOTE_OTHER},
		{"01c1c0", DT_ENDING_REMOTE_OTHER},
	};

	init_near();
	for (size_t i = 0; i < dti_array_length(cases); i++)
		check_disconnect(cases[i].hex, cases[i].ending, check_setup);
	fini_near();
}

/* ---- segments ---- */

static pid_t near_thread;
static size_t split; /* where ack and Hello are split; 0: at each byte */
static size_t sent;  /* of them */

/* So that the two are not taken at once. */
static void say_split(struct scripted_remote *self)
{
	struct session_side *side = &self->side;

	scripted_identify(self);
	session_side_write(side);
	sent = side->length;
	for (size_t at = 0; at < sent;) {
		size_t end = split == 0 ? at + 1 : at < split ? split : sent;

		sockets_until_asleep(near_thread);
		scripted_send_bytes(self, side->wire + at,
				    (end < sent ? end : sent) - at);
		at = end;
	}
	scripted_await_close(self);
}

Test(whole_faulty_remotes, ack_and_hello_may_be_split_anywhere, .timeout = 300)
{
	static const struct fault fault = {.name = "splits",
					   .script = say_split,
					   .outcome = DT_OUTCOME_CONNECTED};

	near_thread = sockets_thread_id();
	init_near();
	split = 1;
	do
		check_setup(&fault);
	while (++split < sent);
	split = 0;
	check_setup(&fault);
	fini_near();
}

/* All that it has to say for a while, in one piece. */
static void say_at_once(struct scripted_remote *self)
{
	scripted_identify(self);
	session_side_write(&self->side);
	for (int i = 0; i < 3; i++)
		scripted_write_hex(self, "020100c0");
	scripted_write_hex(self, "010204c108");
	scripted_send(self);
	scripted_await_close(self);
}

Test(whole_faulty_remotes, what_is_joined_to_hello_is_for_the_peer,
     .timeout = 60)
{
	static const struct fault fault = {.name = "joins",
					   .script = say_at_once};
	uint8_t bytes[512];
	const uint8_t *input = bytes;
	struct dt_message message;
	size_t pings = 0;
	size_t length;
	ssize_t part;

	init_near();
	call(&fault);
	cr_assert_eq(near.outcome, DT_OUTCOME_CONNECTED);
	part = recv(near.fd, bytes, sizeof(bytes), 0);
	cr_assert_eq(part, 4 * 64);
	length = (size_t)part;
	while (length > 0)
		pings += dt_session_take(near.session, &input, &length,
					 &message) == DT_SESSION_PINGED;
	cr_assert_eq(pings, 3);
	cr_assert_eq(dt_session_info(near.session)->ending,
		     DT_ENDING_REMOTE_QUITTING);
	hang_up();
	fini_near();
}
