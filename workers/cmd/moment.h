/* SPDX-License-Identifier: MIT */
#ifndef CMD_MOMENT_H
#define CMD_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** CLOCK_MONOTONIC in milliseconds: what the library's events carry. */
int64_t cmd_moment_now_ms(void);

#define CMD_MOMENT_TEXT_SIZE 32
/** A monotonic time as "2026-01-31T13:37:00.123Z". */
void cmd_moment_format(char out[CMD_MOMENT_TEXT_SIZE], int64_t monotonic_ms);

/**
 * Read "1h30m", "15s", "500ms": whole numbers with h, m, s or ms, largest
 * first. False: not that; *@out_ms is untouched.
 */
bool cmd_moment_parse_duration(int64_t *out_ms, const char *text);

/** Write nanoseconds as "1.23 ms", three digits (@size: 16 is enough). */
void cmd_moment_format_ns(char *out, size_t size, uint64_t ns);

#endif /* CMD_MOMENT_H */
