/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/endpoint.h"

#include "tests/replay/trace.h"

enum {
	EXCERPT_MAX = 80,
	NUMBER_DIGITS_MAX = 20 /* of 2^64 - 1 */
};

static const uint64_t time_max_ms = UINT64_C(1) << 53;

static bool refuse_text(struct trace *trace, const char *what,
			struct dti_span text)
{
	struct dti_span excerpt = dti_span_first(text, EXCERPT_MAX);

	return trace_refuse(trace, "\"%.*s\" is not %s", (int)excerpt.length,
			    excerpt.text, what);
}

static struct dti_span field(const struct trace *trace, size_t index)
{
	static const struct dti_span nothing = {.text = "", .length = 0};

	return index < trace->field_count ? trace->fields[index] : nothing;
}

/* Decimal, no sign, no leading zero, at most @max. */
static bool read_number(struct dti_span text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (text.length == 0 || text.length > NUMBER_DIGITS_MAX)
		return false;
	if (text.text[0] == '0' && text.length > 1)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(
			    value, (uint64_t)(text.text[i] - '0'), &value))
			return false;
	}
	if (value > max)
		return false;
	*out = value;
	return true;
}

bool trace_number(struct trace *trace, size_t index, uint64_t max,
		  uint64_t *out)
{
	if (read_number(field(trace, index), max, out))
		return true;
	return refuse_text(trace, "a decimal number in its range",
			   field(trace, index));
}

bool trace_time(struct trace *trace, size_t index, int64_t *out_ms)
{
	uint64_t value;

	if (!read_number(field(trace, index), time_max_ms, &value))
		return refuse_text(trace, "a time from 0 to 2^53 ms",
				   field(trace, index));
	*out_ms = (int64_t)value;
	return true;
}

static bool read_name(struct dti_span text, uint64_t *out)
{
	return text.length > 0 && text.text[0] == 'n' &&
	       read_number(dti_span_skip(text, 1), UINT64_MAX, out);
}

bool trace_name(struct trace *trace, size_t index, uint64_t *out)
{
	if (read_name(field(trace, index), out))
		return true;
	return refuse_text(trace, "a node name such as n7",
			   field(trace, index));
}

static bool read_host(struct dti_span text, struct dt_endpoint *out)
{
	if (dti_span_equal(text, "-"))
		return true;
	return dti_endpoint_parse_ip(out, text.text, text.length);
}

static bool read_port(struct dti_span text, struct dt_endpoint *out)
{
	uint64_t port;

	if (!read_number(text, UINT16_MAX, &port))
		return false;
	out->tcp_port = (uint16_t)port;
	return true;
}

bool trace_endpoint(struct trace *trace, size_t index, struct dt_endpoint *out)
{
	*out = (struct dt_endpoint){.family = 0};
	if (!read_host(field(trace, index), out))
		return refuse_text(trace, "an address or \"-\"",
				   field(trace, index));
	if (!read_port(field(trace, index + 1), out))
		return refuse_text(trace, "a port", field(trace, index + 1));
	return true;
}

/* An IPv6 address stands in brackets, and nothing else does. */
static bool read_bracketed_host(struct dti_span text, struct dt_endpoint *out)
{
	bool has_colon = dti_span_find(text, ':') < text.length;

	if (text.length < 2 || text.text[0] != '[')
		return !has_colon && read_host(text, out);
	if (!has_colon || text.text[text.length - 1] != ']')
		return false;
	text = dti_span_first(dti_span_skip(text, 1), text.length - 2);
	return dti_endpoint_parse_ip(out, text.text, text.length);
}

/* "nK@HOST:PORT" */
static bool read_item(struct dti_span item, struct trace_node *out)
{
	size_t at = dti_span_find(item, '@');
	struct dti_span where = dti_span_skip(item, at + 1);
	size_t colon = dti_span_find_last(where, ':');

	*out = (struct trace_node){.number = 0};
	return at < item.length && colon < where.length &&
	       read_name(dti_span_first(item, at), &out->number) &&
	       read_bracketed_host(dti_span_first(where, colon),
				   &out->endpoint) &&
	       read_port(dti_span_skip(where, colon + 1), &out->endpoint);
}

bool trace_list(struct trace *trace, size_t index, struct trace_node *out,
		size_t max, size_t *count)
{
	struct dti_span list = field(trace, index);

	*count = 0;
	if (dti_span_equal(list, "-"))
		return true;
	for (;;) {
		size_t length = dti_span_find(list, ',');
		struct dti_span item = dti_span_first(list, length);

		if (*count == max || !read_item(item, &out[*count]))
			return refuse_text(trace, "a node (nK@HOST:PORT)",
					   item);
		(*count)++;
		if (length == list.length)
			return true;
		list = dti_span_skip(list, length + 1);
	}
}

struct dt_node_id trace_id(uint64_t number)
{
	struct dt_node_id id = {{0}};

	for (size_t i = 0; i < sizeof(number); i++)
		id.bytes[sizeof(id.bytes) - 1 - i] =
			(uint8_t)(number >> (8 * i));
	return id;
}

uint64_t trace_id_number(const struct dt_node_id *id)
{
	uint64_t number = 0;

	for (size_t i = 56; i < sizeof(id->bytes); i++)
		number = number << 8 | id->bytes[i];
	return number;
}

bool trace_same_endpoint(const struct dt_endpoint *a,
			 const struct dt_endpoint *b)
{
	return a->family == b->family && a->tcp_port == b->tcp_port &&
	       memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}
