/* SPDX-License-Identifier: MIT */
#include "tests/replay/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool replay(struct trace *trace)
{
	if (!trace_next(trace))
		return false;
	if (trace->field_count == 0)
		return trace_refuse_line(trace, 1, "the trace is empty");
	if (trace_is(trace, 0, "dialtrace"))
		return trace_want(trace, 1, "1") &&
		       trace_want_fields(trace, 2) && replay_dialtrace(trace);
	if (trace_is(trace, 0, "tasktrace"))
		return trace_want(trace, 1, "1") &&
		       trace_want_fields(trace, 2) && replay_tasktrace(trace);
	return trace_refuse(trace, "neither \"dialtrace 1\" nor "
				   "\"tasktrace 1\"");
}

bool replay_text(char *why, const char *name, const char *text, size_t length)
{
	struct trace trace;
	bool passed;

	trace_init(&trace, name, text, length);
	passed = replay(&trace);
	if (!passed)
		memcpy(why, trace.why, sizeof(trace.why));
	return passed;
}

/* All of @file, to be freed. NULL: errno says why. */
static char *read_all(FILE *file, size_t *length)
{
	size_t size = 4096;
	char *text = malloc(size);

	*length = 0;
	while (text != NULL) {
		size_t got = fread(text + *length, 1, size - *length, file);
		char *grown;

		*length += got;
		if (got == 0)
			break;
		if (*length < size)
			continue;
		grown = realloc(text, size *= 2);
		if (grown == NULL)
			free(text);
		text = grown;
	}
	if (text != NULL && ferror(file)) {
		free(text);
		text = NULL;
	}
	return text;
}

bool replay_file(char *why, const char *path)
{
	FILE *file = fopen(path, "rbe");
	char *text = NULL;
	size_t length = 0;
	bool passed = false;

	if (file != NULL)
		text = read_all(file, &length);
	if (text == NULL)
		(void)snprintf(why, TRACE_WHY_SIZE, "%s: cannot be read: %s",
			       path, strerror(errno));
	else
		passed = replay_text(why, path, text, length);
	free(text);
	if (file != NULL)
		(void)fclose(file);
	return passed;
}
