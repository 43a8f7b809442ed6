/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_RECORD_LIST_H
#define DTI_DIALSTATE_RECORD_LIST_H

/* A first-in first-out list of records. All O(1); allocates nothing. */

#include "lib/dialstate/record.h"

struct dti_record_list {
	struct dti_record *head;
	struct dti_record *tail;
	uint64_t count;
};

/** @record is in no list; @id is what it says of itself from now on. */
void dti_record_list_append(struct dti_record_list *list,
			    struct dti_record *record, enum dti_list_id id);
/** @record is in this list. */
void dti_record_list_remove(struct dti_record_list *list,
			    struct dti_record *record);

#endif /* DTI_DIALSTATE_RECORD_LIST_H */
