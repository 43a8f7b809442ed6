/* SPDX-License-Identifier: MIT */
#include "bench/harness/markup.h"

static void write_byte(FILE *file, char byte)
{
	switch (byte) {
	case '&':
		fprintf(file, "&amp;");
		break;
	case '<':
		fprintf(file, "&lt;");
		break;
	case '>':
		fprintf(file, "&gt;");
		break;
	case '"':
		fprintf(file, "&quot;");
		break;
	default:
		(void)fputc(byte, file);
	}
}

void bench_markup_write(FILE *file, const char *text)
{
	for (; *text; text++)
		write_byte(file, *text);
}

void bench_markup_write_paragraphs(FILE *file, const char *text)
{
	fprintf(file, "<p>");
	for (; *text; text++) {
		if (text[0] == '\n' && text[1] == '\n') {
			fprintf(file, "</p>\n<p>");
			text++;
		} else {
			write_byte(file, *text);
		}
	}
	fprintf(file, "</p>\n");
}
