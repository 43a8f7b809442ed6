/* SPDX-License-Identifier: MIT */
#include "workers/path_text.h"

#include <stdio.h>
#include <string.h>

struct dti_path_text dti_path_text_of(const char *path)
{
	size_t length = strlen(path);
	size_t hidden =
		length > DTI_PATH_TEXT_BYTES ? length - DTI_PATH_TEXT_BYTES : 0;
	struct dti_path_text text;

	(void)snprintf(text.text, sizeof(text.text), "%s%s",
		       hidden > 0 ? "..." : "", path + hidden);
	return text;
}
