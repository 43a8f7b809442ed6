/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/hello_told.h"

#include "tests/harness.h"

/* What is not offered by this library. */
struct claim {
	const char *name;
	uint64_t version;
};

static uint8_t payload[DTI_HELLO_MAX]; /* each test is a process */

static struct dti_hello hello_of(const char *client, const struct claim *claims,
				 size_t count)
{
	struct dti_rlp_writer writer =
		dti_rlp_writer_of(payload, sizeof(payload));
	size_t list = dti_rlp_begin_list(&writer);
	struct dt_node_id id = {{1}};
	struct dti_hello hello;
	size_t all;

	dti_rlp_write_u64(&writer, 5);
	dti_rlp_write_string(&writer, client, strlen(client));
	all = dti_rlp_begin_list(&writer);
	for (size_t i = 0; i < count; i++) {
		size_t claim = dti_rlp_begin_list(&writer);

		dti_rlp_write_string(&writer, claims[i].name,
				     strlen(claims[i].name));
		dti_rlp_write_u64(&writer, claims[i].version);
		dti_rlp_end_list(&writer, claim);
	}
	dti_rlp_end_list(&writer, all);
	dti_rlp_write_u64(&writer, 30303);
	dti_rlp_write_string(&writer, id.bytes, sizeof(id.bytes));
	dti_rlp_end_list(&writer, list);
	cr_assert_not(writer.failed);
	cr_assert_eq(dti_hello_read(&hello,
				    (struct dti_bytes){payload, writer.length}),
		     DTI_REFUSAL_NONE);
	return hello;
}

static const struct dti_capability offered[] = {
	{"snap", 1, 8}, {"eth", 67, 17}, {"eth", 68, 18}};
static const struct dti_capability_list offers = {offered,
						  dti_array_length(offered)};
static const struct dti_capability_list none;

Test(rlpx_hello_told, it_is_told_whole)
{
	static const struct claim claims[] = {
		{"eth", 66}, {"eth", 68}, {"les", 4}, {"snap", 1}};
	struct dti_hello hello =
		hello_of("Geth/v1", claims, dti_array_length(claims));
	struct dt_hello told;

	dti_hello_tell(&told, &hello, offers);

	cr_assert_eq(told.version, 5);
	cr_assert_str_eq(told.client, "Geth/v1");
	cr_assert_eq(told.listen_port, 30303);
	cr_assert_eq(told.capability_count, dti_array_length(claims));
	for (size_t i = 0; i < dti_array_length(claims); i++) {
		cr_assert_str_eq(told.capabilities[i].name, claims[i].name);
		cr_assert_eq(told.capabilities[i].version, claims[i].version);
		cr_assert_eq(told.capabilities[i].messages, 0);
	}
	cr_assert_eq(told.capabilities[0].first_code, 0);
	cr_assert_eq(told.capabilities[1].first_code, 0x10);
	cr_assert_eq(told.capabilities[2].first_code, 0);
	cr_assert_eq(told.capabilities[3].first_code, 0x10 + 18);
}

Test(rlpx_hello_told, what_is_shared_has_its_messages)
{
	static const struct claim claims[] = {
		{"snap", 1}, {"eth", 67}, {"eth", 68}, {"les", 4}};
	struct dti_hello hello =
		hello_of("x", claims, dti_array_length(claims));
	struct dt_capability shared[DTI_CAPABILITIES_MAX];

	cr_assert_eq(dti_hello_shared(shared, &hello, offers), 2);
	cr_assert_str_eq(shared[0].name, "eth");
	cr_assert_eq(shared[0].version, 68);
	cr_assert_eq(shared[0].messages, 18);
	cr_assert_eq(shared[0].first_code, 0x10);
	cr_assert_str_eq(shared[1].name, "snap");
	cr_assert_eq(shared[1].first_code, 0x10 + 18);
	cr_assert_eq(dti_hello_shared(shared, &hello, none), 0);
}

Test(rlpx_hello_told, a_client_is_fit_to_be_shown)
{
	struct dti_hello hello = hello_of("a\x1b[31m\n\xc3\xa9~ b", NULL, 0);
	struct dt_hello told;

	dti_hello_tell(&told, &hello, none);
	cr_assert_str_eq(told.client, "a?[31m???~ b");
}

Test(rlpx_hello_told, a_long_client_is_cut)
{
	char client[DT_CLIENT_SIZE + 100];
	struct dti_hello hello;
	struct dt_hello told;

	memset(client, 'c', sizeof(client) - 1);
	client[sizeof(client) - 1] = '\0';
	hello = hello_of(client, NULL, 0);
	dti_hello_tell(&told, &hello, none);
	cr_assert_eq(strlen(told.client), DT_CLIENT_SIZE - 1);
	cr_assert_arr_eq(told.client, client, DT_CLIENT_SIZE - 1);
}

Test(rlpx_hello_told, a_capability_that_cannot_be_shown_is_not_kept)
{
	static const struct claim claims[] = {
		{"abcdefghijklmnop", 1},
		{"", 1},
		{"e\nth", 1},
		{"\xc3\xa9", 1},
		{"eth", (uint64_t)UINT32_MAX + 1},
		{"abcdefghijklmno", UINT32_MAX},
	};
	struct dti_hello hello =
		hello_of("x", claims, dti_array_length(claims));
	struct dt_hello told;

	dti_hello_tell(&told, &hello, none);
	cr_assert_eq(told.capability_count, 1);
	cr_assert_str_eq(told.capabilities[0].name, "abcdefghijklmno");
	cr_assert_eq(told.capabilities[0].version, UINT32_MAX);
}

Test(rlpx_hello_told, of_very_many_capabilities_the_first_are_kept)
{
	struct claim claims[DT_CAPABILITIES_MAX + 10];
	struct dt_capability shared[DTI_CAPABILITIES_MAX];
	struct dti_hello hello;
	struct dt_hello told;

	for (size_t i = 0; i < dti_array_length(claims); i++)
		claims[i] = (struct claim){"les", i};
	claims[dti_array_length(claims) - 1] = (struct claim){"eth", 68};
	hello = hello_of("x", claims, dti_array_length(claims));

	dti_hello_tell(&told, &hello, offers);
	cr_assert_eq(told.capability_count, DT_CAPABILITIES_MAX);
	cr_assert_eq(told.capabilities[DT_CAPABILITIES_MAX - 1].version,
		     DT_CAPABILITIES_MAX - 1);
	/* Which is shared all the same. */
	cr_assert_eq(dti_hello_shared(shared, &hello, offers), 1);
}
