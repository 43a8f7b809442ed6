/* SPDX-License-Identifier: MIT */
#ifndef CMD_DESCRIPTORS_H
#define CMD_DESCRIPTORS_H

#include <stddef.h>

/**
 * Raise the soft limit of open descriptors to the hard one: a program may do
 * that for itself, the library never does. Returns the limit in force.
 */
size_t cmd_descriptors_raise(void);
/** How many descriptors this process has open; 0: not known. */
size_t cmd_descriptors_open(void);
/** How many threads this process has; 0: not known. */
size_t cmd_descriptors_threads(void);

#endif /* CMD_DESCRIPTORS_H */
