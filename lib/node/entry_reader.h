/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ENTRY_READER_H
#define DTI_NODE_ENTRY_READER_H

/*
 * Cuts a text into entries: the lines of a file, without comments and blank
 * lines, or the comma-separated items of an option.
 */

#include "lib/span.h"

enum dti_entry_form {
	DTI_ENTRY_FORM_LINES, /* "#" begins a comment, blank lines are none */
	DTI_ENTRY_FORM_ITEMS, /* an item may be empty; blank text has none */
};

struct dti_entry_reader {
	enum dti_entry_form form;
	struct dti_span rest;
	bool ended;
	size_t number; /* of the latest entry's line or item, from 1 */
};

struct dti_entry_reader dti_entry_reader_make(enum dti_entry_form form,
					      struct dti_span text);

/**
 * The next entry, without white space around it. A line with a NUL byte comes
 * whole. False: there are no more; *@entry is untouched.
 */
bool dti_entry_reader_next(struct dti_entry_reader *reader,
			   struct dti_span *entry);

#endif /* DTI_NODE_ENTRY_READER_H */
