/* SPDX-License-Identifier: MIT */
#include "lib/node/shuffle.h"

#define ROUNDS 4

/* SplitMix64's step: every bit of the input changes half of the output. */
static uint64_t mix(uint64_t value)
{
	value += UINT64_C(0x9e3779b97f4a7c15);
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

void dti_shuffle_init(struct dti_shuffle *shuffle, uint32_t count,
		      uint64_t seed)
{
	uint32_t rows = 1;

	while ((uint64_t)rows * rows < count)
		rows++;
	*shuffle = (struct dti_shuffle){
		.seed = mix(seed),
		.count = count,
		.rows = rows,
		.columns = (uint32_t)(((uint64_t)count + rows - 1) / rows),
	};
}

/* A number below @bound that @key and @input decide. */
static uint32_t draw(uint64_t key, uint32_t input, uint32_t bound)
{
	return (uint32_t)((mix(key ^ mix(input)) >> 32) * bound >> 32);
}

static uint32_t add(uint32_t a, uint32_t b, uint32_t bound)
{
	return (uint32_t)(((uint64_t)a + b) % bound);
}

/*
 * A permutation of the cells: a Feistel network with row and column in the
 * place of left and right. Each step adds to one what the other one decides,
 * and can be undone, so no two cells meet.
 */
static uint64_t permute(const struct dti_shuffle *shuffle, uint64_t cell)
{
	uint32_t row = (uint32_t)(cell / shuffle->columns);
	uint32_t column = (uint32_t)(cell % shuffle->columns);

	for (uint64_t round = 0; round < ROUNDS; round++) {
		uint64_t key = shuffle->seed + 2 * round;

		row = add(row, draw(key, column, shuffle->rows), shuffle->rows);
		column = add(column, draw(key + 1, row, shuffle->columns),
			     shuffle->columns);
	}
	return (uint64_t)row * shuffle->columns + column;
}

uint32_t dti_shuffle_at(const struct dti_shuffle *shuffle, uint32_t place)
{
	uint64_t cell = place;

	/* The few cells too many are stepped over, along the permutation. */
	do
		cell = permute(shuffle, cell);
	while (cell >= shuffle->count);
	return (uint32_t)cell;
}
