/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/message.h"

#include "lib/rlpx/snappy.h"
#include "lib/wire/rlp.h"

bool dti_message_read(struct dti_message *out, struct dti_bytes body)
{
	struct dti_rlp_reader reader = dti_rlp_reader_of(body);

	if (!dti_rlp_read_u64(&reader, &out->code))
		return false;
	out->payload = (struct dti_bytes){reader.next, reader.left};
	return true;
}

enum dti_refusal dti_message_size(const struct dti_message *message,
				  size_t *out)
{
	if (!dti_snappy_size(message->payload, out))
		return DTI_REFUSAL_MESSAGE_SNAPPY;
	return *out <= DTI_SNAPPY_MAX ? DTI_REFUSAL_NONE
				      : DTI_REFUSAL_MESSAGE_SIZE;
}

size_t dti_message_write(uint8_t *out, size_t size,
			 const struct dti_message *message, bool is_snappy)
{
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, size);
	struct dti_bytes payload = message->payload;
	uint8_t block[DTI_SNAPPY_OVERHEAD];

	if (payload.length > DTI_SNAPPY_MAX)
		return 0;
	dti_rlp_write_u64(&writer, message->code);
	if (is_snappy)
		dti_rlp_write_raw(&writer, block,
				  dti_snappy_begin(block, payload.length));
	dti_rlp_write_raw(&writer, payload.bytes, payload.length);
	return writer.failed ? 0 : writer.length;
}
