/* SPDX-License-Identifier: MIT */
#include "lib/node/host_name.h"

#include "lib/dialtone.h"

#define LABEL_MAX 63

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool may_be_in_label(char byte)
{
	return is_digit(byte) || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_';
}

static bool label_valid(struct dti_span label)
{
	if (label.length == 0 || label.length > LABEL_MAX)
		return false;
	for (size_t i = 0; i < label.length; i++)
		if (!may_be_in_label(label.text[i]))
			return false;
	return true;
}

static struct dti_span without_last_dot(struct dti_span name)
{
	if (name.length > 0 && name.text[name.length - 1] == '.')
		name.length--;
	return name;
}

bool dti_host_name_valid(struct dti_span name)
{
	if (name.length >= DT_HOST_NAME_SIZE)
		return false;
	name = without_last_dot(name);
	for (;;) {
		size_t length = dti_span_find(name, '.');

		if (!label_valid(dti_span_first(name, length)))
			return false;
		if (length == name.length)
			return true;
		name = dti_span_skip(name, length + 1);
	}
}

bool dti_host_name_ends_in_number(struct dti_span name)
{
	size_t digits = 0;

	name = without_last_dot(name);
	while (digits < name.length &&
	       is_digit(name.text[name.length - 1 - digits]))
		digits++;
	if (digits == 0)
		return false;
	return digits == name.length ||
	       name.text[name.length - 1 - digits] == '.';
}
