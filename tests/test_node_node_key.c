/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"
#include "tests/vectors.h"

Test(node_node_key, known_keys_have_their_ids)
{
	struct vectors vectors = vectors_open("kad.txt");
	uint8_t number = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		struct dt_node_key key = {.bytes = {[31] = ++number}};
		struct dt_node_id expected;
		struct dt_node_id id;
		char *hex;

		if (strncmp(line, "node ", 5) != 0)
			break;
		hex = vectors_cut(line, '=');
		(void)vectors_cut(hex, ':');
		vectors_fixed(expected.bytes, sizeof(expected.bytes), hex);
		cr_assert_eq(dt_node_key_id(&id, &key), DT_OK);
		cr_assert_arr_eq(id.bytes, expected.bytes, sizeof(id.bytes),
				 "%u", number);
	}

	vectors_close(&vectors);
	cr_assert_eq(number, 13);
}

Test(node_node_key, what_is_no_secret_key_has_no_id)
{
	const char *const keys[] = {
		"00000000000000000000000000000000000000000000000000000000000000"
		"00",
		"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd03641"
		"41",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"ff",
	};
	struct dt_node_id untouched;
	struct dt_node_id id;

	memset(&id, 0xa5, sizeof(id));
	untouched = id;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct dt_node_key key;

		vectors_fixed(key.bytes, sizeof(key.bytes), keys[i]);
		cr_assert_eq(dt_node_key_id(&id, &key), DT_ERR_ARGUMENT);
	}

	cr_assert_arr_eq(id.bytes, untouched.bytes, sizeof(id.bytes));
}

Test(node_node_key, a_wiped_key_is_gone)
{
	const struct dt_node_key zero = {.bytes = {0}};
	struct dt_node_key key;

	memset(&key, 0xa5, sizeof(key));
	dt_node_key_wipe(&key);

	cr_assert_arr_eq(key.bytes, zero.bytes, sizeof(key.bytes));
}
