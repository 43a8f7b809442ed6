/* SPDX-License-Identifier: MIT */
/* Who a node of discovery is: its key, and what follows from it. */
#include <errno.h>
#include <string.h>

#include "lib/error.h"
#include "lib/node/endpoint.h"
#include "lib/node/record.h"

#include "workers/clock.h"
#include "workers/discv4.h"
#include "workers/entropy.h"

/* What a record says of an address that means all of them: nothing. */
static struct dt_endpoint told_endpoint(const struct dt_endpoint *bound)
{
	struct dt_endpoint told = *bound;

	if (dti_endpoint_is_bad_address(bound))
		dti_endpoint_set_ip(&told, NULL, 0);
	return told;
}

dt_err dti_discv4_identify(dt_discv4 *discv4, struct dt_error *error)
{
	struct dt_endpoint told = told_endpoint(&discv4->self.endpoint);
	uint8_t entropy[32];
	dt_err err;

	if (!dti_entropy_fill(entropy, sizeof(entropy)))
		return dti_error_set(error, DT_ERR_SYSTEM,
				     "getrandom(2) gives no random bytes (%s)",
				     strerrordesc_np(errno));
	err = dti_secp_init(&discv4->secp, entropy, &discv4->allocator);
	if (err)
		return err;
	/* Each start's record is newer than the last one's. */
	err = dti_record_make(&discv4->record, (uint64_t)dti_clock_unix_ms(),
			      &told, &discv4->key, &discv4->secp);
	if (err) {
		dti_secp_fini(&discv4->secp);
		return dti_error_set(error, DT_ERR_CONFIG,
				     "node_key: it is zero, or not below the "
				     "order of the curve; a secret key of "
				     "secp256k1 is accepted");
	}
	discv4->self.id = discv4->record.node.id;
	return DT_OK;
}
