/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "lib/container.h"
#include "lib/detail.h"

#include "tests/harness.h"

static const struct {
	struct dt_outcome_detail detail;
	const char *text;
} cases[] = {
	{{0, 0}, ""},
	{{ECONNREFUSED, 0}, ": Connection refused"},
	{{99999, 0}, ": errno 99999"},
	{{0, DT_ENDING_REMOTE_TOO_MANY}, ": the remote has too many peers"},
	{{0, DT_ENDING_COUNT - 1},
	 ": this machine is short of memory or fails otherwise"},
	{{0, DT_ENDING_COUNT}, ": reason 45"},
	{{0, -1}, ": reason -1"},
	{{0, INT32_MIN}, ": reason -2147483648"},
	{{ECONNRESET, DT_ENDING_CLOSED},
	 ": Connection reset by peer, the remote has closed the connection"},
	{{EPIPE, 1000}, ": Broken pipe, reason 1000"},
};

Test(lib_detail, what_is_known_is_told)
{
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		char out[200];
		struct dti_text text = dti_text_begin(out, sizeof(out));
		bool told = dti_detail_append(&text, ": ", &cases[i].detail);

		cr_assert_eq(told, i > 0);
		cr_assert_str_eq(out, cases[i].text);
	}
}

Test(lib_detail, what_does_not_fit_is_cut)
{
	char out[10];
	struct dti_text text = dti_text_begin(out, sizeof(out));

	cr_assert(dti_detail_append(&text, " (", &cases[1].detail));
	cr_assert_str_eq(out, " (Connect");
	cr_assert_eq(text.length, 20);
}
