/* SPDX-License-Identifier: MIT */
#include "lib/node/node_list.h"

#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/memory.h"
#include "lib/node/duplicate.h"
#include "lib/node/id.h"
#include "lib/node/node_entry.h"

#define NAME_BLOCK_BYTES 4000
#define FIRST_CAPACITY   16

/* Host names. A block does not move, so that nodes can point into it. */
struct name_block {
	struct name_block *next;
	size_t used;
	char bytes[NAME_BLOCK_BYTES];
};

struct dt_node_list {
	struct dt_allocator allocator;
	struct dt_node *nodes;
	size_t count;
	size_t capacity;
	struct name_block *names; /* the newest first; NULL: none */
};

static char *store_name(struct dt_node_list *list, const char *name)
{
	size_t size = strlen(name) + 1;
	struct name_block *block = list->names;
	char *copy;

	if (block == NULL || sizeof(block->bytes) - block->used < size) {
		block = dti_malloc(&list->allocator, sizeof(*block));
		if (block == NULL)
			return NULL;
		block->next = list->names;
		block->used = 0;
		list->names = block;
	}
	copy = &block->bytes[block->used];
	memcpy(copy, name, size);
	block->used += size;
	return copy;
}

static dt_err make_room(struct dt_node_list *list)
{
	size_t capacity =
		list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
	struct dt_node *nodes;

	if (list->count < list->capacity)
		return DT_OK;
	if (capacity > SIZE_MAX / sizeof(*nodes))
		return DT_ERR_NO_MEMORY;
	nodes = dti_realloc(&list->allocator, list->nodes,
			    capacity * sizeof(*nodes));
	if (nodes == NULL)
		return DT_ERR_NO_MEMORY;
	list->nodes = nodes;
	list->capacity = capacity;
	return DT_OK;
}

/* Only DT_ERR_PARSE has a sentence. */
static dt_err add_entry(struct dt_node_list *list,
			struct dti_node_entry_parser *parser,
			struct dti_span entry, struct dt_error *error)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_node node;
	dt_err err =
		dti_node_entry_parse(parser, &node, host_name, entry, error);

	if (err == DT_OK)
		err = make_room(list);
	if (err != DT_OK)
		return err;
	if (node.host_name != NULL) {
		node.host_name = store_name(list, host_name);
		if (node.host_name == NULL)
			return DT_ERR_NO_MEMORY;
	}
	list->nodes[list->count++] = node;
	return DT_OK;
}

/* A long path is known by its end. */
static const char *shorten_name(const char *name, const char **mark)
{
	const size_t longest = 120;
	size_t length = strlen(name);

	*mark = length > longest ? "..." : "";
	return length > longest ? name + length - longest : name;
}

static dt_err refuse(const struct dti_node_list_text *text, size_t number,
		     const char *sentence, struct dt_error *error)
{
	const char *mark;
	const char *name = shorten_name(text->name, &mark);

	return dti_error_set(error, DT_ERR_PARSE, "%s%s:%s%zu: %s", mark, name,
			     text->form == DTI_ENTRY_FORM_ITEMS ? " item " : "",
			     number, sentence);
}

/* The line or item of the @index-th node. */
static size_t number_of(const struct dti_node_list_text *text, size_t index)
{
	struct dti_entry_reader reader =
		dti_entry_reader_make(text->form, text->text);
	struct dti_span entry;

	while (dti_entry_reader_next(&reader, &entry) && index > 0)
		index--;
	return reader.number;
}

static dt_err refuse_duplicate(const struct dt_node_list *list,
			       const struct dti_node_list_text *text,
			       const struct dti_duplicate *duplicate,
			       struct dt_error *error)
{
	char id[2 * sizeof(struct dt_node_id) + 1];
	struct dt_error sentence;

	dti_node_id_format(id, &list->nodes[duplicate->second].id);
	(void)dti_error_set(
		&sentence, DT_ERR_PARSE,
		"the node id \"%s\" stands in %s %zu already; each may stand "
		"once",
		dti_excerpt_of(id, sizeof(id) - 1).text,
		text->form == DTI_ENTRY_FORM_ITEMS ? "item" : "line",
		number_of(text, duplicate->first));
	return refuse(text, number_of(text, duplicate->second), sentence.text,
		      error);
}

static dt_err refuse_no_memory(const struct dti_node_list_text *text,
			       struct dt_error *error)
{
	const char *mark;
	const char *name = shorten_name(text->name, &mark);

	return dti_error_set(error, DT_ERR_NO_MEMORY,
			     "there is not enough memory for the nodes of "
			     "%s%s, %zu bytes of text",
			     mark, name, text->text.length);
}

/*
 * Read all entries up to the first bad one, then look for duplicates among
 * those: a duplicate before the bad one is the first thing that is wrong.
 */
static dt_err fill(struct dt_node_list *list,
		   const struct dti_node_list_text *text,
		   struct dt_error *error)
{
	struct dti_entry_reader reader =
		dti_entry_reader_make(text->form, text->text);
	struct dti_node_entry_parser parser = {.allocator = &list->allocator};
	struct dti_duplicate duplicate = {.found = false};
	struct dt_error sentence;
	struct dti_span entry;
	dt_err err = DT_OK;

	while (err == DT_OK && dti_entry_reader_next(&reader, &entry))
		err = add_entry(list, &parser, entry, &sentence);
	dti_node_entry_parser_fini(&parser);
	if (err == DT_ERR_NO_MEMORY ||
	    dti_duplicate_find(&duplicate, list->nodes, list->count,
			       &list->allocator) != DT_OK)
		return refuse_no_memory(text, error);
	if (duplicate.found)
		return refuse_duplicate(list, text, &duplicate, error);
	if (err != DT_OK)
		return refuse(text, reader.number, sentence.text, error);
	return DT_OK;
}

dt_err dti_node_list_parse_with(dt_node_list **out,
				const struct dti_node_list_text *text,
				const struct dt_allocator *allocator,
				struct dt_error *error)
{
	struct dt_node_list *list = dti_calloc(allocator, 1, sizeof(*list));
	dt_err err;

	if (list == NULL)
		return refuse_no_memory(text, error);
	list->allocator = *allocator;
	err = fill(list, text, error);
	if (err != DT_OK)
		dt_node_list_destroy(list);
	else
		*out = list;
	return err;
}

dt_err dti_node_list_parse_option(dt_node_list **out, const char *text,
				  const char *name,
				  const struct dt_allocator *allocator,
				  struct dt_error *error)
{
	const struct dti_node_list_text items = {
		.form = DTI_ENTRY_FORM_ITEMS,
		.text = {text, strlen(text)},
		.name = name,
	};

	return dti_node_list_parse_with(out, &items, allocator, error);
}

dt_err dt_node_list_parse(dt_node_list **out, const char *text, size_t length,
			  const char *name, struct dt_error *error)
{
	const struct dt_allocator libc = {.malloc = NULL};
	const struct dti_node_list_text lines = {
		.form = DTI_ENTRY_FORM_LINES,
		.text = {text, length},
		.name = name,
	};

	return dti_node_list_parse_with(out, &lines, &libc, error);
}

const struct dt_node *dt_node_list_nodes(const dt_node_list *list,
					 size_t *count)
{
	*count = list->count;
	return list->nodes;
}

void dt_node_list_destroy(dt_node_list *list)
{
	struct dt_allocator allocator;

	if (list == NULL)
		return;
	allocator = list->allocator;
	while (list->names != NULL) {
		struct name_block *next = list->names->next;

		dti_free(&allocator, list->names);
		list->names = next;
	}
	dti_free(&allocator, list->nodes);
	dti_free(&allocator, list);
}
