/* SPDX-License-Identifier: MIT */
#include "lib/dialtone.h"

const char *dt_version(void)
{
	return DIALTONE_VERSION;
}
