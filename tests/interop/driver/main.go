// SPDX-License-Identifier: MIT

// Command driver lets dialtone and two other implementations of Ethereum's
// peer-to-peer protocols meet on loopback addresses, each in both roles. Node
// Discovery v4: in pairs, then in a network of all three in which every node must
// find every other. RLPx: in pairs, then in a network in which ours must have and
// keep as many peers as they want.
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
	geth := &kind{name: "geth", records: true, ipv6: true, wantsProof: true,
		client: "interop-geth", wrongKey: "auth_closed", takesLeave: true,
		words: words{
			quit:   []string{"client quitting"},
			parted: []string{"disconnect requested"},
			cut:    []string{"EOF", "network error"},
		},
		peersMax: 25,
	}
	ethereumjs := &kind{name: "ethereumjs",
		client: "interop-ethereumjs", wrongKey: "auth_timed_out",
		endsLate: true, forgetsPeers: true,
		words: words{
			quit:   []string{"client quitting"},
			parted: []string{"disconnect requested"},
			cut:    []string{"closed"},
		},
		peersMax: 10,
	}
	dialtone := &kind{name: "dialtone", records: true, ipv6: true,
		wantsProof: true, bondsFirst: true,
		isOurs: true, client: "interop-dialtone", wrongKey: "auth_closed",
		takesLeave: true,
		words: words{
			quit:   []string{"remote_quitting"},
			parted: []string{"remote_requested"},
			cut:    []string{"closed"},
		},
		peersMax: 20,
	}
	kinds := []*kind{dialtone, geth, ethereumjs}
	count := flag.Int("count", 8, "nodes of each kind in the network that only "+
		"discovers; 0: none")
	for _, k := range kinds {
		flag.Func(k.name, "the command that starts such a node", k.setCommand)
	}
	limit := flag.Duration("limit", 8*time.Minute, "for that network")
	devp2p := flag.String("devp2p", "", "go-ethereum's command of that name")
	only := flag.String("only", "", "discovery, stories or network: nothing else")
	flag.Parse()

	var r report
	if *only == "" || *only == "discovery" {
		runDiscovery(&r, kinds, *devp2p, *count, *limit)
	}
	if *only == "" || *only == "stories" {
		runStories(&r, dialtone, kinds)
	}
	there := present(kinds)
	if (*only == "" || *only == "network") && len(there) > 1 {
		runPeerNetwork(&r, there)
	}
	if !r.sum() {
		os.Exit(1)
	}
}

// runDiscovery asks of the first of the kinds that it conforms.
func runDiscovery(r *report, kinds []*kind, devp2p string, count int,
	limit time.Duration) {
	runConformance(r, devp2p, kinds[0])
	runPairs(r, kinds)
	runPairs6(r, kinds)
	runMoves(r, kinds)
	there := present(kinds)
	if len(there) > 1 && count > 0 {
		runNetwork(r, there, count, limit)
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
	if !hasIPv6() {
		r.skip("over IPv6, all the same", "this machine has none")
		return
	}
	for _, asker := range kinds {
		for _, answerer := range kinds {
			if asker != answerer && asker.ipv6 && answerer.ipv6 &&
				missing(asker, answerer) == "" {
				runPair(r, asker, answerer, true)
			}
		}
	}
}

func hasIPv6() bool {
	conn, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

func missing(kinds ...*kind) string {
	for _, k := range kinds {
		if len(k.command) == 0 {
			return "there is no " + k.name
		}
	}
	return ""
}
