/* SPDX-License-Identifier: MIT */
#include "lib/node/name_server.h"

#include "lib/node/endpoint.h"
#include "lib/node/host_port.h"

bool dti_name_server_parse(struct dt_endpoint *out, struct dti_span item)
{
	struct dt_endpoint server = {0};
	struct dti_span name = {NULL, 0};

	if (!dti_endpoint_parse_ip(&server, item.text, item.length) &&
	    (dti_host_port_parse(&server, &name, item, NULL) != DT_OK ||
	     name.length != 0 || server.tcp_port == 0))
		return false;
	*out = server;
	return true;
}
