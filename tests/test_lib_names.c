/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"

/* A name for each constant: lower case with underscores, none twice. */
#define CHECK_NAMES(name_of, type, count)                                    \
	do {                                                                 \
		for (int i = 0; i < (int)(count); i++) {                     \
			const char *name = name_of((type)i);                 \
			cr_assert_gt(strlen(name), 0);                       \
			cr_assert_eq(                                        \
				strspn(name, "abcdefghijklmnopqrstuvwxyz_"), \
				strlen(name), #name_of "(%d): \"%s\"", i,    \
				name);                                       \
			for (int j = 0; j < i; j++)                          \
				cr_assert_str_neq(name, name_of((type)j));   \
		}                                                            \
		cr_assert_str_eq(name_of((type)(count)), "?");               \
		cr_assert_str_eq(name_of((type)-1), "?");                    \
		cr_assert_str_eq(name_of((type)INT32_MAX), "?");             \
	} while (0)

Test(lib_names, every_constant_has_a_name_of_its_own)
{
	CHECK_NAMES(dt_task_name, enum dt_task, DT_TASK_COUNT);
	CHECK_NAMES(dt_outcome_name, enum dt_outcome, DT_OUTCOME_COUNT);
	CHECK_NAMES(dt_skip_name, enum dt_skip, DT_SKIP_COUNT);
	CHECK_NAMES(dt_source_name, enum dt_source, DT_SOURCE_COUNT);
	CHECK_NAMES(dt_event_name, enum dt_event_type, DT_EVENT_COUNT);
	CHECK_NAMES(dt_level_name, enum dt_level, DT_LEVEL_COUNT);
	CHECK_NAMES(dt_latency_name, enum dt_latency_kind, DT_LATENCY_COUNT);
	CHECK_NAMES(dt_waits_for_name, enum dt_waits_for, DT_WAITS_FOR_COUNT);
}

Test(lib_names, a_name_is_the_constant_in_lower_case)
{
	cr_assert_str_eq(dt_task_name(DT_TASK_STATIC_DIAL), "static_dial");
	cr_assert_str_eq(dt_task_name(DT_TASK_WAIT), "wait");
	cr_assert_str_eq(dt_outcome_name(DT_OUTCOME_TIMED_OUT), "timed_out");
	cr_assert_str_eq(dt_outcome_name(DT_OUTCOME_EXPIRED), "expired");
	cr_assert_str_eq(dt_skip_name(DT_SKIP_RECENTLY_DIALED),
			 "recently_dialed");
	cr_assert_str_eq(dt_skip_name(DT_SKIP_NO_MEMORY), "no_memory");
	cr_assert_str_eq(dt_source_name(DT_SOURCE_DIAL_NOW), "dial_now");
	cr_assert_str_eq(dt_event_name(DT_EVENT_WORKER_OVERDUE),
			 "worker_overdue");
	cr_assert_str_eq(dt_level_name(DT_LEVEL_DEBUG), "debug");
	cr_assert_str_eq(dt_latency_name(DT_LATENCY_HANDBACK), "handback");
	cr_assert_str_eq(dt_waits_for_name(DT_WAITS_FOR_CANDIDACY),
			 "candidacy");
}

Test(lib_names, four_outcomes_are_this_machines_fault)
{
	int faults = 0;

	for (int i = 0; i < DT_OUTCOME_COUNT; i++)
		faults += dt_outcome_is_local_fault((enum dt_outcome)i);

	cr_assert_eq(faults, 4);
	cr_assert(dt_outcome_is_local_fault(DT_OUTCOME_NO_DESCRIPTORS));
	cr_assert(dt_outcome_is_local_fault(DT_OUTCOME_NO_PORTS));
	cr_assert(dt_outcome_is_local_fault(DT_OUTCOME_NO_BUFFERS));
	cr_assert(dt_outcome_is_local_fault(DT_OUTCOME_LOCAL_FAULT));
	cr_assert_not(dt_outcome_is_local_fault(DT_OUTCOME_COUNT));
	cr_assert_not(dt_outcome_is_local_fault((enum dt_outcome) - 1));
}
