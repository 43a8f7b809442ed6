/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a discv4 datagram; then with the right hash, so that they are
 * read on. What is read can be sent, in no more bytes, and says the same.
 */
#include <string.h>

#include "lib/node/id.h"

#include "tests/fuzz/fuzz.h"
#include "tests/packet_sample.h"

/* Made once; the fuzzer ends with the process. */
static const struct packet_signer *signer(void)
{
	static const struct dt_node_key key = {{1}};
	static struct packet_signer made;

	if (made.secp.context == NULL)
		packet_signer_init(&made, &key);
	return &made;
}

/* @read came of @length bytes. */
static void check_encode(const struct dti_packet *read, size_t length)
{
	struct dti_packet packet = *read;
	struct dti_packet again;
	uint8_t bytes[DTI_PACKET_MAX];
	struct dti_bytes datagram = {bytes, 0};

	fuzz_check(dti_packet_encode(bytes, &datagram.length, &packet,
				     &signer()->key, &signer()->secp),
		   "what is read can be sent");
	fuzz_check(datagram.length <= length, "it takes no more bytes");
	fuzz_check(dti_packet_decode(&again, datagram) == DTI_PACKET_GOOD,
		   "what is sent can be read");
	fuzz_check(packets_equal(&again, read), "it says the same");
	fuzz_check(memcmp(again.hash, packet.hash, sizeof(again.hash)) == 0,
		   "both know its hash");
	fuzz_check(dti_packet_recover(&again, datagram, &signer()->secp) ==
			   DTI_PACKET_GOOD,
		   "it is signed");
	fuzz_check(dti_node_id_equal(&again.sender, &signer()->id),
		   "its signer is known");
}

static void check_members(const struct dti_packet *packet)
{
	fuzz_check(packet->expiration <= INT64_MAX,
		   "an expiration is no negative number");
	fuzz_check(packet->has_record_seq || packet->record_seq == 0,
		   "no sequence number is 0");
	if (packet->type == DTI_PACKET_NEIGHBORS)
		fuzz_check(packet->neighbors.count <= DTI_NEIGHBORS_MAX + 4,
			   "neighbours are within bounds");
	if (packet->type == DTI_PACKET_RECORD_RESPONSE)
		fuzz_check(packet->record_response.length <= DT_RECORD_MAX,
			   "a record is within bounds");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dti_bytes datagram = {data, size};
	/* No byte more, so that a sanitizer sees one that is read. */
	uint8_t *bytes = malloc(size > 0 ? size : 1);
	struct dti_packet packet;
	enum dti_packet_verdict raw = dti_packet_decode(&packet, datagram);
	enum dti_packet_verdict verdict;

	fuzz_check(bytes != NULL, "the fuzzer has memory");
	fuzz_check((raw == DTI_PACKET_BAD_SIZE) ==
			   (size < DTI_PACKET_MIN || size > DTI_PACKET_MAX),
		   "sizes are within bounds");
	if (size > 0)
		memcpy(bytes, data, size);
	packet_repair_hash(bytes, size);
	datagram.bytes = bytes;
	verdict = dti_packet_decode(&packet, datagram);
	fuzz_check(verdict != DTI_PACKET_BAD_HASH, "the hash is right");
	fuzz_check(raw == verdict || raw == DTI_PACKET_BAD_HASH,
		   "the hash alone was wrong");
	if (verdict == DTI_PACKET_GOOD) {
		check_members(&packet);
		check_encode(&packet, size);
		(void)dti_packet_recover(&packet, datagram, &signer()->secp);
	}
	free(bytes);
	return 0;
}
