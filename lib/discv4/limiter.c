/* SPDX-License-Identifier: MIT */
#include "lib/discv4/limiter.h"

#include <assert.h>
#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "lib/assert.h"
#include "lib/memory.h"
#include "lib/node/address_class.h"
#include "lib/token_bucket.h"

enum {
	WAYS = 8
};

struct slot {
	struct dti_token_bucket bucket;
	struct dti_subnet subnet;
	bool is_used;
};

/* Those in use before those that are not, the last one heard of first. */
struct set {
	struct slot slots[WAYS];
};

struct dti_limiter {
	const struct dt_allocator *allocator;
	uint8_t key[16];
	struct dti_token_rate subnet_rate;
	struct dti_token_rate all_rate;
	struct dti_token_bucket all;   /* of strangers */
	struct dti_token_bucket known; /* of known addresses */
	struct set *sets;              /* NULL: subnets have no limit */
	size_t set_count;              /* a power of two */
};

static_assert(sizeof(struct slot) == 32, "the header says so");

static bool make_sets(struct dti_limiter *limiter, size_t subnets)
{
	limiter->set_count = 1;
	while (limiter->set_count * WAYS < subnets) {
		if (limiter->set_count > SIZE_MAX / sizeof(struct set) / 2)
			return false;
		limiter->set_count *= 2;
	}
	limiter->sets = dti_calloc(limiter->allocator, limiter->set_count,
				   sizeof(*limiter->sets));
	return limiter->sets != NULL;
}

struct dti_limiter *dti_limiter_create(const struct dti_limiter_rates *rates,
				       const uint8_t key[16],
				       const struct dt_allocator *allocator)
{
	struct dti_limiter *limiter =
		dti_calloc(allocator, 1, sizeof(*limiter));

	if (limiter == NULL)
		return NULL;
	limiter->allocator = allocator;
	memcpy(limiter->key, key, sizeof(limiter->key));
	limiter->subnet_rate =
		dti_token_rate(rates->subnet_per_s, rates->subnet_burst);
	limiter->all_rate = dti_token_rate(rates->all_per_s, rates->all_burst);
	limiter->all = dti_token_bucket_full(&limiter->all_rate, INT64_MIN);
	limiter->known = limiter->all;
	if (rates->subnet_per_s != 0 && !make_sets(limiter, rates->subnets)) {
		dti_free(allocator, limiter);
		return NULL;
	}
	return limiter;
}

void dti_limiter_destroy(struct dti_limiter *limiter)
{
	if (limiter == NULL)
		return;
	dti_free(limiter->allocator, limiter->sets);
	dti_free(limiter->allocator, limiter);
}

static size_t set_of(const struct dti_limiter *limiter,
		     const struct dti_subnet *subnet)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, subnet->bytes,
			 sizeof(subnet->bytes), limiter->key);
	return hash & (limiter->set_count - 1);
}

/* Slot @i becomes the first; those before it move back by one. */
static struct slot *move_to_front(struct set *set, size_t i)
{
	struct slot moved = set->slots[i];

	memmove(&set->slots[1], &set->slots[0], i * sizeof(moved));
	set->slots[0] = moved;
	return &set->slots[0];
}

/* The slot of @subnet, now the first of its set. NULL: there is none. */
static struct slot *find(struct set *set, const struct dti_subnet *subnet)
{
	for (size_t i = 0; i < WAYS && set->slots[i].is_used; i++)
		if (dti_subnet_equal(&set->slots[i].subnet, subnet))
			return move_to_front(set, i);
	return NULL;
}

/* In the place of an empty slot, or else of the one that was quiet longest. */
static struct slot *add(struct set *set, const struct dti_subnet *subnet,
			const struct dti_token_rate *rate, int64_t now_ms)
{
	struct slot *slot = move_to_front(set, WAYS - 1);

	*slot = (struct slot){
		.bucket = dti_token_bucket_full(rate, now_ms),
		.subnet = *subnet,
		.is_used = true,
	};
	return slot;
}

static enum dti_limiter_verdict take_of_subnet(struct dti_limiter *limiter,
					       const struct dt_endpoint *source,
					       int64_t now_ms, bool has_all)
{
	const struct dti_token_rate *rate = &limiter->subnet_rate;
	struct dti_subnet subnet = dti_subnet_of(source);
	struct set *set = &limiter->sets[set_of(limiter, &subnet)];
	struct slot *slot = find(set, &subnet);

	if (slot != NULL && !dti_token_bucket_fill(&slot->bucket, rate, now_ms))
		return DTI_LIMITER_SUBNET_FULL;
	if (!has_all)
		return DTI_LIMITER_ALL_FULL;
	if (slot == NULL)
		slot = add(set, &subnet, rate, now_ms);
	dti_token_bucket_take(&slot->bucket, rate);
	return DTI_LIMITER_PASS;
}

enum dti_limiter_verdict dti_limiter_take(struct dti_limiter *limiter,
					  const struct dt_endpoint *source,
					  bool is_known, int64_t now_ms)
{
	bool is_exempt = is_known && dti_address_is_private(source);
	struct dti_token_bucket *all =
		is_known ? &limiter->known : &limiter->all;
	bool has_all = is_exempt ||
		       dti_token_bucket_fill(all, &limiter->all_rate, now_ms);
	enum dti_limiter_verdict verdict =
		has_all ? DTI_LIMITER_PASS : DTI_LIMITER_ALL_FULL;

	if (limiter->sets != NULL)
		verdict = take_of_subnet(limiter, source, now_ms, has_all);
	if (verdict == DTI_LIMITER_PASS && !is_exempt)
		dti_token_bucket_take(all, &limiter->all_rate);
	return verdict;
}

static void verify_set(const struct dti_limiter *limiter, size_t number)
{
	const struct slot *slots = limiter->sets[number].slots;

	for (size_t i = 0; i < WAYS; i++) {
		if (!slots[i].is_used)
			continue;
		DTI_ASSERT(i == 0 || slots[i - 1].is_used);
		DTI_ASSERT(slots[i].bucket.milli <=
			   limiter->subnet_rate.full_milli);
		DTI_ASSERT(set_of(limiter, &slots[i].subnet) == number);
		for (size_t j = 0; j < i; j++)
			DTI_ASSERT(!dti_subnet_equal(&slots[i].subnet,
						     &slots[j].subnet));
	}
}

void dti_limiter_verify(const struct dti_limiter *limiter)
{
	DTI_ASSERT(limiter->all.milli <= limiter->all_rate.full_milli);
	DTI_ASSERT(limiter->known.milli <= limiter->all_rate.full_milli);
	for (size_t i = 0; limiter->sets != NULL && i < limiter->set_count; i++)
		verify_set(limiter, i);
}
