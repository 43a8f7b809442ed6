/* SPDX-License-Identifier: MIT */
#ifndef PEERS_H
#define PEERS_H

/* The commands about peers. Each writes what it has to say as members of JSON. */

#include <stdio.h>

#include "tests/interop/dialtone/node.h"

/** Those that there are. */
dt_err peers_list(struct node *node, FILE *out);
/** Those that have ended, what became of set-ups, and how many pings came. */
dt_err peers_past(struct node *node, FILE *out);
/** Keep it connected, from now on or no longer. */
dt_err peers_dial(struct node *node, const struct dt_node *of);
dt_err peers_forget(struct node *node, const struct dt_node *of);
/** How its last dial has ended. */
dt_err peers_fate(struct node *node, const struct dt_node *of, FILE *out);

#endif /* PEERS_H */
