/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/frame_reader.h"

#include <nettle/memops.h>
#include <string.h>

#include "lib/assert.h"

void dti_frame_reader_init(struct dti_frame_reader *reader,
			   const struct dti_keccak *mac, uint32_t limit)
{
	memset(reader, 0, sizeof(*reader));
	dti_frame_stream_init(&reader->stream, mac);
	reader->limit = limit;
}

/* Of the part that is being read: the head, or the body with its MAC. */
static size_t part_size(const struct dti_frame_reader *reader)
{
	return reader->in_body
		       ? dti_frame_padded(reader->length) + DTI_FRAME_BLOCK
		       : DTI_FRAME_HEAD;
}

size_t dti_frame_reader_needs(const struct dti_frame_reader *reader)
{
	return part_size(reader) - reader->taken;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Past @length bytes of the input. */
static void advance(struct dti_frame_reader *reader, struct dti_bytes *input,
		    size_t length)
{
	reader->taken += (uint32_t)length;
	input->bytes += length;
	input->length -= length;
}

/*
 * Take bytes to `head`, where a part ends that begins at @begin of what is
 * taken and has @size bytes. False: there are not so many.
 */
static bool take_head(struct dti_frame_reader *reader, struct dti_bytes *input,
		      size_t begin, size_t size)
{
	size_t at = reader->taken - begin;
	size_t part = least(input->length, size - at);

	if (part > 0) {
		memcpy(reader->head + at, input->bytes, part);
		advance(reader, input, part);
	}
	return at + part == size;
}

/* Take bytes of the body: all through the MAC, those that fit to the room. */
static void take_body(struct dti_frame_reader *reader,
		      struct dti_frame_room room, struct dti_bytes *input)
{
	size_t padded = dti_frame_padded(reader->length);
	size_t part;

	if (reader->taken >= padded || input->length == 0)
		return;
	part = least(input->length, padded - reader->taken);
	dti_keccak_update(&reader->stream.mac, input->bytes, part);
	if (reader->taken < room.size)
		memcpy(room.bytes + reader->taken, input->bytes,
		       least(part, room.size - reader->taken));
	advance(reader, input, part);
}

static enum dti_frame_step refuse(struct dti_frame_reader *reader,
				  enum dti_refusal refusal)
{
	reader->refusal = refusal;
	return DTI_FRAME_REFUSED;
}

static enum dti_frame_step open_head(struct dti_frame_reader *reader,
				     const struct dti_frame_keys *keys)
{
	uint8_t *header = reader->head;
	uint8_t mac[DTI_FRAME_BLOCK];

	dti_frame_header_mac(&reader->stream, keys, mac, header);
	if (memeql_sec(mac, header + DTI_FRAME_BLOCK, sizeof(mac)) != 1)
		return refuse(reader, DTI_REFUSAL_HEADER_MAC);
	dti_frame_crypt(&reader->stream, keys, header, DTI_FRAME_BLOCK);
	reader->length = (uint32_t)header[0] << 16 | (uint32_t)header[1] << 8 |
			 header[2];
	if (reader->length > reader->limit)
		return refuse(reader, DTI_REFUSAL_FRAME_SIZE);
	reader->in_body = true;
	reader->taken = 0;
	return DTI_FRAME_ANNOUNCED;
}

static enum dti_frame_step open_body(struct dti_frame_reader *reader,
				     const struct dti_frame_keys *keys,
				     struct dti_frame_room room)
{
	size_t padded = dti_frame_padded(reader->length);
	size_t kept = least(padded, room.size);
	uint8_t mac[DTI_FRAME_BLOCK];

	dti_frame_body_mac(&reader->stream, keys, mac);
	if (memeql_sec(mac, reader->head, sizeof(mac)) != 1)
		return refuse(reader, DTI_REFUSAL_FRAME_MAC);
	dti_frame_crypt(&reader->stream, keys, room.bytes, kept);
	dti_frame_skip(&reader->stream, padded - kept);
	reader->in_body = false;
	reader->taken = 0;
	return DTI_FRAME_WHOLE;
}

enum dti_frame_step dti_frame_reader_take(struct dti_frame_reader *reader,
					  const struct dti_frame_keys *keys,
					  struct dti_frame_room room,
					  struct dti_bytes *input)
{
	size_t padded;

	DTI_ASSERT(room.size % DTI_FRAME_BLOCK == 0);
	if (!reader->in_body)
		return take_head(reader, input, 0, DTI_FRAME_HEAD)
			       ? open_head(reader, keys)
			       : DTI_FRAME_MORE;
	take_body(reader, room, input);
	padded = dti_frame_padded(reader->length);
	if (reader->taken < padded ||
	    !take_head(reader, input, padded, DTI_FRAME_BLOCK))
		return DTI_FRAME_MORE;
	return open_body(reader, keys, room);
}

struct dti_bytes dti_frame_reader_body(const struct dti_frame_reader *reader,
				       struct dti_frame_room room)
{
	return (struct dti_bytes){room.bytes, least(reader->length, room.size)};
}
