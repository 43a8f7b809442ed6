/* SPDX-License-Identifier: MIT */
#ifndef DTI_MOVE_ASIDE_H
#define DTI_MOVE_ASIDE_H

#include "lib/dialtone.h"

#define DTI_MOVE_ASIDE_MOST 99

/**
 * dti_move_aside - give an SQLite file that is not open another name.
 * @to: receives PATH.bad-N, with the first N for which there is no file yet;
 * once there are all, the last takes the place of the one before. The caller
 * frees it.
 *
 * PATH-wal and PATH-journal go along under its name, so that SQLite can still
 * make sense of it.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_FILE (errno says why; nothing was moved).
 */
dt_err dti_move_aside(char **to, const char *path,
		      const struct dt_allocator *allocator);

#endif /* DTI_MOVE_ASIDE_H */
