/* SPDX-License-Identifier: MIT */
#ifndef CMD_COMPLAIN_H
#define CMD_COMPLAIN_H

/** Write "dialtone: SENTENCE" and a newline to stderr. Any thread. */
__attribute__((format(printf, 1, 2))) void cmd_complain(const char *format,
							...);
/** The same as "dialtone: warning: SENTENCE". */
__attribute__((format(printf, 1, 2))) void cmd_warn(const char *format, ...);

#endif /* CMD_COMPLAIN_H */
