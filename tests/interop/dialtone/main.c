/* SPDX-License-Identifier: MIT */
/*
 * dialtone_node - a node of the interoperability tests. It prints its enode
 * URL, then carries out what it reads from standard input, some commands at
 * once.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/interop/dialtone/commands.h"

#define THREADS 8 /* as many commands are carried out at once */

/* Reading a line, and writing one, each by one thread at a time. */
struct dialogue {
	struct node *node;
	pthread_mutex_t reading;
	pthread_mutex_t writing;
	bool ended; /* under reading */
};

/* The next line, to be freed; NULL: there are no more. */
static char *next_line(struct dialogue *dialogue)
{
	char *line = NULL;
	size_t size = 0;

	pthread_mutex_lock(&dialogue->reading);
	if (!dialogue->ended && getline(&line, &size, stdin) <= 0)
		dialogue->ended = true;
	if (dialogue->ended || strstr(line, " quit") != NULL) {
		dialogue->ended = true;
		free(line);
		line = NULL;
	}
	pthread_mutex_unlock(&dialogue->reading);
	return line;
}

static const char *next_word(char **rest)
{
	const char *word = strtok_r(NULL, " \n", rest);

	return word ? word : "";
}

static void answer(struct dialogue *dialogue, char *line)
{
	struct command command;
	char *rest = line;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	command.tag = strtok_r(line, " \n", &rest);
	if (!command.tag)
		command.tag = "";
	command.verb = next_word(&rest);
	command.node = next_word(&rest);
	command.target = next_word(&rest);
	obey(dialogue->node, &command, out);
	if (fclose(out))
		abort();
	pthread_mutex_lock(&dialogue->writing);
	fputs(text, stdout);
	fflush(stdout);
	pthread_mutex_unlock(&dialogue->writing);
	free(text);
}

static void *converse(void *argument)
{
	struct dialogue *dialogue = argument;
	char *line;

	while ((line = next_line(dialogue)) != NULL) {
		answer(dialogue, line);
		free(line);
	}
	return NULL;
}

static void talk(struct node *node)
{
	struct dialogue dialogue = {.node = node};
	pthread_t threads[THREADS];
	size_t count = 0;

	pthread_mutex_init(&dialogue.reading, NULL);
	pthread_mutex_init(&dialogue.writing, NULL);
	while (count < THREADS &&
	       !pthread_create(&threads[count], NULL, converse, &dialogue))
		count++;
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&dialogue.reading);
	pthread_mutex_destroy(&dialogue.writing);
}

int main(int argc, char **argv)
{
	char url[DT_ENODE_URL_SIZE];
	static struct node node;
	struct dt_node self;

	if (!node_start(&node, argc, argv))
		return 1;
	self = dt_discv4_self(node.discv4);
	if (dt_enode_format(url, sizeof(url), &self) == DT_OK)
		puts(url);
	fflush(stdout);
	talk(&node);
	node_stop(&node);
	return 0;
}
