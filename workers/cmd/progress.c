/* SPDX-License-Identifier: MIT */
#include "workers/cmd/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "workers/cmd/moment.h"

#define COLUMNS_UNKNOWN 80
#define TURN_MS         100

void cmd_progress_init(struct cmd_progress *progress)
{
	const char *type = getenv("TERM");

	*progress = (struct cmd_progress){
		.live = isatty(STDERR_FILENO) && type != NULL &&
			strcmp(type, "dumb") != 0,
		.style = cmd_style_of(STDERR_FILENO),
	};
}

static size_t columns(void)
{
	struct winsize size = {0};

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS_UNKNOWN;
	return size.ws_col;
}

void cmd_progress_show(struct cmd_progress *progress)
{
	if (progress->live && progress->line.length > 0) {
		cmd_text_add(&progress->frame, "\r");
		/* In the last column the cursor would wrap. */
		(void)cmd_text_put_clipped(&progress->frame,
					   progress->line.bytes, columns() - 1);
		cmd_text_add(&progress->frame, "\033[K");
		(void)cmd_text_write(&progress->frame, STDERR_FILENO);
		progress->shown = true;
	}
	cmd_text_clear(&progress->line);
}

void cmd_progress_hide(struct cmd_progress *progress)
{
	if (!progress->shown)
		return;
	cmd_text_add(&progress->frame, "\r\033[K");
	(void)cmd_text_write(&progress->frame, STDERR_FILENO);
	progress->shown = false;
}

void cmd_progress_fini(struct cmd_progress *progress)
{
	cmd_progress_hide(progress);
	cmd_text_fini(&progress->line);
	cmd_text_fini(&progress->frame);
}

const char *cmd_progress_spinner(const struct cmd_progress *progress)
{
	static const char *const dots[] = {"⠋", "⠙", "⠹", "⠸", "⠼",
					   "⠴", "⠦", "⠧", "⠇", "⠏"};
	static const char *const bars[] = {"|", "/", "-", "\\"};
	uint64_t turn = (uint64_t)cmd_moment_now_ms() / TURN_MS;

	return progress->style.unicode ? dots[turn % 10] : bars[turn % 4];
}
