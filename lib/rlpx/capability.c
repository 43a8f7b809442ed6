/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/capability.h"

#include <string.h>

#include "lib/assert.h"

bool dti_capability_read(struct dti_rlp_reader *claims,
			 struct dti_capability_claim *out)
{
	struct dti_rlp_reader next = *claims;
	struct dti_rlp_reader list;

	/* More elements would be of a later form. */
	if (!dti_rlp_read_list(&next, &list) ||
	    !dti_rlp_read_string(&list, &out->name) ||
	    !dti_rlp_read_u64(&list, &out->version))
		return false;
	*claims = next;
	return true;
}

void dti_capability_write(struct dti_rlp_writer *writer,
			  struct dti_capability_list offered)
{
	size_t all = dti_rlp_begin_list(writer);

	for (size_t i = 0; i < offered.count; i++) {
		const struct dti_capability *capability = &offered.first[i];
		size_t list = dti_rlp_begin_list(writer);

		dti_rlp_write_string(writer, capability->name,
				     strlen(capability->name));
		dti_rlp_write_u64(writer, capability->version);
		dti_rlp_end_list(writer, list);
	}
	dti_rlp_end_list(writer, all);
}

static bool is_claim_of(const struct dti_capability_claim *claim,
			const struct dti_capability *capability)
{
	size_t length = strlen(capability->name);

	return claim->version == capability->version &&
	       claim->name.length == length &&
	       memcmp(claim->name.bytes, capability->name, length) == 0;
}

static bool is_claimed(struct dti_rlp_reader claims,
		       const struct dti_capability *capability)
{
	struct dti_capability_claim claim;

	while (dti_capability_read(&claims, &claim))
		if (is_claim_of(&claim, capability))
			return true;
	return false;
}

/*
 * Put it among those that are there in the order of names; of a name the
 * highest version stays. Returns how many there are then.
 */
static size_t insert(struct dti_capability_match *matches, size_t count,
		     const struct dti_capability *capability)
{
	size_t at = 0;
	int order = 1;

	for (; at < count; at++) {
		order = strcmp(matches[at].capability->name, capability->name);
		if (order >= 0)
			break;
	}
	if (at < count && order == 0) {
		if (matches[at].capability->version < capability->version)
			matches[at].capability = capability;
		return count;
	}
	memmove(&matches[at + 1], &matches[at],
		(count - at) * sizeof(*matches));
	matches[at].capability = capability;
	return count + 1;
}

size_t
dti_capability_match(struct dti_capability_match out[DTI_CAPABILITIES_MAX],
		     struct dti_capability_list offered,
		     struct dti_rlp_reader claims)
{
	uint64_t code = DTI_CAPABILITY_FIRST_CODE;
	size_t count = 0;

	DTI_ASSERT(offered.count <= DTI_CAPABILITIES_MAX);
	for (size_t i = 0; i < offered.count; i++)
		if (is_claimed(claims, &offered.first[i]))
			count = insert(out, count, &offered.first[i]);
	for (size_t i = 0; i < count; i++) {
		out[i].first_code = code;
		code += out[i].capability->messages;
	}
	return count;
}
