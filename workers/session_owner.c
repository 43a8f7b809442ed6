/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/excerpt.h"

#include "workers/entropy.h"
#include "workers/secp_seeded.h"
#include "workers/session.h"

static const char default_client[] = "dialtone/v" DIALTONE_VERSION "/linux";

static dt_err set_client(struct dti_session_owner *owner, const char *client,
			 struct dt_error *error)
{
	size_t length;

	if (client[0] == '\0')
		client = default_client;
	length = strlen(client);
	if (length >= sizeof(owner->client))
		return dti_error_set(error, DT_ERR_CONFIG,
				     "client: \"%s\" has %zu bytes; at most "
				     "%zu are accepted",
				     dti_excerpt_of(client, length).text,
				     length, sizeof(owner->client) - 1);
	memcpy(owner->client, client, length + 1);
	return DT_OK;
}

static dt_err set_capabilities(struct dti_session_owner *owner,
			       struct dti_capability_list list,
			       struct dt_error *error)
{
	if (list.count > DTI_CAPABILITIES_MAX)
		return dti_error_set(error, DT_ERR_CONFIG,
				     "capabilities: %zu are too many; at most "
				     "%d are accepted",
				     list.count, DTI_CAPABILITIES_MAX);
	if (list.count > 0)
		memcpy(owner->capabilities, list.first,
		       list.count * sizeof(*list.first));
	return DT_OK;
}

/* The longest client and as many of the longest names as there may be do. */
static bool fits(const struct dti_hello_offer *offer)
{
	uint8_t payload[DTI_SESSION_HELLO_MAX];
	struct dti_rlp_writer writer =
		dti_rlp_writer_of(payload, sizeof(payload));

	dti_hello_write(&writer, offer);
	return !writer.failed;
}

/* The client and the capabilities are there. */
static dt_err set_self(struct dti_session_owner *owner,
		       const struct dti_session_options *options,
		       struct dt_error *error)
{
	struct dti_session_self *self = &owner->self;

	self->identity.secp = &owner->secp;
	self->identity.key = *options->key;
	if (!dti_secp_id_of_key(&owner->secp, &self->identity.id, options->key))
		return dti_error_set(error, DT_ERR_CONFIG,
				     "node_key: it is zero, or not below the "
				     "order of the curve; a secret key of "
				     "secp256k1 is accepted");
	self->frame_limit = options->frame_limit;
	self->offer = (struct dti_hello_offer){
		.version = DTI_HELLO_VERSION,
		.client = {(const uint8_t *)owner->client,
			   strlen(owner->client)},
		.capabilities = {owner->capabilities,
				 options->capabilities.count},
		.listen_port = options->listen_port,
		.id = self->identity.id,
	};
	if (!fits(&self->offer))
		return dti_error_set(error, DT_ERR_CONFIG,
				     "capabilities, client: a Hello with them "
				     "takes more than %d bytes, which are "
				     "accepted",
				     DTI_SESSION_HELLO_MAX);
	return DT_OK;
}

dt_err dti_session_owner_init(struct dti_session_owner *owner,
			      const struct dti_session_options *options,
			      struct dt_error *error)
{
	dt_err err;

	DTI_ASSERT(options->frame_limit <= DTI_FRAME_BODY_MAX);
	memset(owner, 0, sizeof(*owner));
	err = set_client(owner, options->client, error);
	if (err == DT_OK)
		err = set_capabilities(owner, options->capabilities, error);
	if (err == DT_OK)
		err = dti_secp_init_seeded(&owner->secp, options->allocator,
					   error);
	if (err != DT_OK)
		return err;
	err = set_self(owner, options, error);
	if (err != DT_OK) {
		explicit_bzero(&owner->self, sizeof(owner->self));
		dti_secp_fini(&owner->secp);
		return err;
	}
	dti_session_pool_init(&owner->pool, options->allocator);
	return DT_OK;
}

void dti_session_owner_fini(struct dti_session_owner *owner)
{
	dti_session_pool_fini(&owner->pool);
	explicit_bzero(&owner->self, sizeof(owner->self));
	dti_secp_fini(&owner->secp);
}

static bool draw(struct dti_handshake_entropy *out)
{
	struct dti_random random;
	uint8_t seed[32];

	if (!dti_entropy_fill(seed, sizeof(seed)))
		return false;
	dti_random_init(&random, seed);
	dti_handshake_entropy_draw(out, &random);
	explicit_bzero(&random, sizeof(random));
	explicit_bzero(seed, sizeof(seed));
	return true;
}

/* @id: whom to call; NULL: to answer. */
static dt_err begin(dt_session *session, const struct dt_node_id *id)
{
	const struct dti_session_self *self = &session->owner->self;
	struct dti_handshake_entropy entropy;
	dt_err err = DT_OK;

	if (!draw(&entropy)) {
		/* So that there is something to wipe. */
		memset(session->setup, 0, sizeof(*session->setup));
		return DT_ERR_SYSTEM;
	}
	if (id == NULL)
		dti_session_answer(&session->machine, session->setup, self,
				   &entropy);
	else if (!dti_session_call(&session->machine, session->setup, self, id,
				   &entropy))
		err = DT_ERR_ARGUMENT;
	explicit_bzero(&entropy, sizeof(entropy));
	return err;
}

static dt_err open_session(struct dti_session_owner *owner, dt_session **out,
			   const struct dt_node_id *id)
{
	dt_session *session = dti_session_pool_take(&owner->pool);
	dt_err err;

	if (session == NULL)
		return DT_ERR_NO_MEMORY;
	session->owner = owner;
	err = begin(session, id);
	if (err != DT_OK) {
		dti_session_fini(&session->machine);
		dti_session_pool_give(&owner->pool, session);
		return err;
	}
	*out = session;
	return DT_OK;
}

dt_err dti_session_open_call(struct dti_session_owner *owner, dt_session **out,
			     const struct dt_node_id *id)
{
	dt_err err = open_session(owner, out, id);

	if (err == DT_OK) {
		(*out)->info.id = *id;
		(*out)->info.is_initiator = true;
	}
	return err;
}

dt_err dti_session_open_answer(struct dti_session_owner *owner,
			       dt_session **out)
{
	return open_session(owner, out, NULL);
}
