/* SPDX-License-Identifier: MIT */
#include "tests/table_model.h"

static int position(const struct model_row *row, int node)
{
	for (int i = 0; i < row->count; i++)
		if (row->nodes[i] == node)
			return i;
	return -1;
}

static void erase(struct model_row *row, int node)
{
	for (int i = position(row, node); i + 1 < row->count; i++)
		row->nodes[i] = row->nodes[i + 1];
	row->count--;
}

static void append(struct model_row *row, int node)
{
	row->nodes[row->count++] = node;
}

static void prepend(struct model_row *row, int node)
{
	for (int i = row->count++; i > 0; i--)
		row->nodes[i] = row->nodes[i - 1];
	row->nodes[0] = node;
}

struct dt_endpoint model_endpoint(struct model_address address)
{
	uint8_t network = (uint8_t)address.network;
	struct dt_endpoint endpoint = {
		.ip = {40, network, 3, (uint8_t)address.host},
		.family = 4,
		.tcp_port = 30303,
		.udp_port = address.udp_port,
	};

	if (network == MODEL_NETWORK_NONE)
		return (struct dt_endpoint){.udp_port = address.udp_port};
	if (network == MODEL_NETWORK_SPECIAL)
		endpoint.ip[0] = 224;
	else if (network >= MODEL_NETWORK_LAN)
		endpoint.ip[0] = 10;
	else if (network % 3 == 0)
		endpoint = (struct dt_endpoint){
			.ip = {0x2a, 0, 0, 0, 0, 0, 0, network, 9, 9, 9, 9, 9,
			       9, 9, (uint8_t)address.host},
			.family = 6,
			.udp_port = address.udp_port,
		};
	return endpoint;
}

bool model_is_entry(const struct model *model, int node)
{
	return position(&model->entries[model->bucket_of[node]], node) >= 0;
}

bool model_is_replacement(const struct model *model, int node)
{
	return position(&model->replacements[model->bucket_of[node]], node) >=
	       0;
}

static bool is_known(const struct model *model, int node)
{
	return model_is_entry(model, node) || model_is_replacement(model, node);
}

static bool network_is_full(const struct model *model, int node, int network)
{
	int in_bucket = 0;
	int in_all = 0;

	if (network >= MODEL_NETWORK_LAN && !model->limit_lan)
		return false;
	for (int i = 0; i < MODEL_NODES; i++) {
		if (!is_known(model, i) ||
		    model->nodes[i].address.network != network)
			continue;
		in_all++;
		in_bucket += model->bucket_of[i] == model->bucket_of[node];
	}
	return in_bucket >= 2 || in_all >= 10;
}

static enum dti_table_added add_again(struct model *model, int node,
				      struct model_address address, bool proven)
{
	struct model_node *known = &model->nodes[node];
	struct model_row *replacements =
		&model->replacements[model->bucket_of[node]];

	if (proven || known->liveness == 0) {
		if (known->address.network != address.network &&
		    network_is_full(model, node, address.network))
			return DTI_TABLE_SUBNET_FULL;
		known->address = address;
	}
	if (proven && model_is_replacement(model, node)) {
		erase(replacements, node);
		prepend(replacements, node);
	}
	return DTI_TABLE_KNOWN;
}

enum dti_table_added model_add(struct model *model, int node,
			       struct model_address address, bool proven,
			       int64_t now_ms)
{
	struct model_row *entries = &model->entries[model->bucket_of[node]];
	struct model_row *replacements =
		&model->replacements[model->bucket_of[node]];

	if (address.network >= MODEL_NETWORK_SPECIAL || address.udp_port == 0)
		return DTI_TABLE_BAD_ENDPOINT;
	if (is_known(model, node))
		return add_again(model, node, address, proven);
	if (network_is_full(model, node, address.network))
		return DTI_TABLE_SUBNET_FULL;
	model->nodes[node] = (struct model_node){
		.address = address,
		.added_ms = now_ms,
	};
	if (entries->count < DTI_BUCKET_SIZE) {
		append(entries, node);
		return DTI_TABLE_ADDED;
	}
	prepend(replacements, node);
	if (replacements->count > DTI_BUCKET_REPLACEMENTS)
		replacements->count--;
	return DTI_TABLE_REPLACEMENT;
}

bool model_remove(struct model *model, int node)
{
	unsigned int bucket = model->bucket_of[node];

	if (model_is_replacement(model, node)) {
		erase(&model->replacements[bucket], node);
		return false;
	}
	erase(&model->entries[bucket], node);
	return model->replacements[bucket].count > 0;
}

void model_promote(struct model *model, int node)
{
	unsigned int bucket = model->bucket_of[node];

	erase(&model->replacements[bucket], node);
	append(&model->entries[bucket], node);
}

void model_alive(struct model *model, int node, int64_t now_ms)
{
	unsigned int bucket = model->bucket_of[node];
	struct model_row *row = model_is_entry(model, node)
					? &model->entries[bucket]
					: &model->replacements[bucket];

	model->nodes[node].alive_ms = now_ms;
	model->nodes[node].liveness++;
	model->nodes[node].checks++;
	erase(row, node);
	prepend(row, node);
}

bool model_dead(struct model *model, int node)
{
	model->nodes[node].liveness /= 3;
	return model->nodes[node].liveness == 0;
}

bool model_find_failed(struct model *model, int node)
{
	struct model_row *row = &model->entries[model->bucket_of[node]];

	model->nodes[node].failures++;
	if (position(row, node) >= 0) {
		erase(row, node);
		append(row, node);
	}
	return model->nodes[node].failures >= 5 &&
	       model->entries[model->bucket_of[node]].count >= 8;
}
