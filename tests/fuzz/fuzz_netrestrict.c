/* SPDX-License-Identifier: MIT */
/*
 * Any text as a netrestrict list; behind its first newline an address that is
 * tried against it, and against a second opinion that knows only IPv6 bits.
 */
#include <arpa/inet.h>
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/netrestrict.h"

#include "tests/fuzz/fuzz.h"

#define MAPPED_BITS 96

/* An address as IPv6, IPv4 being ::ffff:a.b.c.d. False: it is none. */
static bool read_ip(uint8_t *out, const char *text)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(out, prefix, sizeof(prefix));
	return inet_pton(AF_INET, text, out + sizeof(prefix)) == 1 ||
	       inet_pton(AF_INET6, text, out) == 1;
}

static bool bit_of(const uint8_t *ip, unsigned long bit)
{
	return (ip[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		if (bit_of(a, i) != bit_of(b, i))
			return false;
	return true;
}

/* @network: "ADDRESS/PREFIX", valid, without white space; it is cut in two. */
static bool network_has(char *network, const uint8_t *ip)
{
	uint8_t mapped[16];
	uint8_t base[16];
	char *slash = strchr(network, '/');
	unsigned long bits = strtoul(slash + 1, NULL, 10);
	bool of_ipv4;

	*slash = '\0';
	fuzz_check(read_ip(base, network), "an accepted address is one");
	fuzz_check(read_ip(mapped, "0.0.0.0"), "0.0.0.0 is an address");
	bits += strchr(network, ':') == NULL ? MAPPED_BITS : 0;
	of_ipv4 = bits >= MAPPED_BITS && same_bits(base, mapped, MAPPED_BITS);
	return same_bits(ip, mapped, MAPPED_BITS) == of_ipv4 &&
	       same_bits(ip, base, bits);
}

/* @networks was accepted and is cut to pieces. */
static bool second_opinion(char *networks, const uint8_t *ip)
{
	static const char blanks[] = " \t\n\v\f\r";
	char *rest = NULL;
	char *item = strtok_r(networks, ",", &rest);
	bool allowed = false;

	for (; item != NULL; item = strtok_r(NULL, ",", &rest)) {
		char *start = item + strspn(item, blanks);

		start[strcspn(start, blanks)] = '\0';
		if (strcmp(start, "none") != 0)
			allowed = network_has(start, ip) || allowed;
	}
	return allowed;
}

static void check_address(const struct dti_netrestrict *list, char *networks,
			  const char *address)
{
	struct dt_endpoint endpoint = {.tcp_port = 1};
	uint8_t ip[16];
	bool allowed;

	fuzz_check(list == NULL || !dti_netrestrict_allows(list, &endpoint),
		   "no address is in no network");
	if (!read_ip(ip, address))
		return;
	dti_endpoint_set_ip(&endpoint, ip, sizeof(ip));
	allowed = dti_netrestrict_allows(list, &endpoint);
	if (list == NULL)
		fuzz_check(allowed, "no list allows all");
	else
		fuzz_check(allowed == second_opinion(networks, ip),
			   "both opinions agree");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dt_allocator libc = {.malloc = NULL};
	static char place;
	struct dti_netrestrict *list = (void *)&place;
	struct dt_error error = {.code = DT_OK};
	char *text = malloc(size + 1);
	char *address;
	dt_err err;

	fuzz_check(text != NULL, "the fuzzer has memory");
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	address = text + strcspn(text, "\n");
	if (*address == '\n')
		*address++ = '\0';
	err = dti_netrestrict_parse(&list, text, &libc, &error);
	if (err == DT_OK) {
		check_address(list, text, address);
		dti_netrestrict_destroy(list, &libc);
	} else {
		fuzz_check((void *)list == (void *)&place,
			   "a refused text leaves the output");
		fuzz_check(err == DT_ERR_PARSE && error.code == err &&
				   strstr(error.text, "are accepted") != NULL,
			   "the sentence says what is accepted");
	}
	free(text);
	return 0;
}
