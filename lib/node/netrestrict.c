/* SPDX-License-Identifier: MIT */
#include "lib/node/netrestrict.h"

#include <string.h>

#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/memory.h"
#include "lib/node/endpoint.h"
#include "lib/node/entry_reader.h"

#define MAPPED_BITS 96 /* of the prefix ::ffff:0:0 */

struct network {
	struct dt_endpoint base; /* its ports are not used */
	uint32_t prefix_bits;    /* of base.ip; what is behind does not count */
};

struct dti_netrestrict {
	size_t count;
	struct network networks[];
};

static const char accepted[] =
	"networks such as 10.0.0.0/8 and 2001:db8::/32 are accepted, with "
	"commas between them, or \"none\" alone";

/*
 * "::ffff:10.0.0.0" was read as 10.0.0.0. Its prefix counts from the start of
 * the IPv6 address; with less than 96 bits the network reaches beyond IPv4 and
 * is an IPv6 network.
 */
static void place_mapped(struct network *network)
{
	/* The first 95 bits of ::ffff:0:0; the 96th, which would make it IPv4
	 * again, does not count. */
	static const uint8_t ip[16] = {[10] = 0xff, [11] = 0xfe};

	if (network->prefix_bits >= MAPPED_BITS)
		network->prefix_bits -= MAPPED_BITS;
	else
		dti_endpoint_set_ip(&network->base, ip, sizeof(ip));
}

static dt_err parse_network(struct network *network, struct dti_span item,
			    struct dt_error *error)
{
	size_t slash = dti_span_find(item, '/');
	struct dti_span address = dti_span_first(item, slash);
	struct dti_span prefix = dti_span_skip(item, slash + 1);
	bool is_ipv6 = dti_span_find(address, ':') < address.length;
	uint32_t bits = is_ipv6 ? 128 : 32;

	*network = (struct network){.prefix_bits = 0};
	if (slash == item.length)
		return dti_error_set(error, DT_ERR_PARSE,
				     "\"%s\" has no prefix length; %s",
				     dti_excerpt_span(item).text, accepted);
	if (!dti_endpoint_parse_ip(&network->base, address.text,
				   address.length))
		return dti_error_set(error, DT_ERR_PARSE,
				     "\"%s\" does not begin with an IPv4 or "
				     "IPv6 address; %s",
				     dti_excerpt_span(item).text, accepted);
	if (!dti_decimal_parse(&network->prefix_bits, prefix.text,
			       prefix.length, bits))
		return dti_error_set(error, DT_ERR_PARSE,
				     "the prefix length of \"%s\" is not a "
				     "number from 0 to %u; %s",
				     dti_excerpt_span(item).text,
				     (unsigned int)bits, accepted);
	if (is_ipv6 && network->base.family == 4)
		place_mapped(network);
	return DT_OK;
}

/* The list, with as many networks as @text has items, not yet filled in. */
static struct dti_netrestrict *allocate(struct dti_span text,
					const struct dt_allocator *allocator)
{
	struct dti_entry_reader items =
		dti_entry_reader_make(DTI_ENTRY_FORM_ITEMS, text);
	struct dti_netrestrict *list;
	struct dti_span item;
	size_t size;

	while (dti_entry_reader_next(&items, &item))
		continue;
	if (__builtin_mul_overflow(items.number, sizeof(list->networks[0]),
				   &size) ||
	    __builtin_add_overflow(size, sizeof(*list), &size))
		return NULL;
	list = dti_malloc(allocator, size);
	if (list != NULL)
		list->count = 0;
	return list;
}

static dt_err fill(struct dti_netrestrict *list, struct dti_span text,
		   struct dt_error *error)
{
	struct dti_entry_reader items =
		dti_entry_reader_make(DTI_ENTRY_FORM_ITEMS, text);
	struct dti_span item;
	dt_err err = DT_OK;

	if (dti_span_equal(dti_span_trim(text), "none"))
		return DT_OK;
	while (err == DT_OK && dti_entry_reader_next(&items, &item)) {
		if (item.length == 0)
			return dti_error_set(error, DT_ERR_PARSE,
					     "network %zu is empty; %s",
					     items.number, accepted);
		err = parse_network(&list->networks[list->count++], item,
				    error);
	}
	return err;
}

dt_err dti_netrestrict_parse(struct dti_netrestrict **out, const char *text,
			     const struct dt_allocator *allocator,
			     struct dt_error *error)
{
	struct dti_span whole = {text, strlen(text)};
	struct dti_netrestrict *list;
	dt_err err;

	if (dti_span_trim(whole).length == 0) {
		*out = NULL;
		return DT_OK;
	}
	list = allocate(whole, allocator);
	if (list == NULL)
		return dti_error_set(error, DT_ERR_NO_MEMORY,
				     "there is not enough memory for the "
				     "networks \"%s\"",
				     dti_excerpt_span(whole).text);
	err = fill(list, whole, error);
	if (err != DT_OK)
		dti_netrestrict_destroy(list, allocator);
	else
		*out = list;
	return err;
}

void dti_netrestrict_destroy(struct dti_netrestrict *list,
			     const struct dt_allocator *allocator)
{
	dti_free(allocator, list);
}

static bool contains(const struct network *network,
		     const struct dt_endpoint *endpoint)
{
	const uint8_t *base = network->base.ip;
	size_t bytes = network->prefix_bits / 8;
	uint32_t bits = network->prefix_bits % 8;

	if (network->base.family != endpoint->family ||
	    memcmp(base, endpoint->ip, bytes) != 0)
		return false;
	return bits == 0 ||
	       (base[bytes] ^ endpoint->ip[bytes]) >> (8 - bits) == 0;
}

bool dti_netrestrict_allows(const struct dti_netrestrict *list,
			    const struct dt_endpoint *endpoint)
{
	if (list == NULL)
		return true;
	for (size_t i = 0; i < list->count; i++)
		if (contains(&list->networks[i], endpoint))
			return true;
	return false;
}
