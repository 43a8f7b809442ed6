/* SPDX-License-Identifier: MIT */
#include "workers/discovery_snapshot.h"

#include "lib/container.h"
#include "lib/discv4/draw.h"
#include "lib/memory.h"

#include "workers/clock.h"
#include "workers/rcu.h"

/* Written before it is published, read-only afterwards, but for the chore. */
struct dti_picture {
	struct dti_chore retirement;
	struct dti_published_table *published;
	int64_t made_ms; /* ages are as of then; CLOCK_MONOTONIC */
	size_t count;
	struct dt_discv4_entry entries[];
};

void dti_published_table_init(struct dti_published_table *published,
			      struct dti_housekeeper *housekeeper,
			      const struct dt_allocator *allocator,
			      uint64_t seed)
{
	published->allocator = allocator;
	published->housekeeper = housekeeper;
	published->seed = seed;
	published->version = 0;
	published->published_ms = INT64_MIN;
	atomic_init(&published->picture, NULL);
	atomic_init(&published->retired, 0);
	atomic_init(&published->draws, 0);
}

void dti_published_table_fini(struct dti_published_table *published)
{
	/* Relaxed: no other call is under way. */
	dti_free(published->allocator,
		 atomic_load_explicit(&published->picture,
				      memory_order_relaxed));
}

static struct dti_picture *make_picture(struct dti_published_table *published,
					const struct dti_table *table,
					int64_t now_ms)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	size_t count = dti_table_entries(table, entries);
	struct dti_picture *picture = dti_malloc(
		published->allocator,
		sizeof(*picture) + count * sizeof(picture->entries[0]));

	if (!picture)
		return NULL;
	picture->published = published;
	picture->made_ms = dti_clock_ms();
	picture->count = count;
	for (size_t i = 0; i < count; i++)
		picture->entries[i] = (struct dt_discv4_entry){
			.node = entries[i]->node,
			.bucket = entries[i]->bucket,
			.liveness = entries[i]->liveness,
			.age_ms = now_ms - entries[i]->added_ms,
			.record_seq = entries[i]->record_seq,
		};
	return picture;
}

static void free_picture(struct dti_chore *chore)
{
	struct dti_picture *picture =
		dti_container_of(chore, struct dti_picture, retirement);

	struct dti_published_table *published = picture->published;

	dti_free(published->allocator, picture);
	atomic_fetch_sub_explicit(&published->retired, 1, memory_order_relaxed);
}

/* Free it once nobody can read it any more. */
static void retire(struct dti_published_table *published,
		   struct dti_picture *picture)
{
	picture->retirement.run = free_picture;
	picture->retirement.after_grace = true;
	atomic_fetch_add_explicit(&published->retired, 1, memory_order_relaxed);
	dti_housekeeper_push(published->housekeeper, &picture->retirement);
}

int64_t dti_published_table_due_ms(const struct dti_published_table *published,
				   const struct dti_table *table)
{
	if (dti_table_version(table) == published->version)
		return INT64_MAX;
	if (published->published_ms == INT64_MIN)
		return INT64_MIN;
	return published->published_ms + DTI_PICTURE_INTERVAL_MS;
}

void dti_published_table_update(struct dti_published_table *published,
				const struct dti_table *table, int64_t now_ms)
{
	struct dti_picture *picture;
	struct dti_picture *old;

	if (now_ms < dti_published_table_due_ms(published, table))
		return;
	published->published_ms = now_ms;
	if (atomic_load_explicit(&published->retired, memory_order_relaxed) >=
	    DTI_PICTURES_RETIRED)
		return;
	picture = make_picture(published, table, now_ms);
	if (!picture)
		return;
	published->version = dti_table_version(table);
	/* Release: pairs with the acquires of readers; publishes *picture.
	 * Acquire costs nothing here: this thread has published the old one. */
	old = atomic_exchange_explicit(&published->picture, picture,
				       memory_order_acq_rel);
	if (old)
		retire(published, old);
}

/* In a read section, and good until its end. NULL: none yet. */
static const struct dti_picture *
read_picture(const struct dti_published_table *published)
{
	/* Acquire: pairs with the release in dti_published_table_update(). */
	return atomic_load_explicit(&published->picture, memory_order_acquire);
}

size_t dti_published_table_random(struct dti_published_table *published,
				  struct dt_node *out, size_t max)
{
	/* Relaxed: see the field. */
	uint64_t draw = atomic_fetch_add_explicit(&published->draws, 1,
						  memory_order_relaxed);
	const struct dti_picture *picture;
	size_t count = 0;

	dti_rcu_read_lock();
	picture = read_picture(published);
	/* A draw takes a few seeds from its own on. */
	if (picture)
		count = dti_discv4_draw(
			out, max, picture->entries, picture->count,
			published->seed + draw * (DT_DISCV4_BUCKETS + 1));
	dti_rcu_read_unlock();
	return count;
}

size_t dti_published_table_entries(struct dti_published_table *published,
				   struct dt_discv4_entry *out, size_t max)
{
	int64_t now_ms = dti_clock_ms();
	const struct dti_picture *picture;
	size_t count = 0;

	dti_rcu_read_lock();
	picture = read_picture(published);
	for (; picture && count < picture->count && count < max; count++) {
		out[count] = picture->entries[count];
		out[count].age_ms += now_ms - picture->made_ms;
	}
	dti_rcu_read_unlock();
	return count;
}
