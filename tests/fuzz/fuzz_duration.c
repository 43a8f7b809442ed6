/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/duration.h"

#include "tests/fuzz/fuzz.h"

static void check_number(int64_t ns)
{
	char text[DTI_DURATION_TEXT_SIZE];
	char again[DTI_DURATION_TEXT_SIZE];
	int64_t back = -1;

	dti_duration_format(text, sizeof(text), ns);
	fuzz_check(dti_duration_parse(&back, text), "what is written is read");
	fuzz_check(back == ns, "it is read as what it was");
	dti_duration_format(again, sizeof(again), back);
	fuzz_check(strcmp(text, again) == 0, "it is written as it was");
}

static void check_text(const char *text)
{
	const int64_t untouched = -42;
	int64_t ns = untouched;

	if (dti_duration_parse(&ns, text)) {
		fuzz_check(ns >= 0, "no duration is negative");
		check_number(ns);
	} else {
		fuzz_check(ns == untouched, "a refusal leaves the output");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	uint64_t number = 0;

	if (text == NULL)
		return 0;
	if (size > 0) {
		memcpy(text, data, size);
		memcpy(&number, data,
		       size < sizeof(number) ? size : sizeof(number));
	}
	text[size] = '\0';
	check_text(text);
	free(text);
	check_number((int64_t)(number & INT64_MAX));
	return 0;
}
