/* SPDX-License-Identifier: MIT */
#ifndef DTI_OPTION_H
#define DTI_OPTION_H

/*
 * The table of options (lib/config.def) and the text form of their values.
 * Everything here is constant or works on the caller's values: any thread.
 */

#include "lib/dialtone.h"

/** How an option's value is written, and how its field holds it. */
enum dti_option_kind {
	DTI_KIND_U32,         /* "16"; uint32_t */
	DTI_KIND_BOOL,        /* "yes" or "no", and their synonyms; bool */
	DTI_KIND_DURATION_MS, /* "1m30s", whole milliseconds; int64_t, ms */
	DTI_KIND_DURATION_NS, /* "50us"; int64_t, ns */
	DTI_KIND_SIZE,        /* "64KiB", "1MiB", "4096"; size_t, bytes */
	DTI_KIND_LEVEL,       /* "info"; enum dt_level */
	DTI_KIND_NETWORKS,    /* CIDRs; const char *, as are all that follow */
	DTI_KIND_NODES,       /* enode URLs, node records */
	DTI_KIND_SERVERS,     /* IP[:PORT], several */
	DTI_KIND_ADDRESS,     /* IP:PORT */
	DTI_KIND_EXTERNAL,    /* IP[:PORT] */
	DTI_KIND_PATH,        /* any text */
	DTI_KIND_WORD,        /* any short printable text */
	DTI_KIND_CAPABILITIES /* NAME/VERSION[:MESSAGES], several */
};

struct dti_option {
	struct dt_option shown;
	enum dti_option_kind kind;
	size_t offset;     /* of its field in struct dt_config */
	const char *least; /* the range's ends as text; "": the kind's */
	const char *most;
	const char *takes; /* what is accepted, for a refusal's sentence */
};

enum {
#define DTI_OPTION(name, NAME, ...) DTI_OPTION_##NAME,
#include "lib/config.def"
#undef DTI_OPTION
	DTI_OPTION_COUNT
};

extern const struct dti_option dti_options[DTI_OPTION_COUNT];

/** "no such option", with the nearest. Returns DT_ERR_UNKNOWN_OPTION. */
dt_err dti_option_refuse_name(struct dt_error *error, const char *name,
			      const char *label);

/** Is the value a text, which the config only points to? */
bool dti_option_is_text(const struct dti_option *option);

/** Refuse a value (@length bytes) with a sentence. Returns DT_ERR_CONFIG. */
dt_err dti_option_refuse(struct dt_error *error,
			 const struct dti_option *option, const char *label,
			 const char *value, size_t length);

/*
 * Options that are not texts: their values are int64_t here, in the field's own
 * unit. @label is what the sentence of a refusal calls the option.
 */

/** Read a value and check its range. Errors: DT_ERR_CONFIG. */
dt_err dti_option_parse(int64_t *out, const struct dti_option *option,
			const char *text, const char *label,
			struct dt_error *error);

#define DTI_OPTION_VALUE_SIZE 64
/** Write any value, also one out of range, in the form that parse reads. */
void dti_option_format(char out[DTI_OPTION_VALUE_SIZE],
		       const struct dti_option *option, int64_t value);

/** Check the range only. Errors: DT_ERR_CONFIG. */
dt_err dti_option_check_value(const struct dti_option *option, int64_t value,
			      const char *label, struct dt_error *error);

/**
 * Check the text of an option that is one. Errors: DT_ERR_CONFIG,
 * DT_ERR_NO_MEMORY.
 */
dt_err dti_option_check_text(const struct dti_option *option, const char *text,
			     const char *label,
			     const struct dt_allocator *allocator,
			     struct dt_error *error);

/* An option's field in @config: a value, or a text (any pointer). */
int64_t dti_option_load_value(const struct dt_config *config,
			      const struct dti_option *option);
void dti_option_store_value(struct dt_config *config,
			    const struct dti_option *option, int64_t value);
const char *dti_option_load_text(const struct dt_config *config,
				 const struct dti_option *option);
void dti_option_store_text(struct dt_config *config,
			   const struct dti_option *option, const char *text);

#endif /* DTI_OPTION_H */
