/* SPDX-License-Identifier: MIT */
#ifndef CMD_JSON_H
#define CMD_JSON_H

/*
 * JSON, one object a line. Keys are the program's own and need no escapes;
 * values may be anything: what is not UTF-8 is replaced by U+FFFD.
 */

#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/text.h"

/** Begin an object; @key NULL: at the top of a line, or in an array. */
void cmd_json_open(struct cmd_text *out, const char *key);
void cmd_json_close(struct cmd_text *out);
/** End the line. */
void cmd_json_end_line(struct cmd_text *out);

void cmd_json_string(struct cmd_text *out, const char *key, const char *value);
void cmd_json_number(struct cmd_text *out, const char *key, uint64_t value);
void cmd_json_signed(struct cmd_text *out, const char *key, int64_t value);
/** With three decimals. */
void cmd_json_decimal(struct cmd_text *out, const char *key, double value);
void cmd_json_bool(struct cmd_text *out, const char *key, bool value);
/** An array of strings: open, values, close. */
void cmd_json_open_array(struct cmd_text *out, const char *key);
void cmd_json_array_string(struct cmd_text *out, const char *value);
void cmd_json_close_array(struct cmd_text *out);

#endif /* CMD_JSON_H */
