/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/dialstate/index.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

enum {
	MANY = 5000
};

static const uint8_t key[16] = {1, 2, 3};

static struct dt_node_id id_of(size_t number)
{
	struct dt_node_id id = {{0}};

	memcpy(&id.bytes[40], &number, sizeof(number));
	return id;
}

static struct dti_record *find(const struct dti_index *index,
			       const struct dt_node_id *id)
{
	return dti_index_find(index, id, dti_index_hash(index, id));
}

static bool add(struct dti_index *index, struct dti_record *record)
{
	return dti_index_add(index, record, dti_index_hash(index, &record->id));
}

/* @count records; the caller frees them. */
static struct dti_record *make_records(size_t count)
{
	struct dti_record *records = calloc(count, sizeof(*records));

	cr_assert_not_null(records);
	for (size_t i = 0; i < count; i++)
		records[i].id = id_of(i);
	return records;
}

Test(dialstate_index, what_is_added_is_found_until_it_is_removed)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_record *records = make_records(MANY);
	struct dti_index index;

	cr_assert(dti_index_init(&index, key, &allocator));
	for (size_t i = 0; i < MANY; i++) {
		cr_assert_null(find(&index, &records[i].id));
		cr_assert(add(&index, &records[i]));
	}
	for (size_t i = 0; i < MANY; i++)
		cr_assert_eq(find(&index, &records[i].id), &records[i]);
	for (size_t i = 0; i < MANY; i += 2)
		dti_index_remove(&index, &records[i]);

	for (size_t i = 0; i < MANY; i++)
		cr_assert_eq(find(&index, &records[i].id),
			     i % 2 == 0 ? NULL : &records[i]);
	dti_index_fini(&index);
	cr_assert_eq(counter.live, 0);
	free(records);
}

Test(dialstate_index, next_goes_over_all_of_them_once)
{
	static const struct dt_allocator libc = {.context = NULL};
	struct dti_record *records = make_records(MANY);
	const struct dti_record *record = NULL;
	struct dti_index index;
	size_t count = 0;

	cr_assert(dti_index_init(&index, key, &libc));
	cr_assert_null(dti_index_next(&index, NULL));
	for (size_t i = 0; i < MANY; i++)
		cr_assert(add(&index, &records[i]));
	while ((record = dti_index_next(&index, record)) != NULL) {
		cr_assert_geq(record, records);
		cr_assert_lt(record, records + MANY);
		count++;
	}

	cr_assert_eq(count, MANY);
	dti_index_fini(&index);
	free(records);
}

Test(dialstate_index, an_empty_one_keeps_its_memory)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_record *records = make_records(1);
	struct dti_index index;
	size_t calls;

	cr_assert(dti_index_init(&index, key, &allocator));
	calls = counter.calls;
	for (int i = 0; i < 100; i++) {
		cr_assert(add(&index, records));
		dti_index_remove(&index, records);
	}

	cr_assert_eq(counter.calls, calls);
	dti_index_fini(&index);
	free(records);
}

Test(dialstate_index, the_secret_decides_the_hash)
{
	static const struct dt_allocator libc = {.context = NULL};
	static const uint8_t other_key[16] = {1, 2, 4};
	struct dt_node_id id = id_of(7);
	struct dti_index index;
	struct dti_index other;

	cr_assert(dti_index_init(&index, key, &libc));
	cr_assert(dti_index_init(&other, other_key, &libc));

	cr_assert_neq(dti_index_hash(&index, &id), dti_index_hash(&other, &id));
	cr_assert_eq(dti_index_hash(&index, &id), dti_index_hash(&index, &id));
	dti_index_fini(&index);
	dti_index_fini(&other);
}

/* Add all of them, each until it works; how often did it not? */
static size_t add_all(struct dti_index *index, struct dti_record *records)
{
	size_t failures = 0;

	for (size_t i = 0; i < MANY; i++) {
		if (add(index, &records[i]))
			continue;
		failures++;
		cr_assert_null(find(index, &records[i].id));
		cr_assert(add(index, &records[i]));
	}
	for (size_t i = 0; i < MANY; i++)
		cr_assert_eq(find(index, &records[i].id), &records[i]);
	return failures;
}

Test(dialstate_index, each_allocation_may_fail_and_nothing_is_lost)
{
	size_t failures = 0;

	for (size_t fail_at = 1; fail_at < 100; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);
		struct dti_record *records = make_records(MANY);
		struct dti_index index;

		if (dti_index_init(&index, key, &allocator))
			failures += add_all(&index, records);
		else
			failures++;
		dti_index_fini(&index);
		cr_assert_eq(counter.live, 0);
		free(records);
		if (counter.calls < fail_at)
			break;
	}

	cr_assert_gt(failures, 3, "the table has grown a few times");
}
