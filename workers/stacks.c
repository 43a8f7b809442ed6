/* SPDX-License-Identifier: MIT */
#include "workers/stacks.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workers/thread.h"

static size_t stride(const struct dti_stacks *stacks)
{
	return stacks->guard + stacks->size;
}

dt_err dti_stacks_map(struct dti_stacks *stacks, uint32_t count, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *memory;

	size = dti_thread_stack_size(size);
	if (size > SIZE_MAX / count - page) {
		errno = ENOMEM;
		return DT_ERR_NO_THREAD;
	}
	memory = mmap(NULL, (page + size) * count, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (memory == MAP_FAILED)
		return DT_ERR_NO_THREAD;
	*stacks = (struct dti_stacks){
		.memory = memory,
		.size = size,
		.guard = page,
		.count = count,
	};
	return DT_OK;
}

void *dti_stacks_open(const struct dti_stacks *stacks, uint32_t index)
{
	char *stack = stacks->memory + index * stride(stacks) + stacks->guard;

	if (mprotect(stack, stacks->size, PROT_READ | PROT_WRITE))
		return NULL;
	return stack;
}

void dti_stacks_unmap(struct dti_stacks *stacks)
{
	(void)munmap(stacks->memory, stride(stacks) * stacks->count);
	*stacks = (struct dti_stacks){0};
}
