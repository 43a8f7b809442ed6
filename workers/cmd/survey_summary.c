/* SPDX-License-Identifier: MIT */
#include "workers/cmd/survey_summary.h"

#include <stdio.h>
#include <stdlib.h>

#include "workers/cmd/client_name.h"
#include "workers/cmd/peer_text.h"

const char *cmd_survey_step_name(enum cmd_survey_step step)
{
	static const char *const names[CMD_SURVEY_STEP_COUNT] = {
		[CMD_SURVEY_TCP] = "tcp",
		[CMD_SURVEY_AUTH] = "auth",
		[CMD_SURVEY_HELLO] = "hello",
		[CMD_SURVEY_ALL] = "all",
	};

	return names[step];
}

static void count_hello(struct cmd_survey_summary *summary,
			const struct cmd_crawl_hello *hello)
{
	char both[2 * CMD_CLIENT_NAME_SIZE];
	char version[CMD_CLIENT_NAME_SIZE];
	char name[CMD_CLIENT_NAME_SIZE];

	cmd_client_name(name, hello->client);
	cmd_client_version(version, hello->client);
	(void)snprintf(both, sizeof(both), "%s %s", name, version);
	cmd_tally_add(&summary->clients, name, 1);
	cmd_tally_add(&summary->versions, both, 1);
	for (uint16_t i = 0; i < hello->capability_count; i++) {
		char text[CMD_CAPABILITY_TEXT_SIZE];

		cmd_capability_text(text, &hello->capabilities[i]);
		cmd_tally_add(&summary->capabilities, text, 1);
	}
}

static void count_node(struct cmd_survey_summary *summary,
		       const struct cmd_crawl_node *node)
{
	const struct cmd_crawl_contact *contact = &node->contact;

	if (node->handshake == CMD_HANDSHAKE_FAILED)
		cmd_tally_add(&summary->failures,
			      contact->ending != DT_ENDING_NONE
				      ? dt_ending_name(contact->ending)
				      : dt_outcome_name(contact->outcome),
			      1);
	else if (node->handshake == CMD_HANDSHAKE_SKIPPED)
		summary->skips[contact->skip]++;
	else if (node->handshake == CMD_HANDSHAKE_OPENED &&
		 contact->hello != NULL)
		count_hello(summary, contact->hello);
}

static int64_t step_of(const struct cmd_crawl_contact *contact,
		       enum cmd_survey_step step)
{
	int64_t auth_ms = contact->hello->auth_ms;
	int64_t hello_ms = contact->hello->hello_ms;
	int64_t tcp_ms = cmd_crawl_contact_tcp_ms(contact);

	switch (step) {
	case CMD_SURVEY_TCP:
		return tcp_ms;
	case CMD_SURVEY_AUTH:
		return auth_ms;
	case CMD_SURVEY_HELLO:
		return hello_ms;
	default:
		return tcp_ms + auth_ms + hello_ms;
	}
}

static int compare(const void *a, const void *b)
{
	const int64_t *first = a;
	const int64_t *second = b;

	return (*first > *second) - (*first < *second);
}

/* The value below or at which so many percent are; @sorted: one at least. */
static int64_t percentile(const int64_t *sorted, size_t count, size_t percent)
{
	size_t rank = (count * percent + 99) / 100;

	return sorted[rank > 0 ? rank - 1 : 0];
}

/* @times_ms: room for as many as there are nodes. */
static void measure(struct cmd_survey_summary *summary, int64_t *times_ms,
		    enum cmd_survey_step step)
{
	struct cmd_survey_latency *latency = &summary->latencies[step];
	size_t count = 0;

	for (size_t i = 0; i < summary->count; i++) {
		const struct cmd_crawl_contact *contact =
			&summary->nodes[i].contact;

		if (summary->nodes[i].handshake == CMD_HANDSHAKE_OPENED &&
		    contact->hello != NULL)
			times_ms[count++] = step_of(contact, step);
	}
	summary->measured = count;
	if (count == 0)
		return;
	qsort(times_ms, count, sizeof(times_ms[0]), compare);
	*latency = (struct cmd_survey_latency){
		.p50_ms = percentile(times_ms, count, 50),
		.p90_ms = percentile(times_ms, count, 90),
		.p99_ms = percentile(times_ms, count, 99),
		.max_ms = times_ms[count - 1],
	};
}

bool cmd_survey_summary_make(struct cmd_survey_summary *summary)
{
	struct cmd_tally *const tallies[] = {
		&summary->clients, &summary->versions, &summary->capabilities,
		&summary->failures};
	int64_t *times_ms = calloc(summary->count + 1, sizeof(*times_ms));
	bool made = times_ms != NULL;

	for (size_t i = 0; i < summary->count; i++)
		count_node(summary, &summary->nodes[i]);
	for (size_t i = 0; i < sizeof(tallies) / sizeof(tallies[0]); i++) {
		cmd_tally_sum_up(tallies[i]);
		made = made && !tallies[i]->cut;
	}
	for (int i = 0; made && i < CMD_SURVEY_STEP_COUNT; i++)
		measure(summary, times_ms, (enum cmd_survey_step)i);
	free(times_ms);
	if (!made)
		cmd_survey_summary_fini(summary);
	return made;
}

void cmd_survey_summary_fini(struct cmd_survey_summary *summary)
{
	cmd_tally_fini(&summary->clients);
	cmd_tally_fini(&summary->versions);
	cmd_tally_fini(&summary->capabilities);
	cmd_tally_fini(&summary->failures);
}

bool cmd_survey_adds_up(const struct cmd_survey_summary *summary)
{
	size_t sum = 0;

	for (int i = 0; i < CMD_HANDSHAKE_COUNT; i++)
		sum += summary->counts.handshakes[i];
	return summary->counts.found == sum && summary->count == sum;
}
