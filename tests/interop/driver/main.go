// SPDX-License-Identifier: MIT

// Command driver lets dialtone and two other implementations of Node Discovery
// v4 meet on loopback addresses, each in both roles, then in a network of all
// three in which every node must find every other.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

func main() {
	geth := &kind{name: "geth", records: true, ipv6: true, wantsProof: true}
	ethereumjs := &kind{name: "ethereumjs"}
	dialtone := &kind{name: "dialtone", records: true, ipv6: true,
		wantsProof: true, bondsFirst: true}
	kinds := []*kind{dialtone, geth, ethereumjs}
	count := flag.Int("count", 8, "nodes of each kind in the mixed network; 0: none")
	for _, k := range kinds {
		flag.Func(k.name, "the command that starts such a node", k.setCommand)
	}
	limit := flag.Duration("limit", 8*time.Minute, "for the mixed network")
	devp2p := flag.String("devp2p", "", "go-ethereum's command of that name")
	flag.Parse()

	var r report
	runConformance(&r, *devp2p, dialtone)
	runPairs(&r, kinds)
	runPairs6(&r, kinds)
	runMoves(&r, kinds)
	there := present(kinds)
	if len(there) > 1 && *count > 0 {
		runNetwork(&r, there, *count, *limit)
	}
	if !r.sum() {
		os.Exit(1)
	}
}

func (k *kind) setCommand(text string) error {
	k.command = strings.Fields(text)
	return nil
}

func present(kinds []*kind) []*kind {
	var there []*kind
	for _, k := range kinds {
		if len(k.command) > 0 {
			there = append(there, k)
		}
	}
	return there
}

// runPairs runs all ordered pairs of different kinds.
func runPairs(r *report, kinds []*kind) {
	for _, asker := range kinds {
		for _, answerer := range kinds {
			if asker == answerer {
				continue
			}
			if why := missing(asker, answerer); why != "" {
				r.skip(fmt.Sprintf("%s asks %s", asker.name, answerer.name), why)
				continue
			}
			runPair(r, asker, answerer, false)
		}
	}
}

// runPairs6 does the same over IPv6, with those that speak it.
func runPairs6(r *report, kinds []*kind) {
	conn, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		r.skip("over IPv6, all the same", "this machine has none")
		return
	}
	conn.Close()
	for _, asker := range kinds {
		for _, answerer := range kinds {
			if asker != answerer && asker.ipv6 && answerer.ipv6 &&
				missing(asker, answerer) == "" {
				runPair(r, asker, answerer, true)
			}
		}
	}
}

func missing(kinds ...*kind) string {
	for _, k := range kinds {
		if len(k.command) == 0 {
			return "there is no " + k.name
		}
	}
	return ""
}
