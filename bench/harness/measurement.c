/* SPDX-License-Identifier: MIT */
#include "bench/harness/measurement.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/child.h"
#include "bench/harness/measure.h"
#include "bench/harness/peer.h"

#define PATH_BYTES   4096
#define OUTPUT_BYTES 16384

struct measurement {
	const struct bench *bench;
	const struct bench_contender *contender;
	const struct bench_run *run;
	char path[PATH_BYTES]; /* of the peer */
};

void bench_measurement_clear(struct bench_result *result)
{
	for (size_t i = 0; i < BENCH_FIGURES_MAX; i++)
		result->figures[i] = BENCH_NOT_MEASURED;
	result->failure[0] = '\0';
}

static int call(void *state, int out_fd, int err_fd)
{
	const struct measurement *m = state;
	struct bench_result result;

	(void)err_fd;
	bench_measurement_clear(&result);
	m->contender->measure(&result, m->run);
	/* Less than a pipe takes at once. */
	return write(out_fd, &result, sizeof(result)) != sizeof(result);
}

static int become(void *state, int out_fd, int err_fd)
{
	const struct measurement *m = state;

	return bench_peer_become(m->bench, m->path, m->contender->command,
				 m->run, out_fd, err_fd);
}

/* How the process ended, if that was not as it should. */
static void judge_end(struct bench_result *result,
		      const struct bench_child *child)
{
	if (!child->in_time)
		bench_fail(result, "was ended after %.0f s", child->bound_s);
	else if (WIFSIGNALED(child->status))
		bench_fail(result, "was ended by signal %d (%s)",
			   WTERMSIG(child->status),
			   sigdescr_np(WTERMSIG(child->status)));
	else if (WEXITSTATUS(child->status) != 0)
		bench_fail(result, "exited with %d",
			   WEXITSTATUS(child->status));
}

static void take_result(struct bench_result *result,
			const struct bench_child *child)
{
	judge_end(result, child);
	if (result->failure[0] != '\0')
		return;
	if (child->out.length == sizeof(*result))
		memcpy(result, child->out.bytes, sizeof(*result));
	else
		bench_fail(result, "exited before it had a result");
}

static void take_output(struct bench_result *result, const struct bench *bench,
			const struct bench_child *child)
{
	const char *said = child->err.bytes;
	int length = (int)strcspn(said, "\n");

	judge_end(result, child);
	if (result->failure[0] == '\0')
		bench_peer_parse(result, bench, child->out.bytes);
	else if (child->in_time && WIFEXITED(child->status) && length > 0)
		bench_fail(result, "%.*s", length, said);
}

static void refuse_nothing(struct bench_result *result)
{
	for (size_t i = 0; i < BENCH_FIGURES_MAX; i++) {
		if (!isnan(result->figures[i]))
			return;
	}
	if (result->failure[0] == '\0')
		bench_fail(result, "ended well and found nothing");
}

bool bench_measurement_run(struct bench_result *result,
			   const struct bench *bench,
			   const struct bench_contender *contender,
			   const struct bench_run *run, const char *peers)
{
	struct measurement m = {bench, contender, run, ""};
	/* One byte is left for a NUL. */
	char out[OUTPUT_BYTES] = "";
	char err[OUTPUT_BYTES] = "";
	struct bench_child child = {
		.body = contender->measure ? call : become,
		.state = &m,
		.bound_s = run->seconds * 5 + 60,
		.out = {.bytes = out, .size = sizeof(out) - 1},
		.err = {.bytes = err, .size = sizeof(err) - 1},
	};

	bench_measurement_clear(result);
	if (!contender->measure &&
	    !bench_peer_find(m.path, sizeof(m.path), peers,
			     contender->command)) {
		bench_fail(result, "%.100s was not built", m.path);
		return true;
	}
	if (!bench_child_run(&child)) {
		bench_fail(result, "no process for it: %s",
			   strerrordesc_np(errno));
		return true;
	}
	if (contender->measure)
		take_result(result, &child);
	else
		take_output(result, bench, &child);
	refuse_nothing(result);
	return child.in_time;
}
