/* SPDX-License-Identifier: MIT */
#include "tests/replay/trace.h"

#include <stdarg.h>
#include <stdio.h>

void trace_init(struct trace *trace, const char *name, const char *text,
		size_t length)
{
	trace->name = name;
	trace->rest = (struct dti_span){.text = text, .length = length};
	trace->line = 0;
	trace->field_count = 0;
	trace->why[0] = '\0';
}

/* Write "NAME:LINE: "; where the sentence goes. NULL: one stands there. */
static char *begin_why(struct trace *trace, size_t line, size_t *room)
{
	int length;

	if (trace->why[0] != '\0')
		return NULL;
	length = snprintf(trace->why, sizeof(trace->why),
			  "%s:%zu: ", trace->name, line);
	if (length < 0 || (size_t)length >= sizeof(trace->why))
		return NULL;
	*room = sizeof(trace->why) - (size_t)length;
	return trace->why + length;
}

__attribute__((format(printf, 3, 0))) static void
write_why(struct trace *trace, size_t line, const char *format, va_list values)
{
	size_t room;
	char *why = begin_why(trace, line, &room);

	if (why != NULL)
		(void)vsnprintf(why, room, format, values);
}

bool trace_refuse(struct trace *trace, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_why(trace, trace->line, format, arguments);
	va_end(arguments);
	return false;
}

bool trace_refuse_line(struct trace *trace, size_t line, const char *format,
		       ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_why(trace, line, format, arguments);
	va_end(arguments);
	return false;
}

/* Cut the next line off. False: it is too long, or its LF is missing. */
static bool cut_line(struct trace *trace, struct dti_span *line)
{
	size_t length = dti_span_find(trace->rest, '\n');

	trace->line++;
	if (length >= TRACE_LINE_MAX - 1)
		return trace_refuse(trace,
				    "the line has %zu bytes; less than %d "
				    "with its LF are accepted",
				    length, (int)TRACE_LINE_MAX);
	if (length == trace->rest.length)
		return trace_refuse(trace, "the last line does not end in LF");
	*line = dti_span_first(trace->rest, length);
	trace->rest = dti_span_skip(trace->rest, length + 1);
	return true;
}

static bool is_printable(struct trace *trace, struct dti_span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (line.text[i] < ' ' || line.text[i] > '~')
			return trace_refuse(
				trace,
				"byte %zu is 0x%02x; printable "
				"ASCII is accepted",
				i + 1,
				(unsigned int)(unsigned char)line.text[i]);
	return true;
}

static bool split(struct trace *trace, struct dti_span line)
{
	trace->field_count = 0;
	for (;;) {
		size_t length = dti_span_find(line, ' ');

		if (length == 0)
			return trace_refuse(trace, "an empty line, or a space "
						   "that separates nothing");
		if (trace->field_count == TRACE_FIELDS_MAX)
			return trace_refuse(trace, "more than %d fields",
					    (int)TRACE_FIELDS_MAX);
		trace->fields[trace->field_count++] =
			dti_span_first(line, length);
		if (length == line.length)
			return true;
		line = dti_span_skip(line, length + 1);
	}
}

bool trace_next(struct trace *trace)
{
	struct dti_span line = {.length = 0};

	do {
		trace->field_count = 0;
		if (trace->rest.length == 0)
			return true;
		if (!cut_line(trace, &line) || !is_printable(trace, line))
			return false;
	} while (line.length > 0 && line.text[0] == '#');
	return split(trace, line);
}

bool trace_is(const struct trace *trace, size_t index, const char *word)
{
	return index < trace->field_count &&
	       dti_span_equal(trace->fields[index], word);
}

bool trace_want_fields(struct trace *trace, size_t count)
{
	if (trace->field_count == count)
		return true;
	return trace_refuse(trace, "%zu fields where there must be %zu",
			    trace->field_count, count);
}

bool trace_want(struct trace *trace, size_t index, const char *word)
{
	if (trace_is(trace, index, word))
		return true;
	if (index >= trace->field_count)
		return trace_refuse(trace, "\"%s\" is missing", word);
	return trace_refuse(
		trace, "\"%.*s\" where \"%s\" must stand",
		(int)dti_span_first(trace->fields[index], 80).length,
		trace->fields[index].text, word);
}
