/* SPDX-License-Identifier: MIT */
/* Who a node of discovery is: its key, and what follows from it. */
#include <assert.h>

#include "lib/error.h"
#include "lib/node/endpoint.h"
#include "lib/node/record.h"

#include "workers/clock.h"
#include "workers/discv4.h"
#include "workers/secp_seeded.h"

static_assert(sizeof(struct dti_discv4_identity) % sizeof(uint64_t) == 0,
	      "an identity is made of 64-bit words only");

/* What a record says of an address that means all of them: nothing. */
static struct dt_endpoint told_endpoint(const struct dt_endpoint *endpoint)
{
	struct dt_endpoint told = *endpoint;

	if (dti_endpoint_is_bad_address(endpoint))
		dti_endpoint_set_ip(&told, NULL, 0);
	return told;
}

/* Each start's record is newer than the last one's, and each of a run. */
static uint64_t next_seq(const dt_discv4 *discv4)
{
	uint64_t now_ms = (uint64_t)dti_clock_unix_ms();
	uint64_t latest = discv4->identity.record.seq;

	return now_ms > latest ? now_ms : latest + 1;
}

dt_err dti_discv4_make_identity(dt_discv4 *discv4,
				const struct dt_endpoint *endpoint)
{
	struct dt_endpoint told = told_endpoint(endpoint);
	struct dti_discv4_identity made = {.self.endpoint = *endpoint};
	dt_err err = dti_record_make(&made.record, next_seq(discv4), &told,
				     &discv4->key, &discv4->secp);

	if (err)
		return err;
	made.self.id = made.record.node.id;
	discv4->identity = made;
	dti_snapshot_publish(&discv4->identities, &made);
	return DT_OK;
}

dt_err dti_discv4_identify(dt_discv4 *discv4, struct dt_error *error)
{
	const struct dt_endpoint *endpoint = discv4->external.family != 0
						     ? &discv4->external
						     : &discv4->bound;
	dt_err err =
		dti_secp_init_seeded(&discv4->secp, &discv4->allocator, error);

	if (err)
		return err;
	dti_snapshot_init(&discv4->identities, discv4->identity_pictures,
			  DTI_SNAPSHOT_WORDS(struct dti_discv4_identity));
	err = dti_discv4_make_identity(discv4, endpoint);
	if (err) {
		dti_secp_fini(&discv4->secp);
		return dti_error_set(error, DT_ERR_CONFIG,
				     "node_key: it is zero, or not below the "
				     "order of the curve; a secret key of "
				     "secp256k1 is accepted");
	}
	discv4->id = discv4->identity.self.id;
	return DT_OK;
}
