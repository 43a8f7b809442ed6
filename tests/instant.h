/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INSTANT_H
#define TESTS_INSTANT_H

/*
 * A transport without a network: connect answers at once, with an eventfd for a
 * socket or with a refusal, and a peer leaves as soon as it has come. For load.
 */

#include <stdatomic.h>

#include "lib/dialtone.h"

struct instant {
	dt_dialer *dialer;    /* set before the dialer is started */
	uint32_t refuse_each; /* the n-th dial is refused; 1: all; 0: none */
	bool holds_peers;     /* they stay; the test says when they leave */
	_Atomic uint64_t connects;
	_Atomic uint64_t kept;
};

/** @instant must outlive the dialer. */
struct dt_transport instant_transport(struct instant *instant);

#endif /* TESTS_INSTANT_H */
