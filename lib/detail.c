/* SPDX-License-Identifier: MIT */
#include "lib/detail.h"

#include <inttypes.h>
#include <string.h>

static void append_errno(struct dti_text *text, int sys_errno)
{
	/* strerror(3) would depend on the locale, and on threads. */
	const char *description = strerrordesc_np(sys_errno);

	if (description)
		dti_text_append(text, "%s", description);
	else
		dti_text_append(text, "errno %d", sys_errno);
}

static void append_reason(struct dti_text *text, int32_t reason)
{
	if (reason > 0 && reason < (int32_t)DT_ENDING_COUNT)
		dti_text_append(text, "%s",
				dt_ending_text((enum dt_ending)reason));
	else
		dti_text_append(text, "reason %" PRId32, reason);
}

bool dti_detail_append(struct dti_text *text, const char *before,
		       const struct dt_outcome_detail *detail)
{
	if (detail->sys_errno == 0 && detail->reason == 0)
		return false;
	dti_text_append(text, "%s", before);
	if (detail->sys_errno != 0)
		append_errno(text, detail->sys_errno);
	if (detail->sys_errno != 0 && detail->reason != 0)
		dti_text_append(text, ", ");
	if (detail->reason != 0)
		append_reason(text, detail->reason);
	return true;
}
