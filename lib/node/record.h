/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_RECORD_H
#define DTI_NODE_RECORD_H

/*
 * Node records (EIP-778, "ENR") with the identity scheme "v4": the bytes as
 * they are signed, and what this library reads of them. struct dt_record is in
 * dialtone.h, as are the calls that need no context.
 */

#include "lib/bytes.h"
#include "lib/crypto/secp.h"
#include "lib/dialtone.h"

/**
 * dti_record_decode - read a record and check its signature.
 * @error: may be NULL.
 *
 * Refused: more than DT_RECORD_MAX bytes, RLP that is not canonical, keys that
 * are not strictly ascending, a scheme other than "v4", a key that is no point
 * on the curve, a signature that is not the key's. An address or port of a
 * wrong form counts as absent. Other keys are skipped. Where both IPv4 and IPv6
 * are there, the endpoint is IPv4's.
 * Errors: DT_ERR_PARSE.
 */
dt_err dti_record_decode(struct dt_record *out, struct dti_bytes bytes,
			 const struct dti_secp *secp, struct dt_error *error);

/** What is signed. @content: the sequence number and all keys with values. */
void dti_record_digest(uint8_t digest[32], struct dti_bytes content);

/**
 * dti_record_make - sign a record of an endpoint (address and ports that are
 * known). Errors: DT_ERR_ARGUMENT (not a secret key).
 */
dt_err dti_record_make(struct dt_record *out, uint64_t seq,
		       const struct dt_endpoint *endpoint,
		       const struct dt_node_key *key,
		       const struct dti_secp *secp);

/** Read "enr:..." as dti_record_decode() does. @error: may be NULL. */
dt_err dti_record_parse(struct dt_record *out, const char *text, size_t length,
			const struct dti_secp *secp, struct dt_error *error);

#endif /* DTI_NODE_RECORD_H */
