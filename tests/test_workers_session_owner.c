/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/session_pair.h"

static struct dti_session_owner owner; /* each test is a process */

static dt_err init(const struct dti_session_options *options,
		   struct dt_error *error)
{
	memset(error, 0, sizeof(*error));
	return dti_session_owner_init(&owner, options, error);
}

Test(workers_session_owner, it_speaks_for_the_key)
{
	struct dti_session_options options = session_options(7);
	struct dt_node_id id = session_id(7);
	const struct dti_hello_offer *offer = &owner.self.offer;
	struct dt_error error;

	cr_assert_eq(init(&options, &error), DT_OK);

	cr_assert(dti_node_id_equal(&owner.self.identity.id, &id));
	cr_assert(dti_node_id_equal(&offer->id, &id));
	cr_assert_eq(offer->version, DTI_HELLO_VERSION);
	cr_assert_eq(offer->listen_port, 30303);
	cr_assert_eq(offer->capabilities.count, 2);
	cr_assert_str_eq(offer->capabilities.first[1].name, "snap");
	cr_assert_neq(offer->capabilities.first, options.capabilities.first,
		      "they are copied");
	cr_assert_eq(owner.self.frame_limit, 4096);
	dti_session_owner_fini(&owner);
}

Test(workers_session_owner, its_key_does_not_stay)
{
	static const struct dti_session_self none;
	struct dti_session_options options = session_options(7);
	struct dt_error error;

	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert_neq(memcmp(&owner.self, &none, sizeof(none)), 0);
	dti_session_owner_fini(&owner);

	cr_assert_eq(memcmp(&owner.self, &none, sizeof(none)), 0);
}

Test(workers_session_owner, a_client_without_a_name_is_dialtone)
{
	static const char expected[] = "dialtone/v" DIALTONE_VERSION "/linux";
	struct dti_session_options options = session_options(1);
	struct dt_error error;

	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert_str_eq(owner.client, expected);
	cr_assert_eq(owner.self.offer.client.length, sizeof(expected) - 1);
	dti_session_owner_fini(&owner);

	options.client = "acme/2";
	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert_eq(owner.self.offer.client.length, 6);
	cr_assert_arr_eq(owner.self.offer.client.bytes, "acme/2", 6);
	dti_session_owner_fini(&owner);
}

static void check_hello_size(size_t size, bool fits)
{
	uint8_t payload[DTI_SESSION_HELLO_MAX];
	struct dti_rlp_writer writer = dti_rlp_writer_of(payload, size);

	dti_hello_write(&writer, &owner.self.offer);
	cr_assert_eq(!writer.failed, fits);
}

Test(workers_session_owner, the_most_that_is_accepted_fits)
{
	struct dti_session_options options = session_options(1);
	struct dti_capability many[DTI_CAPABILITIES_MAX];
	char client[DT_CLIENT_SIZE];
	struct dt_error error;

	memset(client, 'c', sizeof(client) - 1);
	client[sizeof(client) - 1] = '\0';
	for (size_t i = 0; i < dti_array_length(many); i++)
		many[i] = (struct dti_capability){"abcdefghijklmno", UINT32_MAX,
						  1};
	options.client = client;
	options.capabilities =
		(struct dti_capability_list){many, dti_array_length(many)};

	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert(dti_hello_fits(&owner.self.offer));
	check_hello_size(DTI_SESSION_HELLO_MAX, true);
	check_hello_size(DTI_SESSION_HELLO_MAX / 2, false);
	dti_session_owner_fini(&owner);
}

Test(workers_session_owner, what_does_not_fit_is_refused_by_name)
{
	struct dti_session_options options = session_options(1);
	struct dti_capability many[DTI_CAPABILITIES_MAX + 1] = {{"a", 1, 1}};
	char client[DT_CLIENT_SIZE + 1];
	struct dt_error error;

	memset(client, 'c', sizeof(client) - 1);
	client[sizeof(client) - 1] = '\0';
	options.client = client;
	cr_assert_eq(init(&options, &error), DT_ERR_CONFIG);
	cr_assert_str_eq(error.text,
			 "client: \"cccccccccccccccccccccccccccccccccccccccc"
			 "...\" has 128 bytes; at most 127 are accepted");

	options.client = "";
	options.capabilities =
		(struct dti_capability_list){many, dti_array_length(many)};
	cr_assert_eq(init(&options, &error), DT_ERR_CONFIG);
	cr_assert_str_eq(error.text, "capabilities: 17 are too many; at most "
				     "16 are accepted");
}

Test(workers_session_owner, a_key_that_is_none_is_refused)
{
	struct dti_session_options options = session_options(1);
	struct dt_node_key zero = {{0}};
	struct dt_error error;

	options.key = &zero;
	cr_assert_eq(init(&options, &error), DT_ERR_CONFIG);
	cr_assert_not_null(strstr(error.text, "node_key: it is zero"));
	cr_assert_eq(dti_session_owner_init(&owner, &options, NULL),
		     DT_ERR_CONFIG);
}

Test(workers_session_owner, without_memory_it_says_so_and_loses_none)
{
	for (size_t fail_at = 1;; fail_at++) {
		struct failing_allocator failing = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&failing);
		struct dti_session_options options = session_options(1);
		dt_session *session = NULL;
		struct dt_error error;
		dt_err err;

		options.allocator = &allocator;
		err = init(&options, &error);
		if (err == DT_OK) {
			err = dti_session_open_answer(&owner, &session);
			dt_session_destroy(session);
			dti_session_owner_fini(&owner);
		} else {
			cr_assert_eq(error.code, DT_ERR_NO_MEMORY);
		}
		cr_assert_eq(failing.live, 0);
		if (err == DT_OK)
			break;
		cr_assert_eq(err, DT_ERR_NO_MEMORY);
		cr_assert_null(session);
	}
}

Test(workers_session_owner, who_is_no_point_on_the_curve_cannot_be_called)
{
	struct dti_session_options options = session_options(1);
	struct dt_node_id nobody = {{1}};
	struct dt_error error;
	dt_session *session = NULL;

	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert_eq(dti_session_open_call(&owner, &session, &nobody),
		     DT_ERR_ARGUMENT);
	cr_assert_null(session);
	cr_assert_eq(dti_session_pool_in_use(&owner.pool), 0);
	dti_session_owner_fini(&owner);
}

Test(workers_session_owner, a_called_session_knows_whom_it_called)
{
	struct dti_session_options options = session_options(1);
	struct dt_node_id other = session_id(2);
	struct dt_error error;
	dt_session *call;
	dt_session *answer;

	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert_eq(dti_session_open_call(&owner, &call, &other), DT_OK);
	cr_assert_eq(dti_session_open_answer(&owner, &answer), DT_OK);

	cr_assert(dt_session_info(call)->is_initiator);
	cr_assert(dti_node_id_equal(&dt_session_info(call)->id, &other));
	cr_assert(dt_session_owes(call));
	cr_assert_not(dt_session_info(answer)->is_initiator);
	cr_assert_not(dt_session_owes(answer));

	dt_session_destroy(call);
	dt_session_destroy(answer);
	dti_session_owner_fini(&owner);
}

/* The nonces and ephemeral keys of two would make their secrets the same. */
Test(workers_session_owner, no_two_sessions_have_the_same_chance)
{
	struct dti_session_options options = session_options(1);
	struct dt_node_id other = session_id(2);
	uint8_t first[DT_SESSION_WRITE_SIZE];
	uint8_t second[DT_SESSION_WRITE_SIZE];
	struct dt_error error;
	dt_session *a;
	dt_session *b;

	cr_assert_eq(init(&options, &error), DT_OK);
	cr_assert_eq(dti_session_open_call(&owner, &a, &other), DT_OK);
	cr_assert_eq(dti_session_open_call(&owner, &b, &other), DT_OK);
	cr_assert_gt(dt_session_write(a, first, sizeof(first)), 200);
	cr_assert_gt(dt_session_write(b, second, sizeof(second)), 200);

	/* Behind the size: the key of the seal. */
	cr_assert_arr_neq(first + 2, second + 2, 65);
	cr_assert_arr_neq(a->setup->handshake.entropy.nonce,
			  b->setup->handshake.entropy.nonce,
			  DTI_RLPX_NONCE_SIZE);

	dt_session_destroy(a);
	dt_session_destroy(b);
	dti_session_owner_fini(&owner);
}
