/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DISCV4_FAKES_H
#define TESTS_DISCV4_FAKES_H

/*
 * Stand-ins for what costs a signature, for machines in virtual time: ids that
 * are no points on the curve, and node records in clear.
 */

#include "lib/bytes.h"
#include "lib/dialtone.h"

#define FAKE_RECORD_SIZE (sizeof(uint64_t) + sizeof(struct dt_node))

/** Only of @record->seq and ->node. */
void fake_record_write(uint8_t out[FAKE_RECORD_SIZE],
		       const struct dt_record *record);
/** As the seam: false if it has not the right size. */
bool fake_record_read(void *context, struct dt_record *out,
		      struct dti_bytes record);
/** As the seam: an id that begins with ffff is not on the curve. */
bool fake_id_is_valid(void *context, const struct dt_node_id *id);

#endif /* TESTS_DISCV4_FAKES_H */
