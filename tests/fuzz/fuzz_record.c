/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a node record. The first says as what: 't', a text; 's', what is
 * signed, which gets a good signature, so that the fuzzer comes past it;
 * anything else, a record in bytes.
 */
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/node/record.h"
#include "lib/wire/rlp.h"

#include "tests/fuzz/fuzz.h"

#define CONTENT_MAX 1200

static const struct dt_node_key key = {.bytes = {[31] = 7}};

/* Made once; it ends with the process. */
static const struct dti_secp *shared_secp(void)
{
	static const struct dt_allocator libc = {.malloc = NULL};
	static const uint8_t entropy[32];
	static struct dti_secp secp;

	if (secp.context == NULL)
		fuzz_check(dti_secp_init(&secp, entropy, &libc) == DT_OK,
			   "the fuzzer has memory");
	return &secp;
}

static void check_refused(const struct dt_record *record, dt_err err,
			  const struct dt_error *error)
{
	static const struct dt_record untouched;

	fuzz_check(memcmp(record, &untouched, sizeof(untouched)) == 0,
		   "a refused record leaves the output");
	fuzz_check(err == DT_ERR_PARSE && error->code == err,
		   "the code is PARSE");
	fuzz_check(strstr(error->text, "accepted") != NULL,
		   "the sentence says what is accepted");
}

static void check_same(const struct dt_record *a, const struct dt_record *b)
{
	fuzz_check(a->seq == b->seq &&
			   dti_node_id_equal(&a->node.id, &b->node.id) &&
			   dti_endpoint_equal(&a->node.endpoint,
					      &b->node.endpoint) &&
			   a->length == b->length &&
			   memcmp(a->bytes, b->bytes, a->length) == 0,
		   "a record survives its text");
}

static void check_accepted(const struct dt_record *record)
{
	const struct dt_endpoint *endpoint = &record->node.endpoint;
	struct dt_endpoint normal = *endpoint;
	char text[DT_RECORD_TEXT_SIZE];
	struct dt_record again;

	dti_endpoint_normalize(&normal);
	fuzz_check(dti_endpoint_equal(endpoint, &normal),
		   "the endpoint has its normal form");
	fuzz_check(dti_secp_id_is_valid(shared_secp(), &record->node.id),
		   "the id is on the curve");
	fuzz_check(record->length <= DT_RECORD_MAX &&
			   dti_rlp_is_item((struct dti_bytes){record->bytes,
							      record->length}),
		   "the bytes are canonical");
	fuzz_check(dt_record_format(text, sizeof(text), record) == DT_OK,
		   "DT_RECORD_TEXT_SIZE is always enough");
	fuzz_check(dti_record_parse(&again, text, strlen(text), shared_secp(),
				    NULL) == DT_OK,
		   "a written text is accepted");
	check_same(record, &again);
}

/* A record of @content with a signature. Returns its bytes; @out has room. */
static size_t sign(uint8_t *out, size_t room, const uint8_t *content,
		   size_t size)
{
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, room);
	size_t list = dti_rlp_begin_list(&writer);
	uint8_t signature[DTI_SECP_SIGNATURE_SIZE];
	uint8_t digest[32];

	dti_record_digest(digest, (struct dti_bytes){content, size});
	fuzz_check(dti_secp_sign(shared_secp(), signature, digest, &key),
		   "a key signs");
	dti_rlp_write_string(&writer, signature, sizeof(signature));
	dti_rlp_write_raw(&writer, content, size);
	dti_rlp_end_list(&writer, list);
	fuzz_check(!writer.failed, "there is room");
	return writer.length;
}

static dt_err run(struct dt_record *out, const uint8_t *data, size_t size,
		  struct dt_error *error)
{
	uint8_t bytes[CONTENT_MAX + 128];

	if (size > 0 && data[0] == 't')
		return dti_record_parse(out, (const char *)data + 1, size - 1,
					shared_secp(), error);
	if (size > 0 && data[0] == 's' && size <= CONTENT_MAX) {
		size = sign(bytes, sizeof(bytes), data + 1, size - 1);
		data = bytes;
	}
	return dti_record_decode(out, (struct dti_bytes){data, size},
				 shared_secp(), error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dt_error error;
	struct dt_record record;
	dt_err err;

	memset(&record, 0, sizeof(record));
	memset(&error, 0xff, sizeof(error));
	err = run(&record, data, size, &error);
	if (err == DT_OK)
		check_accepted(&record);
	else
		check_refused(&record, err, &error);
	return 0;
}
