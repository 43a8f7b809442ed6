/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"
#include "lib/rlpx/hello.h"

#include "tests/frame_vectors.h"
#include "tests/harness.h"

static const struct dti_capability ours[] = {{"eth", 68, 17}, {"snap", 1, 8}};
static const char client[] = "dialtone/test";

static struct dt_node_id id_of(uint8_t number)
{
	return (struct dt_node_id){{number}};
}

static struct dti_bytes bytes_of(const char *text)
{
	return (struct dti_bytes){(const uint8_t *)text, strlen(text)};
}

static struct dti_hello_offer offer_of(uint8_t number)
{
	return (struct dti_hello_offer){
		.version = DTI_HELLO_VERSION,
		.client = bytes_of(client),
		.capabilities = {ours, dti_array_length(ours)},
		.listen_port = 30303,
		.id = id_of(number),
	};
}

static bool is_text(struct dti_bytes bytes, const char *text)
{
	return bytes.length == strlen(text) &&
	       memcmp(bytes.bytes, text, bytes.length) == 0;
}

Test(rlpx_hello, that_of_eip8_is_read)
{
	static const struct {
		const char *name;
		uint64_t version;
	} expected[] = {{"eth", 61}, {"mork", 22}};
	char *hex = vectors_value("eip8-hello.txt", "hello");
	uint8_t bytes[256];
	struct dti_bytes payload = {bytes, 0};
	struct dti_rlp_reader claims;
	struct dti_hello hello;
	struct dt_node_id id;

	payload.length = vectors_bytes(bytes, sizeof(bytes), hex);
	vectors_fixed(
		id.bytes, sizeof(id.bytes),
		"fda1cff674c90c9a197539fe3dfb53086ace64f83ed7c6eabec741f7f381cc"
		"803e52ab2cd55d5569bce4347107a310dfd5f88a010cd2ffd1005ca406f184"
		"2877");

	cr_assert_eq(dti_hello_read(&hello, payload), DTI_REFUSAL_NONE);

	cr_assert_eq(hello.version, 55u);
	cr_assert(is_text(hello.client, "kneth/v0.91/plan9"));
	claims = hello.capabilities;
	for (size_t i = 0; i < dti_array_length(expected); i++) {
		struct dti_capability_claim claim;

		cr_assert(dti_capability_read(&claims, &claim));
		cr_assert(is_text(claim.name, expected[i].name));
		cr_assert_eq(claim.version, expected[i].version);
	}
	cr_assert(dti_rlp_at_end(&claims));
	cr_assert_eq(hello.listen_port, 9999);
	cr_assert(dti_node_id_equal(&hello.id, &id));
	free(hex);
}

Test(rlpx_hello, those_of_others_are_read_and_written_the_same)
{
	static struct frame_vector vectors[FRAME_VECTORS];
	static const struct dti_capability theirs[] = {{"eth", 68, 0},
						       {"wire", 1, 0}};
	struct eip8_session session;

	eip8_session_init(&session);
	frame_vectors_read(vectors);
	for (size_t i = 0; i < FRAME_VECTORS; i++) {
		struct dti_bytes payload = {vectors[i].payload,
					    vectors[i].payload_length};
		struct dti_hello_offer offer = {
			.version = 5,
			.client = bytes_of(vectors[i].from_a ? "peer-a/v1"
							     : "peer-b/v1"),
			.capabilities = {theirs, 2},
			.id = vectors[i].from_a ? session.a.id : session.b.id,
		};
		struct dti_hello hello;
		uint8_t out[256];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(out, sizeof(out));

		if (vectors[i].code != 0)
			continue;
		cr_assert_eq(dti_hello_read(&hello, payload), DTI_REFUSAL_NONE);
		cr_assert_eq(hello.version, 5u);
		cr_assert(dti_node_id_equal(&hello.id, &offer.id));
		dti_hello_write(&writer, &offer);
		cr_assert_eq(writer.length, payload.length);
		cr_assert_arr_eq(out, payload.bytes, payload.length);
	}
	eip8_session_fini(&session);
}

Test(rlpx_hello, what_is_written_is_read)
{
	struct dti_hello_offer offer = offer_of(1);
	uint8_t out[256];
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
	struct dti_hello hello;

	dti_hello_write(&writer, &offer);
	cr_assert_eq(
		dti_hello_read(&hello, (struct dti_bytes){out, writer.length}),
		DTI_REFUSAL_NONE);

	cr_assert_eq(hello.version, offer.version);
	cr_assert(is_text(hello.client, client));
	cr_assert_eq(hello.listen_port, offer.listen_port);
	cr_assert(dti_node_id_equal(&hello.id, &offer.id));
	cr_assert_eq(dti_capability_match(matches, offer.capabilities,
					  hello.capabilities),
		     dti_array_length(ours));
	for (size_t length = 0; length < writer.length; length++) {
		struct dti_rlp_writer small = dti_rlp_writer_of(out, length);

		dti_hello_write(&small, &offer);
		cr_assert(small.failed, "%zu", length);
	}
}

/* An id as the last elements have it. */
#define ID_HEX                                                           \
	"b840"                                                           \
	"01020304050607080910111213141516171819202122232425262728293031" \
	"32333435363738394041424344454647484950515253545556575859606162" \
	"6364"

/* A Hello of what is before its id, the id and what is behind it. */
static enum dti_refusal read_elements(struct dti_hello *hello,
				      const char *elements)
{
	static uint8_t out[512];
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));
	uint8_t bytes[256];
	size_t list = dti_rlp_begin_list(&writer);

	dti_rlp_write_raw(&writer, bytes,
			  vectors_bytes(bytes, sizeof(bytes), elements));
	dti_rlp_end_list(&writer, list);
	return dti_hello_read(hello, (struct dti_bytes){out, writer.length});
}

Test(rlpx_hello, elements_are_as_they_have_to_be)
{
	static const struct {
		const char *elements;
		enum dti_refusal refusal;
	} cases[] = {
		{"058161c080" ID_HEX, DTI_REFUSAL_HELLO_SHAPE}, /* 8161 */
		{"0561c080" ID_HEX, DTI_REFUSAL_NONE},
		{"0580c080" ID_HEX, DTI_REFUSAL_NONE}, /* no client */
		/* Versions. */
		{"8061c080" ID_HEX, DTI_REFUSAL_NONE},
		{"88ffffffffffffffff61c080" ID_HEX, DTI_REFUSAL_NONE},
		{"8901000000000000000061c080" ID_HEX, DTI_REFUSAL_HELLO_SHAPE},
		{"c10561c080" ID_HEX, DTI_REFUSAL_HELLO_SHAPE},
		{"0061c080" ID_HEX, DTI_REFUSAL_HELLO_SHAPE},
		/* A client that is a list. */
		{"05c161c080" ID_HEX, DTI_REFUSAL_HELLO_SHAPE},
		/* Capabilities. */
		{"0561c6c58365746844"
		 "80" ID_HEX,
		 DTI_REFUSAL_NONE},
		{"0561c28365"
		 "80" ID_HEX,
		 DTI_REFUSAL_HELLO_SHAPE},
		{"0561c3c28344"
		 "80" ID_HEX,
		 DTI_REFUSAL_HELLO_SHAPE},
		{"05618080" ID_HEX, DTI_REFUSAL_HELLO_SHAPE},
		{"0561c101"
		 "80" ID_HEX,
		 DTI_REFUSAL_HELLO_SHAPE},
		/* More elements, of any kind. */
		{"0561c080" ID_HEX "83666f6fc2010280", DTI_REFUSAL_NONE},
		{"0561c080" ID_HEX "ff", DTI_REFUSAL_NONE},
		/* The id. */
		{"0561c080", DTI_REFUSAL_HELLO_ID},
		{"0561c08080", DTI_REFUSAL_HELLO_ID},
		{"0561c080c0", DTI_REFUSAL_HELLO_ID},
		{"0561c080"
		 "83010203",
		 DTI_REFUSAL_HELLO_ID},
		/* Nothing. */
		{"", DTI_REFUSAL_HELLO_SHAPE},
		{"05", DTI_REFUSAL_HELLO_SHAPE},
		{"0561", DTI_REFUSAL_HELLO_SHAPE},
		{"0561c0", DTI_REFUSAL_HELLO_SHAPE},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dti_hello hello;

		cr_assert_eq(read_elements(&hello, cases[i].elements),
			     cases[i].refusal, "%zu: %s", i, cases[i].elements);
	}
}

Test(rlpx_hello, ids_have_64_bytes)
{
	for (size_t length = 0; length < 130; length++) {
		uint8_t out[512];
		uint8_t id[130] = {[0] = 0x80};
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(out, sizeof(out));
		struct dti_hello hello;
		size_t list = dti_rlp_begin_list(&writer);
		size_t none;

		dti_rlp_write_u64(&writer, 5);
		dti_rlp_write_string(&writer, "x", 1);
		none = dti_rlp_begin_list(&writer);
		dti_rlp_end_list(&writer, none);
		dti_rlp_write_u64(&writer, 0);
		dti_rlp_write_string(&writer, id, length);
		dti_rlp_end_list(&writer, list);
		cr_assert_eq(
			dti_hello_read(&hello,
				       (struct dti_bytes){out, writer.length}),
			length == 64 ? DTI_REFUSAL_NONE : DTI_REFUSAL_HELLO_ID,
			"%zu", length);
	}
}

Test(rlpx_hello, a_listen_port_may_be_anything)
{
	static const struct {
		const char *elements;
		uint16_t port;
	} cases[] = {
		{"0561c0"
		 "80" ID_HEX,
		 0},
		{"0561c0"
		 "82765f" ID_HEX,
		 30303},
		{"0561c0"
		 "82ffff" ID_HEX,
		 65535},
		{"0561c0"
		 "83010000" ID_HEX,
		 0},
		{"0561c0"
		 "820050" ID_HEX,
		 0}, /* a leading zero */
		{"0561c0"
		 "c0" ID_HEX,
		 0},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dti_hello hello;

		cr_assert_eq(read_elements(&hello, cases[i].elements),
			     DTI_REFUSAL_NONE, "%zu", i);
		cr_assert_eq(hello.listen_port, cases[i].port, "%zu", i);
	}
}

Test(rlpx_hello, what_is_behind_the_list_is_ignored_and_cuts_are_not)
{
	struct dti_hello_offer offer = offer_of(1);
	uint8_t out[256] = {0};
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));
	struct dti_hello hello;

	dti_hello_write(&writer, &offer);
	for (size_t length = 0; length < writer.length; length++)
		cr_assert_neq(
			dti_hello_read(&hello, (struct dti_bytes){out, length}),
			DTI_REFUSAL_NONE, "%zu", length);
	for (size_t length = writer.length; length < 200; length++)
		cr_assert_eq(
			dti_hello_read(&hello, (struct dti_bytes){out, length}),
			DTI_REFUSAL_NONE, "%zu", length);
}

/* What we say to a Hello from @id with @capabilities, when @expected. */
static enum dti_refusal check(struct dt_node_id id, struct dt_node_id expected,
			      struct dti_capability_list capabilities,
			      struct dti_capability_list offered)
{
	struct dti_hello_expected who = {expected, id_of(9), offered};
	struct dti_hello_offer offer = offer_of(0);
	uint8_t out[256];
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));
	struct dti_hello hello;

	offer.id = id;
	offer.capabilities = capabilities;
	dti_hello_write(&writer, &offer);
	cr_assert_eq(
		dti_hello_read(&hello, (struct dti_bytes){out, writer.length}),
		DTI_REFUSAL_NONE);
	return dti_hello_check(&hello, &who);
}

Test(rlpx_hello, it_is_from_whom_it_has_to_be)
{
	const struct dti_capability_list both = {ours, 2};

	cr_assert_eq(check(id_of(1), id_of(1), both, both), DTI_REFUSAL_NONE);
	cr_assert_eq(check(id_of(2), id_of(1), both, both),
		     DTI_REFUSAL_WRONG_ID);
	cr_assert_eq(check(id_of(0), id_of(1), both, both),
		     DTI_REFUSAL_NULL_ID);
	cr_assert_eq(check(id_of(9), id_of(1), both, both), DTI_REFUSAL_OWN_ID);
	cr_assert_eq(check(id_of(9), id_of(9), both, both), DTI_REFUSAL_OWN_ID);
}

Test(rlpx_hello, something_is_shared_if_anything_is_offered)
{
	const struct dti_capability_list none = {NULL, 0};
	const struct dti_capability_list eth = {ours, 1};
	const struct dti_capability_list snap = {ours + 1, 1};

	cr_assert_eq(check(id_of(1), id_of(1), eth, snap),
		     DTI_REFUSAL_NOTHING_SHARED);
	cr_assert_eq(check(id_of(1), id_of(1), none, snap),
		     DTI_REFUSAL_NOTHING_SHARED);
	cr_assert_eq(check(id_of(1), id_of(1), snap, snap), DTI_REFUSAL_NONE);
	cr_assert_eq(check(id_of(1), id_of(1), eth, none), DTI_REFUSAL_NONE);
	cr_assert_eq(check(id_of(1), id_of(1), none, none), DTI_REFUSAL_NONE);
}

Test(rlpx_hello, messages_are_compressed_from_version_5_of_both)
{
	for (uint64_t own = 3; own < 8; own++)
		for (uint64_t theirs = 3; theirs < 8; theirs++) {
			struct dti_hello hello = {.version = theirs};

			cr_assert_eq(dti_hello_is_snappy(&hello, own),
				     own >= 5 && theirs >= 5);
		}
}

Test(rlpx_hello, an_offer_has_bounds)
{
	static uint8_t text[DTI_HELLO_MAX];
	struct dti_capability many[DTI_CAPABILITIES_MAX + 1] = {{"a", 1, 1}};
	struct dti_hello_offer offer = offer_of(1);
	size_t most = 0;

	for (size_t length = 0; length < sizeof(text); length++) {
		uint8_t body[DTI_HELLO_MAX];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));

		offer.client = (struct dti_bytes){text, length};
		dti_rlp_write_u64(&writer, 0);
		dti_hello_write(&writer, &offer);
		cr_assert_eq(dti_hello_fits(&offer), !writer.failed, "%zu",
			     length);
		most = writer.failed ? most : length;
	}
	cr_assert_gt(most, 1900u);
	offer.client.length = 0;
	offer.capabilities =
		(struct dti_capability_list){many, DTI_CAPABILITIES_MAX};
	cr_assert(dti_hello_fits(&offer));
	offer.capabilities.count++;
	cr_assert_not(dti_hello_fits(&offer));
}
