/* SPDX-License-Identifier: MIT */
#include "tests/options.h"

#include <stdio.h>
#include <string.h>

#include "lib/container.h"

#include "tests/harness.h"

#define MS      "a duration of whole milliseconds from "
#define SUCH_AS ", such as 500ms or 1m30s"
#define SERVERS "IP addresses or IP:PORT, comma-separated"
#define NODES   "enode URLs or node records, comma-separated"
#define NUMBER  "a whole number from "

const struct expected_option expected_options[] = {
	{"max_dyn_dials", "DIALTONE_MAX_DYN_DIALS", "number", "25",
	 "0 to 65535", true, "0", "65535", NUMBER "0 to 65535"},
	{"max_active_dials", "DIALTONE_MAX_ACTIVE_DIALS", "number", "16",
	 "1 to 16384", true, "1", "16384", NUMBER "1 to 16384"},
	{"workers", "DIALTONE_WORKERS", "number", "0", "0 to 16384", false, "0",
	 "16384", NUMBER "0 to 16384"},
	{"static_share", "DIALTONE_STATIC_SHARE", "number", "75", "1 to 99",
	 true, "1", "99", NUMBER "1 to 99"},
	{"inbox_size", "DIALTONE_INBOX_SIZE", "number", "1024", "16 to 65536",
	 false, "16", "65536", NUMBER "16 to 65536"},
	{"no_dial", "DIALTONE_NO_DIAL", "boolean", "no", "yes or no", true,
	 "no", "yes", "yes or no (or true, false, on, off, 1, 0)"},
	{"dial_timeout", "DIALTONE_DIAL_TIMEOUT", "duration", "15s",
	 "10ms to 10m", true, "10ms", "10m", MS "10ms to 10m" SUCH_AS},
	{"adaptive_timeout", "DIALTONE_ADAPTIVE_TIMEOUT", "boolean", "yes",
	 "yes or no", true, "no", "yes",
	 "yes or no (or true, false, on, off, 1, 0)"},
	{"setup_timeout", "DIALTONE_SETUP_TIMEOUT", "duration", "5s",
	 "10ms to 10m", true, "10ms", "10m", MS "10ms to 10m" SUCH_AS},
	{"name_timeout", "DIALTONE_NAME_TIMEOUT", "duration", "5s",
	 "10ms to 10m", true, "10ms", "10m", MS "10ms to 10m" SUCH_AS},
	{"lookup_timeout", "DIALTONE_LOOKUP_TIMEOUT", "duration", "30s",
	 "10ms to 10m", true, "10ms", "10m", MS "10ms to 10m" SUCH_AS},
	{"history_expiration", "DIALTONE_HISTORY_EXPIRATION", "duration", "30s",
	 "0 to 24h", true, "0", "24h", MS "0 to 24h" SUCH_AS},
	{"lookup_interval", "DIALTONE_LOOKUP_INTERVAL", "duration", "4s",
	 "0 to 1h", true, "0", "1h", MS "0 to 1h" SUCH_AS},
	{"lookup_max_age", "DIALTONE_LOOKUP_MAX_AGE", "duration", "10m",
	 "1s to 24h", true, "1s", "24h", MS "1s to 24h" SUCH_AS},
	{"fallback_interval", "DIALTONE_FALLBACK_INTERVAL", "duration", "20s",
	 "0 to 1h", true, "0", "1h", MS "0 to 1h" SUCH_AS},
	{"resolve_delay", "DIALTONE_RESOLVE_DELAY", "duration", "1m",
	 "1s to 24h", true, "1s", "24h", MS "1s to 24h" SUCH_AS},
	{"resolve_delay_max", "DIALTONE_RESOLVE_DELAY_MAX", "duration", "1h",
	 "1s to 168h", true, "1s", "168h", MS "1s to 168h" SUCH_AS},
	{"local_fault_pause", "DIALTONE_LOCAL_FAULT_PAUSE", "duration", "1s",
	 "10ms to 10m", true, "10ms", "10m", MS "10ms to 10m" SUCH_AS},
	{"overdue_after", "DIALTONE_OVERDUE_AFTER", "duration", "5s",
	 "100ms to 1h", true, "100ms", "1h", MS "100ms to 1h" SUCH_AS},
	{"spin", "DIALTONE_SPIN", "duration", "20us", "0 to 1ms", false, "0",
	 "1ms", "a duration from 0 to 1ms, such as 50us"},
	{"stack_size", "DIALTONE_STACK_SIZE", "size", "64KiB", "32KiB to 64MiB",
	 false, "32KiB", "64MiB",
	 "a size from 32KiB to 64MiB, in bytes, KiB or MiB"},
	{"log", "DIALTONE_LOG", "level", "info",
	 "error, warning, info or debug", true, "error", "debug",
	 "error, warning, info or debug"},
	{"netrestrict", "DIALTONE_NETRESTRICT", "networks", "",
	 "CIDRs, comma-separated", true, "none", "10.0.0.0/8,2001:db8::/32",
	 NULL},
	{"static_nodes", "DIALTONE_STATIC_NODES", "nodes", "", NODES, false,
	 ENODE_URL(1), ENODE_URL(1) "," ENODE_URL(2), NULL},
	{"bootnodes", "DIALTONE_BOOTNODES", "nodes", "", NODES, false,
	 ENODE_URL(3), ENODE_URL(3) "," ENODE_URL(4), NULL},
	{"dns_servers", "DIALTONE_DNS_SERVERS", "servers", "", SERVERS, false,
	 "9.9.9.9", "9.9.9.9,[2620:fe::fe]:53,2620:fe::9,127.0.0.1:5353",
	 SERVERS ", such as 9.9.9.9,[2620:fe::fe]:53"},
	{"listen", "DIALTONE_LISTEN", "address", "0.0.0.0:30303", "IP:PORT",
	 false, "127.0.0.1:0", "[2001:db8::1]:65535",
	 "IP:PORT, such as 0.0.0.0:30303 or [::]:0"},
	{"external", "DIALTONE_EXTERNAL", "address", "", "IP or IP:PORT", false,
	 "77.1.2.3", "[2a01::1]:30303",
	 "IP or IP:PORT with the address of one machine and a port from 1 to "
	 "65535, such as 77.1.2.3 or [2a01::1]:30303"},
	{"announce_tcp", "DIALTONE_ANNOUNCE_TCP", "boolean", "yes", "yes or no",
	 false, "no", "yes", "yes or no (or true, false, on, off, 1, 0)"},
	{"node_key_file", "DIALTONE_NODE_KEY_FILE", "path", "", "a path", false,
	 "key", "/a folder/\xc3\xa9,=\n", NULL},
	{"node_database", "DIALTONE_NODE_DATABASE", "path", "", "a path", false,
	 ".", "/nowhere/nodes", NULL},
	{"limit_lan", "DIALTONE_LIMIT_LAN", "boolean", "no", "yes or no", false,
	 "no", "yes", "yes or no (or true, false, on, off, 1, 0)"},
	{"max_queries", "DIALTONE_MAX_QUERIES", "number", "64", "1 to 4096",
	 false, "1", "4096", NUMBER "1 to 4096"},
	{"max_proofs", "DIALTONE_MAX_PROOFS", "number", "8192", "16 to 1048576",
	 false, "16", "1048576", NUMBER "16 to 1048576"},
	{"refresh_interval", "DIALTONE_REFRESH_INTERVAL", "duration", "30m",
	 "0 to 24h", false, "0", "24h", MS "0 to 24h" SUCH_AS},
	{"check_interval", "DIALTONE_CHECK_INTERVAL", "duration", "5s",
	 "10ms to 1h", false, "10ms", "1h", MS "10ms to 1h" SUCH_AS},
	{"inbound", "DIALTONE_INBOUND", "boolean", "no", "yes or no", false,
	 "no", "yes", "yes or no (or true, false, on, off, 1, 0)"},
	{"client", "DIALTONE_CLIENT", "text", "",
	 "up to 127 printable ASCII characters", false, "x",
	 "Geth/v1.2.3-stable/linux, and a blank~",
	 "up to 127 printable ASCII characters"},
	{"capabilities", "DIALTONE_CAPABILITIES", "capabilities", "",
	 "NAME/VERSION[:MESSAGES], comma-separated", false, "eth/68",
	 "eth/68,eth/69,snap/1:8,123456789012345/4294967295:65535",
	 "up to 16 different NAME/VERSION[:MESSAGES] with names of at most 15 "
	 "characters and MESSAGES from 1 to 65535, comma-separated, such as "
	 "eth/68,chat/1:4"},
	{"max_peers", "DIALTONE_MAX_PEERS", "number", "50", "0 to 65535", false,
	 "0", "65535", NUMBER "0 to 65535"},
	{"max_pending_inbound", "DIALTONE_MAX_PENDING_INBOUND", "number", "50",
	 "1 to 65535", false, "1", "65535", NUMBER "1 to 65535"},
	{"inbound_throttle", "DIALTONE_INBOUND_THROTTLE", "duration", "30s",
	 "0 to 1h", false, "0", "1h", MS "0 to 1h" SUCH_AS},
	{"ping_interval", "DIALTONE_PING_INTERVAL", "duration", "15s",
	 "10ms to 10m", false, "10ms", "10m", MS "10ms to 10m" SUCH_AS},
	{"peer_timeout", "DIALTONE_PEER_TIMEOUT", "duration", "30s",
	 "20ms to 1h", false, "20ms", "1h", MS "20ms to 1h" SUCH_AS},
};

const size_t expected_option_count = dti_array_length(expected_options);

const char *option_text(char out[2048], const struct dt_config *config,
			const char *name)
{
	dt_err err = dt_config_get(config, out, 2048, name);

	if (err)
		snprintf(out, 2048, "?%s", dt_err_name(err));
	return out;
}

struct dt_config make_config(void)
{
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	return config;
}

void assert_unchanged(const struct dt_config *config,
		      const struct dt_config *before, const char *except)
{
	char now[2048];
	char then[2048];

	for (size_t i = 0; i < expected_option_count; i++) {
		const char *name = expected_options[i].name;

		if (except && strcmp(name, except) == 0)
			continue;
		cr_assert_str_eq(option_text(now, config, name),
				 option_text(then, before, name), "%s", name);
	}
}

void assert_set(struct dt_config *config, const char *name, const char *text)
{
	struct dt_error error = {0};

	cr_assert_eq(dt_config_set(config, name, text, &error), DT_OK, "%s",
		     error.text);
}

void assert_refused(struct dt_config *config, const char *name,
		    const char *text, const char *sentence)
{
	struct dt_config before = *config;
	struct dt_error error = {0};

	cr_assert_eq(dt_config_set(config, name, text, &error), DT_ERR_CONFIG,
		     "%s takes \"%s\"", name, text);
	cr_assert_eq(error.code, DT_ERR_CONFIG);
	cr_assert_str_eq(error.text, sentence);
	cr_assert_eq(memcmp(config, &before, sizeof(before)), 0,
		     "%s is changed by \"%s\"", name, text);
	cr_assert_eq(dt_config_set(config, name, text, NULL), DT_ERR_CONFIG);
}

void assert_refused_as(struct dt_config *config,
		       const struct expected_option *option, const char *text)
{
	char sentence[512];

	snprintf(sentence, sizeof(sentence),
		 "%s: \"%s\" is not accepted; it takes %s", option->name, text,
		 option->takes);
	assert_refused(config, option->name, text, sentence);
}
