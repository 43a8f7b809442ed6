/* SPDX-License-Identifier: MIT */
#ifndef DTI_CONFIG_H
#define DTI_CONFIG_H

#include "lib/dialtone.h"

/** The index of an option by its name, or -1. */
int dti_option_find(const char *name);

/**
 * dti_config_set_named - as dt_config_set(), but the sentence calls the option
 * @label ("DIALTONE_DIAL_TIMEOUT", "--dial-timeout").
 */
dt_err dti_config_set_named(struct dt_config *config, const char *name,
			    const char *text, const char *label,
			    struct dt_error *error);

/** The option's name that is nearest to @name by edit distance. */
const char *dti_option_nearest(const char *name);

#endif /* DTI_CONFIG_H */
