/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/ticket.h"

#include "tests/harness.h"

static const uint8_t key[16] = {1, 2, 3};
static const uint8_t hash[DTI_PACKET_HASH_SIZE] = {7, [31] = 8};
static const struct dt_endpoint here = {
	.ip = {10, 0, 0, 1}, .family = 4, .tcp_port = 1, .udp_port = 2};

static struct dti_packet reply_of(enum dti_packet_type type)
{
	struct dti_packet packet = {.type = type};

	if (type == DTI_PACKET_PONG)
		memcpy(packet.pong.token, hash, sizeof(hash));
	if (type == DTI_PACKET_RECORD_RESPONSE)
		memcpy(packet.record_response.token, hash, sizeof(hash));
	return packet;
}

Test(discv4_ticket, a_reply_has_the_ticket_of_its_request_and_of_no_other)
{
	static const enum dti_packet_type requests[] = {
		DTI_PACKET_PING, DTI_PACKET_FIND_NODE,
		DTI_PACKET_RECORD_REQUEST};
	static const enum dti_packet_type replies[] = {
		DTI_PACKET_PONG, DTI_PACKET_NEIGHBORS,
		DTI_PACKET_RECORD_RESPONSE};

	for (size_t i = 0; i < 9; i++) {
		struct dti_packet reply = reply_of(replies[i % 3]);
		struct dti_ticket a =
			dti_ticket_of_request(&here, requests[i / 3], hash);
		struct dti_ticket b;

		cr_assert(dti_ticket_of_reply(&b, &here, &reply));
		cr_assert_eq(dti_ticket_equal(&a, &b), i / 3 == i % 3);
		cr_assert_eq(dti_ticket_hash(&a, key) ==
				     dti_ticket_hash(&b, key),
			     i / 3 == i % 3);
	}
}

Test(discv4_ticket, a_request_is_no_reply)
{
	static const enum dti_packet_type requests[] = {
		DTI_PACKET_PING, DTI_PACKET_FIND_NODE,
		DTI_PACKET_RECORD_REQUEST};
	struct dti_ticket ticket;

	for (size_t i = 0; i < dti_array_length(requests); i++) {
		struct dti_packet packet = reply_of(requests[i]);

		cr_assert_not(dti_ticket_of_reply(&ticket, &here, &packet));
	}
}

Test(discv4_ticket, another_token_or_address_is_another_ticket_and_a_port_not)
{
	struct dti_ticket asked =
		dti_ticket_of_request(&here, DTI_PACKET_PING, hash);
	struct dti_packet pong = reply_of(DTI_PACKET_PONG);
	struct dt_endpoint elsewhere = here;
	struct dti_ticket ticket;

	elsewhere.udp_port++;
	cr_assert(dti_ticket_of_reply(&ticket, &elsewhere, &pong));
	cr_assert(dti_ticket_equal(&asked, &ticket));
	elsewhere.ip[3]++;
	cr_assert(dti_ticket_of_reply(&ticket, &elsewhere, &pong));
	cr_assert_not(dti_ticket_equal(&asked, &ticket));
	pong.pong.token[31]++;
	cr_assert(dti_ticket_of_reply(&ticket, &here, &pong));
	cr_assert_not(dti_ticket_equal(&asked, &ticket));
}
