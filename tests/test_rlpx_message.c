/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/message.h"
#include "lib/rlpx/snappy.h"

#include "tests/harness.h"
#include "tests/vectors.h"

static const struct {
	uint64_t code;
	const char *payload;
	const char *plain;
	const char *snappy;
} samples[] = {
	{DTI_MESSAGE_HELLO, "c0", "80c0", "800100c0"},
	{DTI_MESSAGE_DISCONNECT, "c104", "01c104", "010204c104"},
	{DTI_MESSAGE_PING, "c0", "02c0", "020100c0"},
	{DTI_MESSAGE_PONG, "", "03", "0300"},
	{0x7f, "c0", "7fc0", "7f0100c0"},
	{0x80, "c0", "8180c0", "81800100c0"},
	{0x1234, "c0", "821234c0", "8212340100c0"},
	{UINT64_MAX, "c0", "88ffffffffffffffffc0", "88ffffffffffffffff0100c0"},
};

Test(rlpx_message, a_body_is_a_code_and_a_payload)
{
	for (size_t i = 0; i < dti_array_length(samples); i++)
		for (int is_snappy = 0; is_snappy < 2; is_snappy++) {
			uint8_t payload[16];
			uint8_t expected[32];
			uint8_t body[32];
			struct dti_message message = {samples[i].code,
						      {payload, 0}};
			struct dti_message read;
			size_t length;

			message.payload.length = vectors_bytes(
				payload, sizeof(payload), samples[i].payload);
			length = vectors_bytes(expected, sizeof(expected),
					       is_snappy != 0
						       ? samples[i].snappy
						       : samples[i].plain);
			cr_assert_eq(dti_message_write(body, sizeof(body),
						       &message,
						       is_snappy != 0),
				     length, "%zu", i);
			cr_assert_arr_eq(body, expected, length, "%zu", i);
			/* Exactly so much room, and a byte less. */
			cr_assert_eq(dti_message_write(body, length, &message,
						       is_snappy != 0),
				     length);
			cr_assert_eq(dti_message_write(body, length - 1,
						       &message,
						       is_snappy != 0),
				     0u);

			cr_assert(dti_message_read(
				&read, (struct dti_bytes){expected, length}));
			cr_assert_eq(read.code, samples[i].code);
			if (is_snappy == 0)
				cr_assert_eq(read.payload.length,
					     message.payload.length);
		}
}

Test(rlpx_message, what_does_not_begin_with_a_code_is_none)
{
	static const char *const bodies[] = {
		"",     "c0",     "00",
		"8101", "820001", "89010000000000000000",
		"82ff", "b801ff",
	};

	for (size_t i = 0; i < dti_array_length(bodies); i++) {
		uint8_t body[16];
		struct dti_message message;
		size_t length = vectors_bytes(body, sizeof(body), bodies[i]);

		cr_assert_not(
			dti_message_read(&message,
					 (struct dti_bytes){body, length}),
			"%s", bodies[i]);
	}
}

Test(rlpx_message, a_size_is_known_before_it_is_inflated)
{
	static const struct {
		const char *block;
		enum dti_refusal refusal;
		size_t size;
	} cases[] = {
		{"0100c0", DTI_REFUSAL_NONE, 1},
		{"00", DTI_REFUSAL_NONE, 0},
		{"ffffff07", DTI_REFUSAL_NONE, 0xffffff},
		{"80808008", DTI_REFUSAL_MESSAGE_SIZE, 0x1000000},
		{"ffffffff0f", DTI_REFUSAL_MESSAGE_SIZE, 0xffffffff},
		{"", DTI_REFUSAL_MESSAGE_SNAPPY, 0},
		{"c0", DTI_REFUSAL_MESSAGE_SNAPPY, 0},
		{"ffffffffff01", DTI_REFUSAL_MESSAGE_SNAPPY, 0},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		uint8_t block[16];
		struct dti_message message = {16, {block, 0}};
		size_t size = 0;

		message.payload.length =
			vectors_bytes(block, sizeof(block), cases[i].block);
		cr_assert_eq(dti_message_size(&message, &size),
			     cases[i].refusal, "%s", cases[i].block);
		if (cases[i].refusal != DTI_REFUSAL_MESSAGE_SNAPPY)
			cr_assert_eq(size, cases[i].size);
	}
}

Test(rlpx_message, no_payload_is_larger_than_the_limit)
{
	size_t size = DTI_SNAPPY_MAX + 100;
	uint8_t *bytes = calloc(1, size);
	uint8_t *body = malloc(size);
	struct dti_message message = {16, {bytes, DTI_SNAPPY_MAX}};

	cr_assert(bytes != NULL && body != NULL);
	cr_assert_eq(dti_message_write(body, size, &message, true),
		     1u + DTI_SNAPPY_OVERHEAD + DTI_SNAPPY_MAX);
	message.payload.length++;
	cr_assert_eq(dti_message_write(body, size, &message, true), 0u);
	cr_assert_eq(dti_message_write(body, size, &message, false), 0u);
	free(bytes);
	free(body);
}
