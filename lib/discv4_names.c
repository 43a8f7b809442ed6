/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "lib/container.h"
#include "lib/dialtone.h"

static const char *const drop_names[] = {
	[DT_DISCV4_DROP_SIZE] = "size",
	[DT_DISCV4_DROP_TYPE] = "type",
	[DT_DISCV4_DROP_HASH] = "hash",
	[DT_DISCV4_DROP_SHAPE] = "shape",
	[DT_DISCV4_DROP_EXPIRED] = "expired",
	[DT_DISCV4_DROP_UNSOLICITED] = "unsolicited",
	[DT_DISCV4_DROP_LIMITED] = "limited",
	[DT_DISCV4_DROP_SIGNATURE] = "signature",
};
static_assert(dti_array_length(drop_names) == DT_DISCV4_DROP_COUNT,
	      "a reason has no name");

/* As the wire numbers them; there is no type 0. */
static const char *const type_names[] = {
	[1] = "ping",      [2] = "pong",           [3] = "find_node",
	[4] = "neighbors", [5] = "record_request", [6] = "record_response",
};

const char *dt_discv4_drop_name(enum dt_discv4_drop drop)
{
	return (unsigned int)drop < dti_array_length(drop_names)
		       ? drop_names[drop]
		       : "?";
}

const char *dt_discv4_type_name(unsigned int type)
{
	return type > 0 && type < dti_array_length(type_names)
		       ? type_names[type]
		       : "?";
}
