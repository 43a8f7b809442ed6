/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* `dialtone config`, and how each kind of bad value is refused. */

static struct program config(const char *flag, const char *variable)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"config", "--json", flag, NULL},
		    (const char *const[]){variable, NULL});
	return program;
}

/* The line about @name begins with this. */
static void says(const struct program *program, const char *name,
		 const char *value, const char *source)
{
	char start[256];

	snprintf(start, sizeof(start),
		 "{\"name\":\"%s\",\"value\":\"%s\",\"source\":\"%s\",", name,
		 value, source);
	cr_assert_eq(program->exit_code, 0, "%s", program->err_text);
	cr_assert(strstr(program->out_text, start) != NULL, "no %s in:\n%s",
		  start, program->out_text);
}

Test(cmd_config, a_value_is_the_default_if_nobody_sets_it, .timeout = 20)
{
	struct program program = config(NULL, NULL);

	says(&program, "dial_timeout", "15s", "default");
	program_free(&program);
}

Test(cmd_config, the_environment_counts_more_than_the_default, .timeout = 20)
{
	struct program program = config(NULL, "DIALTONE_DIAL_TIMEOUT=3s");

	says(&program, "dial_timeout", "3s", "environment");
	says(&program, "setup_timeout", "5s", "default");
	program_free(&program);
}

Test(cmd_config, a_flag_counts_more_than_the_environment, .timeout = 20)
{
	struct program program =
		config("--dial-timeout=250ms", "DIALTONE_DIAL_TIMEOUT=3s");

	says(&program, "dial_timeout", "250ms", "flag");
	program_free(&program);
}

Test(cmd_config, a_switch_needs_no_value_and_takes_one, .timeout = 20)
{
	struct program on = config("--no-dial", NULL);
	struct program off = config("--no-dial=no", "DIALTONE_NO_DIAL=yes");

	says(&on, "no_dial", "yes", "flag");
	says(&off, "no_dial", "no", "flag");
	program_free(&on);
	program_free(&off);
}

Test(cmd_config, has_a_line_of_json_for_each_option, .timeout = 20)
{
	struct program program = config(NULL, NULL);
	const char *bad = NULL;
	size_t count = 0;
	size_t options = 0;

	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	for (; dt_option_at(options); options++)
		says(&program, dt_option_at(options)->name,
		     dt_option_at(options)->initial, "default");
	cr_assert_eq(count, options);
	program_free(&program);
}

Test(cmd_config, escapes_what_json_may_not_hold, .timeout = 20)
{
	static const char id[] =
		"00000000000000000000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000000000000000"
		"0001";
	struct program program;
	const char *bad = NULL;
	char flag[256];
	size_t count;

	snprintf(flag, sizeof(flag), "--static-nodes=%s@[::1]:1\t", id);
	program = config(flag, NULL);

	/* Taken or refused, what is written must be JSON. */
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	program_free(&program);
}

Test(cmd_config, is_a_plain_table_when_piped, .timeout = 20)
{
	struct program program;

	program_run(&program, (const char *const[]){"config", NULL},
		    (const char *const[]){"DIALTONE_WORKERS=3", NULL});

	cr_assert_eq(program.exit_code, 0);
	cr_assert(strstr(program.out_text, "workers") != NULL);
	cr_assert(strstr(program.out_text, "3          environment") != NULL);
	cr_assert_null(strchr(program.out_text, '\033'));
	program_free(&program);
}

Test(cmd_config, is_coloured_on_a_terminal_but_for_no_color, .timeout = 20)
{
	static const char *const arguments[] = {"config", NULL};
	static const char *const no_color[] = {"NO_COLOR=1", NULL};
	struct program coloured;
	struct program plain;

	program_start_on_terminal(&coloured, arguments, NULL, 80, 24);
	program_finish(&coloured);
	program_start_on_terminal(&plain, arguments, no_color, 80, 24);
	program_finish(&plain);

	cr_assert(strstr(coloured.out_text, "\033[1m") != NULL);
	cr_assert_null(strchr(plain.out_text, '\033'));
	program_free(&coloured);
	program_free(&plain);
}

Test(cmd_config, an_unknown_variable_is_a_warning_with_the_nearest_name,
     .timeout = 20)
{
	struct program program = config(NULL, "DIALTONE_DAIL_TIMEOUT=3s");

	cr_assert_str_eq(
		program.err_text,
		"dialtone: warning: DIALTONE_DAIL_TIMEOUT: there is no such "
		"variable; the nearest is DIALTONE_DIAL_TIMEOUT\n");
	says(&program, "dial_timeout", "15s", "default");
	program_free(&program);
}

/* A bad value of each kind of option, and what the sentence must offer. */
static const struct bad_value {
	const char *flag;
	const char *variable;
	const char *value;
	const char *accepted;
} bad_values[] = {
	{"--max-dyn-dials", "DIALTONE_MAX_DYN_DIALS", "many",
	 "a whole number from 0 to 65535"},
	{"--max-active-dials", "DIALTONE_MAX_ACTIVE_DIALS", "0",
	 "a whole number from 1 to"},
	{"--workers", "DIALTONE_WORKERS", "-1", "a whole number from 0 to"},
	{"--dial-timeout", "DIALTONE_DIAL_TIMEOUT", "15",
	 "such as 500ms or 1m30s"},
	{"--history-expiration", "DIALTONE_HISTORY_EXPIRATION", "25h",
	 "from 0 to 24h"},
	{"--spin", "DIALTONE_SPIN", "1s", "from 0 to 1ms"},
	{"--stack-size", "DIALTONE_STACK_SIZE", "64kb", "KiB or MiB"},
	{"--no-dial", "DIALTONE_NO_DIAL", "maybe", "yes or no"},
	{"--log", "DIALTONE_LOG", "loud", "error, warning, info or debug"},
	{"--netrestrict", "DIALTONE_NETRESTRICT", "10.0.0.0/33", "/33"},
	{"--static-nodes", "DIALTONE_STATIC_NODES", "enode://12@1.2.3.4:5",
	 "128 hex digits"},
	{"--bootnodes", "DIALTONE_BOOTNODES", "xyz", "128 hex digits"},
	{"--dns-servers", "DIALTONE_DNS_SERVERS", "dns.example",
	 "IP addresses"},
	{"--listen", "DIALTONE_LISTEN", "30303", "0.0.0.0:30303"},
	{"--external", "DIALTONE_EXTERNAL", "0.0.0.0", "77.1.2.3"},
};

static void refuses(const char *const *arguments, const char *variable,
		    const struct bad_value *bad, const char *label)
{
	struct program program;

	program_run(&program, arguments, (const char *const[]){variable, NULL});
	cr_assert_eq(program.exit_code, 2, "%s: exit code %d", label,
		     program.exit_code);
	cr_assert_str_eq(program.out_text, "", "%s: something was done", label);
	cr_assert_eq(strncmp(program.err_text, "dialtone: ", 10), 0);
	cr_assert_eq(strncmp(program.err_text + 10, label, strlen(label)), 0,
		     "not by its name: %s", program.err_text);
	cr_assert(strstr(program.err_text, bad->accepted) != NULL,
		  "%s: nothing accepted in: %s", label, program.err_text);
	cr_assert_eq(program_count(program.err_text, "\n"), 1);
	program_free(&program);
}

Test(cmd_config, each_kind_of_bad_value_is_refused_by_its_flag, .timeout = 60)
{
	for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]);
	     i++) {
		char flag[128];

		snprintf(flag, sizeof(flag), "%s=%s", bad_values[i].flag,
			 bad_values[i].value);
		refuses((const char *const[]){"config", flag, NULL}, NULL,
			&bad_values[i], bad_values[i].flag);
	}
}

Test(cmd_config, each_kind_of_bad_value_is_refused_by_its_variable,
     .timeout = 60)
{
	for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]);
	     i++) {
		char variable[128];

		snprintf(variable, sizeof(variable), "%s=%s",
			 bad_values[i].variable, bad_values[i].value);
		refuses((const char *const[]){"config", NULL}, variable,
			&bad_values[i], bad_values[i].variable);
	}
}

Test(cmd_config, with_a_bad_variable_nothing_is_run, .timeout = 60)
{
	static const char *const commands[] = {"run", "demo"};

	for (size_t i = 0; i < 2; i++)
		refuses((const char *const[]){commands[i], NULL},
			"DIALTONE_DIAL_TIMEOUT=15", &bad_values[3],
			"DIALTONE_DIAL_TIMEOUT");
}

Test(cmd_config, values_that_do_not_go_together_are_refused, .timeout = 20)
{
	struct program program =
		config("--resolve-delay=1h", "DIALTONE_RESOLVE_DELAY_MAX=1m");

	cr_assert_eq(program.exit_code, 2);
	cr_assert(strstr(program.err_text, "resolve_delay_max") != NULL, "%s",
		  program.err_text);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}
