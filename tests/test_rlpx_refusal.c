/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/rlpx/refusal.h"

#include "tests/harness.h"

Test(rlpx_refusal, each_has_a_text_of_its_own)
{
	for (int i = 0; i < DTI_REFUSAL_COUNT; i++) {
		const char *text = dti_refusal_text((enum dti_refusal)i);

		cr_assert_not_null(text, "%d", i);
		for (int j = 0; j < i; j++)
			cr_assert_str_neq(
				text, dti_refusal_text((enum dti_refusal)j));
	}
}

Test(rlpx_refusal, the_peer_is_told_if_it_can_read_it)
{
	for (int i = 0; i < DTI_REFUSAL_COUNT; i++) {
		enum dti_disconnect_reason reason =
			dti_refusal_reason((enum dti_refusal)i);

		cr_assert_eq(reason == DTI_DISCONNECT_UNSTATED,
			     i < DTI_REFUSAL_FRAME_SIZE, "%d", i);
		cr_assert(reason == DTI_DISCONNECT_UNSTATED ||
				  reason <= DTI_DISCONNECT_SUBPROTOCOL,
			  "%d", i);
	}
}

Test(rlpx_refusal, a_wrong_hello_has_the_reason_of_the_protocol)
{
	cr_assert_eq(dti_refusal_reason(DTI_REFUSAL_NULL_ID), 0x07);
	cr_assert_eq(dti_refusal_reason(DTI_REFUSAL_WRONG_ID), 0x09);
	cr_assert_eq(dti_refusal_reason(DTI_REFUSAL_OWN_ID), 0x0a);
	cr_assert_eq(dti_refusal_reason(DTI_REFUSAL_NOTHING_SHARED), 0x03);
	cr_assert_eq(dti_refusal_reason(DTI_REFUSAL_HELLO_SHAPE), 0x02);
	cr_assert_eq(dti_refusal_reason(DTI_REFUSAL_NO_HELLO), 0x02);
}
