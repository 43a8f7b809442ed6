/* SPDX-License-Identifier: MIT */
/* Any bytes as an enode URL. */
#include <string.h>

#include "lib/dialtone.h"
#include "lib/node/endpoint.h"
#include "lib/node/host_name.h"
#include "lib/node/id.h"

#include "tests/fuzz/fuzz.h"

struct parsed {
	struct dt_node node;
	char host_name[DT_HOST_NAME_SIZE];
};

static dt_err parse(struct parsed *out, const char *url, size_t length,
		    struct dt_error *error)
{
	return dt_enode_parse(&out->node, out->host_name, url, length, error);
}

static bool one_printable_line(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static void check_refused(const struct parsed *parsed,
			  const struct dt_error *error)
{
	static const struct parsed untouched;

	fuzz_check(memcmp(parsed, &untouched, sizeof(untouched)) == 0,
		   "a refused URL leaves the outputs");
	fuzz_check(error->code == DT_ERR_PARSE, "the code is PARSE");
	fuzz_check(memchr(error->text, '\0', sizeof(error->text)) != NULL &&
			   error->text[0] != '\0' &&
			   one_printable_line(error->text),
		   "there is a sentence of one line");
	fuzz_check(strstr(error->text, "accepted") != NULL ||
			   strstr(error->text, "128 hex digits") != NULL ||
			   strstr(error->text, "from 0 to 65535") != NULL,
		   "the sentence says what is accepted");
}

static void check_node(const struct parsed *parsed)
{
	const struct dt_endpoint *endpoint = &parsed->node.endpoint;
	const char *name = parsed->node.host_name;

	fuzz_check(endpoint->family == 0 || endpoint->family == 4 ||
			   endpoint->family == 6,
		   "the family is 0, 4 or 6");
	if (name == NULL)
		return;
	fuzz_check(name == parsed->host_name && strlen(name) > 0,
		   "the name stands in the caller's buffer");
	fuzz_check(endpoint->family == 0, "a name has no address yet");
	fuzz_check(dti_host_name_valid((struct dti_span){name, strlen(name)}),
		   "the name is one");
}

static void check_same(const struct parsed *a, const struct parsed *b)
{
	fuzz_check(dti_node_id_equal(&a->node.id, &b->node.id),
		   "the id survives the canonical URL");
	fuzz_check(dti_endpoint_equal(&a->node.endpoint, &b->node.endpoint),
		   "the endpoint survives the canonical URL");
	fuzz_check(strcmp(a->host_name, b->host_name) == 0,
		   "the host name survives the canonical URL");
}

static void check_round_trip(const struct parsed *parsed)
{
	struct parsed again = {.host_name = ""};
	char first[DT_ENODE_URL_SIZE];
	char second[DT_ENODE_URL_SIZE];

	fuzz_check(dt_enode_format(first, sizeof(first), &parsed->node) ==
			   DT_OK,
		   "DT_ENODE_URL_SIZE is always enough");
	fuzz_check(parse(&again, first, strlen(first), NULL) == DT_OK,
		   "a canonical URL is accepted");
	check_same(parsed, &again);
	fuzz_check(dt_enode_format(second, sizeof(second), &again.node) ==
				   DT_OK &&
			   strcmp(first, second) == 0,
		   "there is one canonical URL");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *url = (const char *)data;
	struct parsed parsed;
	struct dt_error error;

	memset(&parsed, 0, sizeof(parsed));
	memset(&error, 0xff, sizeof(error));
	if (parse(&parsed, url, size, &error) == DT_OK) {
		check_node(&parsed);
		check_round_trip(&parsed);
	} else {
		check_refused(&parsed, &error);
		fuzz_check(parse(&parsed, url, size, NULL) == DT_ERR_PARSE,
			   "the verdict does not hang on the sentence");
	}
	return 0;
}
