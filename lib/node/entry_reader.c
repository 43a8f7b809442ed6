/* SPDX-License-Identifier: MIT */
#include "lib/node/entry_reader.h"

struct dti_entry_reader dti_entry_reader_make(enum dti_entry_form form,
					      struct dti_span text)
{
	return (struct dti_entry_reader){
		.form = form,
		.rest = text,
		.ended = dti_span_trim(text).length == 0,
	};
}

/* "#" begins a comment at the start of a line and after white space. */
static struct dti_span without_comment(struct dti_span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (line.text[i] == '#' &&
		    (i == 0 || dti_is_blank(line.text[i - 1])))
			return dti_span_first(line, i);
	return line;
}

bool dti_entry_reader_next(struct dti_entry_reader *reader,
			   struct dti_span *entry)
{
	bool lines = reader->form == DTI_ENTRY_FORM_LINES;

	while (!reader->ended) {
		size_t length = dti_span_find(reader->rest, lines ? '\n' : ',');
		struct dti_span piece = dti_span_first(reader->rest, length);

		reader->ended = length == reader->rest.length;
		reader->rest = dti_span_skip(reader->rest, length + 1);
		reader->number++;
		if (lines && dti_span_find(piece, '\0') == piece.length)
			piece = without_comment(piece);
		piece = dti_span_trim(piece);
		if (lines && piece.length == 0)
			continue;
		*entry = piece;
		return true;
	}
	return false;
}
