/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/capability_text.h"

#include "lib/container.h"
#include "lib/decimal.h"

#define MESSAGES_MAX     65535
#define MESSAGES_ASSUMED 16

/*
 * The devp2p specifications, caps/eth.md (eth/69 has added code 0x11; eth/68
 * ends with 0x10) and caps/snap.md (codes 0 to 7). The first that fits counts.
 */
static const struct {
	const char *name;
	uint32_t until; /* the last version that has so many */
	uint32_t messages;
} known[] = {
	{"eth", 68, 17},
	{"eth", UINT32_MAX, 18},
	{"snap", UINT32_MAX, 8},
};

static uint32_t messages_of(const struct dti_capability *capability)
{
	for (size_t i = 0; i < dti_array_length(known); i++)
		if (strcmp(capability->name, known[i].name) == 0 &&
		    capability->version <= known[i].until)
			return known[i].messages;
	return MESSAGES_ASSUMED;
}

static bool read_name(struct dti_capability *out, struct dti_span name)
{
	if (name.length == 0 || name.length > DTI_CAPABILITY_NAME_MAX)
		return false;
	/* '/' and ',' have ended it. */
	for (size_t i = 0; i < name.length; i++)
		if (name.text[i] <= ' ' || name.text[i] > '~' ||
		    name.text[i] == ':')
			return false;
	memcpy(out->name, name.text, name.length);
	out->name[name.length] = '\0';
	return true;
}

static bool read_item(struct dti_capability *out, struct dti_span item)
{
	size_t slash = dti_span_find(item, '/');
	struct dti_span rest = dti_span_skip(item, slash + 1);
	size_t colon = dti_span_find(rest, ':');
	struct dti_span messages = dti_span_skip(rest, colon + 1);

	if (slash == item.length ||
	    !read_name(out, dti_span_first(item, slash)) ||
	    !dti_decimal_parse(&out->version, rest.text, colon, UINT32_MAX))
		return false;
	out->messages = messages_of(out);
	if (colon == rest.length)
		return true;
	return dti_decimal_parse(&out->messages, messages.text, messages.length,
				 MESSAGES_MAX) &&
	       out->messages > 0;
}

static bool is_among(const struct dti_capability *capability,
		     struct dti_capability_list list)
{
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.first[i].name, capability->name) == 0 &&
		    list.first[i].version == capability->version)
			return true;
	return false;
}

bool dti_capability_text_parse(struct dti_capability out[DTI_CAPABILITIES_MAX],
			       size_t *count, struct dti_span text,
			       struct dti_span *refused)
{
	struct dti_capability_list list = {.first = out};
	bool more = text.length > 0;

	while (more) {
		size_t length = dti_span_find(text, ',');
		struct dti_capability read = {.messages = 0};

		*refused = dti_span_first(text, length);
		if (list.count == DTI_CAPABILITIES_MAX ||
		    !read_item(&read, *refused) || is_among(&read, list))
			return false;
		out[list.count++] = read;
		more = length < text.length;
		text = dti_span_skip(text, length + 1);
	}
	*count = list.count;
	return true;
}
