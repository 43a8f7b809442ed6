/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "workers/bind_failure.h"

#include "tests/harness.h"

Test(workers_bind_failure, the_sentence_names_the_place_and_what_to_do)
{
	static const struct {
		int sys_errno;
		dt_err err;
		const char *part;
	} failures[] = {
		{EMFILE, DT_ERR_NO_DESCRIPTORS, "raise the limit"},
		{ENFILE, DT_ERR_NO_DESCRIPTORS, "raise the limit"},
		{EADDRINUSE, DT_ERR_SYSTEM, "TCP port 80 of "},
		{EADDRNOTAVAIL, DT_ERR_SYSTEM, "does not have the address"},
		{EACCES, DT_ERR_SYSTEM, "a port from 1024 on"},
		{EPERM, DT_ERR_SYSTEM, "a port from 1024 on"},
		{EAFNOSUPPORT, DT_ERR_SYSTEM, "has no IPv4"},
		{ENOBUFS, DT_ERR_SYSTEM, "No buffer space available"},
	};
	struct dt_endpoint at = {.udp_port = 7, .tcp_port = 8};

	cr_assert(dti_endpoint_parse_ip(&at, "9.8.7.6", 7));
	for (size_t i = 0; i < dti_array_length(failures); i++) {
		int sys_errno = failures[i].sys_errno;
		struct dt_error error = {0};

		cr_assert_eq(
			dti_bind_failure(&at, 80, "TCP", sys_errno, &error),
			failures[i].err, "%d", sys_errno);
		cr_assert_eq(error.code, failures[i].err);
		cr_assert_eq(strncmp(error.text, "listen: ", 8), 0);
		cr_assert_not_null(strstr(error.text, "9.8.7.6:80"), "%s",
				   error.text);
		cr_assert_not_null(strstr(error.text, failures[i].part), "%s",
				   error.text);
	}
	cr_assert_eq(dti_bind_failure(&at, 80, "UDP", EMFILE, NULL),
		     DT_ERR_NO_DESCRIPTORS);
}
