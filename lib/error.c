/* SPDX-License-Identifier: MIT */
#include "lib/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * lib/error.def and enum dt_err cannot part: each entry must have the number of
 * its place, the last entry the last number, and the switches below have no
 * default, so that the compiler reports an enumerator without entry.
 */
enum place {
	PLACE_OK,
#define X(name, text) PLACE_##name,
#include "lib/error.def"
#undef X
	PLACE_COUNT
};
#define X(name, text)                                           \
	static_assert((int)DT_ERR_##name == -(int)PLACE_##name, \
		      "lib/error.def has " #name " in another place");
#include "lib/error.def"
#undef X
static_assert(PLACE_COUNT - 1 == -(int)DT_ERR_SYSTEM,
	      "lib/error.def does not end with the last error");

static const char cut_mark[] = "...";

const char *dt_err_name(dt_err err)
{
	switch (err) {
	case DT_OK:
		return "OK";
#define X(name, text)       \
	case DT_ERR_##name: \
		return #name;
#include "lib/error.def"
#undef X
	}
	return "?";
}

const char *dt_err_text(dt_err err)
{
	switch (err) {
	case DT_OK:
		return "success";
#define X(name, text)       \
	case DT_ERR_##name: \
		return text;
#include "lib/error.def"
#undef X
	}
	return "unknown error";
}

/* A path or a name may hold a newline; the sentence may not. */
static void replace_control_characters(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			*text = '?';
}

dt_err dti_error_set(struct dt_error *error, dt_err code, const char *format,
		     ...)
{
	/* Formatted here first: an argument may be *@error's own text. */
	char text[sizeof(error->text)];
	va_list arguments;
	int length;

	if (error == NULL)
		return code;
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length < 0)
		snprintf(text, sizeof(text), "%s", dt_err_text(code));
	else if ((size_t)length >= sizeof(text))
		memcpy(text + sizeof(text) - sizeof(cut_mark), cut_mark,
		       sizeof(cut_mark));
	replace_control_characters(text);
	error->code = code;
	memcpy(error->text, text, sizeof(text));
	return code;
}
