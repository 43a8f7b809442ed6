/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/crypto/secp.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/vectors.h"

#define ZERO  "0000000000000000000000000000000000000000000000000000000000000000"
#define ORDER "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define BELOW "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"
#define ABOVE "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142"
#define ONES  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
/* The field's prime, and one less. */
#define PRIME "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"

static const struct dt_allocator libc = {.malloc = NULL};

/* Ended by fini. */
static struct dti_secp make_secp(uint8_t entropy)
{
	uint8_t bytes[32] = {entropy};
	struct dti_secp secp;

	cr_assert_eq(dti_secp_init(&secp, bytes, &libc), DT_OK);
	return secp;
}

static struct dt_node_key key_of(const char *hex)
{
	struct dt_node_key key;

	vectors_fixed(key.bytes, sizeof(key.bytes), hex);
	return key;
}

static struct dt_node_key small_key(uint8_t number)
{
	return (struct dt_node_key){.bytes = {[31] = number}};
}

static struct dt_node_id id_of_small(const struct dti_secp *secp,
				     uint8_t number)
{
	struct dt_node_key key = small_key(number);
	struct dt_node_id id;

	cr_assert(dti_secp_id_of_key(secp, &id, &key));
	return id;
}

/* A digest that no other number has. */
static void digest_of(uint8_t *out, unsigned int number)
{
	dti_keccak256(out, &number, sizeof(number));
}

/* @out = the order of the curve - @number, which is from 1 to it. */
static void negate(uint8_t *number)
{
	uint8_t order[32];
	int borrow = 0;

	vectors_fixed(order, sizeof(order), ORDER);
	for (int i = 31; i >= 0; i--) {
		int digit = order[i] - number[i] - borrow;

		borrow = digit < 0;
		number[i] = (uint8_t)digit;
	}
}

static const char *const no_keys[] = {ZERO, ORDER, ABOVE, ONES};
#define NO_KEYS (sizeof(no_keys) / sizeof(no_keys[0]))

Test(crypto_secp, known_keys_have_their_ids)
{
	struct vectors vectors = vectors_open("kad.txt");
	struct dti_secp secp = make_secp(1);
	size_t count = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		struct dt_node_id expected;
		struct dt_node_id id;
		uint8_t hashes[2][32];
		char *hash;
		char *hex;

		if (strncmp(line, "node ", 5) != 0)
			continue;
		hex = vectors_cut(line, '=');
		hash = vectors_cut(hex, ':');
		vectors_fixed(expected.bytes, sizeof(expected.bytes), hex);
		vectors_fixed(hashes[0], sizeof(hashes[0]), hash);
		id = id_of_small(&secp, (uint8_t)(count + 1));
		dti_keccak256(hashes[1], id.bytes, sizeof(id.bytes));
		cr_assert_arr_eq(id.bytes, expected.bytes, sizeof(id.bytes),
				 "%s", line);
		cr_assert_arr_eq(hashes[0], hashes[1], sizeof(hashes[0]));
		count++;
	}

	cr_assert_eq(count, 12u);
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_packet_is_signed_as_others_sign_it)
{
	struct vectors vectors = vectors_open("discv4-eip868.txt");
	char *hex_key = vectors_value("discv4-eip868.txt", "key");
	struct dt_node_key key = key_of(hex_key);
	struct dti_secp secp = make_secp(1);
	struct dt_node_id expected;
	size_t count = 0;
	char *line;

	cr_assert(dti_secp_id_of_key(&secp, &expected, &key));
	/* Records come behind the packets. */
	while ((line = vectors_next(&vectors)) != NULL &&
	       strncmp(line, "enr_", 4) != 0) {
		uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
		struct dt_node_id id;
		uint8_t packet[1280];
		uint8_t digest[32];
		char *hex = vectors_cut(line, '=');
		size_t length = vectors_bytes(packet, sizeof(packet), hex);

		if (strcmp(line, "key") == 0)
			continue;
		dti_keccak256(digest, packet + 97, length - 97);
		cr_assert(dti_secp_recover(&secp, &id, packet + 32, digest));
		cr_assert_arr_eq(id.bytes, expected.bytes, sizeof(id.bytes));
		cr_assert(dti_secp_sign_recoverable(&secp, signature, digest,
						    &key));
		cr_assert_arr_eq(signature, packet + 32, sizeof(signature),
				 "%s", line);
		count++;
	}

	cr_assert_eq(count, 8u);
	vectors_close(&vectors);
	free(hex_key);
	dti_secp_fini(&secp);
}

Test(crypto_secp, what_is_no_secret_key_does_nothing)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_key signer = small_key(2);
	struct dt_node_id point = id_of_small(&secp, 2);
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	uint8_t untouched[65];
	uint8_t digest[32];

	digest_of(digest, 1);
	cr_assert(dti_secp_sign_recoverable(&secp, signature, digest, &signer));
	memset(untouched, 0xa5, sizeof(untouched));
	for (size_t i = 0; i < NO_KEYS; i++) {
		struct dt_node_key key = key_of(no_keys[i]);
		uint8_t out[65];
		struct dt_node_id id;

		memset(out, 0xa5, sizeof(out));
		memset(&id, 0xa5, sizeof(id));
		cr_assert_not(dti_secp_key_is_valid(&key));
		cr_assert_not(dti_secp_id_of_key(&secp, &id, &key));
		cr_assert_not(dti_secp_sign(&secp, out, digest, &key));
		cr_assert_not(
			dti_secp_sign_recoverable(&secp, out, digest, &key));
		cr_assert_not(dti_secp_ecdh(&secp, out, &point, &key));
		cr_assert_not(dti_secp_recover_ecdh(&secp, out, signature,
						    digest, &key));
		cr_assert_arr_eq(out, untouched, sizeof(out));
		cr_assert_arr_eq(id.bytes, untouched, sizeof(id.bytes));
	}
	dti_secp_fini(&secp);
}

Test(crypto_secp, the_largest_secret_key_is_one)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_id one = id_of_small(&secp, 1);
	struct dt_node_key key = key_of(BELOW);
	struct dt_node_id id;

	cr_assert(dti_secp_key_is_valid(&key));
	cr_assert(dti_secp_id_of_key(&secp, &id, &key));

	/* -1: the same x, the other y. */
	cr_assert_arr_eq(id.bytes, one.bytes, 32);
	cr_assert_arr_neq(id.bytes + 32, one.bytes + 32, 32);
	dti_secp_fini(&secp);
}

Test(crypto_secp, only_points_of_the_curve_are_ids)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_key key = small_key(3);
	struct dt_node_id good = id_of_small(&secp, 7);
	const char *const halves[][2] = {
		{ZERO, ZERO},  {ONES, ONES},  {ZERO, PRIME},
		{PRIME, ZERO}, {PRIME, ONES}, {BELOW, BELOW},
	};
	uint8_t digest[32] = {1};
	uint8_t signature[64];

	cr_assert(dti_secp_id_is_valid(&secp, &good));
	cr_assert(dti_secp_sign(&secp, signature, digest, &key));
	for (size_t i = 0; i < 512; i++) {
		struct dt_node_id id = good;
		uint8_t out[33];

		id.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		cr_assert_not(dti_secp_id_is_valid(&secp, &id), "bit %zu", i);
		cr_assert_not(dti_secp_compress(&secp, out, &id));
		cr_assert_not(dti_secp_ecdh(&secp, out, &id, &key));
		cr_assert_not(dti_secp_verify(&secp, signature, digest, &id));
	}
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		struct dt_node_id id;

		vectors_fixed(id.bytes, 32, halves[i][0]);
		vectors_fixed(id.bytes + 32, 32, halves[i][1]);
		cr_assert_not(dti_secp_id_is_valid(&secp, &id), "%zu", i);
	}
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_signature_tells_its_signer)
{
	struct dti_secp secp = make_secp(1);

	for (unsigned int i = 1; i <= 100; i++) {
		struct dt_node_key key = small_key((uint8_t)i);
		struct dt_node_id expected = id_of_small(&secp, (uint8_t)i);
		uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
		uint8_t plain[DTI_SECP_SIGNATURE_SIZE];
		struct dt_node_id id;
		uint8_t digest[32];

		digest_of(digest, i);
		cr_assert(dti_secp_sign_recoverable(&secp, signature, digest,
						    &key));
		cr_assert(dti_secp_sign(&secp, plain, digest, &key));
		cr_assert(dti_secp_recover(&secp, &id, signature, digest));
		cr_assert_arr_eq(id.bytes, expected.bytes, sizeof(id.bytes));
		cr_assert_arr_eq(plain, signature, sizeof(plain));
		cr_assert(dti_secp_verify(&secp, plain, digest, &id));
	}
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_changed_bit_is_another_signer_or_none)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_key key = small_key(9);
	struct dt_node_id signer = id_of_small(&secp, 9);
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	uint8_t digest[32];

	digest_of(digest, 9);
	cr_assert(dti_secp_sign_recoverable(&secp, signature, digest, &key));
	for (size_t i = 0; i < 8 * sizeof(signature); i++) {
		struct dt_node_id id;

		signature[i / 8] ^= (uint8_t)(1u << i % 8);
		if (dti_secp_recover(&secp, &id, signature, digest))
			cr_assert_arr_neq(id.bytes, signer.bytes,
					  sizeof(id.bytes), "bit %zu", i);
		if (i < 512)
			cr_assert_not(dti_secp_verify(&secp, signature, digest,
						      &signer));
		signature[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t i = 0; i < 256; i++) {
		digest[i / 8] ^= (uint8_t)(1u << i % 8);
		cr_assert_not(
			dti_secp_verify(&secp, signature, digest, &signer));
		digest[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_high_s_is_recovered_and_not_verified)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_key key = small_key(5);
	struct dt_node_id signer = id_of_small(&secp, 5);
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	struct dt_node_id id;
	uint8_t digest[32];

	digest_of(digest, 5);
	cr_assert(dti_secp_sign_recoverable(&secp, signature, digest, &key));
	negate(signature + 32);
	signature[64] ^= 1;

	cr_assert(dti_secp_recover(&secp, &id, signature, digest));
	cr_assert_arr_eq(id.bytes, signer.bytes, sizeof(id.bytes));
	cr_assert_not(dti_secp_verify(&secp, signature, digest, &signer));
	dti_secp_fini(&secp);
}

Test(crypto_secp, numbers_out_of_range_are_no_signature)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_key key = small_key(6);
	struct dt_node_id signer = id_of_small(&secp, 6);
	uint8_t good[DTI_SECP_RECOVERABLE_SIZE];
	uint8_t digest[32];

	digest_of(digest, 6);
	cr_assert(dti_secp_sign_recoverable(&secp, good, digest, &key));
	for (size_t i = 0; i < 2 * NO_KEYS; i++) {
		uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
		struct dt_node_id id;

		memcpy(signature, good, sizeof(good));
		vectors_fixed(signature + 32 * (i % 2), 32, no_keys[i / 2]);
		cr_assert_not(
			dti_secp_verify(&secp, signature, digest, &signer));
		for (uint8_t recovery = 0; recovery < 4; recovery++) {
			signature[64] = recovery;
			cr_assert_not(
				dti_secp_recover(&secp, &id, signature, digest),
				"%s", no_keys[i / 2]);
		}
	}
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_recovery_id_is_from_0_to_3)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_key key = small_key(8);
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	struct dt_node_id untouched;
	struct dt_node_id id;
	uint8_t digest[32];

	digest_of(digest, 8);
	memset(&id, 0xa5, sizeof(id));
	untouched = id;
	cr_assert(dti_secp_sign_recoverable(&secp, signature, digest, &key));
	cr_assert_lt(signature[64], 2);
	for (unsigned int recovery = 4; recovery < 256; recovery++) {
		signature[64] = (uint8_t)recovery;
		cr_assert_not(dti_secp_recover(&secp, &id, signature, digest),
			      "%u", recovery);
	}

	cr_assert_arr_eq(id.bytes, untouched.bytes, sizeof(id.bytes));
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_compressed_point_comes_back)
{
	struct dti_secp secp = make_secp(1);
	unsigned int marks[4] = {0};

	for (uint8_t i = 1; i < 50; i++) {
		struct dt_node_id id = id_of_small(&secp, i);
		struct dt_node_id again;
		uint8_t bytes[DTI_SECP_COMPRESSED_SIZE];

		cr_assert(dti_secp_compress(&secp, bytes, &id));
		cr_assert(dti_secp_decompress(&secp, &again, bytes));
		cr_assert_arr_eq(id.bytes, again.bytes, sizeof(id.bytes));
		cr_assert_arr_eq(bytes + 1, id.bytes, 32);
		cr_assert_eq(bytes[0], 2 + id.bytes[63] % 2);
		marks[bytes[0]]++;
	}

	cr_assert_gt(marks[2], 0u);
	cr_assert_gt(marks[3], 0u);
	dti_secp_fini(&secp);
}

Test(crypto_secp, a_compressed_point_has_its_mark_and_is_on_the_curve)
{
	struct dti_secp secp = make_secp(1);
	struct dt_node_id id = id_of_small(&secp, 1);
	struct dt_node_id untouched;
	uint8_t bytes[DTI_SECP_COMPRESSED_SIZE];
	/* There is no y to x = 5, nor are there x from the prime on. */
	const char *const none[] = {
		"0000000000000000000000000000000000000000000000000000000000000005",
		PRIME, ONES};

	cr_assert(dti_secp_compress(&secp, bytes, &id));
	memset(&id, 0xa5, sizeof(id));
	untouched = id;
	for (unsigned int mark = 0; mark < 256; mark++) {
		bytes[0] = (uint8_t)mark;
		if (mark != 2 && mark != 3)
			cr_assert_not(dti_secp_decompress(&secp, &id, bytes),
				      "%u", mark);
	}
	bytes[0] = 2;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		vectors_fixed(bytes + 1, 32, none[i]);
		cr_assert_not(dti_secp_decompress(&secp, &id, bytes), "%s",
			      none[i]);
	}

	cr_assert_arr_eq(id.bytes, untouched.bytes, sizeof(id.bytes));
	dti_secp_fini(&secp);
}

Test(crypto_secp, ecdh_gives_the_x_of_the_product)
{
	struct dti_secp secp = make_secp(1);

	for (uint8_t a = 1; a <= 10; a++) {
		for (uint8_t b = 1; b <= 10; b++) {
			struct dt_node_key key = small_key(a);
			struct dt_node_id id = id_of_small(&secp, b);
			struct dt_node_id product =
				id_of_small(&secp, (uint8_t)(a * b));
			uint8_t shared[32];

			cr_assert(dti_secp_ecdh(&secp, shared, &id, &key));
			cr_assert_arr_eq(shared, product.bytes, 32, "%u %u", a,
					 b);
		}
	}
	dti_secp_fini(&secp);
}

Test(crypto_secp, entropy_changes_no_result)
{
	struct dti_secp contexts[] = {make_secp(1), make_secp(2)};
	struct dt_node_key key = small_key(77);
	uint8_t signatures[2][DTI_SECP_RECOVERABLE_SIZE];
	struct dt_node_id ids[2];
	uint8_t shared[2][32];
	uint8_t digest[32];

	digest_of(digest, 77);
	for (size_t i = 0; i < 2; i++) {
		ids[i] = id_of_small(&contexts[i], 77);
		cr_assert(dti_secp_sign_recoverable(&contexts[i], signatures[i],
						    digest, &key));
		cr_assert(
			dti_secp_ecdh(&contexts[i], shared[i], &ids[i], &key));
		dti_secp_fini(&contexts[i]);
	}

	cr_assert_arr_eq(signatures[0], signatures[1], sizeof(signatures[0]));
	cr_assert_arr_eq(ids[0].bytes, ids[1].bytes, sizeof(ids[0].bytes));
	cr_assert_arr_eq(shared[0], shared[1], sizeof(shared[0]));
}

Test(crypto_secp, its_memory_is_one_piece_of_the_allocators)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	uint8_t entropy[32] = {1};
	struct dti_secp secp;

	cr_assert_eq(dti_secp_init(&secp, entropy, &allocator), DT_OK);
	cr_assert_eq(counter.calls, 1u);
	cr_assert_eq(counter.live, 1u);
	dti_secp_fini(&secp);

	cr_assert_eq(counter.live, 0u);
	dti_secp_fini(&secp);
	cr_assert_eq(counter.live, 0u);
}

Test(crypto_secp, without_memory_there_is_no_context)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	uint8_t entropy[32] = {1};
	struct dti_secp secp = {.context = NULL};

	cr_assert_eq(dti_secp_init(&secp, entropy, &allocator),
		     DT_ERR_NO_MEMORY);

	cr_assert_null(secp.context);
	dti_secp_fini(&secp);
}

/* Both steps, one after the other. */
static bool in_two_steps(const struct dti_secp *secp, uint8_t out[32],
			 const uint8_t *signature, const uint8_t *digest,
			 const struct dt_node_key *key)
{
	struct dt_node_id signer;

	return dti_secp_recover(secp, &signer, signature, digest) &&
	       dti_secp_ecdh(secp, out, &signer, key);
}

static void check_recover_ecdh(const struct dti_secp *secp,
			       const uint8_t *signature, const uint8_t *digest,
			       const struct dt_node_key *key)
{
	uint8_t expected[32] = {0};
	uint8_t out[32] = {0};
	bool good = in_two_steps(secp, expected, signature, digest, key);

	cr_assert_eq(dti_secp_recover_ecdh(secp, out, signature, digest, key),
		     good);
	cr_assert_arr_eq(out, expected, sizeof(out));
}

Test(crypto_secp, to_recover_and_share_at_once_gives_the_same)
{
	struct dti_secp secp = make_secp(1);

	for (unsigned int i = 1; i <= 100; i++) {
		struct dt_node_key signer = small_key((uint8_t)i);
		uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
		struct dt_node_key key;
		uint8_t digest[32];

		digest_of(digest, i);
		digest_of(key.bytes, 1000 + i);
		cr_assert(dti_secp_sign_recoverable(&secp, signature, digest,
						    &signer));
		check_recover_ecdh(&secp, signature, digest, &key);
		/* Another signer, or none. */
		signature[64] ^= (uint8_t)(1u + i % 3);
		check_recover_ecdh(&secp, signature, digest, &key);
		signature[i % 64] ^= (uint8_t)i;
		check_recover_ecdh(&secp, signature, digest, &key);
	}
	dti_secp_fini(&secp);
}

/* Who signs can choose the digest, as a nonce of theirs is in it. */
Test(crypto_secp, to_recover_and_share_takes_any_digest)
{
	static const char *const digests[] = {ZERO,  ORDER, BELOW,
					      ABOVE, ONES,  PRIME};
	struct dti_secp secp = make_secp(1);
	struct dt_node_key signer = small_key(3);
	struct dt_node_key key = small_key(200);

	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
		uint8_t digest[32];
		uint8_t secret[32];

		vectors_fixed(digest, sizeof(digest), digests[i]);
		cr_assert(dti_secp_sign_recoverable(&secp, signature, digest,
						    &signer));
		cr_assert(dti_secp_recover_ecdh(&secp, secret, signature,
						digest, &key));
		check_recover_ecdh(&secp, signature, digest, &key);
	}
	dti_secp_fini(&secp);
}
