/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/secrets.h"

#include "tests/eip8_session.h"
#include "tests/harness.h"

Test(rlpx_secrets, those_of_eip8_are_derived_by_both)
{
	struct eip8_session session;

	eip8_session_init(&session);
	for (int side = 0; side < 2; side++) {
		struct dti_secrets secrets = eip8_secrets(&session, side == 0);

		cr_assert_arr_eq(secrets.aes, session.aes_secret, 32);
		cr_assert_arr_eq(secrets.mac, session.mac_secret, 32);
	}
	eip8_session_fini(&session);
}

Test(rlpx_secrets, what_one_sends_the_other_expects)
{
	struct eip8_session session;
	struct dti_secrets a;
	struct dti_secrets b;
	uint8_t digests[4][DTI_KECCAK_SIZE];

	eip8_session_init(&session);
	a = eip8_secrets(&session, true);
	b = eip8_secrets(&session, false);
	dti_keccak_update(&a.egress, "foo", 3);
	dti_keccak_update(&b.ingress, "foo", 3);
	dti_keccak_digest(&a.egress, digests[0]);
	dti_keccak_digest(&b.ingress, digests[1]);
	dti_keccak_digest(&a.ingress, digests[2]);
	dti_keccak_digest(&b.egress, digests[3]);

	cr_assert_arr_eq(digests[0], session.ingress_mac_foo, 32);
	cr_assert_arr_eq(digests[1], session.ingress_mac_foo, 32);
	cr_assert_arr_eq(digests[2], digests[3], 32);
	cr_assert_arr_neq(digests[0], digests[2], 32);
	eip8_session_fini(&session);
}
