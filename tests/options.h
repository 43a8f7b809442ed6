/* SPDX-License-Identifier: MIT */
#ifndef TESTS_OPTIONS_H
#define TESTS_OPTIONS_H

/*
 * What the options are to be, written by hand once more: the tests compare
 * lib/config.def with this.
 */

#include "lib/dialtone.h"

struct expected_option {
	const char *name;
	const char *variable;
	const char *type;
	const char *initial;
	const char *range;
	bool live;
	const char *least; /* accepted, the first and last of the range */
	const char *most;
	const char *takes; /* of the sentence of a refusal; NULL: other words */
};

extern const struct expected_option expected_options[];
extern const size_t expected_option_count;

/** An enode URL that is acceptable, with other ids for other numbers below 10. */
#define ENODE_URL(number) "enode://" ENODE_ID(number) "@127.0.0.1:3030" #number
#define ENODE_ID(number)                                   \
	"000000000000000000000000000000000000000000000000" \
	"000000000000000000000000000000000000000000000000" \
	"0000000000000000000000000000000" #number

/** An option's value as text. */
const char *option_text(char out[2048], const struct dt_config *config,
			const char *name);

struct dt_config make_config(void);

/** Every option but @except (NULL: none) is as it is in @before. */
void assert_unchanged(const struct dt_config *config,
		      const struct dt_config *before, const char *except);

void assert_set(struct dt_config *config, const char *name, const char *text);

/** @name cannot be @text; the sentence is @sentence; nothing changes. */
void assert_refused(struct dt_config *config, const char *name,
		    const char *text, const char *sentence);

/** The same, with the sentence that most options have. */
void assert_refused_as(struct dt_config *config,
		       const struct expected_option *option, const char *text);

#endif /* TESTS_OPTIONS_H */
