/* SPDX-License-Identifier: MIT */
#ifndef DTI_LIST_H
#define DTI_LIST_H

/*
 * A list through the objects themselves: a ring, in which the list is one of
 * the links. It does not move while it is in use. All O(1).
 */

#include <stddef.h>

struct dti_list_link {
	struct dti_list_link *previous;
	struct dti_list_link *next;
};

struct dti_list {
	struct dti_list_link ring;
};

static inline void dti_list_init(struct dti_list *list)
{
	list->ring.previous = &list->ring;
	list->ring.next = &list->ring;
}

/** @link, in no list, becomes the first of @list. */
static inline void dti_list_push_front(struct dti_list *list,
				       struct dti_list_link *link)
{
	link->previous = &list->ring;
	link->next = list->ring.next;
	link->next->previous = link;
	list->ring.next = link;
}

/** @link, in no list, becomes the last of @list. */
static inline void dti_list_push_back(struct dti_list *list,
				      struct dti_list_link *link)
{
	link->next = &list->ring;
	link->previous = list->ring.previous;
	link->previous->next = link;
	list->ring.previous = link;
}

/** Out of whatever list it is in. */
static inline void dti_list_remove(struct dti_list_link *link)
{
	link->previous->next = link->next;
	link->next->previous = link->previous;
}

/** NULL: the list is empty. */
static inline struct dti_list_link *dti_list_first(const struct dti_list *list)
{
	return list->ring.next != &list->ring ? list->ring.next : NULL;
}

/** NULL: the list is empty. */
static inline struct dti_list_link *dti_list_last(const struct dti_list *list)
{
	return list->ring.previous != &list->ring ? list->ring.previous : NULL;
}

/** NULL: @link is the last. */
static inline struct dti_list_link *
dti_list_next(const struct dti_list *list, const struct dti_list_link *link)
{
	return link->next != &list->ring ? link->next : NULL;
}

#endif /* DTI_LIST_H */
