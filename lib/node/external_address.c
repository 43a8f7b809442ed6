/* SPDX-License-Identifier: MIT */
#include "lib/node/external_address.h"

#include "lib/node/endpoint.h"
#include "lib/node/host_port.h"

bool dti_external_address_parse(struct dt_endpoint *out, struct dti_span text)
{
	struct dt_endpoint address = {0};
	struct dti_span name = {NULL, 0};

	if (!dti_endpoint_parse_ip(&address, text.text, text.length) &&
	    (dti_host_port_parse(&address, &name, text, NULL) != DT_OK ||
	     name.length != 0 || address.tcp_port == 0))
		return false;
	if (dti_endpoint_is_bad_address(&address))
		return false;
	address.udp_port = address.tcp_port;
	*out = address;
	return true;
}
