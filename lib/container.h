/* SPDX-License-Identifier: MIT */
#ifndef DTI_CONTAINER_H
#define DTI_CONTAINER_H

#include <stddef.h>

/** The struct of @type whose @member @pointer points to. */
#define dti_container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#define dti_array_length(array) (sizeof(array) / sizeof((array)[0]))

#endif /* DTI_CONTAINER_H */
