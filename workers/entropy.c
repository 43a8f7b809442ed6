/* SPDX-License-Identifier: MIT */
#include "workers/entropy.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

bool dti_entropy_fill(void *out, size_t length)
{
	uint8_t *next = out;

	while (length > 0) {
		ssize_t got = getrandom(next, length, 0);

		if (got > 0) {
			next += got;
			length -= (size_t)got;
		} else if (got == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}
