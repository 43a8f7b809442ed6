/* SPDX-License-Identifier: MIT */
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>

#include "lib/rlpx/frame_writer.h"
#include "lib/wire/rlp.h"

#include "tests/frame_vectors.h"
#include "tests/harness.h"

/* Who writes: both sides of EIP-8's session. */
struct fixture {
	struct eip8_session session;
	struct dti_frame_keys keys;
	struct dti_frame_stream from_a;
	struct dti_frame_stream from_b;
};

static void begin(struct fixture *fixture)
{
	struct dti_secrets secrets;

	eip8_session_init(&fixture->session);
	secrets = eip8_secrets(&fixture->session, true);
	dti_frame_keys_init(&fixture->keys, &secrets);
	dti_frame_stream_init(&fixture->from_a, &secrets.egress);
	secrets = eip8_secrets(&fixture->session, false);
	dti_frame_stream_init(&fixture->from_b, &secrets.egress);
}

static void end(struct fixture *fixture)
{
	eip8_session_fini(&fixture->session);
}

/* The body that go-ethereum wrote, at most @size bytes. */
static size_t body_of(uint8_t *out, size_t size,
		      const struct frame_vector *vector)
{
	struct dti_rlp_writer code = dti_rlp_writer_of(out, size);
	size_t length;

	dti_rlp_write_u64(&code, vector->code);
	length = size - code.length;
	if (vector->is_snappy) {
		cr_assert_eq(snappy_compress((const char *)vector->payload,
					     vector->payload_length,
					     (char *)out + code.length,
					     &length),
			     SNAPPY_OK);
		return code.length + length;
	}
	memcpy(out + code.length, vector->payload, vector->payload_length);
	return code.length + vector->payload_length;
}

Test(rlpx_frame_writer, frames_are_written_as_others_write_them)
{
	static struct frame_vector vectors[FRAME_VECTORS];
	static struct fixture fixture;

	begin(&fixture);
	frame_vectors_read(vectors);
	for (size_t i = 0; i < FRAME_VECTORS; i++) {
		const struct frame_vector *vector = &vectors[i];
		struct dti_frame_stream *stream =
			vector->from_a ? &fixture.from_a : &fixture.from_b;
		uint8_t frame[1024];
		size_t length = body_of(frame + DTI_FRAME_HEAD,
					sizeof(frame) - DTI_FRAME_HEAD, vector);

		cr_assert_eq(dti_frame_size(length), vector->frame_length);
		dti_frame_seal(stream, &fixture.keys, frame, length);
		cr_assert_arr_eq(frame, vector->frame, vector->frame_length,
				 "%zu", i);
	}
	end(&fixture);
}

Test(rlpx_frame_writer, nothing_is_written_but_the_frame)
{
	static struct fixture fixture;

	begin(&fixture);
	for (size_t length = 0; length < 70; length++) {
		size_t size = dti_frame_size(length);
		/* No byte more, so that a sanitizer sees one. */
		uint8_t *frame = malloc(size);

		cr_assert_not_null(frame);
		memset(frame, 0xa5, size);
		dti_frame_seal(&fixture.from_a, &fixture.keys, frame, length);
		free(frame);
	}
	end(&fixture);
}

Test(rlpx_frame_writer, the_same_body_is_never_the_same_frame)
{
	static struct fixture fixture;
	uint8_t frames[2][64] = {{0}, {0}};

	begin(&fixture);
	for (size_t i = 0; i < 2; i++)
		dti_frame_seal(&fixture.from_a, &fixture.keys, frames[i], 3);
	for (size_t part = 0; part < 4; part++)
		cr_assert_arr_neq(frames[0] + 16 * part, frames[1] + 16 * part,
				  16, "%zu", part);
	end(&fixture);
}
