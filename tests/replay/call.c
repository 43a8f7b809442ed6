/* SPDX-License-Identifier: MIT */
#include "tests/replay/call.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

static const struct {
	const char *word;
	bool has_name;
	bool has_endpoint;
	bool has_time;
} forms[] = {
	[CALL_STATIC] = {"static", true, true, false},
	[CALL_DYN] = {"dyn", true, true, false},
	[CALL_DISCOVER] = {"discover", false, false, false},
	[CALL_WAIT] = {"wait", false, false, true},
	[CALL_RESOLVE] = {"resolve", false, false, false},
	[CALL_DIAL] = {"dial", false, true, false},
	[CALL_ENDPOINT] = {"endpoint", false, true, false},
};

enum {
	FORM_COUNT = sizeof(forms) / sizeof(forms[0])
};

static void write_endpoint(char *out, size_t size,
			   const struct dt_endpoint *endpoint)
{
	char host[INET6_ADDRSTRLEN] = "-";

	if (endpoint->family != 0)
		(void)inet_ntop(endpoint->family == 4 ? AF_INET : AF_INET6,
				endpoint->ip, host, sizeof(host));
	(void)snprintf(out, size, "%s %u", host, endpoint->tcp_port);
}

static void write_call(char out[CALL_TEXT_SIZE], const struct call *call)
{
	const char *word = forms[call->kind].word;
	char endpoint[CALL_TEXT_SIZE / 2];

	write_endpoint(endpoint, sizeof(endpoint), &call->node.endpoint);
	if (forms[call->kind].has_name)
		(void)snprintf(out, CALL_TEXT_SIZE, "%s n%" PRIu64 " %s", word,
			       call->node.number, endpoint);
	else if (forms[call->kind].has_endpoint)
		(void)snprintf(out, CALL_TEXT_SIZE, "%s %s", word, endpoint);
	else if (forms[call->kind].has_time)
		(void)snprintf(out, CALL_TEXT_SIZE, "%s %" PRId64, word,
			       call->wait_ms);
	else
		(void)snprintf(out, CALL_TEXT_SIZE, "%s", word);
}

static bool find_form(struct trace *trace, struct call *out)
{
	for (size_t i = 0; i < FORM_COUNT; i++)
		if (trace_is(trace, 1, forms[i].word)) {
			out->kind = (enum call_kind)i;
			return true;
		}
	return trace_refuse(trace, "no expectation has this name");
}

static bool read_call(struct trace *trace, struct call *out)
{
	size_t field = 2;

	*out = (struct call){.kind = CALL_STATIC};
	if (!find_form(trace, out))
		return false;
	if (forms[out->kind].has_name &&
	    !trace_name(trace, field++, &out->node.number))
		return false;
	if (forms[out->kind].has_endpoint) {
		if (!trace_endpoint(trace, field, &out->node.endpoint))
			return false;
		field += 2;
	}
	if (forms[out->kind].has_time &&
	    !trace_time(trace, field++, &out->wait_ms))
		return false;
	return trace_want_fields(trace, field);
}

static bool is_same(const struct call *a, const struct call *b)
{
	return a->kind == b->kind && a->node.number == b->node.number &&
	       trace_same_endpoint(&a->node.endpoint, &b->node.endpoint) &&
	       a->wait_ms == b->wait_ms;
}

bool calls_expect(struct calls *calls, struct trace *trace)
{
	char expected_text[CALL_TEXT_SIZE];
	char got_text[CALL_TEXT_SIZE];
	struct call expected;

	if (calls->line == 0)
		return trace_refuse(trace,
				    "an expectation without an event above");
	if (!read_call(trace, &expected))
		return false;
	write_call(expected_text, &expected);
	if (calls->next == calls->count)
		return trace_refuse(trace, "expected \"%s\", got nothing more",
				    expected_text);
	if (is_same(&expected, &calls->got[calls->next])) {
		calls->next++;
		return true;
	}
	write_call(got_text, &calls->got[calls->next]);
	return trace_refuse(trace, "expected \"%s\", got \"%s\"", expected_text,
			    got_text);
}

bool calls_end(const struct calls *calls, struct trace *trace)
{
	char got_text[CALL_TEXT_SIZE];

	if (calls->next == calls->count)
		return true;
	write_call(got_text, &calls->got[calls->next]);
	return trace_refuse_line(trace, calls->line,
				 "expected nothing more, got \"%s\"", got_text);
}
