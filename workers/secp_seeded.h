/* SPDX-License-Identifier: MIT */
#ifndef DTI_SECP_SEEDED_H
#define DTI_SECP_SEEDED_H

#include "lib/crypto/secp.h"

/**
 * dti_secp_init() with the kernel's randomness, which blinds what is computed
 * with secret keys. @error: may be NULL. Pair with dti_secp_fini().
 * Errors: DT_ERR_SYSTEM, DT_ERR_NO_MEMORY.
 */
dt_err dti_secp_init_seeded(struct dti_secp *out,
			    const struct dt_allocator *allocator,
			    struct dt_error *error);

#endif /* DTI_SECP_SEEDED_H */
