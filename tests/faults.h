/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

/*
 * What a remote can do wrong, as scripts, and what is to come of each.
 */

#include "tests/scripted_remote.h"

/** What a Hello is made of. */
struct fault_hello {
	uint64_t version;
	enum {
		FAULT_ID_RIGHT,
		FAULT_ID_ZERO,
		FAULT_ID_OTHER,
		FAULT_ID_CALLERS,
		FAULT_ID_SHORT,
		FAULT_ID_LONG,
		FAULT_ID_MISSING
	} id;
	const char *capability; /* its name; NULL: none */
	bool has_more;          /* elements, everywhere */
};

struct fault {
	const char *name;
	void (*script)(struct scripted_remote *remote);
	enum dt_ending ending; /* NONE: it becomes a peer */
	enum dt_outcome outcome;
	/* What the script needs. */
	const char *hex;
	const struct fault_hello *hello;
	int at; /* a place; negative: from the end */
};

/* Each list ends with one without a name. */

/** Before there are secrets: of who is called, and of who calls. */
extern const struct fault faults_of_ack[];
extern const struct fault faults_of_auth[];
/** The first frame. */
extern const struct fault faults_of_hello[];
/** Frames of an open session; the outcome does not matter. */
extern const struct fault faults_of_peers[];

/* What happens to the stream of ack (or auth) and Hello after so many bytes. */
enum fault_place {
	FAULT_AT_BEGIN,
	FAULT_IN_PREFIX,
	FAULT_IN_ACK,
	FAULT_AFTER_ACK,
	FAULT_AFTER_HEADER,
	FAULT_IN_BODY,
	FAULT_BEFORE_END,
	FAULT_PLACE_COUNT
};
enum fault_break {
	FAULT_STALL,
	FAULT_CLOSE,
	FAULT_HALF_CLOSE,
	FAULT_RESET,
	FAULT_BREAK_COUNT
};
/** A script that does the one at the other. */
struct fault fault_broken_off(enum fault_place place, enum fault_break how);

/** A Disconnect in place of Hello, in hex, which must outlive the fault. */
struct fault fault_disconnect(const char *hex, enum dt_ending ending);

#endif /* TESTS_FAULTS_H */
