/* SPDX-License-Identifier: MIT */
#ifndef CMD_ENDING_LIST_H
#define CMD_ENDING_LIST_H

/* Why set-ups came to nothing, in a line. */

#include <stddef.h>
#include <stdint.h>

#include "workers/cmd/text.h"

/**
 * Put "; 5 auth_closed, 2 closed", the most frequent first, as far as it goes
 * into @room columns.
 * @setups: by enum dt_ending, as in struct dt_counters.
 */
void cmd_ending_list_put(struct cmd_text *out, const uint64_t *setups,
			 size_t room);

#endif /* CMD_ENDING_LIST_H */
