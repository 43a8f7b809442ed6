/* SPDX-License-Identifier: MIT */
/*
 * A record is one RLP list, with keys in ascending order:
 *
 *	[signature, seq, key, value, key, value, ...]
 *	            `------- is signed, as a list ------'
 */
#include "lib/node/record.h"

#include "lib/crypto/keccak.h"
#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/node/endpoint.h"
#include "lib/wire/rlp.h"

#define LIST_HEADER_MAX 3 /* bytes, of a list within DT_RECORD_MAX */

static const char scheme[] = "v4";

/* The keys that are read. */
enum {
	KEY_ID,
	KEY_IP,
	KEY_IP6,
	KEY_SECP256K1,
	KEY_TCP,
	KEY_TCP6,
	KEY_UDP,
	KEY_UDP6,
	KEY_COUNT
};
static const char *const keys[KEY_COUNT] = {
	[KEY_ID] = "id",   [KEY_IP] = "ip",
	[KEY_IP6] = "ip6", [KEY_SECP256K1] = "secp256k1",
	[KEY_TCP] = "tcp", [KEY_TCP6] = "tcp6",
	[KEY_UDP] = "udp", [KEY_UDP6] = "udp6",
};

/* The values of those keys, as RLP; of length 0 if they are not there. */
struct values {
	struct dti_bytes items[KEY_COUNT];
};

static struct dti_excerpt excerpt(struct dti_bytes bytes)
{
	return dti_excerpt_of((const char *)bytes.bytes, bytes.length);
}

static bool is_text(struct dti_bytes bytes, const char *text)
{
	return dti_span_equal(
		(struct dti_span){(const char *)bytes.bytes, bytes.length},
		text);
}

/* Is @a before @b, bytewise? */
static bool is_before(struct dti_bytes a, struct dti_bytes b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);

	return order < 0 || (order == 0 && a.length < b.length);
}

static void keep_value(struct values *values, struct dti_bytes key,
		       struct dti_bytes value)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (is_text(key, keys[i]))
			values->items[i] = value;
}

/* @pairs: what comes behind the sequence number. */
static dt_err read_pairs(struct values *out, struct dti_rlp_reader pairs,
			 struct dt_error *error)
{
	struct dti_bytes last = {NULL, 0};
	bool is_first = true;

	while (!dti_rlp_at_end(&pairs)) {
		struct dti_bytes value;
		struct dti_bytes key;

		if (!dti_rlp_read_string(&pairs, &key))
			return dti_error_set(error, DT_ERR_PARSE,
					     "what stands behind the node "
					     "record's key \"%s\" is a list; a "
					     "byte string is accepted as key",
					     excerpt(last).text);
		if (!is_first && !is_before(last, key))
			return dti_error_set(error, DT_ERR_PARSE,
					     "the node record's key \"%s\" "
					     "stands behind \"%s\"; keys in "
					     "ascending order, each once, are "
					     "accepted",
					     excerpt(key).text,
					     excerpt(last).text);
		if (!dti_rlp_read_item(&pairs, &value))
			return dti_error_set(error, DT_ERR_PARSE,
					     "the node record's key \"%s\" has "
					     "no value; one behind each key is "
					     "accepted",
					     excerpt(key).text);
		keep_value(out, key, value);
		last = key;
		is_first = false;
	}
	return DT_OK;
}

static struct dti_rlp_reader value_of(const struct values *values,
				      unsigned int key)
{
	return dti_rlp_reader_of(values->items[key]);
}

static dt_err read_identity(struct dt_node_id *out, const struct values *values,
			    const struct dti_secp *secp, struct dt_error *error)
{
	struct dti_rlp_reader key = value_of(values, KEY_SECP256K1);
	struct dti_rlp_reader id = value_of(values, KEY_ID);
	uint8_t compressed[DTI_SECP_COMPRESSED_SIZE];
	struct dti_bytes name = {NULL, 0};

	if (!dti_rlp_read_string(&id, &name) || !is_text(name, scheme))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record's identity scheme is "
				     "\"%s\"; \"%s\" is accepted",
				     excerpt(name).text, scheme);
	if (!dti_rlp_read_fixed(&key, compressed, sizeof(compressed)) ||
	    !dti_secp_decompress(secp, out, compressed))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record has no public key; a "
				     "point of the curve in %d bytes under "
				     "\"%s\" is accepted",
				     DTI_SECP_COMPRESSED_SIZE,
				     keys[KEY_SECP256K1]);
	return DT_OK;
}

/* False: it is not there, or of a wrong form. */
static bool read_ip(struct dt_endpoint *out, const struct values *values,
		    unsigned int key, size_t length)
{
	struct dti_rlp_reader value = value_of(values, key);
	uint8_t ip[16];

	if (!dti_rlp_read_fixed(&value, ip, length))
		return false;
	dti_endpoint_set_ip(out, ip, length);
	return true;
}

static uint16_t read_port(const struct values *values, unsigned int key,
			  uint16_t otherwise)
{
	struct dti_rlp_reader value = value_of(values, key);
	uint16_t port;

	return dti_rlp_read_u16(&value, &port) ? port : otherwise;
}

/* A port without a 6 holds for both, unless IPv6 has its own. */
static void read_endpoint(struct dt_endpoint *out, const struct values *values)
{
	out->tcp_port = read_port(values, KEY_TCP, 0);
	out->udp_port = read_port(values, KEY_UDP, 0);
	if (read_ip(out, values, KEY_IP, 4) ||
	    !read_ip(out, values, KEY_IP6, 16))
		return;
	out->tcp_port = read_port(values, KEY_TCP6, out->tcp_port);
	out->udp_port = read_port(values, KEY_UDP6, out->udp_port);
}

void dti_record_digest(uint8_t digest[DTI_KECCAK_SIZE],
		       struct dti_bytes content)
{
	uint8_t bytes[DT_RECORD_MAX + LIST_HEADER_MAX];
	struct dti_rlp_writer writer = dti_rlp_writer_of(bytes, sizeof(bytes));
	size_t list = dti_rlp_begin_list(&writer);

	dti_rlp_write_raw(&writer, content.bytes, content.length);
	dti_rlp_end_list(&writer, list);
	dti_keccak256(digest, bytes, writer.length);
}

/* @list: all of it. */
static dt_err read_record(struct dt_record *out, struct dti_rlp_reader list,
			  const struct dti_secp *secp, struct dt_error *error)
{
	struct values values = {.items = {{NULL, 0}}};
	uint8_t signature[DTI_SECP_SIGNATURE_SIZE];
	uint8_t digest[DTI_KECCAK_SIZE];
	struct dti_bytes content;
	dt_err err;

	if (!dti_rlp_read_fixed(&list, signature, sizeof(signature)))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record does not begin with a "
				     "signature; one of %d bytes is accepted",
				     DTI_SECP_SIGNATURE_SIZE);
	content = (struct dti_bytes){list.next, list.left};
	if (!dti_rlp_read_u64(&list, &out->seq))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record has no sequence number "
				     "behind its signature; one of at most 8 "
				     "bytes is accepted");
	err = read_pairs(&values, list, error);
	if (err == DT_OK)
		err = read_identity(&out->node.id, &values, secp, error);
	if (err != DT_OK)
		return err;
	dti_record_digest(digest, content);
	if (!dti_secp_verify(secp, signature, digest, &out->node.id))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record's signature is not that "
				     "of its public key, which alone is "
				     "accepted");
	read_endpoint(&out->node.endpoint, &values);
	return DT_OK;
}

dt_err dti_record_decode(struct dt_record *out, struct dti_bytes bytes,
			 const struct dti_secp *secp, struct dt_error *error)
{
	struct dti_rlp_reader whole = dti_rlp_reader_of(bytes);
	struct dt_record record = {.length = (uint16_t)bytes.length};
	struct dti_rlp_reader list;
	dt_err err;

	if (bytes.length > DT_RECORD_MAX)
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record has %zu bytes; at most "
				     "%d are accepted",
				     bytes.length, DT_RECORD_MAX);
	if (!dti_rlp_is_item(bytes) || !dti_rlp_read_list(&whole, &list))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the node record, %zu bytes, is not one "
				     "RLP list; one whose items are all of "
				     "canonical form is accepted",
				     bytes.length);
	err = read_record(&record, list, secp, error);
	if (err != DT_OK)
		return err;
	memcpy(record.bytes, bytes.bytes, bytes.length);
	*out = record;
	return DT_OK;
}
