/* SPDX-License-Identifier: MIT */
#include "lib/discv4/contact.h"

#include <assert.h>
#include <sodium/crypto_shorthash.h>
#include <string.h>

static_assert(sizeof(struct dti_contact) == 64 + 16 + 1, "no padding");
static_assert(crypto_shorthash_KEYBYTES == 16, "SipHash-2-4 has 16 key bytes");
static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "and gives 8");

struct dti_contact_address
dti_contact_address_of(const struct dt_endpoint *endpoint)
{
	struct dti_contact_address address = {.family = endpoint->family};

	if (endpoint->family == 4)
		memcpy(address.ip, endpoint->ip, 4);
	else if (endpoint->family == 6)
		memcpy(address.ip, endpoint->ip, 16);
	return address;
}

struct dti_contact dti_contact_of(const struct dt_node_id *id,
				  const struct dt_endpoint *endpoint)
{
	return (struct dti_contact){
		.id = *id,
		.address = dti_contact_address_of(endpoint),
	};
}

bool dti_contact_equal(const struct dti_contact *a, const struct dti_contact *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

uint64_t dti_contact_hash(const struct dti_contact *contact,
			  const uint8_t key[16])
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)contact,
			 sizeof(*contact), key);
	return hash;
}

uint64_t dti_contact_address_hash(const struct dti_contact_address *address,
				  const uint8_t key[16])
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)address,
			 sizeof(*address), key);
	return hash;
}
