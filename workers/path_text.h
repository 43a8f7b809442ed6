/* SPDX-License-Identifier: MIT */
#ifndef DTI_PATH_TEXT_H
#define DTI_PATH_TEXT_H

#define DTI_PATH_TEXT_BYTES 200 /* a path that is longer is shortened to this */

/** A path made fit for a sentence. */
struct dti_path_text {
	char text[sizeof("...") + DTI_PATH_TEXT_BYTES];
};

/**
 * A long path is known by its end: the last bytes, and "..." before them. To be
 * used on the spot, as dti_excerpt_of() is.
 */
struct dti_path_text dti_path_text_of(const char *path);

#endif /* DTI_PATH_TEXT_H */
