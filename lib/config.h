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

/**
 * The option's name that is nearest to @name by edit distance; NULL: each
 * takes changes to more than a third of its letters.
 */
const char *dti_option_nearest(const char *name);

struct dti_option;
/**
 * Put a copy of @text, which is valid, into the option's field; it takes the
 * place of the copy that an earlier call made. Errors: DT_ERR_NO_MEMORY.
 */
dt_err dti_config_keep_text(struct dt_config *config,
			    const struct dti_option *option, const char *text);

/*
 * To change several options, or none if one of them is refused: fork, set the
 * fork, then adopt it, or give it up with dt_config_fini().
 */

/** A copy of @config to be changed. @config must stay as it is meanwhile. */
void dti_config_fork(struct dt_config *out, const struct dt_config *config);
/** Make the fork's options @config's own; the fork is spent. Cannot fail. */
void dti_config_adopt(struct dt_config *config, struct dt_config *fork);

/**
 * Was the struct made for this version of the library? Errors: DT_ERR_CONFIG.
 * Only then may its other members be looked at.
 */
dt_err dti_config_check_size(const struct dt_config *config,
			     struct dt_error *error);

#endif /* DTI_CONFIG_H */
