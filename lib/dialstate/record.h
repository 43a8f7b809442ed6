/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_RECORD_H
#define DTI_DIALSTATE_RECORD_H

/*
 * All that is remembered of one node. It is remembered while it is static,
 * connected, being dialed, shaking hands inbound, banned, in the history or
 * about to be dialed by command, and forgotten after that.
 *
 * Owner: the dial state. A million static nodes have a million of these, so
 * the members stand in an order without holes.
 */

#include <assert.h>

#include "lib/dialstate/hash_table.h"
#include "lib/dialstate/hold_heap.h"
#include "lib/dialtone.h"

/** Where a record is linked by previous and next: in one list at most. */
enum dti_list_id {
	DTI_LIST_NONE,
	DTI_LIST_READY, /* static, may be dialed as far as is known */
	DTI_LIST_ASIDE, /* static, its endpoint or id may not be dialed */
	DTI_LIST_NOW,   /* to be dialed by command */
	DTI_LIST_COUNT
};

enum dti_dialing {
	DTI_DIALING_NOT,
	DTI_DIALING_DYN,
	DTI_DIALING_STATIC,
};

static_assert(DTI_LIST_COUNT == 4 && DTI_DIALING_STATIC < 4, "two bits each");

struct dti_extra_hold;

struct dti_record {
	struct dt_node_id id;
	UT_hash_handle hh; /* in the index */
	struct dti_record *previous;
	struct dti_record *next;
	char *host_name;              /* owned; NULL: none */
	struct dti_extra_hold *extra; /* owned; all but `recent` */
	int64_t resolve_last_ms;      /* a static node's resolve backoff */
	int64_t resolve_delay_ms;
	int64_t last_dial_ms;   /* when the last dial ended, if dials > 0 */
	uint32_t static_serial; /* 0: not static */
	uint32_t tag;           /* of the dial */
	uint32_t inbound;       /* handshakes under way */
	uint32_t dials;         /* that ended */
	uint32_t peer_flags;    /* if connected */
	struct dti_hold recent; /* its first entry in the history */
	struct dt_endpoint endpoint;
	/* Of the last dial, if dials > 0; 0 for what does not fit. */
	int16_t last_errno;
	int16_t last_reason;
	uint8_t last_outcome;     /* enum dt_outcome */
	unsigned int list : 2;    /* enum dti_list_id */
	unsigned int dialing : 2; /* enum dti_dialing */
	bool connected : 1;
	bool resolved_before : 1;
	bool banned_for_ever : 1;
	bool cut_short : 1; /* the last static dial, see task.h */
};

/** What keeps a record until a time, beyond the first history entry. */
struct dti_extra_hold {
	struct dti_hold hold;
	struct dti_record *record;
	struct dti_extra_hold *previous; /* of the same record */
	struct dti_extra_hold *next;
};

static_assert(sizeof(struct dti_record) <= 232, "memory per node is promised");

static inline bool dti_record_is_static(const struct dti_record *record)
{
	return record->static_serial != 0;
}

#endif /* DTI_DIALSTATE_RECORD_H */
