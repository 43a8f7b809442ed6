/* SPDX-License-Identifier: MIT */
#include "lib/node/address_holds.h"

#include "lib/node/address_class.h"

#define BYTES_V4 4
#define BYTES_V6 8 /* /64; so that no IPv4 address has as many bytes */

bool dti_address_holds_init(struct dti_address_holds *holds, size_t capacity,
			    int64_t hold_ms, const uint8_t key[16],
			    const struct dt_allocator *allocator)
{
	holds->hold_ms = hold_ms;
	holds->recent = dti_recent_create(capacity, key, allocator);
	return holds->recent != NULL;
}

void dti_address_holds_fini(struct dti_address_holds *holds)
{
	dti_recent_destroy(holds->recent);
}

static bool is_exempt(const struct dti_address_holds *holds,
		      const struct dt_endpoint *from)
{
	return dti_address_is_private(from) || holds->hold_ms == 0;
}

static size_t length_of(const struct dt_endpoint *from)
{
	return from->family == 4 ? BYTES_V4 : BYTES_V6;
}

bool dti_address_holds_back(const struct dti_address_holds *holds,
			    const struct dt_endpoint *from, int64_t now_ms)
{
	return !is_exempt(holds, from) &&
	       dti_recent_has(holds->recent, from->ip, length_of(from), now_ms);
}

void dti_address_holds_add(struct dti_address_holds *holds,
			   const struct dt_endpoint *from, int64_t now_ms)
{
	if (!is_exempt(holds, from))
		dti_recent_add(holds->recent, from->ip, length_of(from),
			       now_ms + holds->hold_ms);
}
