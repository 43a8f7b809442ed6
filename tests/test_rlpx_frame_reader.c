/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/frame_reader.h"
#include "lib/rlpx/frame_writer.h"
#include "lib/rlpx/snappy.h"
#include "lib/wire/rlp.h"

#include "tests/frame_vectors.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

#define ROOM_SIZE 4096

/* A writes, B reads. */
struct fixture {
	struct eip8_session session;
	struct dti_frame_keys keys;
	struct dti_frame_stream writer;
	struct dti_frame_reader reader;
	uint8_t bytes[ROOM_SIZE];
	struct dti_frame_room room;
	uint8_t frame[ROOM_SIZE];
	size_t length; /* of the frame */
};

static void restart(struct fixture *fixture)
{
	struct dti_secrets secrets = eip8_secrets(&fixture->session, true);

	dti_frame_keys_init(&fixture->keys, &secrets);
	dti_frame_stream_init(&fixture->writer, &secrets.egress);
	secrets = eip8_secrets(&fixture->session, false);
	dti_frame_reader_init(&fixture->reader, &secrets.ingress, ROOM_SIZE);
	fixture->room = (struct dti_frame_room){fixture->bytes, ROOM_SIZE};
}

static void begin(struct fixture *fixture)
{
	eip8_session_init(&fixture->session);
	restart(fixture);
}

static void end(struct fixture *fixture)
{
	eip8_session_fini(&fixture->session);
}

static uint8_t byte_at(size_t index)
{
	return (uint8_t)(index * 7 + index / 256);
}

/* Seal a body whose bytes are known by their places. */
static struct dti_bytes seal(struct fixture *fixture, size_t length)
{
	for (size_t i = 0; i < length; i++)
		fixture->frame[DTI_FRAME_HEAD + i] = byte_at(i);
	dti_frame_seal(&fixture->writer, &fixture->keys, fixture->frame,
		       length);
	fixture->length = dti_frame_size(length);
	return (struct dti_bytes){fixture->frame, fixture->length};
}

static enum dti_frame_step take(struct fixture *fixture,
				struct dti_bytes *input)
{
	return dti_frame_reader_take(&fixture->reader, &fixture->keys,
				     fixture->room, input);
}

/* The last step but ANNOUNCED of what is there. */
static enum dti_frame_step take_all(struct fixture *fixture,
				    struct dti_bytes *input)
{
	enum dti_frame_step step;

	do
		step = take(fixture, input);
	while (step == DTI_FRAME_ANNOUNCED);
	return step;
}

static void check_body(const struct fixture *fixture, size_t length)
{
	struct dti_bytes body =
		dti_frame_reader_body(&fixture->reader, fixture->room);

	cr_assert_eq(fixture->reader.length, length);
	cr_assert_eq(body.length,
		     length < fixture->room.size ? length : fixture->room.size);
	for (size_t i = 0; i < body.length; i++)
		cr_assert_eq(body.bytes[i], byte_at(i), "%zu", i);
}

/* The body is a code and the vector's payload, compressed or not. */
static void check_vector(struct dti_bytes body,
			 const struct frame_vector *vector)
{
	struct dti_rlp_reader reader = dti_rlp_reader_of(body);
	uint8_t inflated[512];
	struct dti_bytes payload;
	uint64_t code;

	cr_assert(dti_rlp_read_u64(&reader, &code));
	cr_assert_eq(code, vector->code);
	payload = (struct dti_bytes){reader.next, reader.left};
	if (vector->is_snappy) {
		cr_assert(dti_snappy_inflate(inflated, vector->payload_length,
					     payload));
		payload = (struct dti_bytes){inflated, vector->payload_length};
	}
	cr_assert_eq(payload.length, vector->payload_length);
	cr_assert_arr_eq(payload.bytes, vector->payload,
			 vector->payload_length);
}

Test(rlpx_frame_reader, frames_of_others_are_read)
{
	static struct frame_vector vectors[FRAME_VECTORS];
	static struct fixture fixture;

	begin(&fixture);
	frame_vectors_read(vectors);
	for (int from_a = 0; from_a < 2; from_a++) {
		struct dti_secrets secrets =
			eip8_secrets(&fixture.session, from_a == 0);

		dti_frame_reader_init(&fixture.reader, &secrets.ingress,
				      ROOM_SIZE);
		for (size_t i = 0; i < FRAME_VECTORS; i++) {
			struct dti_bytes input = frame_bytes(&vectors[i]);

			if (vectors[i].from_a != (from_a != 0))
				continue;
			cr_assert_eq(take_all(&fixture, &input),
				     DTI_FRAME_WHOLE);
			cr_assert_eq(input.length, 0u);
			check_vector(dti_frame_reader_body(&fixture.reader,
							   fixture.room),
				     &vectors[i]);
		}
	}
	end(&fixture);
}

Test(rlpx_frame_reader, bodies_of_all_sizes_are_read)
{
	static struct fixture fixture;

	begin(&fixture);
	for (size_t length = 0; length < 300; length++) {
		struct dti_bytes input = seal(&fixture, length);

		cr_assert_eq(take(&fixture, &input), DTI_FRAME_ANNOUNCED);
		cr_assert_eq(fixture.reader.length, length);
		cr_assert_eq(input.length, fixture.length - DTI_FRAME_HEAD);
		cr_assert_eq(take(&fixture, &input), DTI_FRAME_WHOLE);
		cr_assert_eq(input.length, 0u);
		check_body(&fixture, length);
	}
	end(&fixture);
}

Test(rlpx_frame_reader, it_does_not_matter_where_bytes_are_split)
{
	static struct fixture fixture;
	const size_t length = 37;

	begin(&fixture);
	for (size_t at = 0; at <= dti_frame_size(length); at++) {
		struct dti_bytes whole = seal(&fixture, length);
		struct dti_bytes first = {whole.bytes, at};
		struct dti_bytes second = {whole.bytes + at, whole.length - at};

		cr_assert_eq(take_all(&fixture, &first),
			     at < whole.length ? DTI_FRAME_MORE
					       : DTI_FRAME_WHOLE);
		cr_assert_eq(first.length, 0u);
		if (at < whole.length)
			cr_assert_eq(take_all(&fixture, &second),
				     DTI_FRAME_WHOLE, "%zu", at);
		check_body(&fixture, length);
	}
	end(&fixture);
}

Test(rlpx_frame_reader, it_says_how_much_it_needs)
{
	static struct fixture fixture;

	begin(&fixture);
	for (size_t length = 0; length < 40; length++) {
		struct dti_bytes input = seal(&fixture, length);
		enum dti_frame_step step = DTI_FRAME_MORE;

		for (size_t at = 0; at < fixture.length; at++) {
			struct dti_bytes byte = {input.bytes + at, 1};
			size_t end_of_part = at < DTI_FRAME_HEAD
						     ? DTI_FRAME_HEAD
						     : fixture.length;

			cr_assert_eq(dti_frame_reader_needs(&fixture.reader),
				     end_of_part - at);
			step = take(&fixture, &byte);
		}
		cr_assert_eq(step, DTI_FRAME_WHOLE);
	}
	end(&fixture);
}

Test(rlpx_frame_reader, joined_frames_are_read_one_by_one)
{
	static struct fixture fixture;
	uint8_t joined[2 * 64 + 5] = {0};
	struct dti_bytes input = {joined, sizeof(joined)};

	begin(&fixture);
	for (size_t i = 0; i < 2; i++) {
		(void)seal(&fixture, 5 + i);
		memcpy(joined + 64 * i, fixture.frame, 64);
	}
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_WHOLE);
		check_body(&fixture, 5 + i);
	}
	cr_assert_eq(take(&fixture, &input), DTI_FRAME_MORE);
	cr_assert_eq(input.length, 0u);
	end(&fixture);
}

Test(rlpx_frame_reader, every_flipped_bit_is_noticed)
{
	static struct fixture fixture;

	begin(&fixture);
	(void)seal(&fixture, 20);
	for (size_t bit = 0; bit < 8 * fixture.length; bit++) {
		struct dti_bytes input = {fixture.frame, fixture.length};
		enum dti_refusal expected = bit < 8 * DTI_FRAME_HEAD
						    ? DTI_REFUSAL_HEADER_MAC
						    : DTI_REFUSAL_FRAME_MAC;

		restart(&fixture);
		memset(fixture.bytes, 0, sizeof(fixture.bytes));
		fixture.frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
		cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_REFUSED,
			     "bit %zu", bit);
		cr_assert_eq(fixture.reader.refusal, expected, "bit %zu", bit);
		/* It was not decrypted. */
		cr_assert_neq(fixture.bytes[3], byte_at(3));
		fixture.frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	end(&fixture);
}

Test(rlpx_frame_reader, a_frame_is_read_once_and_in_its_order)
{
	static struct fixture fixture;
	struct dti_secrets own;
	uint8_t frames[2][64];
	struct dti_bytes input;

	begin(&fixture);
	for (size_t i = 0; i < 2; i++) {
		(void)seal(&fixture, 4);
		memcpy(frames[i], fixture.frame, sizeof(frames[i]));
	}
	/* The second first. */
	input = (struct dti_bytes){frames[1], 64};
	cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_REFUSED);
	/* The first twice. */
	restart(&fixture);
	input = (struct dti_bytes){frames[0], 64};
	cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_WHOLE);
	input = (struct dti_bytes){frames[0], 64};
	cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_REFUSED);
	/* The reader's own, sent back to it. */
	restart(&fixture);
	own = eip8_secrets(&fixture.session, false);
	dti_frame_stream_init(&fixture.writer, &own.egress);
	input = seal(&fixture, 4);
	cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_REFUSED);
	end(&fixture);
}

Test(rlpx_frame_reader, a_size_above_the_limit_is_refused_at_once)
{
	static struct fixture fixture;
	static const uint32_t limits[] = {0, 1, 15, 16, 17, 100};

	begin(&fixture);
	for (size_t i = 0; i < dti_array_length(limits); i++)
		for (uint32_t more = 0; more < 2; more++) {
			struct dti_bytes input;

			restart(&fixture);
			fixture.reader.limit = limits[i];
			input = seal(&fixture, limits[i] + more);
			cr_assert_eq(take(&fixture, &input),
				     more == 0 ? DTI_FRAME_ANNOUNCED
					       : DTI_FRAME_REFUSED);
			cr_assert_eq(input.length,
				     fixture.length - DTI_FRAME_HEAD);
			cr_assert_eq(fixture.reader.refusal,
				     more == 0 ? DTI_REFUSAL_NONE
					       : DTI_REFUSAL_FRAME_SIZE);
		}
	end(&fixture);
}

Test(rlpx_frame_reader, the_largest_body_is_read_with_little_room)
{
	static struct fixture fixture;
	size_t size = dti_frame_size(DTI_FRAME_BODY_MAX);
	uint8_t *frame = malloc(size);
	struct dti_bytes input = {frame, size};

	cr_assert_not_null(frame);
	begin(&fixture);
	fixture.reader.limit = DTI_FRAME_BODY_MAX;
	fixture.room.size = 32;
	for (size_t i = 0; i < DTI_FRAME_BODY_MAX; i++)
		frame[DTI_FRAME_HEAD + i] = byte_at(i);
	dti_frame_seal(&fixture.writer, &fixture.keys, frame,
		       DTI_FRAME_BODY_MAX);

	cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_WHOLE);
	check_body(&fixture, DTI_FRAME_BODY_MAX);
	/* The stream is where it has to be. */
	input = seal(&fixture, 10);
	cr_assert_eq(take_all(&fixture, &input), DTI_FRAME_WHOLE);
	check_body(&fixture, 10);
	free(frame);
	end(&fixture);
}

Test(rlpx_frame_reader, no_more_is_kept_than_there_is_room)
{
	static struct fixture fixture;

	begin(&fixture);
	for (size_t blocks = 0; blocks < 6; blocks++)
		for (size_t length = 0; length < 90; length++) {
			struct dti_bytes input = seal(&fixture, length);
			/* No byte more, so that a sanitizer sees one. */
			uint8_t *bytes = malloc(16 * blocks + 1);

			cr_assert_not_null(bytes);
			bytes[16 * blocks] = 0xa5;
			fixture.room =
				(struct dti_frame_room){bytes, 16 * blocks};
			cr_assert_eq(take_all(&fixture, &input),
				     DTI_FRAME_WHOLE);
			check_body(&fixture, length);
			cr_assert_eq(bytes[16 * blocks], 0xa5);
			free(bytes);
		}
	end(&fixture);
}

Test(rlpx_frame_reader, any_pieces_make_the_same_frames)
{
	static struct fixture fixture;
	struct random_stream random = {11};

	begin(&fixture);
	for (int round = 0; round < 2000; round++) {
		size_t length = (size_t)random_below(&random, 600);
		struct dti_bytes left = seal(&fixture, length);
		enum dti_frame_step step = DTI_FRAME_MORE;

		fixture.room.size = 16 * (size_t)random_below(&random, 40);
		while (left.length > 0) {
			size_t part = (size_t)random_below(&random, 80);
			struct dti_bytes piece = {left.bytes, part};

			if (part > left.length)
				piece.length = left.length;
			left.bytes += piece.length;
			left.length -= piece.length;
			step = take_all(&fixture, &piece);
			cr_assert_eq(piece.length, 0u);
		}
		cr_assert_eq(step, DTI_FRAME_WHOLE);
		check_body(&fixture, length);
	}
	end(&fixture);
}
