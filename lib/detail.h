/* SPDX-License-Identifier: MIT */
#ifndef DTI_DETAIL_H
#define DTI_DETAIL_H

#include "lib/dialtone.h"
#include "lib/text.h"

/**
 * dti_detail_append - tell people what is known beyond an outcome.
 * @before: is put before it.
 *
 * The errno in words, then the reason: that of a session as its ending, another
 * as a number. False: there is nothing to tell, and nothing was appended.
 */
bool dti_detail_append(struct dti_text *text, const char *before,
		       const struct dt_outcome_detail *detail);

#endif /* DTI_DETAIL_H */
