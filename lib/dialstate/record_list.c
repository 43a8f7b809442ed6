/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/record_list.h"

#include "lib/assert.h"

void dti_record_list_append(struct dti_record_list *list,
			    struct dti_record *record, enum dti_list_id id)
{
	DTI_ASSERT(record->list == DTI_LIST_NONE);
	record->list = (unsigned int)id & 3u;
	record->next = NULL;
	record->previous = list->tail;
	if (list->tail != NULL)
		list->tail->next = record;
	else
		list->head = record;
	list->tail = record;
	list->count++;
}

void dti_record_list_remove(struct dti_record_list *list,
			    struct dti_record *record)
{
	if (record->previous != NULL)
		record->previous->next = record->next;
	else
		list->head = record->next;
	if (record->next != NULL)
		record->next->previous = record->previous;
	else
		list->tail = record->previous;
	record->previous = NULL;
	record->next = NULL;
	record->list = DTI_LIST_NONE;
	list->count--;
}
