/* SPDX-License-Identifier: MIT */
#include "tests/rlpx_scene.h"

#include <stdio.h>
#include <string.h>

#include "tests/require.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))

static void note_peer(void *context, const struct dt_peer_event *event)
{
	struct rlpx_scene *scene = context;

	pthread_mutex_lock(&scene->lock);
	if (event->type == DT_PEER_EVENT_ADDED) {
		scene->added++;
	} else {
		require(scene->removed < RLPX_ENDINGS_MAX, "few peers end");
		scene->endings[scene->removed++] = event->ending;
	}
	scene->last = *event->peer;
	pthread_cond_broadcast(&scene->changed);
	pthread_mutex_unlock(&scene->lock);
}

void rlpx_scene_init(struct rlpx_scene *scene, uint16_t number)
{
	struct dt_config *config = &scene->config;

	memset(scene, 0, sizeof(*scene));
	pthread_mutex_init(&scene->lock, NULL);
	pthread_cond_init(&scene->changed, NULL);
	recorder_init(&scene->recorder);
	scene->key.bytes[0] = 1;
	scene->key.bytes[30] = (uint8_t)(number >> 8);
	scene->key.bytes[31] = (uint8_t)number;
	snprintf(scene->listen, sizeof(scene->listen), "127.7.%d.%d:0",
		 number >> 8, number & 255);
	dt_config_init(config, sizeof(*config));
	config->listen = scene->listen;
	config->node_key = &scene->key;
	config->inbound = true;
	config->capabilities = "eth/68,snap/1";
	config->peer = note_peer;
	config->peer_context = scene;
	config->history_expiration_ms = DAY_MS;
	config->max_dyn_dials = 0;
	config->max_active_dials = 4;
	config->spin_ns = 0;
	config->log = DT_LEVEL_DEBUG;
	config->event = recorder_take;
	config->event_context = &scene->recorder;
	/* Sanitizers want more than the default. */
	config->stack_size = (size_t)256 * 1024;
}

void rlpx_scene_create(struct rlpx_scene *scene, bool dials)
{
	struct dt_error error = {.text = ""};
	dt_err err = dt_rlpx_create(&scene->rlpx, &scene->config, &error);

	require(err == DT_OK, error.text);
	if (!dials)
		return;
	scene->config.transport = dt_rlpx_transport(scene->rlpx);
	err = dt_dialer_create(&scene->dialer, &scene->config, &error);
	require(err == DT_OK, error.text);
}

void rlpx_scene_start(struct rlpx_scene *scene)
{
	struct dt_error error = {.text = ""};
	dt_err err;

	if (!scene->rlpx)
		rlpx_scene_create(scene, false);
	err = dt_rlpx_start(scene->rlpx, scene->dialer, &error);
	require(err == DT_OK, error.text);
	if (!scene->dialer)
		return;
	err = dt_dialer_start(scene->dialer, &error);
	require(err == DT_OK, error.text);
}

void rlpx_scene_stop(struct rlpx_scene *scene)
{
	dt_err err = scene->dialer ? dt_dialer_stop(scene->dialer) : DT_OK;

	require(err == DT_OK || err == DT_ERR_NOT_STARTED, dt_err_text(err));
	if (scene->rlpx)
		dt_rlpx_stop(scene->rlpx);
}

struct dt_node rlpx_scene_node(const struct rlpx_scene *scene)
{
	return dt_rlpx_self(scene->rlpx);
}

struct dt_rlpx_counters rlpx_counters(const struct rlpx_scene *scene)
{
	struct dt_rlpx_counters counters;

	dt_rlpx_counters(scene->rlpx, &counters, sizeof(counters));
	return counters;
}

static uint64_t sum(const uint64_t numbers[DT_ENDING_MAX])
{
	uint64_t total = 0;

	for (size_t i = 0; i < DT_ENDING_MAX; i++)
		total += numbers[i];
	return total;
}

static bool adds_up(const struct dt_rlpx_setups *setups)
{
	return setups->begun ==
	       setups->running + setups->opened + sum(setups->ended);
}

const char *rlpx_broken(const struct dt_rlpx_counters *counters)
{
	if (counters->accepted != counters->throttled + counters->not_allowed +
					  counters->no_room +
					  counters->inbound.begun)
		return "accepted = throttled + not allowed + no room + begun";
	if (!adds_up(&counters->inbound))
		return "inbound: begun = running + opened + ended";
	if (!adds_up(&counters->outbound))
		return "outbound: begun = running + opened + ended";
	if (counters->peers_added !=
	    counters->peers + sum(counters->peers_ended))
		return "peers added = peers + ended";
	if (counters->peers_inbound > counters->peers)
		return "inbound peers are peers";
	return NULL;
}

/* When all is over. */
static void require_sums(const struct rlpx_scene *scene)
{
	struct dt_rlpx_counters counters = rlpx_counters(scene);
	const char *broken = rlpx_broken(&counters);

	require(broken == NULL, broken);
	require(counters.inbound.running == 0, "an inbound set-up still runs");
	require(counters.outbound.running == 0,
		"an outbound set-up still runs");
	require(counters.peers == 0, "a peer is still there");
}

void rlpx_scene_fini(struct rlpx_scene *scene)
{
	rlpx_scene_stop(scene);
	if (scene->rlpx)
		require_sums(scene);
	dt_rlpx_destroy(scene->rlpx);
	dt_dialer_destroy(scene->dialer);
	dt_config_fini(&scene->config);
	recorder_fini(&scene->recorder);
	pthread_mutex_destroy(&scene->lock);
	pthread_cond_destroy(&scene->changed);
}

static void await(struct rlpx_scene *scene, const size_t *number, size_t count)
{
	pthread_mutex_lock(&scene->lock);
	while (*number < count)
		pthread_cond_wait(&scene->changed, &scene->lock);
	pthread_mutex_unlock(&scene->lock);
}

void rlpx_await_added(struct rlpx_scene *scene, size_t count)
{
	await(scene, &scene->added, count);
}

void rlpx_await_removed(struct rlpx_scene *scene, size_t count)
{
	await(scene, &scene->removed, count);
}
