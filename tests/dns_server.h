/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DNS_SERVER_H
#define TESTS_DNS_SERVER_H

/*
 * A DNS server on 127.0.0.1, over UDP and TCP, that answers every question in
 * the same way. What cannot be had ends the test.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum dns_server_kind {
	DNS_ANSWERS,   /* with its records */
	DNS_ONLY_A,    /* and says nothing when asked for AAAA */
	DNS_TRUNCATES, /* over UDP; the records come over TCP only */
	DNS_NO_NAME,   /* there is no such name */
	DNS_NO_DATA,   /* the name has no address */
	DNS_FAILS,     /* SERVFAIL */
	DNS_GARBAGE,   /* random bytes, cut and forged answers */
	DNS_SILENT,
};

#define DNS_RECORDS_MAX 16

struct dns_server {
	/* Set before it starts. */
	enum dns_server_kind kind;
	uint8_t a[DNS_RECORDS_MAX][4];
	size_t a_count;
	uint8_t aaaa[DNS_RECORDS_MAX][16];
	size_t aaaa_count;

	/* Set by start. */
	char address[32]; /* "127.0.0.1:PORT" */
	int udp;
	int listener;
	int stop; /* eventfd */
	pthread_t thread;
	_Atomic size_t questions; /* so far */
};

void dns_server_start(struct dns_server *server);
void dns_server_stop(struct dns_server *server);

#endif /* TESTS_DNS_SERVER_H */
