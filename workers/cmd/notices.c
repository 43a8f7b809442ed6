/* SPDX-License-Identifier: MIT */
#include "workers/cmd/notices.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct cmd_notices {
	/* Set by create, read-only afterwards. A semaphore: one for each that
	 * waits. */
	int fd;

	/* Under the lock. */
	pthread_mutex_t lock;
	char sentences[CMD_NOTICES_MAX][CMD_NOTICE_SIZE];
	size_t first;
	size_t count;
};

struct cmd_notices *cmd_notices_create(void)
{
	struct cmd_notices *notices = calloc(1, sizeof(*notices));

	if (notices == NULL)
		return NULL;
	notices->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	if (notices->fd < 0 || pthread_mutex_init(&notices->lock, NULL) != 0) {
		if (notices->fd >= 0)
			(void)close(notices->fd);
		free(notices);
		return NULL;
	}
	return notices;
}

void cmd_notices_destroy(struct cmd_notices *notices)
{
	if (notices == NULL)
		return;
	(void)pthread_mutex_destroy(&notices->lock);
	(void)close(notices->fd);
	free(notices);
}

void cmd_notices_push(void *context, const char *sentence)
{
	struct cmd_notices *notices = context;
	size_t at;

	(void)pthread_mutex_lock(&notices->lock);
	if (notices->count < CMD_NOTICES_MAX) {
		at = (notices->first + notices->count++) % CMD_NOTICES_MAX;
		(void)snprintf(notices->sentences[at], CMD_NOTICE_SIZE, "%s",
			       sentence);
		(void)eventfd_write(notices->fd, 1);
	}
	(void)pthread_mutex_unlock(&notices->lock);
}

int cmd_notices_fd(const struct cmd_notices *notices)
{
	return notices->fd;
}

bool cmd_notices_take(struct cmd_notices *notices, char out[CMD_NOTICE_SIZE])
{
	eventfd_t ignored;

	if (eventfd_read(notices->fd, &ignored) != 0)
		return false;
	(void)pthread_mutex_lock(&notices->lock);
	memcpy(out, notices->sentences[notices->first], CMD_NOTICE_SIZE);
	notices->first = (notices->first + 1) % CMD_NOTICES_MAX;
	notices->count--;
	(void)pthread_mutex_unlock(&notices->lock);
	return true;
}
