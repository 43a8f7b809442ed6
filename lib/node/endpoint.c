/* SPDX-License-Identifier: MIT */
#include "lib/node/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define MAPPED_PREFIX_BYTES 12 /* of ::ffff:a.b.c.d */

size_t dti_endpoint_ip_size(const struct dt_endpoint *endpoint)
{
	if (endpoint->family == 4)
		return 4;
	return endpoint->family == 6 ? 16 : 0;
}

bool dti_endpoint_same_ip(const struct dt_endpoint *a,
			  const struct dt_endpoint *b)
{
	return a->family == b->family &&
	       memcmp(a->ip, b->ip, dti_endpoint_ip_size(a)) == 0;
}

bool dti_endpoint_same_udp(const struct dt_endpoint *a,
			   const struct dt_endpoint *b)
{
	return dti_endpoint_same_ip(a, b) && a->udp_port == b->udp_port;
}

bool dti_endpoint_equal(const struct dt_endpoint *a,
			const struct dt_endpoint *b)
{
	return dti_endpoint_same_udp(a, b) && a->tcp_port == b->tcp_port;
}

static bool is_mapped(const uint8_t *ip)
{
	static const uint8_t prefix[MAPPED_PREFIX_BYTES] = {
		[10] = 0xff,
		[11] = 0xff,
	};

	return memcmp(ip, prefix, sizeof(prefix)) == 0;
}

void dti_endpoint_set_ip(struct dt_endpoint *endpoint, const uint8_t *ip,
			 size_t length)
{
	uint8_t bytes[16] = {0}; /* @ip may be endpoint->ip */

	if (length == 16 && is_mapped(ip)) {
		ip += MAPPED_PREFIX_BYTES;
		length = 4;
	}
	endpoint->family = 0;
	if (length == 4 || length == 16) {
		endpoint->family = length == 4 ? 4 : 6;
		memcpy(bytes, ip, length);
	}
	memcpy(endpoint->ip, bytes, sizeof(bytes));
}

void dti_endpoint_normalize(struct dt_endpoint *endpoint)
{
	uint8_t ip[sizeof(endpoint->ip)];

	memcpy(ip, endpoint->ip, sizeof(ip));
	dti_endpoint_set_ip(endpoint, ip, dti_endpoint_ip_size(endpoint));
}

bool dti_endpoint_parse_ip(struct dt_endpoint *endpoint, const char *text,
			   size_t length)
{
	char terminated[INET6_ADDRSTRLEN];
	uint8_t ip[16];

	if (length == 0 || length >= sizeof(terminated) ||
	    memchr(text, '\0', length) != NULL)
		return false;
	memcpy(terminated, text, length);
	terminated[length] = '\0';
	if (inet_pton(AF_INET, terminated, ip) == 1)
		dti_endpoint_set_ip(endpoint, ip, 4);
	else if (inet_pton(AF_INET6, terminated, ip) == 1)
		dti_endpoint_set_ip(endpoint, ip, 16);
	else
		return false;
	return true;
}

static bool all_bytes_are(const struct dt_endpoint *endpoint, uint8_t value)
{
	for (size_t i = 0; i < dti_endpoint_ip_size(endpoint); i++)
		if (endpoint->ip[i] != value)
			return false;
	return true;
}

/* No address at all is not a bad one: it can still be resolved. */
bool dti_endpoint_is_bad_address(const struct dt_endpoint *endpoint)
{
	if (endpoint->family == 4)
		return all_bytes_are(endpoint, 0) ||
		       all_bytes_are(endpoint, 0xff) ||
		       (endpoint->ip[0] & 0xf0) == 0xe0;
	if (endpoint->family == 6)
		return all_bytes_are(endpoint, 0) || endpoint->ip[0] == 0xff;
	return false;
}

void dt_endpoint_format(char *out, const struct dt_endpoint *endpoint)
{
	char ip[INET6_ADDRSTRLEN];

	if (dti_endpoint_ip_size(endpoint) == 0) {
		memcpy(out, "-", sizeof("-"));
	} else if (endpoint->family == 4) {
		inet_ntop(AF_INET, endpoint->ip, ip, sizeof(ip));
		snprintf(out, DT_ENDPOINT_TEXT_SIZE, "%s:%u", ip,
			 (unsigned int)endpoint->tcp_port);
	} else {
		inet_ntop(AF_INET6, endpoint->ip, ip, sizeof(ip));
		snprintf(out, DT_ENDPOINT_TEXT_SIZE, "[%s]:%u", ip,
			 (unsigned int)endpoint->tcp_port);
	}
}
