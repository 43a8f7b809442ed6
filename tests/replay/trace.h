/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPLAY_TRACE_H
#define TESTS_REPLAY_TRACE_H

/*
 * Reads a trace line by line and field by field. It trusts nothing: each step
 * can answer "malformed", and the sentence why then stands in the trace.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"
#include "lib/span.h"

enum {
	TRACE_LINE_MAX = 16384, /* a line is shorter than this */
	TRACE_FIELDS_MAX = 8,
	TRACE_WHY_SIZE = 512,
};

struct trace {
	const char *name; /* of the file */
	struct dti_span rest;
	size_t line; /* number of the current line, from 1 */
	struct dti_span fields[TRACE_FIELDS_MAX];
	size_t field_count;       /* 0: behind the last line */
	char why[TRACE_WHY_SIZE]; /* the first thing that is wrong */
};

/** A node in a list, or one that a line names. */
struct trace_node {
	uint64_t number; /* K of nK */
	struct dt_endpoint endpoint;
};

/** Begin before the first line of @text. */
void trace_init(struct trace *trace, const char *name, const char *text,
		size_t length);
/**
 * Go to the next line that is no comment and split it. False: it is malformed.
 * At the end of the text it is true and field_count is 0.
 */
bool trace_next(struct trace *trace);
/** Write "NAME:LINE: ..." (printf-like), unless a sentence stands there. */
__attribute__((format(printf, 2, 3))) bool
trace_refuse(struct trace *trace, const char *format, ...);
/** As trace_refuse(), about an earlier line. */
__attribute__((format(printf, 3, 4))) bool
trace_refuse_line(struct trace *trace, size_t line, const char *format, ...);

/** Is field @index this word? False also if there is no such field. */
bool trace_is(const struct trace *trace, size_t index, const char *word);
/** Refuse the line unless it has so many fields. */
bool trace_want_fields(struct trace *trace, size_t count);
/** Refuse the line unless field @index is this word. */
bool trace_want(struct trace *trace, size_t index, const char *word);

/* Read field @index, or refuse the line. */
bool trace_number(struct trace *trace, size_t index, uint64_t max,
		  uint64_t *out);
bool trace_time(struct trace *trace, size_t index, int64_t *out_ms);
/** "nK" */
bool trace_name(struct trace *trace, size_t index, uint64_t *out);
/** "HOST PORT": fields @index and @index + 1 */
bool trace_endpoint(struct trace *trace, size_t index, struct dt_endpoint *out);
/** The nodes of a list, at most @max, which is room for any line's. */
bool trace_list(struct trace *trace, size_t index, struct trace_node *out,
		size_t max, size_t *count);

/** The id that nK stands for, and back. */
struct dt_node_id trace_id(uint64_t number);
uint64_t trace_id_number(const struct dt_node_id *id);
/** The addresses and the port that is dialed are the same. */
bool trace_same_endpoint(const struct dt_endpoint *a,
			 const struct dt_endpoint *b);

#endif /* TESTS_REPLAY_TRACE_H */
