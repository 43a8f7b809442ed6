/* SPDX-License-Identifier: MIT */
#ifndef DTI_PARK_H
#define DTI_PARK_H

/*
 * Where threads sleep until there is something to take. Workers share one
 * place, the scheduler has its own. (The note WAKE comes here.)
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct dti_park {
	/* Shared: atomic. See WAKE. */
	_Atomic uint32_t epoch; /* the futex: one more with each wake */
	_Atomic uint32_t state; /* sleepers, and whether a wake is on its way */
	/* Statistics: atomic, relaxed; nothing is published by them. */
	_Atomic uint64_t sleeps;
	_Atomic uint64_t wakes;
};

void dti_park_init(struct dti_park *park);

/* One sleep:  ticket = begin(); if (there is something) cancel(); else wait() */

/** Announce that the caller is about to sleep. Any thread. Wait-free. */
uint32_t dti_park_begin(struct dti_park *park);
/** Not after all: there was something. */
void dti_park_cancel(struct dti_park *park);
/**
 * Sleep until woken, or until @deadline_ns (CLOCK_MONOTONIC; INT64_MAX: no
 * deadline). True: woken (or spuriously); false: the deadline has passed. May
 * return at once; the caller looks again in any case.
 */
bool dti_park_wait(struct dti_park *park, uint32_t ticket, int64_t deadline_ns);

/**
 * Something was pushed: wake one sleeper, unless none sleeps or a wake is on
 * its way already (whoever wakes must call this again if there is more to
 * take). Any thread. Lock-free; one system call at most.
 */
void dti_park_wake_one(struct dti_park *park);
/** Wake everyone (stop). Any thread. */
void dti_park_wake_all(struct dti_park *park);

#endif /* DTI_PARK_H */
