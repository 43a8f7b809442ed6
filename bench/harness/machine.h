/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_MACHINE_H
#define BENCH_HARNESS_MACHINE_H

/** What was measured on, with and when. */
struct bench_machine {
	char cpu[128];
	long cores; /* that this process may use */
	char kernel[200];
	double load; /* of the last minute, before anything was measured */
	char date[40];
	const char *compiler; /* and its version */
	const char *flags;    /* of the build */
	const char *version;  /* of dialtone, as git describes it */
};

void bench_machine_read(struct bench_machine *machine);

/** All of it in one line, but the flags. */
struct bench_machine_line {
	char text[768];
};
struct bench_machine_line
bench_machine_line(const struct bench_machine *machine);

#endif /* BENCH_HARNESS_MACHINE_H */
