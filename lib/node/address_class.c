/* SPDX-License-Identifier: MIT */
#include "lib/node/address_class.h"

#include <endian.h>
#include <string.h>

#define SUBNET_BYTES_V4 3 /* of the address: /24 */
#define SUBNET_BYTES_V6 8 /* /64 */
#define SITE_BYTES_V6   6 /* /48 */

/* A network. Of a table, the first that an address is in counts. */
struct range {
	uint8_t prefix[8];
	unsigned int bits; /* of the prefix: 1 to 64; 0: all addresses */
	enum dti_address_class class;
};

/*
 * Anycast services (AS112, AMT) can be reached from everywhere, and yet no node
 * has such an address. 100.64.0.0/10 is what lies behind a carrier's NAT.
 */
static const struct range ranges_v4[] = {
	{{0}, 8, DTI_ADDRESS_SPECIAL}, /* "this network" */
	{{10}, 8, DTI_ADDRESS_LAN},
	{{100, 64}, 10, DTI_ADDRESS_LAN},
	{{127}, 8, DTI_ADDRESS_LOOPBACK},
	{{169, 254}, 16, DTI_ADDRESS_LAN}, /* link-local */
	{{172, 16}, 12, DTI_ADDRESS_LAN},
	{{192, 0, 0}, 24, DTI_ADDRESS_SPECIAL},    /* IETF protocols */
	{{192, 0, 2}, 24, DTI_ADDRESS_SPECIAL},    /* documentation */
	{{192, 31, 196}, 24, DTI_ADDRESS_SPECIAL}, /* AS112 */
	{{192, 52, 193}, 24, DTI_ADDRESS_SPECIAL}, /* AMT */
	{{192, 88, 99}, 24, DTI_ADDRESS_SPECIAL},  /* 6to4 relays */
	{{192, 168}, 16, DTI_ADDRESS_LAN},
	{{192, 175, 48}, 24, DTI_ADDRESS_SPECIAL}, /* AS112 */
	{{198, 18}, 15, DTI_ADDRESS_SPECIAL},      /* benchmarking */
	{{198, 51, 100}, 24, DTI_ADDRESS_SPECIAL}, /* documentation */
	{{203, 0, 113}, 24, DTI_ADDRESS_SPECIAL},  /* documentation */
	{{224}, 3, DTI_ADDRESS_SPECIAL},           /* multicast, reserved */
	{{0}, 0, DTI_ADDRESS_GLOBAL},
};

/*
 * Global unicast addresses are within 2000::/3 and nowhere else. Of those,
 * Teredo (in 2001::/23) and 6to4 contain an IPv4 address, by which one host
 * would have as many networks as it likes.
 */
static const struct range ranges_v6[] = {
	{{0x20, 0x01}, 23, DTI_ADDRESS_SPECIAL}, /* IETF protocols */
	{{0x20, 0x01, 0x0d, 0xb8}, 32, DTI_ADDRESS_SPECIAL}, /* documentation */
	{{0x20, 0x02}, 16, DTI_ADDRESS_SPECIAL},             /* 6to4 */
	{{0x26, 0x20, 0, 0x4f, 0x80}, 48, DTI_ADDRESS_SPECIAL}, /* AS112 */
	{{0x3f, 0xff}, 20, DTI_ADDRESS_SPECIAL}, /* documentation */
	{{0x20}, 3, DTI_ADDRESS_GLOBAL},
	{{0xfc}, 7, DTI_ADDRESS_LAN},        /* unique local */
	{{0xfe, 0x80}, 10, DTI_ADDRESS_LAN}, /* link-local */
	{{0}, 0, DTI_ADDRESS_SPECIAL},
};

static uint64_t number_of(const uint8_t bytes[8])
{
	uint64_t number;

	memcpy(&number, bytes, sizeof(number));
	return be64toh(number);
}

/* The table's last range has all addresses. */
static enum dti_address_class class_in(const struct range *table,
				       const uint8_t ip[16])
{
	uint64_t number = number_of(ip);

	while (table->bits != 0 &&
	       (number ^ number_of(table->prefix)) >> (64 - table->bits) != 0)
		table++;
	return table->class;
}

enum dti_address_class dti_address_class_of(const struct dt_endpoint *endpoint)
{
	static const uint8_t loopback_v6[16] = {[15] = 1};

	if (endpoint->family == 4)
		return class_in(ranges_v4, endpoint->ip);
	if (endpoint->family != 6)
		return DTI_ADDRESS_NONE;
	if (memcmp(endpoint->ip, loopback_v6, sizeof(loopback_v6)) == 0)
		return DTI_ADDRESS_LOOPBACK;
	return class_in(ranges_v6, endpoint->ip);
}

bool dti_address_is_private(const struct dt_endpoint *endpoint)
{
	enum dti_address_class class = dti_address_class_of(endpoint);

	return class == DTI_ADDRESS_LOOPBACK || class == DTI_ADDRESS_LAN;
}

bool dti_address_can_be_asked(const struct dt_endpoint *endpoint)
{
	switch (dti_address_class_of(endpoint)) {
	case DTI_ADDRESS_NONE:
	case DTI_ADDRESS_SPECIAL:
		return false;
	case DTI_ADDRESS_LOOPBACK:
	case DTI_ADDRESS_LAN:
	case DTI_ADDRESS_GLOBAL:
		break;
	}
	return endpoint->udp_port != 0;
}

bool dti_address_may_relay(const struct dt_endpoint *sender,
			   const struct dt_endpoint *relayed)
{
	enum dti_address_class from = dti_address_class_of(sender);

	switch (dti_address_class_of(relayed)) {
	case DTI_ADDRESS_NONE:
	case DTI_ADDRESS_SPECIAL:
		return false;
	case DTI_ADDRESS_LOOPBACK:
		return from == DTI_ADDRESS_LOOPBACK;
	case DTI_ADDRESS_LAN:
		return from == DTI_ADDRESS_LAN || from == DTI_ADDRESS_LOOPBACK;
	case DTI_ADDRESS_GLOBAL:
		break;
	}
	return true;
}

struct dti_subnet dti_subnet_of(const struct dt_endpoint *endpoint)
{
	struct dti_subnet subnet = {{endpoint->family}};

	if (endpoint->family == 4)
		memcpy(&subnet.bytes[1], endpoint->ip, SUBNET_BYTES_V4);
	else if (endpoint->family == 6)
		memcpy(&subnet.bytes[1], endpoint->ip, SUBNET_BYTES_V6);
	return subnet;
}

bool dti_subnet_equal(const struct dti_subnet *a, const struct dti_subnet *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool dti_address_is_near(const struct dt_endpoint *a,
			 const struct dt_endpoint *b)
{
	size_t length = a->family == 4 ? SUBNET_BYTES_V4 : SITE_BYTES_V6;

	return a->family == b->family && memcmp(a->ip, b->ip, length) == 0;
}
