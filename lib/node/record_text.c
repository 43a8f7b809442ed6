/* SPDX-License-Identifier: MIT */
/* Node records as text: "enr:" and their bytes in base64url, not padded. */
#include <nettle/base64.h>
#include <string.h>

#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/node/record.h"

#define PADDING_MAX 2

static const char prefix[] = "enr:";
static const size_t prefix_length = sizeof(prefix) - 1;

/* Room for the decoder, which counts by groups and takes padding. */
#define BYTES_SIZE BASE64_DECODE_LENGTH(DT_RECORD_TEXT_SIZE + PADDING_MAX)

/* Write @bytes, DT_RECORD_MAX at most, and a NUL; returns the length. */
static size_t encode(char out[DT_RECORD_TEXT_SIZE], struct dti_bytes bytes)
{
	char text[DT_RECORD_TEXT_SIZE + BASE64_ENCODE_FINAL_LENGTH];
	struct base64_encode_ctx base64;
	size_t length = prefix_length;

	base64url_encode_init(&base64);
	memcpy(text, prefix, prefix_length);
	length += base64_encode_update(&base64, text + length, bytes.length,
				       bytes.bytes);
	length += base64_encode_final(&base64, text + length);
	while (text[length - 1] == '=')
		length--;
	memcpy(out, text, length);
	out[length] = '\0';
	return length;
}

/*
 * The decoder wants padding, and takes white space between the digits: it is
 * given the one, and a text that is not what its bytes are written as is
 * refused. @text: shorter than DT_RECORD_TEXT_SIZE.
 */
static bool decode(uint8_t out[BYTES_SIZE], size_t *length,
		   struct dti_span text)
{
	struct dti_span digits = dti_span_skip(text, prefix_length);
	size_t padding = (4 - digits.length % 4) % 4;
	char again[DT_RECORD_TEXT_SIZE];
	struct base64_decode_ctx base64;
	size_t rest;

	base64url_decode_init(&base64);
	if (padding > PADDING_MAX ||
	    base64_decode_update(&base64, length, out, digits.length,
				 digits.text) != 1 ||
	    base64_decode_update(&base64, &rest, out + *length, padding,
				 "==") != 1 ||
	    base64_decode_final(&base64) != 1 || *length > DT_RECORD_MAX)
		return false;
	return encode(again, (struct dti_bytes){out, *length}) == text.length &&
	       memcmp(again, text.text, text.length) == 0;
}

dt_err dti_record_parse(struct dt_record *out, const char *text, size_t length,
			const struct dti_secp *secp, struct dt_error *error)
{
	struct dti_span whole = {text, length};
	uint8_t bytes[BYTES_SIZE];
	size_t size;

	if (!dti_span_equal(dti_span_first(whole, prefix_length), prefix))
		return dti_error_set(error, DT_ERR_PARSE,
				     "\"%s\" does not begin with \"%s\"; "
				     "\"%s\" and base64url is accepted as a "
				     "node record",
				     dti_excerpt_span(whole).text, prefix,
				     prefix);
	if (length >= DT_RECORD_TEXT_SIZE || !decode(bytes, &size, whole))
		return dti_error_set(error, DT_ERR_PARSE,
				     "\"%s\" (length %zu) is not base64url "
				     "behind \"%s\"; at most %d bytes, "
				     "without padding, are accepted",
				     dti_excerpt_span(whole).text, length,
				     prefix, DT_RECORD_MAX);
	return dti_record_decode(out, (struct dti_bytes){bytes, size}, secp,
				 error);
}

dt_err dt_record_parse(struct dt_record *out, const char *text, size_t length,
		       struct dt_error *error)
{
	/* Nothing secret is calculated with: there is nothing to blind. */
	static const uint8_t entropy[32];
	static const struct dt_allocator libc = {.malloc = NULL};
	struct dti_secp secp;
	dt_err err = dti_secp_init(&secp, entropy, &libc);

	if (err != DT_OK)
		return dti_error_set(error, err,
				     "there is not enough memory to check the "
				     "signature of a node record");
	err = dti_record_parse(out, text, length, &secp, error);
	dti_secp_fini(&secp);
	return err;
}

dt_err dt_record_format(char *out, size_t size, const struct dt_record *record)
{
	char text[DT_RECORD_TEXT_SIZE];
	size_t length;

	if (record->length > DT_RECORD_MAX)
		return DT_ERR_TOO_SMALL;
	length =
		encode(text, (struct dti_bytes){record->bytes, record->length});
	if (length >= size)
		return DT_ERR_TOO_SMALL;
	memcpy(out, text, length + 1);
	return DT_OK;
}
