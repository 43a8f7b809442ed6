/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/limiter.h"
#include "lib/node/endpoint.h"

#include "tests/counting_allocator.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

enum {
	TOO_MANY = 10000 /* packets at once: there is no limit at all */
};

static const uint8_t key[16] = {1, 2, 3};
static const struct dt_allocator libc = {.context = NULL};

static struct dt_endpoint endpoint_of(const char *ip)
{
	struct dt_endpoint endpoint = {.udp_port = 30303};

	cr_assert(dti_endpoint_parse_ip(&endpoint, ip, strlen(ip)), "%s", ip);
	return endpoint;
}

/* An address in network @number of IPv4. */
static struct dt_endpoint in_subnet(uint32_t number, uint8_t host)
{
	return (struct dt_endpoint){
		.family = 4,
		.ip = {(uint8_t)(number >> 16), (uint8_t)(number >> 8),
		       (uint8_t)number, host},
	};
}

static enum dti_limiter_verdict take(struct dti_limiter *limiter,
				     const char *ip, int64_t now_ms)
{
	struct dt_endpoint source = endpoint_of(ip);

	return dti_limiter_take(limiter, &source, false, now_ms);
}

/* How many pass at once, before the verdict @last. */
static uint32_t take_until(struct dti_limiter *limiter, const char *ip,
			   int64_t now_ms, enum dti_limiter_verdict last)
{
	enum dti_limiter_verdict verdict;
	uint32_t count = 0;

	while ((verdict = take(limiter, ip, now_ms)) == DTI_LIMITER_PASS) {
		count++;
		cr_assert_lt(count, TOO_MANY);
	}
	cr_assert_eq(verdict, last);
	return count;
}

static struct dti_limiter *make(uint32_t subnet_per_s, uint32_t subnet_burst,
				uint32_t all_per_s, uint32_t all_burst,
				size_t subnets)
{
	struct dti_limiter_rates rates = {subnet_per_s, subnet_burst, all_per_s,
					  all_burst, subnets};
	struct dti_limiter *limiter = dti_limiter_create(&rates, key, &libc);

	cr_assert_not_null(limiter);
	return limiter;
}

Test(discv4_limiter, which_sources_share_a_bucket)
{
	static const struct {
		const char *one;
		const char *other;
		bool share;
	} rows[] = {
		{"5.6.7.1", "5.6.7.254", true},
		{"5.6.7.1", "5.6.8.1", false},
		{"2001:db8::1", "2001:db8::ffff:0:0:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"::ffff:5.6.7.1", "5.6.7.2", true},
		{"127.0.0.1", "127.0.0.2", true},
		{"127.0.0.1", "127.0.1.1", false},
		{"10.0.0.1", "10.0.0.9", true},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dti_limiter *limiter = make(1, 1, 0, 0, 64);

		cr_assert_eq(take(limiter, rows[i].one, 0), DTI_LIMITER_PASS);
		cr_assert_eq(take(limiter, rows[i].one, 0),
			     DTI_LIMITER_SUBNET_FULL);
		cr_assert_eq(take(limiter, rows[i].other, 0),
			     rows[i].share ? DTI_LIMITER_SUBNET_FULL
					   : DTI_LIMITER_PASS,
			     "row %zu", i);
		dti_limiter_destroy(limiter);
	}
}

Test(discv4_limiter, the_burst_passes_at_once_and_then_the_rate)
{
	struct dti_limiter *limiter = make(10, 25, 0, 0, 64);

	cr_assert_eq(take_until(limiter, "5.6.7.8", 0, DTI_LIMITER_SUBNET_FULL),
		     25);
	cr_assert_eq(
		take_until(limiter, "5.6.7.9", 1000, DTI_LIMITER_SUBNET_FULL),
		10);
	cr_assert_eq(take_until(limiter, "5.6.7.9", 1000000,
				DTI_LIMITER_SUBNET_FULL),
		     25);
	dti_limiter_destroy(limiter);
}

Test(discv4_limiter, the_bucket_for_all_holds_whoever_asks)
{
	struct dti_limiter *limiter = make(10, 20, 40, 50, 64);

	cr_assert_eq(take_until(limiter, "5.6.1.1", 0, DTI_LIMITER_SUBNET_FULL),
		     20);
	cr_assert_eq(take_until(limiter, "5.6.2.1", 0, DTI_LIMITER_SUBNET_FULL),
		     20);
	cr_assert_eq(take_until(limiter, "5.6.3.1", 0, DTI_LIMITER_ALL_FULL),
		     10);
	/* One that is over its own limit hears of that. */
	cr_assert_eq(take(limiter, "5.6.1.1", 0), DTI_LIMITER_SUBNET_FULL);
	/* Of its own bucket nothing was taken when that for all was empty. */
	cr_assert_eq(
		take_until(limiter, "5.6.3.1", 500, DTI_LIMITER_SUBNET_FULL),
		15);
	cr_assert_eq(take_until(limiter, "5.6.4.1", 500, DTI_LIMITER_ALL_FULL),
		     5);
	dti_limiter_destroy(limiter);
}

/* How many of 1000 networks pass, each with one packet. */
static int take_of_each(struct dti_limiter *limiter, bool is_known,
			int64_t now_ms)
{
	int passed = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		struct dt_endpoint source = in_subnet(0x080000u + i, 1);

		passed += dti_limiter_take(limiter, &source, is_known,
					   now_ms) == DTI_LIMITER_PASS;
	}
	return passed;
}

Test(discv4_limiter, strangers_and_known_sources_leave_each_other_theirs)
{
	struct dti_limiter *limiter = make(100, 100, 10, 20, 2048);

	cr_assert_eq(take_of_each(limiter, false, 0), 20);
	cr_assert_eq(take_of_each(limiter, true, 0), 20);
	cr_assert_eq(take_of_each(limiter, true, 1000), 10);
	cr_assert_eq(take_of_each(limiter, false, 1000), 10);
	dti_limiter_verify(limiter);
	dti_limiter_destroy(limiter);
}

/* But for the limit of its network. */
Test(discv4_limiter, a_known_source_in_a_private_network_has_no_limit_for_all)
{
	struct dti_limiter *limiter = make(1, 5, 1, 1, 8);
	struct dt_endpoint known = endpoint_of("192.168.1.1");

	cr_assert_eq(take_of_each(limiter, true, 0), 1);
	for (int i = 0; i < 5; i++)
		cr_assert_eq(dti_limiter_take(limiter, &known, true, 0),
			     DTI_LIMITER_PASS);
	cr_assert_eq(dti_limiter_take(limiter, &known, true, 0),
		     DTI_LIMITER_SUBNET_FULL);
	/* A stranger there has. */
	known = endpoint_of("192.168.2.1");
	cr_assert_eq(dti_limiter_take(limiter, &known, false, 0),
		     DTI_LIMITER_PASS);
	cr_assert_eq(dti_limiter_take(limiter, &known, false, 0),
		     DTI_LIMITER_ALL_FULL);
	dti_limiter_destroy(limiter);
}

Test(discv4_limiter, a_rate_of_0_is_no_limit_of_that_kind)
{
	struct dti_limiter *none = make(0, 0, 0, 0, 64);
	struct dti_limiter *all_only = make(0, 0, 1, 3, 64);
	struct dti_limiter *subnet_only = make(1, 3, 0, 0, 64);

	for (int i = 0; i < 1000; i++)
		cr_assert_eq(take(none, "5.6.7.8", 0), DTI_LIMITER_PASS);
	cr_assert_eq(take_until(all_only, "5.6.7.8", 0, DTI_LIMITER_ALL_FULL),
		     3);
	for (uint32_t i = 0; i < 1000; i++) {
		struct dt_endpoint source = in_subnet(i, 1);

		cr_assert_eq(dti_limiter_take(subnet_only, &source, false, 0),
			     DTI_LIMITER_PASS);
	}
	dti_limiter_destroy(none);
	dti_limiter_destroy(all_only);
	dti_limiter_destroy(subnet_only);
}

Test(discv4_limiter, the_network_that_was_quiet_longest_gives_way)
{
	struct dti_limiter *limiter = make(1, 2, 0, 0, 8);
	struct dt_endpoint source;

	/* All eight have one token left; 0 was heard of again, and has none. */
	for (uint32_t i = 0; i < 8; i++) {
		source = in_subnet(i, 1);
		cr_assert_eq(dti_limiter_take(limiter, &source, false, 0),
			     DTI_LIMITER_PASS);
	}
	cr_assert_eq(take_until(limiter, "0.0.0.9", 0, DTI_LIMITER_SUBNET_FULL),
		     1);
	/* A ninth takes the place of 1, which returns with a full bucket in
	 * that of 2. */
	cr_assert_eq(take_until(limiter, "9.9.9.9", 0, DTI_LIMITER_SUBNET_FULL),
		     2);
	cr_assert_eq(take_until(limiter, "0.0.1.1", 0, DTI_LIMITER_SUBNET_FULL),
		     2);
	cr_assert_eq(take(limiter, "0.0.0.1", 0), DTI_LIMITER_SUBNET_FULL);
	cr_assert_eq(take_until(limiter, "0.0.3.1", 0, DTI_LIMITER_SUBNET_FULL),
		     1);
	cr_assert_eq(take_until(limiter, "0.0.2.1", 0, DTI_LIMITER_SUBNET_FULL),
		     2);
	dti_limiter_verify(limiter);
	dti_limiter_destroy(limiter);
}

Test(discv4_limiter, one_that_does_not_pass_pushes_nobody_out)
{
	struct dti_limiter *limiter = make(1, 1, 1, 8, 8);
	struct dt_endpoint source;

	for (uint32_t i = 0; i < 8; i++) {
		source = in_subnet(i, 1);
		cr_assert_eq(dti_limiter_take(limiter, &source, false, 0),
			     DTI_LIMITER_PASS);
	}
	for (uint32_t i = 8; i < 100000; i++) {
		source = in_subnet(i, 1);
		cr_assert_eq(dti_limiter_take(limiter, &source, false, 999),
			     DTI_LIMITER_ALL_FULL);
	}
	for (uint32_t i = 0; i < 8; i++) {
		source = in_subnet(i, 1);
		cr_assert_eq(dti_limiter_take(limiter, &source, false, 999),
			     DTI_LIMITER_SUBNET_FULL);
	}
	dti_limiter_destroy(limiter);
}

/* ---- against a list, millisecond by millisecond --------------------------- */

enum {
	REMEMBERED = 8, /* one set: the list is exact */
	NETWORKS = 12,
	STEPS = 300000
};

struct model {
	struct {
		uint32_t number;
		uint64_t milli;
	} list[REMEMBERED]; /* the last one heard of first */
	size_t count;
	uint64_t all_milli;
	struct dti_limiter_rates rates;
};

static uint64_t one_ms_later(uint64_t milli, uint32_t per_s, uint32_t burst)
{
	milli += per_s;
	return milli < burst * UINT64_C(1000) ? milli : burst * UINT64_C(1000);
}

static void model_ms(struct model *model)
{
	const struct dti_limiter_rates *rates = &model->rates;

	model->all_milli = one_ms_later(model->all_milli, rates->all_per_s,
					rates->all_burst);
	for (size_t i = 0; i < model->count; i++)
		model->list[i].milli =
			one_ms_later(model->list[i].milli, rates->subnet_per_s,
				     rates->subnet_burst);
}

/* Network @number is the first of the list now, with @milli. */
static void model_set(struct model *model, uint32_t number, uint64_t milli)
{
	size_t i = 0;

	while (i < model->count && model->list[i].number != number)
		i++;
	if (i == model->count && model->count < REMEMBERED)
		model->count++;
	else if (i == model->count)
		i--;
	for (; i > 0; i--)
		model->list[i] = model->list[i - 1];
	model->list[0].number = number;
	model->list[0].milli = milli;
}

static enum dti_limiter_verdict model_take(struct model *model, uint32_t number)
{
	uint64_t milli = model->rates.subnet_burst * UINT64_C(1000);
	bool is_known = false;

	for (size_t i = 0; i < model->count; i++) {
		if (model->list[i].number != number)
			continue;
		milli = model->list[i].milli;
		is_known = true;
	}
	if (is_known)
		model_set(model, number, milli);
	if (milli < 1000)
		return DTI_LIMITER_SUBNET_FULL;
	if (model->all_milli < 1000)
		return DTI_LIMITER_ALL_FULL;
	model->all_milli -= 1000;
	model_set(model, number, milli - 1000);
	return DTI_LIMITER_PASS;
}

Test(discv4_limiter, it_behaves_as_a_list_that_is_filled_each_millisecond,
     .timeout = 60)
{
	static const struct dti_limiter_rates all_rates[] = {
		{7, 5, 60, 30, REMEMBERED},
		{9, 3, 70, 10, REMEMBERED},
		{3, 2, 1001, 1, 0},
	};

	for (size_t r = 0; r < dti_array_length(all_rates); r++) {
		struct random_stream random = {.state = r};
		struct model model = {.rates = all_rates[r]};
		struct dti_limiter *limiter =
			dti_limiter_create(&model.rates, key, &libc);
		size_t verdicts[3] = {0};
		int64_t now_ms = 5;

		model.all_milli = model.rates.all_burst * UINT64_C(1000);
		for (int step = 0; step < STEPS; step++) {
			uint32_t number =
				(uint32_t)random_below(&random, NETWORKS);
			struct dt_endpoint source =
				in_subnet(number, (uint8_t)step);
			enum dti_limiter_verdict verdict =
				model_take(&model, number);

			cr_assert_eq(dti_limiter_take(limiter, &source, false,
						      now_ms),
				     verdict, "step %d", step);
			verdicts[verdict]++;
			dti_limiter_verify(limiter);
			for (int ms = random_below(&random, 20); ms > 0; ms--) {
				model_ms(&model);
				now_ms++;
			}
		}
		for (size_t i = 0; i < 3; i++)
			cr_assert_gt(verdicts[i], 1000, "%zu of rates %zu", i,
				     r);
		dti_limiter_destroy(limiter);
	}
}

/* ---- bounds ---------------------------------------------------------------- */

/* How many of network @number pass at once. */
static uint64_t drain(struct dti_limiter *limiter, uint32_t number,
		      int64_t now_ms)
{
	struct dt_endpoint source = in_subnet(number, (uint8_t)now_ms);
	uint64_t passed = 0;

	while (dti_limiter_take(limiter, &source, false, now_ms) ==
	       DTI_LIMITER_PASS) {
		passed++;
		cr_assert_lt(passed, TOO_MANY);
	}
	return passed;
}

Test(discv4_limiter, in_the_long_run_each_network_has_its_rate_exactly,
     .timeout = 60)
{
	enum {
		COUNT = 40
	};
	struct dti_limiter *limiter = make(3, 10, 0, 0, 1024);
	struct random_stream random = {.state = 1};
	uint64_t passed[COUNT];
	int64_t now_ms = 0;

	for (uint32_t i = 0; i < COUNT; i++)
		passed[i] = drain(limiter, i, 0);
	/* Each comes every 1.2 s at the latest, so none is full again. */
	for (uint32_t step = 0; step < STEPS; step++) {
		now_ms += random_below(&random, 30);
		passed[step % COUNT] += drain(limiter, step % COUNT, now_ms);
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		passed[i] += drain(limiter, i, now_ms);
		cr_assert_eq(passed[i], 10 + (uint64_t)now_ms * 3 / 1000);
	}
	dti_limiter_destroy(limiter);
}

Test(discv4_limiter, forged_sources_gain_what_the_bucket_for_all_allows,
     .timeout = 60)
{
	struct counting_allocator counter = {0};
	struct dt_allocator allocator = counting_allocator_functions(&counter);
	struct dti_limiter_rates rates = {1, 5, 1000, 2000, 16384};
	struct dti_limiter *limiter =
		dti_limiter_create(&rates, key, &allocator);
	size_t calls = counter.calls;
	uint64_t passed = 0;

	cr_assert_leq(counter.live_bytes, 16384 * 32 + 256);
	for (uint32_t i = 0; i < 1000000; i++) {
		struct dt_endpoint source = in_subnet(i, 1);

		/* A hundred each millisecond, for ten seconds. */
		passed += dti_limiter_take(limiter, &source, false, i / 100) ==
			  DTI_LIMITER_PASS;
	}

	cr_assert_eq(passed, 2000 + 9999);
	cr_assert_eq(counter.calls, calls);
	dti_limiter_verify(limiter);
	dti_limiter_destroy(limiter);
	cr_assert_eq(counter.live_bytes, 0);
}

Test(discv4_limiter, as_many_networks_as_it_is_made_for_are_nearly_all_kept)
{
	enum {
		COUNT = 16384
	};
	struct dti_limiter *limiter = make(1, 1, 0, 0, COUNT);
	size_t kept = 0;

	for (uint32_t i = 0; i < COUNT / 2; i++) {
		struct dt_endpoint source = in_subnet(i, 1);

		cr_assert_eq(dti_limiter_take(limiter, &source, false, 0),
			     DTI_LIMITER_PASS);
	}
	for (uint32_t i = COUNT / 2; i-- > 0;) {
		struct dt_endpoint source = in_subnet(i, 1);

		kept += dti_limiter_take(limiter, &source, false, 0) ==
			DTI_LIMITER_SUBNET_FULL;
	}

	/* Half full: a set of eight has more than eight in 2 of 100 cases. */
	cr_assert_gt(kept, COUNT / 2 * 97 / 100, "%zu", kept);
	dti_limiter_destroy(limiter);
}

Test(discv4_limiter, each_allocation_of_create_may_fail)
{
	static const struct dti_limiter_rates rates = {1, 1, 1, 1, 100};
	static const struct dti_limiter_rates huge = {1, 1, 1, 1, SIZE_MAX};
	struct dti_limiter *limiter = NULL;

	for (size_t fail_at = 1; limiter == NULL; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);

		limiter = dti_limiter_create(&rates, key, &allocator);
		cr_assert_eq(limiter != NULL, counter.calls < fail_at);
		dti_limiter_destroy(limiter);
		cr_assert_eq(counter.live, 0);
	}
	cr_assert_null(dti_limiter_create(&huge, key, &libc));
	dti_limiter_destroy(NULL);
}
