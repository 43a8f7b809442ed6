/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/hello.h"

#include "lib/node/id.h"

void dti_hello_write(struct dti_rlp_writer *writer,
		     const struct dti_hello_offer *offer)
{
	size_t list = dti_rlp_begin_list(writer);

	dti_rlp_write_u64(writer, offer->version);
	dti_rlp_write_string(writer, offer->client.bytes, offer->client.length);
	dti_capability_write(writer, offer->capabilities);
	dti_rlp_write_u64(writer, offer->listen_port);
	dti_rlp_write_string(writer, offer->id.bytes, sizeof(offer->id.bytes));
	dti_rlp_end_list(writer, list);
}

bool dti_hello_fits(const struct dti_hello_offer *offer)
{
	uint8_t payload[DTI_HELLO_MAX - 1]; /* behind the code */
	struct dti_rlp_writer writer =
		dti_rlp_writer_of(payload, sizeof(payload));

	if (offer->capabilities.count > DTI_CAPABILITIES_MAX)
		return false;
	dti_hello_write(&writer, offer);
	return !writer.failed;
}

static bool read_capabilities(struct dti_rlp_reader *list,
			      struct dti_rlp_reader *out)
{
	struct dti_capability_claim claim;
	struct dti_rlp_reader claims;

	if (!dti_rlp_read_list(list, &claims))
		return false;
	*out = claims;
	while (dti_capability_read(&claims, &claim))
		continue;
	return dti_rlp_at_end(&claims);
}

static bool read_listen_port(struct dti_rlp_reader *list, uint16_t *out)
{
	struct dti_bytes item;

	*out = 0;
	return dti_rlp_read_u16(list, out) || dti_rlp_read_item(list, &item);
}

enum dti_refusal dti_hello_read(struct dti_hello *out, struct dti_bytes payload)
{
	struct dti_rlp_reader reader = dti_rlp_reader_of(payload);
	struct dti_rlp_reader list;

	if (!dti_rlp_read_list(&reader, &list) ||
	    !dti_rlp_read_u64(&list, &out->version) ||
	    !dti_rlp_read_string(&list, &out->client) ||
	    !read_capabilities(&list, &out->capabilities) ||
	    !read_listen_port(&list, &out->listen_port))
		return DTI_REFUSAL_HELLO_SHAPE;
	if (!dti_rlp_read_fixed(&list, out->id.bytes, sizeof(out->id.bytes)))
		return DTI_REFUSAL_HELLO_ID;
	return DTI_REFUSAL_NONE;
}

enum dti_refusal dti_hello_check(const struct dti_hello *hello,
				 const struct dti_hello_expected *expected)
{
	static const struct dt_node_id null_id;
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];

	if (dti_node_id_equal(&hello->id, &null_id))
		return DTI_REFUSAL_NULL_ID;
	if (dti_node_id_equal(&hello->id, &expected->own))
		return DTI_REFUSAL_OWN_ID;
	if (!dti_node_id_equal(&hello->id, &expected->id))
		return DTI_REFUSAL_WRONG_ID;
	if (expected->offered.count > 0 &&
	    dti_capability_match(matches, expected->offered,
				 hello->capabilities) == 0)
		return DTI_REFUSAL_NOTHING_SHARED;
	return DTI_REFUSAL_NONE;
}

bool dti_hello_is_snappy(const struct dti_hello *hello, uint64_t version)
{
	return version >= DTI_HELLO_SNAPPY &&
	       hello->version >= DTI_HELLO_SNAPPY;
}
