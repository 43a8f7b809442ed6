/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/rlpx/secrets.h"

#include "tests/eip8_session.h"
#include "tests/harness.h"

/* Of the second auth and ack of EIP-8, as @self, the initiator or not, has it. */
static struct dti_secrets derive(const struct eip8_session *session,
				 bool is_initiator)
{
	const struct eip8_side *self = is_initiator ? &session->a : &session->b;
	const struct eip8_side *other =
		is_initiator ? &session->b : &session->a;
	struct dti_bytes auth = eip8_bytes(&session->auths[1]);
	struct dti_bytes ack = eip8_bytes(&session->acks[1]);
	struct dti_secrets_source source = {
		.is_initiator = is_initiator,
		.sent = is_initiator ? auth : ack,
		.received = is_initiator ? ack : auth,
	};
	struct dti_secrets secrets;
	struct dt_node_id ephemeral;

	cr_assert(dti_secp_id_of_key(&session->secp, &ephemeral,
				     &other->ephemeral));
	cr_assert(dti_secp_ecdh(&session->secp, source.shared, &ephemeral,
				&self->ephemeral));
	memcpy(source.nonce, self->nonce, sizeof(source.nonce));
	memcpy(source.remote_nonce, other->nonce, sizeof(source.remote_nonce));
	dti_secrets_derive(&secrets, &source);
	return secrets;
}

Test(rlpx_secrets, those_of_eip8_are_derived_by_both)
{
	struct eip8_session session;

	eip8_session_init(&session);
	for (int side = 0; side < 2; side++) {
		struct dti_secrets secrets = derive(&session, side == 0);

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
	a = derive(&session, true);
	b = derive(&session, false);
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
