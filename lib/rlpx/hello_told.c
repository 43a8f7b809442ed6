/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/hello_told.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(((struct dt_capability *)0)->name) ==
		      sizeof(((struct dti_capability *)0)->name),
	      "names have the same room");
static_assert(DTI_CAPABILITIES_MAX <= DT_CAPABILITIES_MAX,
	      "all that are shared can be told");

static bool is_printable(char byte)
{
	return byte >= ' ' && byte <= '~';
}

static void tell_client(char out[DT_CLIENT_SIZE], struct dti_bytes client)
{
	size_t length = client.length < DT_CLIENT_SIZE - 1 ? client.length
							   : DT_CLIENT_SIZE - 1;

	for (size_t i = 0; i < length; i++) {
		char byte = (char)client.bytes[i];

		if (!is_printable(byte))
			byte = '?';
		out[i] = byte;
	}
	out[length] = '\0';
}

/* Is it one that is kept? */
static bool tell_claim(struct dt_capability *out,
		       const struct dti_capability_claim *claim)
{
	if (claim->name.length == 0 ||
	    claim->name.length > DTI_CAPABILITY_NAME_MAX ||
	    claim->version > UINT32_MAX)
		return false;
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < claim->name.length; i++) {
		out->name[i] = (char)claim->name.bytes[i];
		if (!is_printable(out->name[i]))
			return false;
	}
	out->version = (uint32_t)claim->version;
	return true;
}

static uint64_t code_of(const struct dt_capability *capability,
			const struct dti_capability_match *matches,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct dti_capability *match = matches[i].capability;

		if (match->version == capability->version &&
		    strcmp(match->name, capability->name) == 0)
			return matches[i].first_code;
	}
	return 0;
}

void dti_hello_tell(struct dt_hello *out, const struct dti_hello *hello,
		    struct dti_capability_list offered)
{
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
	size_t count =
		dti_capability_match(matches, offered, hello->capabilities);
	struct dti_rlp_reader claims = hello->capabilities;
	struct dti_capability_claim claim;
	uint16_t kept = 0;

	memset(out, 0, sizeof(*out));
	out->version = hello->version;
	out->listen_port = hello->listen_port;
	tell_client(out->client, hello->client);
	while (kept < DT_CAPABILITIES_MAX &&
	       dti_capability_read(&claims, &claim)) {
		struct dt_capability *capability = &out->capabilities[kept];

		if (!tell_claim(capability, &claim))
			continue;
		capability->first_code = code_of(capability, matches, count);
		kept++;
	}
	out->capability_count = kept;
}

size_t dti_hello_shared(struct dt_capability out[DTI_CAPABILITIES_MAX],
			const struct dti_hello *hello,
			struct dti_capability_list offered)
{
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
	size_t count =
		dti_capability_match(matches, offered, hello->capabilities);

	for (size_t i = 0; i < count; i++) {
		const struct dti_capability *match = matches[i].capability;

		memset(&out[i], 0, sizeof(out[i]));
		memcpy(out[i].name, match->name, sizeof(out[i].name));
		out[i].version = match->version;
		out[i].messages = match->messages;
		out[i].first_code = matches[i].first_code;
	}
	return count;
}
