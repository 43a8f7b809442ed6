/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_HOST_NAME_H
#define DTI_NODE_HOST_NAME_H

#include "lib/span.h"

/**
 * Has it a DNS name's form: labels of 1 to 63 letters, digits, "-" and "_",
 * dots between them, one dot allowed at the end, at most 253 bytes in all.
 */
bool dti_host_name_valid(struct dti_span name);

/** Is the last label a number? Then it is meant as an IPv4 address. */
bool dti_host_name_ends_in_number(struct dti_span name);

#endif /* DTI_NODE_HOST_NAME_H */
