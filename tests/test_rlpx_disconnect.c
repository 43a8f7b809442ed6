/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/disconnect.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/vectors.h"

static enum dti_disconnect_reason decode(const char *hex, bool may_be_snappy)
{
	uint8_t bytes[64];
	size_t length = vectors_bytes(bytes, sizeof(bytes), hex);

	return dti_disconnect_decode((struct dti_bytes){bytes, length},
				     may_be_snappy);
}

Test(rlpx_disconnect, each_form_of_a_reason_is_read)
{
	static const struct {
		const char *form;
		const char *plain;
		const char *snappy;
		enum dti_disconnect_reason reason;
	} cases[] = {
		{"list", "c104", "0204c104", DTI_DISCONNECT_TOO_MANY},
		{"bare", "04", "010004", DTI_DISCONNECT_TOO_MANY},
		{"empty list", "c0", "0100c0", DTI_DISCONNECT_UNSTATED},
		{"list of zero", "c180", "0204c180", DTI_DISCONNECT_REQUESTED},
		{"bare zero", "80", "010080", DTI_DISCONNECT_REQUESTED},
		{"list of a zero byte", "c100", "0204c100",
		 DTI_DISCONNECT_REQUESTED},
		{"list of two", "c20405", "0308c20405",
		 DTI_DISCONNECT_TOO_MANY},
		{"more behind", "c10400", "0308c10400",
		 DTI_DISCONNECT_TOO_MANY},
		{"last", "c110", "0204c110", DTI_DISCONNECT_SUBPROTOCOL},
		{"no name", "c10c", "0204c10c", DTI_DISCONNECT_OTHER},
		{"above all", "c111", "0204c111", DTI_DISCONNECT_OTHER},
		{"two bytes", "c3820104", "040cc3820104", DTI_DISCONNECT_OTHER},
		{"nine bytes", "89010000000000000000",
		 "0a2489010000000000000000", DTI_DISCONNECT_OTHER},
		{"list in a list", "c2c104", "0308c2c104",
		 DTI_DISCONNECT_OTHER},
		{"cut off", "c204", "0204c204", DTI_DISCONNECT_OTHER},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		cr_assert_eq(decode(cases[i].plain, false), cases[i].reason,
			     "%s", cases[i].form);
		/* Some do not compress though they promised. */
		cr_assert_eq(decode(cases[i].plain, true), cases[i].reason,
			     "%s, not compressed", cases[i].form);
		cr_assert_eq(decode(cases[i].snappy, true), cases[i].reason,
			     "%s, compressed", cases[i].form);
	}
}

Test(rlpx_disconnect, no_payload_is_no_reason)
{
	cr_assert_eq(decode("", false), DTI_DISCONNECT_UNSTATED);
	cr_assert_eq(decode("", true), DTI_DISCONNECT_UNSTATED);
	cr_assert_eq(decode("00", true), DTI_DISCONNECT_UNSTATED);
	cr_assert_eq(decode("00", false), DTI_DISCONNECT_REQUESTED);
}

Test(rlpx_disconnect, what_inflates_to_much_is_another_reason)
{
	/* Four gigabytes, 33 bytes of which are there, and 33 bytes. */
	cr_assert_eq(decode("ffffffff0f80", true), DTI_DISCONNECT_OTHER);
	cr_assert_eq(decode("2180c10400", true), DTI_DISCONNECT_OTHER);
}

Test(rlpx_disconnect, what_is_written_is_read)
{
	for (int number = 0; number <= DTI_DISCONNECT_SUBPROTOCOL; number++) {
		uint8_t out[DTI_DISCONNECT_SIZE];
		struct dti_bytes payload = {out, sizeof(out)};
		enum dti_disconnect_reason reason =
			(enum dti_disconnect_reason)number;

		if (dti_disconnect_text(reason) == NULL)
			continue; /* not a reason */
		dti_disconnect_encode(out, reason);
		cr_assert_eq(out[0], 0xc1);
		cr_assert_eq(dti_disconnect_decode(payload, false), reason);
		cr_assert_eq(dti_disconnect_decode(payload, true), reason);
	}
}

Test(rlpx_disconnect, each_reason_has_a_text_of_its_own)
{
	size_t count = 0;

	for (int i = 0; i < DTI_DISCONNECT_COUNT; i++) {
		const char *text =
			dti_disconnect_text((enum dti_disconnect_reason)i);

		if (text == NULL)
			continue;
		count++;
		for (int j = 0; j < i; j++) {
			const char *other = dti_disconnect_text(
				(enum dti_disconnect_reason)j);

			cr_assert(other == NULL || strcmp(text, other) != 0,
				  "%d and %d: %s", i, j, text);
		}
	}
	cr_assert_eq(count, 15u);
}

Test(rlpx_disconnect, any_bytes_have_a_reason)
{
	struct random_stream random = {1};

	for (int i = 0; i < 100000; i++) {
		uint8_t bytes[12];
		struct dti_bytes payload = {bytes, 0};
		enum dti_disconnect_reason reason;

		for (size_t at = 0; at < sizeof(bytes); at++)
			bytes[at] = (uint8_t)random_next(&random);
		payload.length = (size_t)random_below(&random, 12);
		reason = dti_disconnect_decode(payload, i % 2 == 0);
		cr_assert_lt((int)reason, (int)DTI_DISCONNECT_COUNT);
		cr_assert_not_null(dti_disconnect_text(reason));
	}
}
