/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/node/external_address.h"
#include "lib/node/listen_address.h"
#include "lib/node/name_server.h"
#include "lib/node/netrestrict.h"
#include "lib/node/node_list.h"
#include "lib/option.h"
#include "lib/rlpx/capability_text.h"
#include "lib/span.h"

/* The check of the values that are texts, which others take apart. */

static dt_err check_networks(const char *text, const char *label,
			     const struct dt_allocator *allocator,
			     struct dt_error *error)
{
	struct dti_netrestrict *list;
	struct dt_error why = {0};
	dt_err err = dti_netrestrict_parse(&list, text, allocator, &why);

	if (!err) {
		dti_netrestrict_destroy(list, allocator);
		return DT_OK;
	}
	return dti_error_set(
		error, err == DT_ERR_PARSE ? DT_ERR_CONFIG : err, "%s: %s",
		dti_excerpt_of(label, strlen(label)).text, why.text);
}

static dt_err check_nodes(const char *text, const char *label,
			  const struct dt_allocator *allocator,
			  struct dt_error *error)
{
	dt_node_list *list;
	dt_err err = dti_node_list_parse_option(&list, text, label, allocator,
						error);

	if (!err)
		dt_node_list_destroy(list);
	if (err != DT_ERR_PARSE)
		return err;
	if (error)
		error->code = DT_ERR_CONFIG;
	return DT_ERR_CONFIG;
}

static dt_err check_servers(const struct dti_option *option, const char *text,
			    const char *label, struct dt_error *error)
{
	struct dti_span rest = {text, strlen(text)};

	if (rest.length == 0)
		return DT_OK;
	for (;;) {
		struct dt_endpoint server;
		size_t length = dti_span_find(rest, ',');

		if (!dti_name_server_parse(&server,
					   dti_span_first(rest, length)))
			return dti_option_refuse(error, option, label,
						 rest.text, length);
		if (length == rest.length)
			return DT_OK;
		rest = dti_span_skip(rest, length + 1);
	}
}

static dt_err check_address(const struct dti_option *option, const char *text,
			    const char *label, struct dt_error *error)
{
	struct dti_span whole = {text, strlen(text)};
	struct dt_endpoint address;

	if (dti_listen_address_parse(&address, whole))
		return DT_OK;
	return dti_option_refuse(error, option, label, text, whole.length);
}

static dt_err check_word(const struct dti_option *option, const char *text,
			 const char *label, struct dt_error *error)
{
	size_t length = strlen(text);
	bool accepted = length < DT_CLIENT_SIZE;

	for (size_t i = 0; accepted && i < length; i++)
		accepted = text[i] >= ' ' && text[i] <= '~';
	return accepted ? DT_OK
			: dti_option_refuse(error, option, label, text, length);
}

static dt_err check_capabilities(const struct dti_option *option,
				 const char *text, const char *label,
				 struct dt_error *error)
{
	struct dti_capability offered[DTI_CAPABILITIES_MAX];
	struct dti_span refused;
	size_t count;

	if (dti_capability_text_parse(offered, &count,
				      (struct dti_span){text, strlen(text)},
				      &refused))
		return DT_OK;
	return dti_option_refuse(error, option, label, refused.text,
				 refused.length);
}

static dt_err check_external(const struct dti_option *option, const char *text,
			     const char *label, struct dt_error *error)
{
	struct dti_span whole = {text, strlen(text)};
	struct dt_endpoint address;

	if (whole.length == 0 || dti_external_address_parse(&address, whole))
		return DT_OK;
	return dti_option_refuse(error, option, label, text, whole.length);
}

dt_err dti_option_check_text(const struct dti_option *option, const char *text,
			     const char *label,
			     const struct dt_allocator *allocator,
			     struct dt_error *error)
{
	switch (option->kind) {
	case DTI_KIND_NETWORKS:
		return check_networks(text, label, allocator, error);
	case DTI_KIND_NODES:
		return check_nodes(text, label, allocator, error);
	case DTI_KIND_SERVERS:
		return check_servers(option, text, label, error);
	case DTI_KIND_ADDRESS:
		return check_address(option, text, label, error);
	case DTI_KIND_EXTERNAL:
		return check_external(option, text, label, error);
	case DTI_KIND_WORD:
		return check_word(option, text, label, error);
	case DTI_KIND_CAPABILITIES:
		return check_capabilities(option, text, label, error);
	default:
		return DT_OK;
	}
}
