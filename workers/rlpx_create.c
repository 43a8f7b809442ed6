/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/memory.h"
#include "lib/node/listen_address.h"
#include "lib/rlpx/capability_text.h"

#include "workers/entropy.h"
#include "workers/node_key_load.h"
#include "workers/rlpx.h"
#include "workers/tcp_listener.h"

#define ADDRESSES 2048 /* that are held back at once */
#define UNPROVEN  512  /* ids */

static void fill_in(dt_rlpx *rlpx, const struct dt_config *config)
{
	rlpx->allocator = config->allocator;
	rlpx->setup_timeout_ms = config->setup_timeout_ms;
	rlpx->ping_interval_ms = config->ping_interval_ms;
	rlpx->peer_timeout_ms = config->peer_timeout_ms;
	rlpx->max_pending_inbound = config->max_pending_inbound;
	rlpx->peer = config->peer;
	rlpx->peer_context = config->peer_context;
	rlpx->keep_inbound = config->keep_inbound;
	rlpx->keep_inbound_context = config->keep_inbound_context;
	rlpx->notice = config->notice;
	rlpx->notice_context = config->notice_context;
	rlpx->epoll_fd = -1;
	rlpx->wake_fd = -1;
	rlpx->listener_fd = -1;
	rlpx->reserve = config->max_active_dials < DTI_RLPX_RESERVE
				? config->max_active_dials
				: DTI_RLPX_RESERVE;
	dti_list_init(&rlpx->kept);
	dti_list_init(&rlpx->handed);
	dti_list_init(&rlpx->dropped);
	dti_list_init(&rlpx->all);
	dti_list_init(&rlpx->set_ups);
	dti_rlpx_init_doors(&rlpx->doors);
	dti_slab_init(&rlpx->lines, sizeof(struct dti_line), SIZE_MAX,
		      &rlpx->allocator);
	dti_slab_init(&rlpx->rests, sizeof(struct dti_line_rest), SIZE_MAX,
		      &rlpx->allocator);
	/* Cannot fail: a mutex without attributes needs no memory in glibc. */
	pthread_mutex_init(&rlpx->lock, NULL);
	pthread_mutex_init(&rlpx->lifecycle, NULL);
	dti_closer_init(&rlpx->closer);
}

static dt_err open_listener(dt_rlpx *rlpx, const struct dt_config *config,
			    struct dt_error *error)
{
	struct dti_span text = {config->listen, strlen(config->listen)};
	struct dt_endpoint listen;

	if (!config->inbound)
		return DT_OK;
	/* The configuration was checked. */
	if (!dti_listen_address_parse(&listen, text))
		return DT_ERR_CONFIG;
	return dti_tcp_listen(&rlpx->listener_fd, &rlpx->self.endpoint, &listen,
			      error);
}

/* The node's session is about to be freed: its id is free again. */
static void released(void *context, dt_session *session)
{
	dt_rlpx *rlpx = context;

	if (!session->is_claimed)
		return;
	dti_rlpx_lock(rlpx);
	dti_peer_registry_remove(&rlpx->registry, &session->info.id);
	dti_rlpx_unlock(rlpx);
}

static dt_err init_owner(dt_rlpx *rlpx, const struct dt_config *config,
			 const struct dt_node_key *key, struct dt_error *error)
{
	struct dti_span text = {config->capabilities,
				strlen(config->capabilities)};
	struct dti_capability capabilities[DTI_CAPABILITIES_MAX];
	struct dti_session_options options = {
		.key = key,
		.client = config->client,
		.listen_port = rlpx->self.endpoint.tcp_port,
		.frame_limit = DTI_FRAME_BODY_MAX,
		.allocator = &rlpx->allocator,
	};
	struct dti_span refused;
	dt_err err;

	if (!dti_capability_text_parse(
		    capabilities, &options.capabilities.count, text, &refused))
		return DT_ERR_CONFIG;
	options.capabilities.first = capabilities;
	err = dti_session_owner_init(&rlpx->owner, &options, error);
	if (err)
		return err;
	rlpx->owner.released = released;
	rlpx->owner.context = rlpx;
	rlpx->self.id = rlpx->owner.self.identity.id;
	return DT_OK;
}

static dt_err init_registry(dt_rlpx *rlpx, const struct dt_config *config)
{
	struct dti_peer_registry_options options = {
		.self = rlpx->self.id,
		.max_peers = config->max_peers,
		.max_inbound =
			config->max_peers > config->max_dyn_dials
				? config->max_peers - config->max_dyn_dials
				: config->max_peers,
		.reserve = DTI_RLPX_RESERVE,
	};

	if (!dti_entropy_fill(options.hash_key, sizeof(options.hash_key)))
		return DT_ERR_SYSTEM;
	if (dti_peer_registry_init(&rlpx->registry, &options, &rlpx->allocator))
		return DT_OK;
	dti_peer_registry_fini(&rlpx->registry);
	return DT_ERR_NO_MEMORY;
}

/* Who may connect, and how often. */
static dt_err init_doors(dt_rlpx *rlpx, const struct dt_config *config,
			 struct dt_error *error)
{
	const struct dt_allocator *allocator = &rlpx->allocator;
	dt_err err = dti_netrestrict_parse(
		&rlpx->netrestrict, config->netrestrict, allocator, error);
	uint8_t key[16];

	if (err)
		return err;
	err = DT_ERR_SYSTEM;
	if (!dti_entropy_fill(key, sizeof(key)))
		goto fail_netrestrict;
	err = DT_ERR_NO_MEMORY;
	if (!dti_address_holds_init(&rlpx->holds, ADDRESSES,
				    config->inbound_throttle_ms, key,
				    allocator))
		goto fail_netrestrict;
	rlpx->unproven = dti_recent_create(UNPROVEN, key, allocator);
	if (!rlpx->unproven)
		goto fail_holds;
	return DT_OK;

fail_holds:
	dti_address_holds_fini(&rlpx->holds);
fail_netrestrict:
	dti_netrestrict_destroy(rlpx->netrestrict, allocator);
	return err;
}

/* What is known of who we are is there. */
static dt_err create_parts(dt_rlpx *rlpx, const struct dt_config *config,
			   struct dt_error *error)
{
	dt_err err = init_registry(rlpx, config);

	if (err || !config->inbound)
		return err;
	err = init_doors(rlpx, config, error);
	if (err)
		dti_peer_registry_fini(&rlpx->registry);
	return err;
}

static void free_shell(dt_rlpx *rlpx)
{
	struct dt_allocator allocator = rlpx->allocator;

	if (rlpx->listener_fd >= 0)
		close(rlpx->listener_fd);
	dti_slab_fini(&rlpx->lines);
	dti_slab_fini(&rlpx->rests);
	dti_closer_fini(&rlpx->closer);
	pthread_mutex_destroy(&rlpx->lock);
	pthread_mutex_destroy(&rlpx->lifecycle);
	dti_free(&allocator, rlpx);
}

/* For what fails deep inside, where nobody knows what it is for. */
static dt_err explain_failure(dt_err err, struct dt_error *error)
{
	if (err == DT_ERR_NO_MEMORY)
		return dti_error_set(error, err,
				     "no memory to make and keep peers");
	if (err == DT_ERR_SYSTEM && error->code == DT_OK)
		return dti_error_set(error, err,
				     "getrandom(2) gives no random bytes to "
				     "keep peers with (%s)",
				     strerrordesc_np(errno));
	return err;
}

static dt_err create_whole(dt_rlpx *rlpx, const struct dt_config *config,
			   struct dt_error *error)
{
	struct dt_node_key key;
	dt_err err = dti_node_key_load(&key, config, error);

	if (!err)
		err = open_listener(rlpx, config, error);
	if (!err)
		err = init_owner(rlpx, config, &key, error);
	dt_node_key_wipe(&key);
	if (err)
		return err;
	err = create_parts(rlpx, config, error);
	if (err)
		dti_session_owner_fini(&rlpx->owner);
	return err;
}

/*
 * Who uses a dialer only for what it adds itself never gets there: so it is no
 * error.
 */
static void warn_of_dials_in_vain(const struct dt_config *config)
{
	char sentence[256];

	if (!config->notice || config->max_dyn_dials <= config->max_peers)
		return;
	snprintf(sentence, sizeof(sentence),
		 "max_dyn_dials: %" PRIu32 " is more than max_peers, which is "
		 "%" PRIu32 "; dials beyond that end in too many peers",
		 config->max_dyn_dials, config->max_peers);
	config->notice(config->notice_context, sentence);
}

dt_err dt_rlpx_create(dt_rlpx **out, const struct dt_config *config,
		      struct dt_error *error)
{
	dt_err err = dt_config_check(config, error);
	struct dt_error why = {.code = DT_OK};
	dt_rlpx *rlpx;

	if (err)
		return err;
	rlpx = dti_calloc(&config->allocator, 1, sizeof(*rlpx));
	if (!rlpx)
		return explain_failure(DT_ERR_NO_MEMORY, error);
	fill_in(rlpx, config);
	err = create_whole(rlpx, config, &why);
	if (err) {
		free_shell(rlpx);
		err = explain_failure(err, &why);
		if (error)
			*error = why;
		return err;
	}
	warn_of_dials_in_vain(config);
	*out = rlpx;
	return DT_OK;
}

void dti_rlpx_free(dt_rlpx *rlpx)
{
	dti_rlpx_unequip(rlpx);
	dti_recent_destroy(rlpx->unproven);
	dti_address_holds_fini(&rlpx->holds);
	dti_netrestrict_destroy(rlpx->netrestrict, &rlpx->allocator);
	dti_peer_registry_fini(&rlpx->registry);
	dti_session_owner_fini(&rlpx->owner);
	free_shell(rlpx);
}
