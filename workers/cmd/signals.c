/* SPDX-License-Identifier: MIT */
#include "workers/cmd/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

int cmd_signals_open(void)
{
	static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP,
				      SIGWINCH};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
		(void)sigaddset(&set, handled[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cmd_signals_next(int fd)
{
	struct signalfd_siginfo one;

	if (read(fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
		return 0;
	return (int)one.ssi_signo;
}

void cmd_signals_let_through(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}
