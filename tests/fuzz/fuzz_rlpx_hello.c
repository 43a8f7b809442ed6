/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the body of a message: as Hello, which if it is one says the same
 * when it is written again; as Disconnect; and as a snappy block.
 */
#include <string.h>

#include "lib/node/id.h"
#include "lib/rlpx/hello.h"
#include "lib/rlpx/message.h"
#include "lib/rlpx/snappy.h"

#include "tests/fuzz/fuzz.h"

#define INFLATED_MAX (1u << 20)

static bool is_within(struct dti_bytes inner, struct dti_bytes outer)
{
	return inner.length == 0 ||
	       (inner.bytes >= outer.bytes &&
		inner.bytes + inner.length <= outer.bytes + outer.length);
}

/* As many of the capabilities as can be offered. */
static size_t collect(struct dti_capability out[DTI_CAPABILITIES_MAX],
		      const struct dti_hello *hello, struct dti_bytes payload)
{
	struct dti_rlp_reader claims = hello->capabilities;
	struct dti_capability_claim claim;
	size_t count = 0;

	while (dti_capability_read(&claims, &claim)) {
		struct dti_capability *next = &out[count];

		fuzz_check(is_within(claim.name, payload),
			   "names are of the message");
		if (count == DTI_CAPABILITIES_MAX || claim.name.length == 0 ||
		    claim.name.length > DTI_CAPABILITY_NAME_MAX ||
		    claim.version > UINT32_MAX ||
		    memchr(claim.name.bytes, 0, claim.name.length) != NULL)
			continue;
		memset(next, 0, sizeof(*next));
		memcpy(next->name, claim.name.bytes, claim.name.length);
		next->version = (uint32_t)claim.version;
		next->messages = 1;
		count++;
	}
	fuzz_check(dti_rlp_at_end(&claims), "all capabilities can be read");
	return count;
}

static void check_matches(const struct dti_hello *hello,
			  struct dti_capability_list offered)
{
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
	size_t count =
		dti_capability_match(matches, offered, hello->capabilities);

	fuzz_check((count > 0) == (offered.count > 0),
		   "what the peer has is shared");
	for (size_t i = 0; i < count; i++) {
		fuzz_check(matches[i].first_code ==
				   DTI_CAPABILITY_FIRST_CODE + i,
			   "codes are behind each other");
		fuzz_check(i == 0 || strcmp(matches[i - 1].capability->name,
					    matches[i].capability->name) < 0,
			   "names are in order");
	}
}

static void check_hello(const struct dti_hello *hello, struct dti_bytes payload)
{
	struct dti_capability capabilities[DTI_CAPABILITIES_MAX];
	struct dti_hello_offer offer = {
		.version = hello->version,
		.client = hello->client,
		.capabilities = {capabilities,
				 collect(capabilities, hello, payload)},
		.listen_port = hello->listen_port,
		.id = hello->id,
	};
	uint8_t out[DTI_HELLO_MAX];
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));
	struct dti_hello again;

	fuzz_check(is_within(hello->client, payload),
		   "the client is of the message");
	check_matches(hello, offer.capabilities);
	dti_hello_write(&writer, &offer);
	if (writer.failed)
		return;
	fuzz_check(writer.length <= payload.length, "it takes no more bytes");
	fuzz_check(dti_hello_read(&again,
				  (struct dti_bytes){out, writer.length}) ==
			   DTI_REFUSAL_NONE,
		   "what is written can be read");
	fuzz_check(again.version == hello->version &&
			   again.listen_port == hello->listen_port &&
			   dti_node_id_equal(&again.id, &hello->id) &&
			   again.client.length == hello->client.length,
		   "it says the same");
}

static void check_block(const struct dti_message *message)
{
	size_t size = 0;
	uint8_t *room;

	if (dti_message_size(message, &size) != DTI_REFUSAL_NONE ||
	    size > INFLATED_MAX)
		return;
	room = malloc(size > 0 ? size : 1);
	fuzz_check(room != NULL, "the fuzzer has memory");
	(void)dti_snappy_inflate(room, size, message->payload);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dti_bytes body = {data, size};
	struct dti_message message;
	struct dti_hello hello;

	fuzz_check(dti_disconnect_decode(body, true) < DTI_DISCONNECT_COUNT,
		   "any payload has a reason, compressed");
	fuzz_check(dti_disconnect_decode(body, false) < DTI_DISCONNECT_COUNT,
		   "any payload has a reason");
	if (!dti_message_read(&message, body))
		return 0;
	check_block(&message);
	if (dti_hello_read(&hello, message.payload) == DTI_REFUSAL_NONE)
		check_hello(&hello, message.payload);
	return 0;
}
