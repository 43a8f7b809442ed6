/* SPDX-License-Identifier: MIT */
#include "workers/secp_seeded.h"

#include <errno.h>
#include <string.h>

#include "lib/error.h"

#include "workers/entropy.h"

dt_err dti_secp_init_seeded(struct dti_secp *out,
			    const struct dt_allocator *allocator,
			    struct dt_error *error)
{
	uint8_t entropy[32];
	dt_err err;

	if (!dti_entropy_fill(entropy, sizeof(entropy)))
		return dti_error_set(error, DT_ERR_SYSTEM,
				     "getrandom(2) gives no random bytes (%s)",
				     strerrordesc_np(errno));
	err = dti_secp_init(out, entropy, allocator);
	explicit_bzero(entropy, sizeof(entropy));
	if (err != DT_OK)
		return dti_error_set(error, err, "no memory for secp256k1");
	return DT_OK;
}
