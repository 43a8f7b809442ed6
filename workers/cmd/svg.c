/* SPDX-License-Identifier: MIT */
#include "workers/cmd/svg.h"

#define FONT "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"

/* What is not printable ASCII becomes "?". */
static void put_escaped(struct cmd_text *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			cmd_text_add(out, "&amp;");
			break;
		case '<':
			cmd_text_add(out, "&lt;");
			break;
		case '>':
			cmd_text_add(out, "&gt;");
			break;
		case '"':
			cmd_text_add(out, "&quot;");
			break;
		default:
			cmd_text_put(out,
				     *text >= ' ' && *text <= '~' ? text : "?",
				     1);
			break;
		}
	}
}

void cmd_svg_begin(struct cmd_text *out, int width, int height,
		   const char *title)
{
	cmd_text_printf(out,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" "
			"viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
			"font-family=\"%s\">\n<title>",
			width, height, width, height, FONT);
	put_escaped(out, title);
	cmd_text_printf(out,
			"</title>\n<rect width=\"%d\" height=\"%d\" "
			"fill=\"#ffffff\"/>\n",
			width, height);
}

void cmd_svg_end(struct cmd_text *out)
{
	cmd_text_add(out, "</svg>\n");
}

void cmd_svg_text(struct cmd_text *out, const struct cmd_svg_text *text)
{
	cmd_text_printf(out,
			"<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" "
			"fill=\"%s\"%s%s>",
			text->x, text->y, text->size, text->colour,
			text->bold ? " font-weight=\"600\"" : "",
			text->anchor == CMD_SVG_END ? " text-anchor=\"end\""
						    : "");
	put_escaped(out, text->text);
	cmd_text_add(out, "</text>\n");
}

void cmd_svg_bar(struct cmd_text *out, const struct cmd_svg_bar *bar)
{
	cmd_text_printf(out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"%.1f\" rx=\"2\" fill=\"%s\">",
			bar->x, bar->y, bar->width, bar->height, bar->colour);
	if (bar->title != NULL) {
		cmd_text_add(out, "<title>");
		put_escaped(out, bar->title);
		cmd_text_add(out, "</title>");
	}
	cmd_text_add(out, "</rect>\n");
}
