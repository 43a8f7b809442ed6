/* SPDX-License-Identifier: MIT */
#ifndef DTI_SAME_FILE_H
#define DTI_SAME_FILE_H

#include <stdbool.h>

/**
 * Do two paths name one file? Links are followed to files that are there;
 * of two that are not, the folder and the name decide. Blocks: on the disk.
 */
bool dti_same_file(const char *a, const char *b);

#endif /* DTI_SAME_FILE_H */
