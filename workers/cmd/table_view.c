/* SPDX-License-Identifier: MIT */
#include "workers/cmd/table_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/node_text.h"
#include "workers/cmd/peer_text.h"
#include "workers/cmd/plot.h"

#define BUCKET_SIZE 16
#define NEAREST     240 /* distance of bucket 0, and all below */
#define AGE_COLUMNS 16

/* A bucket, or what is known of it. */
struct bucket {
	const struct dt_discv4_entry *entries;
	size_t count;
	size_t verified;
};

static struct bucket find_bucket(const struct cmd_table_view *view,
				 uint32_t number)
{
	struct bucket bucket = {0};

	for (size_t i = 0; i < view->count; i++) {
		const struct dt_discv4_entry *entry = &view->entries[i];

		if (entry->bucket != number)
			continue;
		if (bucket.count++ == 0)
			bucket.entries = entry;
		bucket.verified += entry->liveness > 0;
	}
	return bucket;
}

static const char *paint(const struct cmd_table_view *view,
			 enum cmd_colour colour)
{
	return cmd_style_paint(view->style, colour);
}

/* One cell a node: the higher the more checks it passed, by powers of two. */
static void put_liveness(struct cmd_text *out,
			 const struct cmd_table_view *view,
			 const struct bucket *bucket)
{
	static const char *const heights[] = {"▁", "▂", "▃", "▄",
					      "▅", "▆", "▇", "█"};
	static const char *const digits[] = {"1", "2", "3", "4",
					     "5", "6", "7", "8"};

	cmd_text_add(out, paint(view, CMD_COLOUR_GOOD));
	for (size_t i = 0; i < bucket->count; i++) {
		uint32_t liveness = bucket->entries[i].liveness;
		size_t height = 0;

		if (liveness == 0)
			continue;
		while (height < 7 && liveness >> (height + 1) != 0)
			height++;
		cmd_text_add(out, cmd_style_choose(view->style, heights[height],
						   digits[height]));
	}
	cmd_text_add(out, paint(view, CMD_COLOUR_WARN));
	cmd_text_repeat(out, cmd_style_choose(view->style, "○", "o"),
			bucket->count - bucket->verified);
	cmd_text_add(out, paint(view, CMD_COLOUR_DIM));
	cmd_text_repeat(out, cmd_style_choose(view->style, "·", "."),
			BUCKET_SIZE - bucket->count);
	cmd_text_add(out, paint(view, CMD_COLOUR_PLAIN));
}

static int compare_ages(const void *a, const void *b)
{
	const int64_t *first = a;
	const int64_t *second = b;

	return (*first > *second) - (*first < *second);
}

static int64_t median_age(const struct bucket *bucket)
{
	int64_t ages_ms[BUCKET_SIZE];

	for (size_t i = 0; i < bucket->count; i++)
		ages_ms[i] = bucket->entries[i].age_ms;
	qsort(ages_ms, bucket->count, sizeof(ages_ms[0]), compare_ages);
	return ages_ms[bucket->count / 2];
}

static int64_t oldest(const struct cmd_table_view *view)
{
	int64_t age_ms = 1;

	for (size_t i = 0; i < view->count; i++) {
		if (view->entries[i].age_ms > age_ms)
			age_ms = view->entries[i].age_ms;
	}
	return age_ms;
}

static void put_bucket(struct cmd_text *out, const struct cmd_table_view *view,
		       uint32_t number, const struct bucket *bucket,
		       int64_t oldest_ms)
{
	char age[CMD_AGE_TEXT_SIZE] = "";
	int64_t age_ms = bucket->count > 0 ? median_age(bucket) : 0;

	cmd_text_printf(out, "  %s%3u  %2zu  ", number == 0 ? "<=" : "  ",
			NEAREST + number, bucket->count);
	put_liveness(out, view, bucket);
	cmd_text_add(out, "  ");
	if (bucket->count > 0) {
		cmd_age_text(age, age_ms);
		cmd_text_add(out, paint(view, CMD_COLOUR_ACCENT));
		cmd_plot_bar(out, (uint64_t)age_ms, (uint64_t)oldest_ms,
			     AGE_COLUMNS, view->style);
		cmd_text_printf(out, " %s", age);
	}
	cmd_text_add(out, "\n");
}

/* Returns how many lines. */
static size_t put_buckets(struct cmd_text *out,
			  const struct cmd_table_view *view)
{
	int64_t oldest_ms = oldest(view);
	uint32_t nearest = DT_DISCV4_BUCKETS - 1;
	size_t lines = 0;

	/* Nothing is nearer than this: the usual state of a small network. */
	if (view->count > 0) {
		nearest = view->entries[0].bucket;
		for (size_t i = 1; i < view->count; i++) {
			if (view->entries[i].bucket < nearest)
				nearest = view->entries[i].bucket;
		}
	}
	for (uint32_t i = DT_DISCV4_BUCKETS; i > nearest; i--) {
		struct bucket bucket = find_bucket(view, i - 1);

		put_bucket(out, view, i - 1, &bucket, oldest_ms);
		lines++;
	}
	if (nearest > 0) {
		cmd_text_printf(out, "  %s%u nearer ones are empty%s\n",
				paint(view, CMD_COLOUR_DIM), nearest,
				paint(view, CMD_COLOUR_PLAIN));
		lines++;
	}
	return lines;
}

static void put_entry(struct cmd_text *out, const struct cmd_table_view *view,
		      const struct dt_discv4_entry *entry)
{
	struct dt_endpoint endpoint = entry->node.endpoint;
	char address[DT_ENDPOINT_TEXT_SIZE];
	char id[CMD_NODE_SHORT_SIZE];
	char age[CMD_AGE_TEXT_SIZE];

	endpoint.tcp_port = endpoint.udp_port;
	dt_endpoint_format(address, &endpoint);
	cmd_node_id_short(id, &entry->node.id);
	cmd_age_text(age, entry->age_ms);
	cmd_text_printf(out, "  %5u  %s  %-24s %s%6" PRIu32 "%s  %8s",
			NEAREST + entry->bucket, id, address,
			paint(view, entry->liveness > 0 ? CMD_COLOUR_GOOD
							: CMD_COLOUR_WARN),
			entry->liveness, paint(view, CMD_COLOUR_PLAIN), age);
	if (entry->record_seq > 0)
		cmd_text_printf(out, "  %" PRIu64, entry->record_seq);
	cmd_text_add(out, "\n");
}

static void put_entries(struct cmd_text *out, const struct cmd_table_view *view,
			size_t room)
{
	/* An empty line, the heading, and one node at least. */
	if (room < 3 || view->count == 0)
		return;
	cmd_text_printf(out,
			"\n  %sdist.  node        %-24s checks       age  "
			"record%s\n",
			paint(view, CMD_COLOUR_DIM), "UDP endpoint",
			paint(view, CMD_COLOUR_PLAIN));
	room -= 2;
	/* The farthest bucket stands last. */
	for (size_t i = view->count; i > 0 && room > 0; i--, room--)
		put_entry(out, view, &view->entries[i - 1]);
}

/* All of it, so that it can be copied. Returns how many lines. */
static size_t put_self(struct cmd_text *out, const struct cmd_table_view *view)
{
	size_t width = view->columns > 4 ? view->columns - 4 : 1;
	char url[DT_ENODE_URL_SIZE];
	size_t lines = 0;

	cmd_node_url(url, view->self);
	for (size_t at = 0; at < strlen(url); at += width, lines++)
		cmd_text_printf(out, "  %s%.*s%s\n",
				paint(view, CMD_COLOUR_DIM), (int)width,
				url + at, paint(view, CMD_COLOUR_PLAIN));
	cmd_text_add(out, "\n");
	return lines + 1;
}

void cmd_table_view_put(struct cmd_text *out, const struct cmd_table_view *view)
{
	size_t lines = put_self(out, view);

	cmd_text_printf(out, "  %sdist.  of  %-16s  %-16s%s\n",
			paint(view, CMD_COLOUR_DIM), "checks passed",
			"median age", paint(view, CMD_COLOUR_PLAIN));
	lines += 1 + put_buckets(out, view);
	if (lines < view->rows)
		put_entries(out, view, view->rows - lines);
}
