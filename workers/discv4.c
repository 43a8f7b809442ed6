/* SPDX-License-Identifier: MIT */
#include "workers/discv4.h"

#include <string.h>

#include "lib/error.h"

dt_err dt_discv4_host_create(dt_discv4_host **out, struct dt_error *error)
{
	static const struct dt_allocator libc_allocator;

	return dti_host_create(out, &libc_allocator, error);
}

void dt_discv4_host_destroy(dt_discv4_host *host)
{
	dti_host_destroy(host);
}

/* The phase before. */
static uint32_t set_phase(dt_discv4 *discv4, uint32_t bit)
{
	/* Release: pairs with the acquire in dti_discv4_phase(). Acquire: who
	 * closes sees what start has made. */
	return atomic_fetch_or_explicit(&discv4->phase, bit,
					memory_order_acq_rel);
}

static dt_err begin_start(dt_discv4 *discv4, struct dt_error *error)
{
	if ((dti_discv4_phase(discv4) & DTI_DISCV4_CLOSED) != 0)
		return dti_error_set(error, DT_ERR_STOPPED,
				     "this node of discovery was closed; make "
				     "a new one");
	if ((set_phase(discv4, DTI_DISCV4_STARTING) & DTI_DISCV4_STARTING) != 0)
		return dti_error_set(error, DT_ERR_STARTED,
				     "this node of discovery was started "
				     "already");
	return DT_OK;
}

dt_err dt_discv4_start(dt_discv4 *discv4, struct dt_error *error)
{
	dt_err err = begin_start(discv4, error);

	if (err)
		return err;
	err = dti_host_join(discv4->host, &discv4->member);
	if (err) {
		/* Relaxed: nothing has changed. It may be tried again. */
		atomic_fetch_and_explicit(&discv4->phase,
					  ~(uint32_t)DTI_DISCV4_STARTING,
					  memory_order_relaxed);
		return dti_error_set(error, err,
				     "the kernel has no memory to watch one "
				     "socket more");
	}
	(void)set_phase(discv4, DTI_DISCV4_STARTED);
	return DT_OK;
}

void dt_discv4_close(dt_discv4 *discv4)
{
	uint32_t before = set_phase(discv4, DTI_DISCV4_CLOSED);

	if ((before & DTI_DISCV4_CLOSED) != 0 ||
	    (before & DTI_DISCV4_STARTED) == 0)
		return;
	discv4->close_message = (struct dti_host_message){
		.member = &discv4->member,
		.deliver = dti_discovery_close,
	};
	dti_host_tell(discv4->host, &discv4->close_message);
}

void dt_discv4_destroy(dt_discv4 *discv4)
{
	if (!discv4)
		return;
	dt_discv4_close(discv4);
	dti_query_slots_drain(&discv4->slots);
	if ((dti_discv4_phase(discv4) & DTI_DISCV4_STARTED) != 0)
		dti_host_leave(discv4->host, &discv4->member);
	dti_discv4_free(discv4);
}

struct dt_node dt_discv4_self(const dt_discv4 *discv4)
{
	struct dti_discv4_identity identity;

	dti_snapshot_read(&discv4->identities, &identity);
	return identity.self;
}

void dt_discv4_record(const dt_discv4 *discv4, struct dt_record *out)
{
	struct dti_discv4_identity identity;

	dti_snapshot_read(&discv4->identities, &identity);
	*out = identity.record;
}

size_t dt_discv4_entries(dt_discv4 *discv4, struct dt_discv4_entry *out,
			 size_t max)
{
	return dti_published_table_entries(&discv4->published, out, max);
}

void dt_discv4_counters(const dt_discv4 *discv4, struct dt_discv4_counters *out,
			size_t size)
{
	struct dt_discv4_counters counters;

	dti_snapshot_read(&discv4->snapshot, &counters);
	counters.database_nodes = dti_discovery_journal_nodes(&discv4->journal);
	if (size > sizeof(counters)) {
		memset((char *)out + sizeof(counters), 0,
		       size - sizeof(counters));
		size = sizeof(counters);
	}
	memcpy(out, &counters, size);
}
