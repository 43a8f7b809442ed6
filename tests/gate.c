/* SPDX-License-Identifier: MIT */
#include "tests/gate.h"

void gate_init(struct gate *gate)
{
	*gate = (struct gate){.open = false};
	pthread_mutex_init(&gate->lock, NULL);
	pthread_cond_init(&gate->changed, NULL);
}

void gate_fini(struct gate *gate)
{
	pthread_cond_destroy(&gate->changed);
	pthread_mutex_destroy(&gate->lock);
}

void gate_pass(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->arrived++;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->open)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

static void set_open(struct gate *gate, bool open)
{
	pthread_mutex_lock(&gate->lock);
	gate->open = open;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

void gate_open(struct gate *gate)
{
	set_open(gate, true);
}

void gate_close(struct gate *gate)
{
	set_open(gate, false);
}

void gate_await(struct gate *gate, uint64_t count)
{
	pthread_mutex_lock(&gate->lock);
	while (gate->arrived < count)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

uint64_t gate_arrived(struct gate *gate)
{
	uint64_t arrived;

	pthread_mutex_lock(&gate->lock);
	arrived = gate->arrived;
	pthread_mutex_unlock(&gate->lock);
	return arrived;
}
