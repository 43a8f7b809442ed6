/* SPDX-License-Identifier: MIT */
#include "workers/cmd/complain.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 0))) static void
write_sentence(const char *prefix, const char *format, va_list arguments)
{
	char sentence[1024];

	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	/* One call, so that two threads' lines do not mix. */
	fprintf(stderr, "dialtone: %s%s\n", prefix, sentence);
}

void cmd_complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_sentence("", format, arguments);
	va_end(arguments);
}

void cmd_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_sentence("warning: ", format, arguments);
	va_end(arguments);
}
