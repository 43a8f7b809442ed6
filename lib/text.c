/* SPDX-License-Identifier: MIT */
#include "lib/text.h"

#include <stdarg.h>
#include <stdio.h>

struct dti_text dti_text_begin(char *out, size_t size)
{
	if (size > 0)
		out[0] = '\0';
	return (struct dti_text){.out = out, .size = size};
}

void dti_text_append(struct dti_text *text, const char *format, ...)
{
	size_t used = text->length < text->size ? text->length : text->size;
	char *end = text->size > 0 ? text->out + used : NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(end, text->size - used, format, arguments);
	va_end(arguments);
	if (length > 0)
		text->length += (size_t)length;
}
