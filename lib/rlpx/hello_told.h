/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_HELLO_TOLD_H
#define DTI_RLPX_HELLO_TOLD_H

/* A Hello as the public API tells of it: whole, and fit to be shown. */

#include "lib/rlpx/hello.h"

/**
 * Copy what is kept of @hello, which is good. A capability that both speak, as
 * the session with these @offered has it, has its first code.
 */
void dti_hello_tell(struct dt_hello *out, const struct dti_hello *hello,
		    struct dti_capability_list offered);
/** Those that both speak, in the order of their codes. Returns how many. */
size_t dti_hello_shared(struct dt_capability out[DTI_CAPABILITIES_MAX],
			const struct dti_hello *hello,
			struct dti_capability_list offered);

#endif /* DTI_RLPX_HELLO_TOLD_H */
