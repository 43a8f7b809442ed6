/* SPDX-License-Identifier: MIT */
#include "lib/node/host_port.h"

#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/excerpt.h"
#include "lib/node/endpoint.h"
#include "lib/node/host_name.h"

dt_err dti_port_parse(uint16_t *out, struct dti_span text, const char *what,
		      struct dt_error *error)
{
	uint32_t port = 0;

	if (!dti_decimal_parse(&port, text.text, text.length, UINT16_MAX))
		return dti_error_set(
			error, DT_ERR_PARSE,
			"the %s \"%s\" is not a number from 0 to 65535", what,
			dti_excerpt_span(text).text);
	*out = (uint16_t)port;
	return DT_OK;
}

/* @host is neither an address nor a valid name: say why. */
static dt_err refuse_host(struct dti_span host, struct dt_error *error)
{
	if (host.length == 0)
		return dti_error_set(error, DT_ERR_PARSE,
				     "there is no host behind the \"@\"; an "
				     "IPv4 address, an IPv6 address in "
				     "brackets or a host name is accepted");
	if (dti_host_name_ends_in_number(host))
		return dti_error_set(
			error, DT_ERR_PARSE,
			"the host \"%s\" is not an IPv4 address; four numbers "
			"from 0 to 255 without leading zeros are accepted",
			dti_excerpt_span(host).text);
	return dti_error_set(
		error, DT_ERR_PARSE,
		"the host \"%s\" (length %zu) is not a host name; at most "
		"253 letters, digits, \"-\" and \"_\", with dots between "
		"labels of 1 to 63, are accepted",
		dti_excerpt_span(host).text, host.length);
}

static dt_err parse_plain(struct dt_endpoint *endpoint, struct dti_span *name,
			  struct dti_span host, struct dt_error *error)
{
	if (dti_endpoint_parse_ip(endpoint, host.text, host.length))
		return DT_OK;
	if (!dti_host_name_valid(host) || dti_host_name_ends_in_number(host))
		return refuse_host(host, error);
	dti_endpoint_set_ip(endpoint, NULL, 0);
	*name = host;
	return DT_OK;
}

/* @host: from "[" to "]". */
static dt_err parse_brackets(struct dt_endpoint *endpoint, struct dti_span host,
			     struct dt_error *error)
{
	struct dti_span ip = dti_span_skip(host, 1);

	ip.length -= ip.length > 0 ? 1 : 0;
	if (dti_span_find(ip, ':') < ip.length &&
	    dti_endpoint_parse_ip(endpoint, ip.text, ip.length))
		return DT_OK;
	return dti_error_set(error, DT_ERR_PARSE,
			     "the host \"%s\" is not an IPv6 address in "
			     "brackets; one without zone, such as "
			     "[2001:db8::1], is accepted",
			     dti_excerpt_span(host).text);
}

/* How long the host is: up to its "]", or up to the last colon. */
static size_t host_length(struct dti_span text)
{
	if (text.length > 0 && text.text[0] == '[')
		return dti_span_find(text, ']') + 1;
	return dti_span_find_last(text, ':');
}

dt_err dti_host_port_parse(struct dt_endpoint *endpoint, struct dti_span *name,
			   struct dti_span text, struct dt_error *error)
{
	struct dti_span host = dti_span_first(text, host_length(text));
	struct dti_span port = dti_span_skip(text, host.length);
	dt_err err;

	if (host.length > 0 && host.text[0] == '[')
		err = parse_brackets(endpoint, host, error);
	else if (dti_span_find(host, ':') < host.length)
		err = dti_error_set(error, DT_ERR_PARSE,
				    "\"%s\" has more than one \":\"; HOST:PORT "
				    "with an IPv6 address in brackets is "
				    "accepted",
				    dti_excerpt_span(text).text);
	else
		err = parse_plain(endpoint, name, host, error);
	if (err != DT_OK)
		return err;
	if (port.length <= 1 || port.text[0] != ':')
		return dti_error_set(
			error, DT_ERR_PARSE,
			"\"%s\" has no port; HOST:PORT is accepted",
			dti_excerpt_span(text).text);
	return dti_port_parse(&endpoint->tcp_port, dti_span_skip(port, 1),
			      "TCP port", error);
}
