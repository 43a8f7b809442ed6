/* SPDX-License-Identifier: MIT */

#include "lib/dialtone.h"
#include "lib/discv4/packet.h"

#include "tests/harness.h"

Test(lib_discv4_names, each_reason_has_a_name_of_its_own)
{
	for (int i = 0; i < DT_DISCV4_DROP_COUNT; i++) {
		const char *name = dt_discv4_drop_name((enum dt_discv4_drop)i);

		cr_assert_str_neq(name, "?");
		for (int j = 0; j < i; j++)
			cr_assert_str_neq(name, dt_discv4_drop_name((
							enum dt_discv4_drop)j));
	}
	cr_assert_str_eq(dt_discv4_drop_name(DT_DISCV4_DROP_UNSOLICITED),
			 "unsolicited");
}

Test(lib_discv4_names, the_six_packets_are_named_as_the_wire_numbers_them)
{
	cr_assert_str_eq(dt_discv4_type_name(DTI_PACKET_PING), "ping");
	cr_assert_str_eq(dt_discv4_type_name(DTI_PACKET_PONG), "pong");
	cr_assert_str_eq(dt_discv4_type_name(DTI_PACKET_FIND_NODE),
			 "find_node");
	cr_assert_str_eq(dt_discv4_type_name(DTI_PACKET_NEIGHBORS),
			 "neighbors");
	cr_assert_str_eq(dt_discv4_type_name(DTI_PACKET_RECORD_REQUEST),
			 "record_request");
	cr_assert_str_eq(dt_discv4_type_name(DTI_PACKET_RECORD_RESPONSE),
			 "record_response");
}

Test(lib_discv4_names, what_is_unknown_has_none)
{
	cr_assert_str_eq(dt_discv4_drop_name(DT_DISCV4_DROP_COUNT), "?");
	cr_assert_str_eq(dt_discv4_drop_name((enum dt_discv4_drop) - 1), "?");
	cr_assert_str_eq(dt_discv4_type_name(0), "?");
	cr_assert_str_eq(dt_discv4_type_name(7), "?");
	cr_assert_str_eq(dt_discv4_type_name(UINT32_MAX), "?");
}
