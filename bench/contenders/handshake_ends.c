/* SPDX-License-Identifier: MIT */
#include "bench/contenders/handshake_ends.h"

#include <stdlib.h>

#include "lib/rlpx/session.h"

#include "bench/contenders/loopback_pair.h"

enum {
	WIRE_SIZE = 2 * DTI_SESSION_WRITE_MAX, /* an ack, and Hello behind it */
};

static const struct dt_allocator libc = {.malloc = NULL};
static const struct dti_capability offered[] = {{"eth", 68, 17}};
static const char client[] = "dialtone/bench";

struct end {
	struct dti_session_self self;
	struct dti_session_setup setup;
	struct dti_session session;
	int fd; /* of the TCP connection, if there is one */
};

struct handshake_ends {
	struct dti_secp secp;
	struct dti_random random;
	struct loopback_listener listener;
	bool over_tcp;
	struct end caller;
	struct end answerer;
	uint8_t wire[WIRE_SIZE];
};

static bool init_end(struct end *end, const struct dti_secp *secp,
		     uint8_t number)
{
	struct dti_handshake_self *identity = &end->self.identity;

	identity->secp = secp;
	identity->key = (struct dt_node_key){{number}};
	end->self.frame_limit = DTI_FRAME_BODY_MAX;
	if (!dti_secp_id_of_key(secp, &identity->id, &identity->key))
		return false;
	end->self.offer = (struct dti_hello_offer){
		.version = DTI_HELLO_VERSION,
		.client = {(const uint8_t *)client, sizeof(client) - 1},
		.capabilities = {offered, 1},
		.id = identity->id,
	};
	return true;
}

static bool init(struct handshake_ends *ends, bool over_tcp)
{
	static const uint8_t seed[32] = {1};

	ends->over_tcp = over_tcp;
	ends->listener.fd = -1;
	dti_random_init(&ends->random, seed);
	return dti_secp_init(&ends->secp, seed, &libc) == DT_OK &&
	       init_end(&ends->caller, &ends->secp, 1) &&
	       init_end(&ends->answerer, &ends->secp, 2) &&
	       (!over_tcp || loopback_listen(&ends->listener));
}

struct handshake_ends *handshake_ends_create(bool over_tcp)
{
	struct handshake_ends *ends = calloc(1, sizeof(*ends));

	if (ends && !init(ends, over_tcp)) {
		handshake_ends_destroy(ends);
		return NULL;
	}
	return ends;
}

void handshake_ends_destroy(struct handshake_ends *ends)
{
	loopback_close(ends->listener.fd);
	dti_secp_fini(&ends->secp);
	free(ends);
}

/* False: it did not take all of it, or something ended the session. */
static bool take(struct end *end, const uint8_t *bytes, size_t length)
{
	struct dti_bytes input = {bytes, length};
	struct dti_session_event event;

	do {
		dti_session_take(&end->session, &input, &event);
		if (end->session.phase == DTI_SESSION_OVER)
			return false;
	} while (input.length > 0);
	return true;
}

/* What @from has to say reaches @to. */
static bool pass(struct handshake_ends *ends, struct end *from, struct end *to)
{
	size_t length = dti_session_write(&from->session, ends->wire,
					  sizeof(ends->wire));

	if (ends->over_tcp &&
	    !loopback_pass(from->fd, to->fd, ends->wire, length))
		return false;
	return take(to, ends->wire, length);
}

static bool begin(struct handshake_ends *ends)
{
	struct dti_handshake_entropy entropy;
	struct end *caller = &ends->caller;
	struct end *answerer = &ends->answerer;

	dti_handshake_entropy_draw(&entropy, &ends->random);
	if (!dti_session_call(&caller->session, &caller->setup, &caller->self,
			      &answerer->self.identity.id, &entropy))
		return false;
	dti_handshake_entropy_draw(&entropy, &ends->random);
	dti_session_answer(&answerer->session, &answerer->setup,
			   &answerer->self, &entropy);
	return true;
}

static bool shake(struct handshake_ends *ends)
{
	struct end *caller = &ends->caller;
	struct end *answerer = &ends->answerer;
	bool good = begin(ends) && pass(ends, caller, answerer) && /* auth */
		    pass(ends, answerer, caller) && /* ack, Hello */
		    pass(ends, caller, answerer) && /* Hello */
		    caller->session.phase == DTI_SESSION_OPEN &&
		    answerer->session.phase == DTI_SESSION_OPEN;

	dti_session_fini(&caller->session);
	dti_session_fini(&answerer->session);
	return good;
}

static bool shake_over_tcp(struct handshake_ends *ends)
{
	bool good = loopback_connect(&ends->listener, &ends->caller.fd,
				     &ends->answerer.fd);

	if (!good)
		return false;
	good = shake(ends);
	loopback_close(ends->caller.fd);
	loopback_close(ends->answerer.fd);
	return good;
}

bool handshake_ends_run(void *ends_of_a_run, uint64_t times)
{
	struct handshake_ends *ends = ends_of_a_run;

	for (uint64_t i = 0; i < times; i++) {
		if (!(ends->over_tcp ? shake_over_tcp(ends) : shake(ends)))
			return false;
	}
	return true;
}
