/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "lib/container.h"
#include "lib/dialtone.h"

/* The names that events, counters and metric labels carry. */

static const char *const task_names[] = {
	[DT_TASK_STATIC_DIAL] = "static_dial",
	[DT_TASK_DYN_DIAL] = "dyn_dial",
	[DT_TASK_LOOKUP] = "lookup",
	[DT_TASK_WAIT] = "wait",
};
static_assert(dti_array_length(task_names) == DT_TASK_COUNT,
	      "a task has no name");

static const char *const outcome_names[] = {
	[DT_OUTCOME_CONNECTED] = "connected",
	[DT_OUTCOME_REFUSED] = "refused",
	[DT_OUTCOME_TIMED_OUT] = "timed_out",
	[DT_OUTCOME_UNREACHABLE] = "unreachable",
	[DT_OUTCOME_RESET] = "reset",
	[DT_OUTCOME_SETUP_FAILED] = "setup_failed",
	[DT_OUTCOME_SETUP_TIMED_OUT] = "setup_timed_out",
	[DT_OUTCOME_WRONG_IDENTITY] = "wrong_identity",
	[DT_OUTCOME_TOO_MANY_PEERS] = "too_many_peers",
	[DT_OUTCOME_ALREADY_CONNECTED] = "already_connected",
	[DT_OUTCOME_CANCELLED] = "cancelled",
	[DT_OUTCOME_RESOLVE_FAILED] = "resolve_failed",
	[DT_OUTCOME_NOT_ALLOWED] = "not_allowed",
	[DT_OUTCOME_NO_DESCRIPTORS] = "no_descriptors",
	[DT_OUTCOME_NO_PORTS] = "no_ports",
	[DT_OUTCOME_NO_BUFFERS] = "no_buffers",
	[DT_OUTCOME_LOCAL_FAULT] = "local_fault",
	[DT_OUTCOME_FOUND] = "found",
	[DT_OUTCOME_EMPTY] = "empty",
	[DT_OUTCOME_FAILED] = "failed",
	[DT_OUTCOME_EXPIRED] = "expired",
};
static_assert(dti_array_length(outcome_names) == DT_OUTCOME_COUNT,
	      "an outcome has no name");
static_assert(DT_OUTCOME_COUNT <= DT_OUTCOME_MAX, "counters lack room");

static const char *const skip_names[] = {
	[DT_SKIP_ALREADY_DIALING] = "already_dialing",
	[DT_SKIP_ALREADY_CONNECTED] = "already_connected",
	[DT_SKIP_PENDING_INBOUND] = "pending_inbound",
	[DT_SKIP_SELF] = "self",
	[DT_SKIP_BANNED] = "banned",
	[DT_SKIP_NO_PORT] = "no_port",
	[DT_SKIP_BAD_ADDRESS] = "bad_address",
	[DT_SKIP_NOT_ALLOWED] = "not_allowed",
	[DT_SKIP_RECENTLY_DIALED] = "recently_dialed",
	[DT_SKIP_STALE] = "stale",
	[DT_SKIP_NO_MEMORY] = "no_memory",
};
static_assert(dti_array_length(skip_names) == DT_SKIP_COUNT,
	      "a skip reason has no name");
static_assert(DT_SKIP_COUNT <= DT_SKIP_MAX, "counters lack room");

static const char *const source_names[] = {
	[DT_SOURCE_STATIC] = "static",     [DT_SOURCE_BOOTNODE] = "bootnode",
	[DT_SOURCE_RANDOM] = "random",     [DT_SOURCE_LOOKUP] = "lookup",
	[DT_SOURCE_DIAL_NOW] = "dial_now",
};
static_assert(dti_array_length(source_names) == DT_SOURCE_COUNT,
	      "a source has no name");
static_assert(DT_SOURCE_COUNT <= DT_SOURCE_MAX, "counters lack room");

static const char *const event_names[] = {
	[DT_EVENT_DIAL_STARTED] = "dial_started",
	[DT_EVENT_DIAL_ENDED] = "dial_ended",
	[DT_EVENT_PEER_ADDED] = "peer_added",
	[DT_EVENT_PEER_REMOVED] = "peer_removed",
	[DT_EVENT_LOOKUP_STARTED] = "lookup_started",
	[DT_EVENT_LOOKUP_ENDED] = "lookup_ended",
	[DT_EVENT_DIAL_NOW_REFUSED] = "dial_now_refused",
	[DT_EVENT_LOCAL_FAULT] = "local_fault",
	[DT_EVENT_LOCAL_RECOVERED] = "local_recovered",
	[DT_EVENT_WORKER_OVERDUE] = "worker_overdue",
	[DT_EVENT_COMMAND_LOST] = "command_lost",
};
static_assert(dti_array_length(event_names) == DT_EVENT_COUNT,
	      "an event has no name");

static const char *const level_names[] = {
	[DT_LEVEL_ERROR] = "error",
	[DT_LEVEL_WARNING] = "warning",
	[DT_LEVEL_INFO] = "info",
	[DT_LEVEL_DEBUG] = "debug",
};
static_assert(dti_array_length(level_names) == DT_LEVEL_COUNT,
	      "a level has no name");

static const char *const latency_names[] = {
	[DT_LATENCY_QUEUE] = "queue",       [DT_LATENCY_RESOLVE] = "resolve",
	[DT_LATENCY_CONNECT] = "connect",   [DT_LATENCY_SETUP] = "setup",
	[DT_LATENCY_HANDBACK] = "handback",
};
static_assert(dti_array_length(latency_names) == DT_LATENCY_COUNT,
	      "a latency has no name");

static const char *const waits_for_names[] = {
	[DT_WAITS_FOR_NOTHING] = "nothing",
	[DT_WAITS_FOR_SLOT] = "slot",
	[DT_WAITS_FOR_DIAL] = "dial",
	[DT_WAITS_FOR_PEER] = "peer",
	[DT_WAITS_FOR_INBOUND] = "inbound",
	[DT_WAITS_FOR_HISTORY] = "history",
	[DT_WAITS_FOR_BAN] = "ban",
	[DT_WAITS_FOR_NETRESTRICT] = "netrestrict",
	[DT_WAITS_FOR_PORT] = "port",
	[DT_WAITS_FOR_RESUME] = "resume",
	[DT_WAITS_FOR_FAULT] = "fault",
	[DT_WAITS_FOR_CANDIDACY] = "candidacy",
};
static_assert(dti_array_length(waits_for_names) == DT_WAITS_FOR_COUNT,
	      "something to wait for has no name");

static const char *name_at(const char *const *names, size_t count, size_t index)
{
	return index < count ? names[index] : "?";
}

const char *dt_task_name(enum dt_task task)
{
	return name_at(task_names, DT_TASK_COUNT, (size_t)task);
}

const char *dt_outcome_name(enum dt_outcome outcome)
{
	return name_at(outcome_names, DT_OUTCOME_COUNT, (size_t)outcome);
}

const char *dt_skip_name(enum dt_skip skip)
{
	return name_at(skip_names, DT_SKIP_COUNT, (size_t)skip);
}

const char *dt_source_name(enum dt_source source)
{
	return name_at(source_names, DT_SOURCE_COUNT, (size_t)source);
}

const char *dt_event_name(enum dt_event_type type)
{
	return name_at(event_names, DT_EVENT_COUNT, (size_t)type);
}

const char *dt_level_name(enum dt_level level)
{
	return name_at(level_names, DT_LEVEL_COUNT, (size_t)level);
}

const char *dt_latency_name(enum dt_latency_kind kind)
{
	return name_at(latency_names, DT_LATENCY_COUNT, (size_t)kind);
}

const char *dt_waits_for_name(enum dt_waits_for waits_for)
{
	return name_at(waits_for_names, DT_WAITS_FOR_COUNT, (size_t)waits_for);
}

bool dt_outcome_is_local_fault(enum dt_outcome outcome)
{
	switch (outcome) {
	case DT_OUTCOME_NO_DESCRIPTORS:
	case DT_OUTCOME_NO_PORTS:
	case DT_OUTCOME_NO_BUFFERS:
	case DT_OUTCOME_LOCAL_FAULT:
		return true;
	default:
		return false;
	}
}
