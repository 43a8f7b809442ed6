/* SPDX-License-Identifier: MIT */
#ifndef CMD_RESOURCES_H
#define CMD_RESOURCES_H

/* What this process may have, and what it has. */

#include <stddef.h>

/**
 * Raise the soft limit of open descriptors to the hard one: a program may do
 * that for itself, the library never does. Returns the limit in force.
 */
size_t cmd_resources_raise_descriptors(void);
/** How many descriptors are open; 0: not known. */
size_t cmd_resources_descriptors(void);
/** How many of the dialer's and the demo's threads there are, by their names */
size_t cmd_resources_threads(void);

#endif /* CMD_RESOURCES_H */
