/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"

#include "workers/clock.h"
#include "workers/rlpx.h"

struct dt_node dt_rlpx_self(const dt_rlpx *rlpx)
{
	return rlpx->self;
}

size_t dt_rlpx_peers(dt_rlpx *rlpx, struct dt_peer *out, size_t max)
{
	int64_t now_ms = dti_clock_ms();
	struct dti_list_link *link;
	size_t count = 0;

	dti_rlpx_lock(rlpx);
	link = dti_list_first(&rlpx->kept);
	for (; link && count < max; link = dti_list_next(&rlpx->kept, link))
		dti_rlpx_describe(
			&out[count++],
			dti_container_of(link, struct dti_line, among_kept),
			now_ms);
	dti_rlpx_unlock(rlpx);
	return count;
}

void dt_rlpx_counters(dt_rlpx *rlpx, struct dt_rlpx_counters *out, size_t size)
{
	struct dt_rlpx_counters counters;

	dti_rlpx_lock(rlpx);
	counters = rlpx->counters;
	dti_rlpx_unlock(rlpx);
	if (size > sizeof(counters)) {
		memset((char *)out + sizeof(counters), 0,
		       size - sizeof(counters));
		size = sizeof(counters);
	}
	memcpy(out, &counters, size);
}

dt_err dt_rlpx_call(dt_rlpx *rlpx, dt_session **out,
		    const struct dt_node_id *id)
{
	return dti_session_open_call(&rlpx->owner, out, id);
}

dt_err dt_rlpx_answer(dt_rlpx *rlpx, dt_session **out)
{
	return dti_session_open_answer(&rlpx->owner, out);
}
