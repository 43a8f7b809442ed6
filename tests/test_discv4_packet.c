/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/packet_sample.h"

#define TYPE_AT 97 /* in a datagram */

static const struct dt_node_key key = {{1, 2, 3}};

/* Somebody, and a datagram of theirs with what it says. */
struct fixture {
	struct packet_signer signer;
	struct dti_packet packet;
	uint8_t bytes[DTI_PACKET_MAX + 1];
	size_t length;
};

static void encode(struct fixture *fixture)
{
	cr_assert(dti_packet_encode(fixture->bytes, &fixture->length,
				    &fixture->packet, &fixture->signer.key,
				    &fixture->signer.secp));
}

static void begin(struct fixture *fixture, enum dti_packet_type type)
{
	struct random_stream random = {1};

	memset(fixture, 0, sizeof(*fixture));
	packet_signer_init(&fixture->signer, &key);
	packet_sample(&fixture->packet, type, &random);
	if (type == DTI_PACKET_NEIGHBORS)
		fixture->packet.neighbors.count = 1;
	encode(fixture);
}

static void end(struct fixture *fixture)
{
	packet_signer_fini(&fixture->signer);
}

static enum dti_packet_verdict decode(const uint8_t *bytes, size_t length)
{
	static struct dti_packet packet;

	return dti_packet_decode(&packet, (struct dti_bytes){bytes, length});
}

/* Is it read, and has the fixture's signer signed it? */
static bool is_signed(const struct fixture *fixture, const uint8_t *bytes,
		      size_t length)
{
	static struct dti_packet packet;
	struct dti_bytes datagram = {bytes, length};

	return dti_packet_decode(&packet, datagram) == DTI_PACKET_GOOD &&
	       dti_packet_recover(&packet, datagram, &fixture->signer.secp) ==
		       DTI_PACKET_GOOD &&
	       dti_node_id_equal(&packet.sender, &fixture->signer.id);
}

Test(discv4_packet, what_is_sent_is_what_is_read)
{
	static struct fixture fixture;
	static struct dti_packet read;

	for (int type = DTI_PACKET_PING; type < DTI_PACKET_TYPE_COUNT; type++) {
		struct dti_bytes datagram = {fixture.bytes, 0};

		begin(&fixture, (enum dti_packet_type)type);
		datagram.length = fixture.length;

		cr_assert_eq(dti_packet_decode(&read, datagram),
			     DTI_PACKET_GOOD, "%d", type);
		cr_assert(packets_equal(&read, &fixture.packet), "%d", type);
		cr_assert_arr_eq(read.hash, fixture.packet.hash,
				 sizeof(read.hash));
		cr_assert_arr_eq(read.hash, fixture.bytes, sizeof(read.hash));
		cr_assert_eq(dti_packet_recover(&read, datagram,
						&fixture.signer.secp),
			     DTI_PACKET_GOOD);
		cr_assert(dti_node_id_equal(&read.sender, &fixture.signer.id));
		end(&fixture);
	}
}

Test(discv4_packet, a_flipped_bit_makes_a_packet_bad_or_somebody_elses)
{
	static struct fixture fixture;

	for (int type = DTI_PACKET_PING; type < DTI_PACKET_TYPE_COUNT; type++) {
		begin(&fixture, (enum dti_packet_type)type);
		for (size_t bit = 0; bit < 8 * fixture.length; bit++) {
			uint8_t bytes[DTI_PACKET_MAX];

			memcpy(bytes, fixture.bytes, fixture.length);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			cr_assert_neq(decode(bytes, fixture.length),
				      DTI_PACKET_GOOD, "%d, bit %zu", type,
				      bit);
			if (bit / 8 < DTI_PACKET_HASH_SIZE)
				continue;
			packet_repair_hash(bytes, fixture.length);
			cr_assert_not(
				is_signed(&fixture, bytes, fixture.length),
				"%d, bit %zu", type, bit);
		}
		end(&fixture);
	}
}

Test(discv4_packet, a_packet_that_is_cut_off_is_refused)
{
	static struct fixture fixture;

	for (int type = DTI_PACKET_PING; type < DTI_PACKET_TYPE_COUNT; type++) {
		begin(&fixture, (enum dti_packet_type)type);
		for (size_t length = 0; length < fixture.length; length++) {
			enum dti_packet_verdict verdict;
			uint8_t bytes[DTI_PACKET_MAX];

			memcpy(bytes, fixture.bytes, length);
			verdict = decode(bytes, length);
			cr_assert_eq(verdict, length < DTI_PACKET_MIN
						      ? DTI_PACKET_BAD_SIZE
						      : DTI_PACKET_BAD_HASH);
			packet_repair_hash(bytes, length);
			verdict = decode(bytes, length);
			cr_assert_eq(verdict,
				     length < DTI_PACKET_MIN
					     ? DTI_PACKET_BAD_SIZE
					     : DTI_PACKET_BAD_SHAPE,
				     "%d, %zu bytes", type, length);
		}
		end(&fixture);
	}
}

Test(discv4_packet, bytes_behind_the_list_are_ignored_but_signed)
{
	static struct fixture fixture;

	begin(&fixture, DTI_PACKET_PING);
	fixture.bytes[fixture.length] = 7;
	cr_assert_eq(decode(fixture.bytes, fixture.length + 1),
		     DTI_PACKET_BAD_HASH);
	packet_repair_hash(fixture.bytes, fixture.length + 1);

	cr_assert_eq(decode(fixture.bytes, fixture.length + 1),
		     DTI_PACKET_GOOD);
	cr_assert_not(is_signed(&fixture, fixture.bytes, fixture.length + 1));
	end(&fixture);
}

Test(discv4_packet, a_datagram_has_98_bytes_at_least_and_1280_at_most)
{
	static struct fixture fixture;

	begin(&fixture, DTI_PACKET_PING);

	packet_repair_hash(fixture.bytes, 97);
	cr_assert_eq(decode(fixture.bytes, 97), DTI_PACKET_BAD_SIZE);
	packet_repair_hash(fixture.bytes, 98);
	cr_assert_eq(decode(fixture.bytes, 98), DTI_PACKET_BAD_SHAPE);
	packet_repair_hash(fixture.bytes, 1280);
	cr_assert_eq(decode(fixture.bytes, 1280), DTI_PACKET_GOOD);
	packet_repair_hash(fixture.bytes, 1281);
	cr_assert_eq(decode(fixture.bytes, 1281), DTI_PACKET_BAD_SIZE);
	cr_assert_eq(decode(NULL, 0), DTI_PACKET_BAD_SIZE);
	end(&fixture);
}

Test(discv4_packet, unknown_types_are_told_from_bad_packets)
{
	static struct fixture fixture;

	begin(&fixture, DTI_PACKET_RECORD_REQUEST);
	for (unsigned int type = 0; type <= UINT8_MAX; type++) {
		bool is_known = type >= 1 && type <= 6;

		fixture.bytes[TYPE_AT] = (uint8_t)type;
		cr_assert_eq(decode(fixture.bytes, fixture.length),
			     !is_known ? DTI_PACKET_BAD_TYPE
			     : type == DTI_PACKET_RECORD_REQUEST
				     ? DTI_PACKET_GOOD
				     : DTI_PACKET_BAD_HASH,
			     "%u", type);
	}
	end(&fixture);
}

Test(discv4_packet, members_of_other_types_are_zero_after_reading)
{
	static const struct dti_packet zero;
	static struct fixture fixture;
	static struct dti_packet read;

	begin(&fixture, DTI_PACKET_RECORD_REQUEST);
	memset(&read, 0xff, sizeof(read));

	cr_assert_eq(
		dti_packet_decode(&read, (struct dti_bytes){fixture.bytes,
							    fixture.length}),
		DTI_PACKET_GOOD);

	cr_assert_arr_eq(read.sender.bytes, zero.sender.bytes,
			 sizeof(zero.sender.bytes));
	cr_assert_eq(read.record_seq, 0);
	cr_assert_not(read.has_record_seq);
	cr_assert_arr_eq(&read.neighbors, &zero.neighbors,
			 sizeof(zero.neighbors));
	end(&fixture);
}

Test(discv4_packet, signing_is_deterministic)
{
	static struct fixture fixture;
	static struct fixture again;

	begin(&fixture, DTI_PACKET_PONG);
	begin(&again, DTI_PACKET_PONG);

	cr_assert_eq(fixture.length, again.length);
	cr_assert_arr_eq(fixture.bytes, again.bytes, fixture.length);
	end(&again);
	end(&fixture);
}

Test(discv4_packet, nothing_is_signed_without_a_secret_key)
{
	static const struct dt_node_key bad[] = {
		{{0}},
		{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
	};
	static struct fixture fixture;

	begin(&fixture, DTI_PACKET_PING);
	for (size_t i = 0; i < dti_array_length(bad); i++) {
		uint8_t hash[DTI_PACKET_HASH_SIZE];
		size_t length = 1;

		memcpy(hash, fixture.packet.hash, sizeof(hash));
		cr_assert_not(dti_packet_encode(fixture.bytes, &length,
						&fixture.packet, &bad[i],
						&fixture.signer.secp));
		cr_assert_eq(length, 1);
		cr_assert_arr_eq(fixture.packet.hash, hash, sizeof(hash));
	}
	end(&fixture);
}

Test(discv4_packet, there_is_no_packet_of_an_unknown_type)
{
	static const int types[] = {0, DTI_PACKET_TYPE_COUNT, 66, -1};
	static struct fixture fixture;

	begin(&fixture, DTI_PACKET_PING);
	for (size_t i = 0; i < dti_array_length(types); i++) {
		size_t length = 1;

		fixture.packet.type = (enum dti_packet_type)types[i];
		cr_assert_not(dti_packet_encode(
			fixture.bytes, &length, &fixture.packet,
			&fixture.signer.key, &fixture.signer.secp));
		cr_assert_eq(length, 1);
	}
	end(&fixture);
}

/* Is a packet of @count neighbours written? *@length: its bytes. */
static bool encode_neighbors(struct fixture *fixture, size_t count,
			     uint8_t family, size_t *length)
{
	struct dti_packet *packet = &fixture->packet;

	memset(packet, 0, sizeof(*packet));
	packet->type = DTI_PACKET_NEIGHBORS;
	packet->expiration = 2000000000;
	packet->neighbors.count = count;
	for (size_t i = 0; i < dti_array_length(packet->neighbors.nodes); i++)
		packet->neighbors.nodes[i].endpoint = (struct dt_endpoint){
			.family = family, .udp_port = 30303, .tcp_port = 30303};
	return dti_packet_encode(fixture->bytes, length, packet,
				 &fixture->signer.key, &fixture->signer.secp);
}

Test(discv4_packet, as_many_neighbours_are_sent_as_fit)
{
	static struct fixture fixture;
	size_t length = 0;

	begin(&fixture, DTI_PACKET_PING);

	cr_assert(encode_neighbors(&fixture, DTI_NEIGHBORS_MAX, 6, &length));
	cr_assert_eq(length, 1201);
	cr_assert_not(encode_neighbors(&fixture, 13, 6, &length));
	cr_assert(encode_neighbors(&fixture, 14, 4, &length));
	cr_assert_leq(length, DTI_PACKET_MAX);
	cr_assert_not(encode_neighbors(&fixture, 15, 4, &length));
	/* More than there is room for in the struct. */
	cr_assert_not(encode_neighbors(&fixture, 17, 4, &length));
	cr_assert_not(encode_neighbors(&fixture, SIZE_MAX, 4, &length));
	end(&fixture);
}
