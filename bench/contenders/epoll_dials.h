/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_EPOLL_DIALS_H
#define BENCH_CONTENDERS_EPOLL_DIALS_H

#include "bench/contenders/dials.h"

/** Dials in one thread: non-blocking connects, and an event loop on epoll(7). */
void epoll_dials_measure(struct bench_result *result,
			 const struct bench_run *run);

#endif /* BENCH_CONTENDERS_EPOLL_DIALS_H */
