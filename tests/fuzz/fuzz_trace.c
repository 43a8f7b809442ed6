/* SPDX-License-Identifier: MIT */
/* The trace reader, and behind it the dial state: any events in any order. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/replay/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[TRACE_WHY_SIZE] = "";
	char *text = malloc(size > 0 ? size : 1);
	bool passed;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	passed = replay_text(why, "trace", text, size);
	free(text);
	fuzz_check(passed || strncmp(why, "trace:", 6) == 0,
		   "a refusal names file and line");
	fuzz_check(strstr(why, "does not hold") == NULL,
		   "the dial state is sound after each event");
	return 0;
}
