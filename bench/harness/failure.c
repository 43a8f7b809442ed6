/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>

#include "bench/harness/measure.h"

void bench_fail(struct bench_result *result, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(result->failure, sizeof(result->failure), format, arguments);
	va_end(arguments);
}
