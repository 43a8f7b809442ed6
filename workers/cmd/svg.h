/* SPDX-License-Identifier: MIT */
#ifndef CMD_SVG_H
#define CMD_SVG_H

/* Pictures as SVG. Coordinates in pixels, from the upper left corner. */

#include "workers/cmd/text.h"

enum cmd_svg_anchor {
	CMD_SVG_START,
	CMD_SVG_END
};

struct cmd_svg_text {
	double x;
	double y; /* the baseline */
	const char *text;
	const char *colour;
	int size;
	bool bold;
	enum cmd_svg_anchor anchor;
};

struct cmd_svg_bar {
	double x;
	double y;
	double width;
	double height;
	const char *colour;
	const char *title; /* shown when pointed at; NULL: none */
};

/** Pair with end. */
void cmd_svg_begin(struct cmd_text *out, int width, int height,
		   const char *title);
void cmd_svg_end(struct cmd_text *out);
/** The text may be anything: it is escaped. */
void cmd_svg_text(struct cmd_text *out, const struct cmd_svg_text *text);
void cmd_svg_bar(struct cmd_text *out, const struct cmd_svg_bar *bar);

#endif /* CMD_SVG_H */
