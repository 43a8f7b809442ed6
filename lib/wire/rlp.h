/* SPDX-License-Identifier: MIT */
#ifndef DTI_WIRE_RLP_H
#define DTI_WIRE_RLP_H

/*
 * RLP (Ethereum Yellow Paper, appendix B): byte strings and lists of them.
 *
 * Reading is strict (canonical forms only), bounded by the bytes that are
 * there, without recursion and without allocation: a list is read into a
 * reader of its own. Each read moves the reader past the item, or answers
 * false and leaves it and the output as they were.
 *
 * Writing puts an item behind the other in the caller's buffer. What does not
 * fit sets `failed`, and nothing is written from then on.
 */

#include <stdbool.h>

#include "lib/bytes.h"

/** What is not yet read. Begin with the bytes of one or several items. */
struct dti_rlp_reader {
	const uint8_t *next;
	size_t left;
};

static inline struct dti_rlp_reader dti_rlp_reader_of(struct dti_bytes bytes)
{
	return (struct dti_rlp_reader){bytes.bytes, bytes.length};
}

static inline bool dti_rlp_at_end(const struct dti_rlp_reader *reader)
{
	return reader->left == 0;
}

/** The next item is a byte string: its bytes. */
bool dti_rlp_read_string(struct dti_rlp_reader *reader, struct dti_bytes *out);
/** A byte string of exactly @length bytes, copied to @out. */
bool dti_rlp_read_fixed(struct dti_rlp_reader *reader, void *out,
			size_t length);
/** An unsigned integer: big endian, no leading zero, at most 8 bytes. */
bool dti_rlp_read_u64(struct dti_rlp_reader *reader, uint64_t *out);
/** The same, at most 65535. */
bool dti_rlp_read_u16(struct dti_rlp_reader *reader, uint16_t *out);
/** A list: a reader of its items. Those are not checked yet. */
bool dti_rlp_read_list(struct dti_rlp_reader *reader,
		       struct dti_rlp_reader *out);
/** Any item, past which the reader moves: its bytes with its header. */
bool dti_rlp_read_item(struct dti_rlp_reader *reader, struct dti_bytes *out);
/** Is the next item a list? False also at the end. */
bool dti_rlp_next_is_list(const struct dti_rlp_reader *reader);

/** Are these bytes exactly one item, canonical in all its depth? */
bool dti_rlp_is_item(struct dti_bytes bytes);

struct dti_rlp_writer {
	uint8_t *out;
	size_t size;
	size_t length; /* written so far */
	bool failed;   /* it did not fit */
};

static inline struct dti_rlp_writer dti_rlp_writer_of(uint8_t *out, size_t size)
{
	return (struct dti_rlp_writer){.out = out, .size = size};
}

void dti_rlp_write_string(struct dti_rlp_writer *writer, const void *bytes,
			  size_t length);
void dti_rlp_write_u64(struct dti_rlp_writer *writer, uint64_t value);
/** Bytes that are RLP already. */
void dti_rlp_write_raw(struct dti_rlp_writer *writer, const void *bytes,
		       size_t length);
/**
 * Begin a list; what is written until dti_rlp_end_list() stands in it. Lists
 * nest. Returns what end_list takes.
 */
size_t dti_rlp_begin_list(struct dti_rlp_writer *writer);
void dti_rlp_end_list(struct dti_rlp_writer *writer, size_t begin);

#endif /* DTI_WIRE_RLP_H */
