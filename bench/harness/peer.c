/* SPDX-License-Identifier: MIT */
#include "bench/harness/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/harness/measure.h"
#include "bench/harness/number.h"

#define WORDS_MAX     8
/* The words, the parameters, the seconds, and the NULL behind them. */
#define ARGUMENTS_MAX (WORDS_MAX + BENCH_PARAMETERS_MAX + 2)

bool bench_peer_find(char *path, size_t size, const char *folder,
		     const char *command)
{
	int length = snprintf(path, size, "%s/%.*s", folder,
			      (int)strcspn(command, " "), command);

	return (size_t)length < size && access(path, X_OK) == 0;
}

static size_t split(char **words, size_t max, char *text)
{
	char *rest = NULL;
	size_t count = 0;
	char *word = strtok_r(text, " ", &rest);

	while (word && count < max) {
		words[count++] = word;
		word = strtok_r(NULL, " ", &rest);
	}
	return count;
}

int bench_peer_become(const struct bench *bench, const char *path,
		      const char *command, const struct bench_run *run,
		      int out_fd, int err_fd)
{
	char words[256];
	char values[BENCH_PARAMETERS_MAX][64];
	char seconds[64];
	char *arguments[ARGUMENTS_MAX] = {NULL};
	size_t count;

	snprintf(words, sizeof(words), "%s", command);
	count = split(arguments, WORDS_MAX, words);
	for (size_t i = 0; bench->parameters[i]; i++) {
		snprintf(values[i], sizeof(values[i]), "%s=%" PRId64,
			 bench->parameters[i], run->values[i]);
		arguments[count++] = values[i];
	}
	snprintf(seconds, sizeof(seconds), "seconds=%g", run->seconds);
	arguments[count++] = seconds;
	if (dup2(out_fd, STDOUT_FILENO) >= 0 &&
	    dup2(err_fd, STDERR_FILENO) >= 0)
		(void)execv(path, arguments);
	dprintf(err_fd, "%s does not start: %s\n", path,
		strerrordesc_np(errno));
	return 127;
}

static size_t find_figure(const struct bench *bench, const char *name)
{
	size_t i = 0;

	while (bench->figures[i].name &&
	       strcmp(bench->figures[i].name, name) != 0)
		i++;
	return i;
}

/* False: the line is not as it must be, which result->failure says then. */
static bool parse_line(struct bench_result *result, const struct bench *bench,
		       char *line)
{
	char *blank = strchr(line, ' ');
	const char *value_text = blank ? blank + 1 : "";
	size_t figure;
	double value;

	if (blank)
		*blank = '\0';
	figure = find_figure(bench, line);
	if (!bench->figures[figure].name)
		bench_fail(result,
			   "printed a figure \"%.40s\" that there is "
			   "not",
			   line);
	else if (!isnan(result->figures[figure]))
		bench_fail(result, "printed %.40s twice", line);
	else if (!bench_number_parse(&value, value_text))
		bench_fail(result,
			   "printed %.40s as \"%.40s\", which is no "
			   "number",
			   line, value_text);
	else
		result->figures[figure] = value;
	return result->failure[0] == '\0';
}

void bench_peer_parse(struct bench_result *result, const struct bench *bench,
		      char *output)
{
	char *rest = NULL;

	for (char *line = strtok_r(output, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (!parse_line(result, bench, line))
			return;
	}
}
