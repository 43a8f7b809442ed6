/* SPDX-License-Identifier: MIT */
/*
 * enode URLs:
 *
 *	enode://ID@HOST:TCPPORT/path?discport=UDPPORT&more#fragment
 *	        `--- authority ---'
 *
 * Path, fragment and all parameters but discport are ignored. What either of
 * go-ethereum's two generations of parsers accepts is accepted, but for this: a
 * host name is kept and not looked up, bytes written as "%61" are refused in
 * the id and the host, and whether the id is a point of the curve is not asked.
 */
#include <stdio.h>
#include <strings.h>

#include "lib/dialtone.h"
#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/node/host_port.h"
#include "lib/node/id.h"
#include "lib/span.h"

static const char scheme[] = "enode://";
static const char accepted[] =
	"enode://ID@HOST:PORT with an ID of 128 hex digits is accepted";

static dt_err refuse_blanks(struct dti_span url, struct dt_error *error)
{
	for (size_t i = 0; i < url.length; i++) {
		struct dti_span byte = {&url.text[i], 1};

		if ((unsigned char)*byte.text <= ' ' || *byte.text == '\x7f')
			return dti_error_set(
				error, DT_ERR_PARSE,
				"byte %zu of the enode URL, \"%s\", is white "
				"space or a control character; %s",
				i + 1, dti_excerpt_span(byte).text, accepted);
	}
	return DT_OK;
}

/* Cut "enode://" off @url, if it has it. Another scheme is refused. */
static dt_err take_scheme(struct dti_span *url, bool *has_scheme,
			  struct dt_error *error)
{
	size_t length = sizeof(scheme) - 1;
	size_t colon = dti_span_find(*url, ':');
	struct dti_span mark = dti_span_first(dti_span_skip(*url, colon), 3);

	*has_scheme = url->length >= length &&
		      strncasecmp(url->text, scheme, length) == 0;
	if (!*has_scheme && dti_span_equal(mark, "://"))
		return dti_error_set(
			error, DT_ERR_PARSE,
			"the scheme \"%s\" is not \"enode\"; %s",
			dti_excerpt_span(dti_span_first(*url, colon)).text,
			accepted);
	if (*has_scheme)
		*url = dti_span_skip(*url, length);
	return DT_OK;
}

static dt_err parse_id(struct dt_node_id *id, struct dti_span text,
		       struct dt_error *error)
{
	struct dti_span digits = text;

	if (dti_span_equal(dti_span_first(text, 2), "0x"))
		digits = dti_span_skip(text, 2);
	if (dti_node_id_parse(id, digits.text, digits.length))
		return DT_OK;
	if (dti_span_find(text, ':') < text.length)
		return dti_error_set(error, DT_ERR_PARSE,
				     "a password stands behind the node id; %s",
				     accepted);
	return dti_error_set(error, DT_ERR_PARSE,
			     "the node id \"%s\" (length %zu) is not 128 "
			     "hex digits, with or without \"0x\" before them",
			     dti_excerpt_span(text).text, text.length);
}

/* The first discport counts, as in go-ethereum; an empty one is none. */
static dt_err parse_discport(struct dt_endpoint *endpoint,
			     struct dti_span query, struct dt_error *error)
{
	static const char key[] = "discport=";
	const size_t key_length = sizeof(key) - 1;

	endpoint->udp_port = endpoint->tcp_port;
	while (query.length > 0) {
		size_t length = dti_span_find(query, '&');
		struct dti_span parameter = dti_span_first(query, length);
		struct dti_span value = dti_span_skip(parameter, key_length);

		query = dti_span_skip(query, length + 1);
		if (!dti_span_equal(dti_span_first(parameter, key_length), key))
			continue;
		if (value.length == 0)
			return DT_OK;
		return dti_port_parse(&endpoint->udp_port, value, "discport",
				      error);
	}
	return DT_OK;
}

/* The part of @url before the first @byte moves to *@before. */
static struct dti_span cut(struct dti_span url, char byte,
			   struct dti_span *before)
{
	size_t length = dti_span_find(url, byte);

	*before = dti_span_first(url, length);
	return dti_span_skip(url, length + 1);
}

/* @url: what comes behind the scheme. */
static dt_err parse_rest(struct dt_node *node, struct dti_span *name,
			 struct dti_span url, bool has_scheme,
			 struct dt_error *error)
{
	struct dti_span authority;
	struct dti_span query;
	size_t at;
	dt_err err;

	if (parse_id(&node->id, url, NULL) == DT_OK)
		return DT_OK;
	cut(url, '#', &authority);
	query = cut(authority, '?', &authority);
	cut(authority, '/', &authority);
	at = dti_span_find_last(authority, '@');
	if (at == authority.length || !has_scheme)
		return dti_error_set(
			error, DT_ERR_PARSE,
			"\"%s\" (length %zu) is neither a node id of 128 "
			"hex digits nor enode://ID@HOST:PORT",
			dti_excerpt_span(url).text, url.length);
	err = parse_id(&node->id, dti_span_first(authority, at), error);
	if (err == DT_OK)
		err = dti_host_port_parse(&node->endpoint, name,
					  dti_span_skip(authority, at + 1),
					  error);
	if (err == DT_OK)
		err = parse_discport(&node->endpoint, query, error);
	return err;
}

dt_err dt_enode_parse(struct dt_node *out, char *host_name, const char *url,
		      size_t length, struct dt_error *error)
{
	struct dti_span rest = {url, length};
	struct dti_span name = {NULL, 0};
	struct dt_node node = {0};
	bool has_scheme = false;
	dt_err err = refuse_blanks(rest, error);

	if (err == DT_OK)
		err = take_scheme(&rest, &has_scheme, error);
	if (err == DT_OK)
		err = parse_rest(&node, &name, rest, has_scheme, error);
	if (err != DT_OK)
		return err;
	if (name.length > 0) {
		memcpy(host_name, name.text, name.length);
		host_name[name.length] = '\0';
		node.host_name = host_name;
	}
	*out = node;
	return DT_OK;
}

/* Returns the length that it needs, as snprintf(3). */
static int format_host_and_ports(char *out, size_t size,
				 const struct dt_node *node)
{
	const struct dt_endpoint *endpoint = &node->endpoint;
	char address[DT_ENDPOINT_TEXT_SIZE];
	char discport[sizeof("?discport=65535")] = "";

	if (endpoint->udp_port != endpoint->tcp_port)
		snprintf(discport, sizeof(discport), "?discport=%u",
			 (unsigned int)endpoint->udp_port);
	if (node->host_name != NULL)
		return snprintf(out, size, "@%s:%u%s", node->host_name,
				(unsigned int)endpoint->tcp_port, discport);
	dt_endpoint_format(address, endpoint);
	if (address[0] == '-')
		return snprintf(out, size, "%s", "");
	return snprintf(out, size, "@%s%s", address, discport);
}

dt_err dt_enode_format(char *out, size_t size, const struct dt_node *node)
{
	char id[2 * sizeof(node->id.bytes) + 1];
	char rest[DT_ENODE_URL_SIZE - (sizeof(scheme) - 1) - sizeof(id) + 1];
	int rest_length = format_host_and_ports(rest, sizeof(rest), node);
	size_t length = sizeof(scheme) - 1 + sizeof(id) - 1;

	if (rest_length < 0 || (size_t)rest_length >= sizeof(rest))
		return DT_ERR_TOO_SMALL;
	length += (size_t)rest_length;
	if (length >= size)
		return DT_ERR_TOO_SMALL;
	dti_node_id_format(id, &node->id);
	snprintf(out, size, "%s%s%s", scheme, id, rest);
	return DT_OK;
}
