/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/rlpx/frame.h"

#include "tests/harness.h"

static struct dti_secrets secrets_of(uint8_t number)
{
	struct dti_secrets secrets;

	memset(&secrets, 0, sizeof(secrets));
	memset(secrets.aes, number, sizeof(secrets.aes));
	memset(secrets.mac, number + 1, sizeof(secrets.mac));
	dti_keccak_update(&secrets.egress, &number, 1);
	return secrets;
}

struct fixture {
	struct dti_frame_keys keys;
	struct dti_frame_stream stream;
};

static void begin(struct fixture *fixture)
{
	struct dti_secrets secrets = secrets_of(7);

	dti_frame_keys_init(&fixture->keys, &secrets);
	dti_frame_stream_init(&fixture->stream, &secrets.egress);
}

Test(rlpx_frame, sizes_are_of_whole_blocks)
{
	for (size_t length = 0; length < 100; length++) {
		size_t padded = dti_frame_padded(length);

		cr_assert_eq(padded % 16, 0u);
		cr_assert(padded >= length && padded < length + 16);
		cr_assert_eq(dti_frame_size(length), 48 + padded);
	}
	cr_assert_eq(dti_frame_padded(DTI_FRAME_BODY_MAX), (size_t)1 << 24);
}

Test(rlpx_frame, the_stream_begins_with_the_counter_zero)
{
	uint8_t bytes[32] = {0};
	uint8_t expected[32] = {0};
	struct fixture fixture;

	begin(&fixture);
	dti_frame_crypt(&fixture.stream, &fixture.keys, bytes, sizeof(bytes));
	/* The key stream is the encrypted counters. */
	expected[31] = 1;
	aes256_encrypt(&fixture.keys.cipher, sizeof(expected), expected,
		       expected);
	cr_assert_arr_eq(bytes, expected, sizeof(bytes));
}

Test(rlpx_frame, what_was_encrypted_is_decrypted)
{
	uint8_t bytes[160];
	uint8_t before[sizeof(bytes)];
	struct fixture one;
	struct fixture other;

	begin(&one);
	begin(&other);
	for (size_t i = 0; i < sizeof(bytes); i++)
		before[i] = bytes[i] = (uint8_t)i;
	dti_frame_crypt(&one.stream, &one.keys, bytes, sizeof(bytes));
	cr_assert_arr_neq(bytes, before, sizeof(bytes));
	/* It does not matter in how many pieces. */
	dti_frame_crypt(&other.stream, &other.keys, bytes, 48);
	dti_frame_crypt(&other.stream, &other.keys, bytes + 48, 0);
	dti_frame_crypt(&other.stream, &other.keys, bytes + 48, 112);
	cr_assert_arr_eq(bytes, before, sizeof(bytes));
	cr_assert_arr_eq(one.stream.counter, other.stream.counter, 16);
}

Test(rlpx_frame, what_is_skipped_counts)
{
	static uint8_t bytes[300 * 16];

	for (size_t blocks = 0; blocks <= 300; blocks++) {
		struct fixture one;
		struct fixture other;

		begin(&one);
		begin(&other);
		/* So that it carries over several bytes. */
		memset(one.stream.counter + 12, 0xff, 3);
		memset(other.stream.counter + 12, 0xff, 3);
		dti_frame_crypt(&one.stream, &one.keys, bytes, 16 * blocks);
		dti_frame_skip(&other.stream, 16 * blocks);
		cr_assert_arr_eq(one.stream.counter, other.stream.counter, 16,
				 "%zu", blocks);
	}
}

Test(rlpx_frame, a_counter_that_is_full_begins_again)
{
	const uint8_t expected[16] = {[14] = 1};
	struct fixture fixture;

	begin(&fixture);
	memset(fixture.stream.counter, 0xff, 16);
	dti_frame_skip(&fixture.stream, 257 * 16);
	cr_assert_arr_eq(fixture.stream.counter, expected, 16);
}

Test(rlpx_frame, each_mac_depends_on_all_before_it)
{
	const uint8_t header[16] = {1};
	uint8_t macs[4][16];
	struct fixture one;
	struct fixture other;

	begin(&one);
	begin(&other);
	dti_frame_header_mac(&one.stream, &one.keys, macs[0], header);
	dti_frame_header_mac(&one.stream, &one.keys, macs[1], header);
	cr_assert_arr_neq(macs[0], macs[1], 16);

	dti_frame_header_mac(&other.stream, &other.keys, macs[2], header);
	cr_assert_arr_eq(macs[0], macs[2], 16);
	dti_keccak_update(&other.stream.mac, "body", 4);
	dti_frame_body_mac(&other.stream, &other.keys, macs[2]);
	begin(&other);
	dti_frame_header_mac(&other.stream, &other.keys, macs[3], header);
	dti_keccak_update(&other.stream.mac, "bodY", 4);
	dti_frame_body_mac(&other.stream, &other.keys, macs[3]);
	cr_assert_arr_neq(macs[2], macs[3], 16);
}
