/* SPDX-License-Identifier: MIT */
/* Any text as a list of capabilities; what is accepted is written and read. */
#include <stdio.h>
#include <string.h>

#include "lib/rlpx/capability_text.h"

#include "tests/fuzz/fuzz.h"

/* Of 16 items with the longest name and numbers. */
#define WRITTEN_SIZE 1024

/* What was read, written as a user could have. */
static size_t write_back(char out[WRITTEN_SIZE],
			 const struct dti_capability *read, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(out + length, WRITTEN_SIZE - length,
					   "%s%s/%u:%u", i > 0 ? "," : "",
					   read[i].name, read[i].version,
					   read[i].messages);
	return length;
}

static void check_item(const struct dti_capability *item)
{
	size_t length = strnlen(item->name, sizeof(item->name));

	fuzz_check(length > 0 && length <= DTI_CAPABILITY_NAME_MAX,
		   "a name has a length that is allowed");
	fuzz_check(item->messages > 0 && item->messages <= 65535,
		   "so do its messages");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dti_capability read[DTI_CAPABILITIES_MAX];
	struct dti_capability again[DTI_CAPABILITIES_MAX];
	struct dti_span text = {(const char *)data, size};
	struct dti_span refused = {NULL, 0};
	char written[WRITTEN_SIZE];
	size_t count = 0;
	size_t again_count = 0;

	if (!dti_capability_text_parse(read, &count, text, &refused)) {
		fuzz_check(refused.length <= size,
			   "an item is within the text");
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		check_item(&read[i]);
	text = (struct dti_span){written, write_back(written, read, count)};
	fuzz_check(dti_capability_text_parse(again, &again_count, text,
					     &refused) &&
			   again_count == count &&
			   (count == 0 ||
			    memcmp(read, again, count * sizeof(read[0])) == 0),
		   "what is written back is read the same");
	return 0;
}
