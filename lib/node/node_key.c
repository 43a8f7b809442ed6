/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/crypto/secp.h"

dt_err dt_node_key_id(struct dt_node_id *out, const struct dt_node_key *key)
{
	static const struct dt_allocator libc = {.malloc = NULL};
	uint8_t entropy[DTI_KECCAK_SIZE];
	struct dti_secp secp;
	dt_err err;

	/*
	 * There is no randomness in lib. A hash of the key is as unknown to who
	 * watches from outside as the key is, and that is what blinding needs.
	 */
	dti_keccak256(entropy, key->bytes, sizeof(key->bytes));
	err = dti_secp_init(&secp, entropy, &libc);
	explicit_bzero(entropy, sizeof(entropy));
	if (err != DT_OK)
		return err;
	err = dti_secp_id_of_key(&secp, out, key) ? DT_OK : DT_ERR_ARGUMENT;
	dti_secp_fini(&secp);
	return err;
}

void dt_node_key_wipe(struct dt_node_key *key)
{
	explicit_bzero(key, sizeof(*key));
}
