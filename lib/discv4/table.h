/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_TABLE_H
#define DTI_DISCV4_TABLE_H

/*
 * The node table of discv4: 17 buckets by distance from the own place, each
 * with at most 16 entries, the best proven first, and 10 replacements, the
 * latest first.
 *
 * Entries of one network (/24, /64) are at most 2 a bucket and 10 in all,
 * replacements counted (Marcus, Heilman, Goldberg 2018). Loopback and private
 * networks are exempt unless the configuration says otherwise.
 *
 * Owner: the state machine that has it. Costs: entries and sizes O(all entries,
 * 272 at most); closest the buckets that it takes from, two or three of 16 as a
 * rule; find a Keccak hash for the bucket; all others a walk of one bucket (26
 * at most). There is no hash table: strangers choose the ids, and a bucket is
 * short.
 * Memory: an allocation an entry, 442 at most, and one for all networks.
 */

#include "lib/crypto/random.h"
#include "lib/dialtone.h"
#include "lib/discv4/distance.h"
#include "lib/node/address_class.h"

#define DTI_BUCKET_SIZE         16
#define DTI_BUCKET_REPLACEMENTS 10
#define DTI_SUBNET_A_BUCKET     2
#define DTI_SUBNET_A_TABLE      10
#define DTI_TABLE_ENTRIES_MAX   ((size_t)DTI_BUCKETS * DTI_BUCKET_SIZE)

struct dti_table;

/** A node of the table: the table's, valid until it is removed. Read only. */
struct dti_table_entry {
	struct dt_node node; /* host_name is NULL */
	struct dti_place place;
	int64_t added_ms;    /* when it came, also if as a replacement */
	int64_t alive_ms;    /* when it last passed a check; 0: never */
	uint64_t record_seq; /* the latest that it told; 0: none */
	uint32_t liveness;   /* checks passed; 0: not verified yet */
	uint32_t checks;     /* checks passed, ever */
	uint32_t failures;   /* FindNode in a row without an answer */
	unsigned int bucket;
	bool is_replacement;
	struct dti_subnet subnet; /* it is counted with; all zero: exempt */
};

enum dti_table_added {
	DTI_TABLE_ADDED,
	DTI_TABLE_REPLACEMENT, /* its bucket is full: kept as a replacement */
	DTI_TABLE_KNOWN,       /* was there; its endpoint may have changed */
	DTI_TABLE_SELF,
	DTI_TABLE_SUBNET_FULL,  /* a known node stays where it was */
	DTI_TABLE_BAD_ENDPOINT, /* no address, special address, or no port */
	DTI_TABLE_NO_MEMORY
};

/**
 * @limit_lan: count loopback and private networks too. @allocator: outlives it.
 * NULL: no memory.
 */
struct dti_table *dti_table_create(const struct dt_node_id *self,
				   bool limit_lan,
				   const struct dt_allocator *allocator);
/** NULL is allowed. */
void dti_table_destroy(struct dti_table *table);

/**
 * dti_table_add - a node that was heard of (@proven: has answered us).
 * @place: of @node->id. @node->host_name is not looked at.
 *
 * A new node comes last in its bucket, or first of the replacements; there the
 * tenth gives way. A known node that is proven gets the endpoint of @node, and
 * is the first of the replacements if it is one; one that is not proven keeps
 * what it has once it has been verified. So what stands in an entry with
 * liveness was proven. A TCP port may be missing: such a node is not dialed,
 * but can be asked.
 */
enum dti_table_added dti_table_add(struct dti_table *table,
				   const struct dt_node *node,
				   const struct dti_place *place, bool proven,
				   int64_t now_ms);
/** NULL: not in the table. Also a replacement. */
struct dti_table_entry *dti_table_find(const struct dti_table *table,
				       const struct dt_node_id *id);
/** A replacement, picked at random, takes its place if there is one. */
void dti_table_remove(struct dti_table *table, struct dti_table_entry *entry,
		      struct dti_random *random);

/** It answered a check: it is verified, and goes to the front of its kind. */
void dti_table_alive(struct dti_table *table, struct dti_table_entry *entry,
		     int64_t now_ms);
/**
 * It did not: a third of its liveness is left; at 0 it is removed as by
 * dti_table_remove(). True: it was.
 */
bool dti_table_dead(struct dti_table *table, struct dti_table_entry *entry,
		    struct dti_random *random);
/** It answered a FindNode. */
void dti_table_find_answered(struct dti_table *table,
			     struct dti_table_entry *entry);
/**
 * It did not: it comes last, so is checked soon. The fifth time in a row it is
 * removed, unless its bucket is less than half full. True: it was.
 */
bool dti_table_find_failed(struct dti_table *table,
			   struct dti_table_entry *entry,
			   struct dti_random *random);

/** The sequence number of its node record, as it told it. */
void dti_table_set_record_seq(struct dti_table *table,
			      struct dti_table_entry *entry,
			      uint64_t record_seq);

/**
 * An entry with liveness to be checked again: of a bucket picked at random, by
 * how many it has, the one that has been silent for longest. NULL: there is
 * none.
 */
struct dti_table_entry *dti_table_to_check(const struct dti_table *table,
					   struct dti_random *random);
/** An entry without liveness, picked at random. NULL: there is none. */
struct dti_table_entry *dti_table_to_verify(const struct dti_table *table,
					    struct dti_random *random);
/**
 * The @max entries closest to @target, closest first. @verified_only: only
 * those with liveness, unless there is none at all.
 */
size_t dti_table_closest(const struct dti_table *table,
			 const struct dti_table_entry **out, size_t max,
			 const struct dti_place *target, bool verified_only);
/** All entries, without replacements, bucket by bucket. */
size_t
dti_table_entries(const struct dti_table *table,
		  const struct dti_table_entry *out[DTI_TABLE_ENTRIES_MAX]);

struct dti_table_sizes {
	size_t entries;
	size_t verified;
	size_t replacements;
	size_t buckets[DTI_BUCKETS]; /* entries of each */
};
void dti_table_sizes(const struct dti_table *table,
		     struct dti_table_sizes *out);
/**
 * Grows when what dti_table_entries() gives changes: which entries and in what
 * order, their endpoint, liveness and record_seq.
 */
uint64_t dti_table_version(const struct dti_table *table);

/** Assert every invariant; for tests. */
void dti_table_verify(const struct dti_table *table);

#endif /* DTI_DISCV4_TABLE_H */
