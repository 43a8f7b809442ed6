/* SPDX-License-Identifier: MIT */
#include "tests/replay/events.h"

static bool read_event(struct trace *trace, struct calls *calls,
		       const struct event_handler *handler)
{
	if (!calls_end(calls, trace))
		return false;
	calls->count = 0;
	calls->next = 0;
	calls->line = trace->line;
	return handler->event(handler->context);
}

static bool read_end(struct trace *trace, const struct calls *calls)
{
	if (!trace_want_fields(trace, 1) || !calls_end(calls, trace) ||
	    !trace_next(trace))
		return false;
	return trace->field_count == 0 ||
	       trace_refuse(trace, "a line behind \"end\"");
}

bool events_read(struct trace *trace, struct calls *calls,
		 const struct event_handler *handler)
{
	while (trace_next(trace)) {
		bool passed;

		if (trace->field_count == 0)
			return trace_refuse(trace, "\"end\" is missing");
		if (trace_is(trace, 0, "end"))
			return read_end(trace, calls);
		passed = trace_is(trace, 0, ">")
				 ? calls_expect(calls, trace)
				 : read_event(trace, calls, handler);
		if (!passed)
			return false;
	}
	return false;
}
