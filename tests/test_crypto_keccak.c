/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/crypto/keccak.h"

#include "tests/harness.h"
#include "tests/vectors.h"

static uint64_t rotate(uint64_t lane, unsigned int by)
{
	return by == 0 ? lane : lane << by | lane >> (64 - by);
}

/* Keccak-f[1600] as the specification has it: theta, rho, pi, chi, iota. */
static void permute(uint64_t a[5][5])
{
	uint8_t lfsr = 1;

	for (int round = 0; round < 24; round++) {
		uint64_t b[5][5];
		uint64_t c[5];
		uint64_t last;
		unsigned int x = 1;
		unsigned int y = 0;

		for (unsigned int i = 0; i < 5; i++)
			c[i] = a[i][0] ^ a[i][1] ^ a[i][2] ^ a[i][3] ^ a[i][4];
		for (unsigned int i = 0; i < 25; i++)
			a[i % 5][i / 5] ^=
				c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1);
		b[0][0] = a[0][0];
		for (unsigned int t = 0; t < 24; t++) {
			unsigned int next = (2 * x + 3 * y) % 5;

			last = a[x][y];
			b[y][next] = rotate(last, (t + 1) * (t + 2) / 2 % 64);
			x = y;
			y = next;
		}
		for (unsigned int i = 0; i < 25; i++)
			a[i % 5][i / 5] =
				b[i % 5][i / 5] ^ (~b[(i + 1) % 5][i / 5] &
						   b[(i + 2) % 5][i / 5]);
		for (unsigned int j = 0; j < 7; j++) {
			a[0][0] ^= (uint64_t)(lfsr & 1) << ((1u << j) - 1);
			lfsr = (uint8_t)(lfsr << 1 ^ (lfsr >> 7) * 0x71);
		}
	}
}

/* The sponge, a byte at a time. */
static void model(uint8_t *out, const uint8_t *bytes, size_t length)
{
	uint64_t a[5][5] = {{0}};
	size_t padded = (length / DTI_KECCAK_RATE + 1) * DTI_KECCAK_RATE;

	for (size_t i = 0; i < padded; i++) {
		size_t at = i % DTI_KECCAK_RATE;
		uint64_t byte = i < length ? bytes[i] : 0;

		byte ^= i == length ? 0x01 : 0;
		byte ^= i == padded - 1 ? 0x80 : 0;
		a[at / 8 % 5][at / 40] ^= byte << 8 * (at % 8);
		if (at == DTI_KECCAK_RATE - 1)
			permute(a);
	}
	for (size_t i = 0; i < DTI_KECCAK_SIZE; i++)
		out[i] = (uint8_t)(a[i / 8][0] >> 8 * (i % 8));
}

static void fill(uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(i * 167 + i / 256);
}

Test(crypto_keccak, known_digests_come_out)
{
	struct vectors vectors = vectors_open("keccak256.txt");
	size_t count = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		uint8_t expected[DTI_KECCAK_SIZE];
		uint8_t digest[DTI_KECCAK_SIZE];
		uint8_t message[256];
		char *hex = vectors_cut(line, '=');
		size_t length = vectors_bytes(message, sizeof(message), line);

		vectors_fixed(expected, sizeof(expected), hex);
		dti_keccak256(digest, message, length);
		cr_assert_arr_eq(digest, expected, sizeof(digest), "%s", line);
		count++;
	}

	cr_assert_eq(count, 2u);
}

Test(crypto_keccak, a_packet_begins_with_the_hash_of_its_rest)
{
	struct vectors vectors = vectors_open("discv4-eip868.txt");
	size_t count = 0;
	char *line;

	/* Records come behind the packets. */
	while ((line = vectors_next(&vectors)) != NULL &&
	       strncmp(line, "enr_", 4) != 0) {
		uint8_t digest[DTI_KECCAK_SIZE];
		uint8_t packet[1280];
		char *hex = vectors_cut(line, '=');
		size_t length = vectors_bytes(packet, sizeof(packet), hex);

		if (strcmp(line, "key") == 0)
			continue;
		dti_keccak256(digest, packet + 32, length - 32);
		cr_assert_arr_eq(digest, packet, sizeof(digest), "%s", line);
		count++;
	}

	cr_assert_eq(count, 8u);
	vectors_close(&vectors);
}

Test(crypto_keccak, messages_of_every_length_are_hashed_as_specified)
{
	uint8_t message[4 * DTI_KECCAK_RATE + 2];

	fill(message, sizeof(message));
	for (size_t length = 0; length <= sizeof(message); length++) {
		uint8_t expected[DTI_KECCAK_SIZE];
		uint8_t digest[DTI_KECCAK_SIZE];

		model(expected, message, length);
		dti_keccak256(digest, message, length);
		cr_assert_arr_eq(digest, expected, sizeof(digest), "%zu",
				 length);
	}
}

Test(crypto_keccak, it_does_not_matter_how_a_message_is_cut)
{
	uint8_t message[2 * DTI_KECCAK_RATE + 9];
	uint8_t expected[DTI_KECCAK_SIZE];

	fill(message, sizeof(message));
	dti_keccak256(expected, message, sizeof(message));
	for (size_t part = 1; part <= sizeof(message); part++) {
		uint8_t digest[DTI_KECCAK_SIZE];
		struct dti_keccak hash;

		dti_keccak_init(&hash);
		for (size_t at = 0; at < sizeof(message); at += part) {
			size_t left = sizeof(message) - at;

			dti_keccak_update(&hash, message + at,
					  left < part ? left : part);
			dti_keccak_update(&hash, NULL, 0);
		}
		dti_keccak_digest(&hash, digest);
		cr_assert_arr_eq(digest, expected, sizeof(digest), "%zu", part);
	}
}

Test(crypto_keccak, a_hash_goes_on_after_its_digest_was_asked)
{
	uint8_t message[3 * DTI_KECCAK_RATE];
	struct dti_keccak hash;

	fill(message, sizeof(message));
	dti_keccak_init(&hash);
	for (size_t length = 0; length < sizeof(message); length++) {
		uint8_t expected[DTI_KECCAK_SIZE];
		uint8_t digest[DTI_KECCAK_SIZE];

		dti_keccak_digest(&hash, digest);
		dti_keccak256(expected, message, length);
		cr_assert_arr_eq(digest, expected, sizeof(digest), "%zu",
				 length);
		dti_keccak_update(&hash, message + length, 1);
	}
}

Test(crypto_keccak, a_copy_goes_its_own_way)
{
	uint8_t digests[2][DTI_KECCAK_SIZE];
	uint8_t expected[DTI_KECCAK_SIZE];
	struct dti_keccak hash;
	struct dti_keccak fork;

	dti_keccak_init(&hash);
	dti_keccak_update(&hash, "ab", 2);
	fork = hash;
	dti_keccak_update(&fork, "x", 1);
	dti_keccak_update(&hash, "c", 1);
	dti_keccak_digest(&hash, digests[0]);
	dti_keccak_digest(&fork, digests[1]);

	dti_keccak256(expected, "abc", 3);
	cr_assert_arr_eq(digests[0], expected, sizeof(expected));
	dti_keccak256(expected, "abx", 3);
	cr_assert_arr_eq(digests[1], expected, sizeof(expected));
}
