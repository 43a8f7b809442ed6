/* SPDX-License-Identifier: MIT */
#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/rlpx/frame.h"

#include "tests/harness.h"
#include "tests/session_pair.h"

static struct session_pair pair; /* each test is a process */
static struct session_side *const caller = &pair.caller;
static struct session_side *const answerer = &pair.answerer;

static void open_both(void)
{
	session_pair_init(&pair);
	session_pair_open(&pair);
}

/* As an embedder would, with what it was told and nothing of ours. */
static void encrypt(const void *aes, size_t length, uint8_t *out,
		    const uint8_t *in)
{
	aes256_encrypt(aes, length, out, in);
}

static void decrypt(const struct dt_session_secrets *secrets, uint8_t *bytes,
		    size_t length)
{
	uint64_t blocks = secrets->ingress.encrypted / 16;
	struct aes256_ctx aes;
	uint8_t counter[16] = {0};

	for (size_t i = 16; blocks > 0; blocks >>= 8)
		counter[--i] = (uint8_t)blocks;
	aes256_set_encrypt_key(&aes, secrets->aes);
	ctr_crypt(&aes, encrypt, sizeof(counter), counter, length, bytes,
		  bytes);
}

/* The MAC of a header, from the running hash. */
static void header_mac(const struct dt_session_secrets *secrets,
		       uint8_t out[16], const uint8_t header[16])
{
	struct dti_keccak hash;
	struct aes256_ctx aes;
	uint8_t digest[DTI_KECCAK_SIZE];
	uint8_t block[16];

	dti_keccak_init(&hash);
	memcpy(hash.state.a, secrets->ingress.keccak, sizeof(hash.state.a));
	memcpy(hash.block, secrets->ingress.block,
	       secrets->ingress.block_length);
	hash.filled = secrets->ingress.block_length;
	dti_keccak_digest(&hash, digest);
	aes256_set_encrypt_key(&aes, secrets->mac);
	aes256_encrypt(&aes, sizeof(block), block, digest);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= header[i];
	dti_keccak_update(&hash, block, sizeof(block));
	dti_keccak_digest(&hash, digest);
	memcpy(out, digest, 16);
}

static void check_next_frame(void)
{
	struct dt_session_secrets secrets;
	uint8_t mac[16];

	cr_assert_eq(dt_session_secrets(answerer->session, &secrets), DT_OK);
	dt_session_ping(caller->session);
	session_side_write(caller);
	header_mac(&secrets, mac, caller->wire);
	cr_assert_arr_eq(mac, caller->wire + 16, sizeof(mac));
	decrypt(&secrets, caller->wire, 16);
	/* The size of a ping's body, then the list that a header has. */
	cr_assert_eq(caller->wire[0], 0);
	cr_assert_eq(caller->wire[1], 0);
	cr_assert_gt(caller->wire[2], 0);
	cr_assert_leq(caller->wire[2], 16);
	cr_assert_eq(caller->wire[3], 0xc2);
}

Test(workers_session_secrets, with_them_the_next_frame_can_be_read)
{
	open_both();
	check_next_frame();
	session_pair_fini(&pair);
}

Test(workers_session_secrets, they_go_on_with_the_session)
{
	uint8_t payload[3000] = {0};

	open_both();
	for (int i = 0; i < 30; i++) {
		caller->length += dt_session_send(
			caller->session, caller->wire + caller->length,
			sizeof(caller->wire) - caller->length, 0x10, payload,
			(size_t)i * 100);
		answerer->event_count = 0;
		session_side_deliver(caller, answerer);
	}
	check_next_frame();
	session_pair_fini(&pair);
}

Test(workers_session_secrets, both_sides_know_the_same)
{
	struct dt_session_secrets ours;
	struct dt_session_secrets theirs;

	open_both();
	cr_assert_eq(dt_session_secrets(caller->session, &ours), DT_OK);
	cr_assert_eq(dt_session_secrets(answerer->session, &theirs), DT_OK);
	cr_assert_arr_eq(ours.aes, theirs.aes, sizeof(ours.aes));
	cr_assert_arr_eq(ours.mac, theirs.mac, sizeof(ours.mac));
	cr_assert_arr_eq(&ours.egress, &theirs.ingress, sizeof(ours.egress));
	cr_assert_arr_eq(&ours.ingress, &theirs.egress, sizeof(ours.ingress));
	cr_assert_arr_neq(ours.egress.keccak, ours.ingress.keccak,
			  sizeof(ours.egress.keccak));
	session_pair_fini(&pair);
}

static void check_refused(void)
{
	struct dt_session_secrets secrets;

	cr_assert_eq(dt_session_secrets(caller->session, &secrets),
		     DT_ERR_ARGUMENT);
}

Test(workers_session_secrets, they_are_given_between_two_frames_only)
{
	session_pair_init(&pair);
	session_pair_begin(&pair);
	check_refused();
	session_pair_open(&pair);
	dt_session_ping(caller->session);
	check_refused();
	session_side_write(caller);
	session_side_deliver(caller, answerer);
	session_side_write(answerer);
	for (size_t i = 0; i < answerer->length; i++) {
		if (i > 0)
			check_refused();
		session_side_take(caller, answerer->wire + i, 1);
	}
	check_next_frame();
	dti_session_set_ending(caller->session, DT_ENDING_CLOSED);
	check_refused();
	session_pair_fini(&pair);
}
