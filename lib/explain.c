/* SPDX-License-Identifier: MIT */
#include "lib/explain.h"

#include <string.h>

#include "lib/detail.h"
#include "lib/duration.h"

#define NS_PER_MS INT64_C(1000000)

static void due_text(char *out, size_t size, int64_t due_ms)
{
	if (due_ms > INT64_MAX / NS_PER_MS)
		due_ms = INT64_MAX / NS_PER_MS;
	dti_duration_format(out, size, due_ms * NS_PER_MS);
}

static const char *reason_text(enum dt_waits_for waits_for)
{
	switch (waits_for) {
	case DT_WAITS_FOR_NOTHING:
		return "may be dialed now";
	case DT_WAITS_FOR_SLOT:
		return "may be dialed, waits for a free slot";
	case DT_WAITS_FOR_DIAL:
		return "is being dialed";
	case DT_WAITS_FOR_PEER:
		return "is connected";
	case DT_WAITS_FOR_INBOUND:
		return "is shaking hands with us inbound";
	case DT_WAITS_FOR_HISTORY:
		return "was dialed recently, may be dialed again in";
	case DT_WAITS_FOR_BAN:
		return "is banned";
	case DT_WAITS_FOR_NETRESTRICT:
		return "lies outside netrestrict";
	case DT_WAITS_FOR_PORT:
		return "has no endpoint that can be dialed";
	case DT_WAITS_FOR_RESUME:
		return "would be dialed, but dialing is paused";
	case DT_WAITS_FOR_FAULT:
		return "would be dialed, but this machine has a fault; "
		       "the next try is in";
	case DT_WAITS_FOR_CANDIDACY:
		return "is dialed when the table or a lookup offers it";
	case DT_WAITS_FOR_COUNT:
		break;
	}
	return "?";
}

static bool has_due_time(const struct dt_explanation *explanation)
{
	return explanation->waits_for == DT_WAITS_FOR_HISTORY ||
	       explanation->waits_for == DT_WAITS_FOR_FAULT;
}

static void append_reason(struct dti_text *text,
			  const struct dt_explanation *explanation)
{
	char due[DTI_DURATION_TEXT_SIZE] = "";
	const char *what = explanation->is_self     ? "own node"
			   : explanation->is_static ? "static node"
						    : "node";
	const char *until = "";

	if (explanation->waits_for == DT_WAITS_FOR_BAN)
		until = explanation->due_ms < 0 ? " for ever" : " for";
	if (has_due_time(explanation) || strcmp(until, " for") == 0)
		due_text(due, sizeof(due), explanation->due_ms);
	dti_text_append(text, "%s: %s%s%s%s", what,
			explanation->is_self
				? "is never dialed"
				: reason_text(explanation->waits_for),
			until, due[0] ? " " : "", due);
}

static void append_last_dial(struct dti_text *text,
			     const struct dt_explanation *explanation)
{
	char ago[DTI_DURATION_TEXT_SIZE];

	due_text(ago, sizeof(ago), explanation->last_dial_ms);
	dti_text_append(text, "; its last dial (of %u) ended %s ago: %s",
			(unsigned int)explanation->dials, ago,
			dt_outcome_name(explanation->last_outcome));
	(void)dti_detail_append(text, ": ", &explanation->last_detail);
}

void dti_explain_finish(struct dt_explanation *explanation,
			const struct dti_explain_pause *pause)
{
	bool could_be_dialed = !explanation->is_self &&
			       explanation->waits_for <= DT_WAITS_FOR_SLOT;
	struct dti_text text =
		dti_text_begin(explanation->text, sizeof(explanation->text));

	if (could_be_dialed && pause->paused) {
		explanation->waits_for = DT_WAITS_FOR_RESUME;
	} else if (could_be_dialed && pause->faulted) {
		explanation->waits_for = DT_WAITS_FOR_FAULT;
		explanation->due_ms = pause->fault_ms > 0 ? pause->fault_ms : 0;
	}
	append_reason(&text, explanation);
	if (explanation->dials > 0)
		append_last_dial(&text, explanation);
}
