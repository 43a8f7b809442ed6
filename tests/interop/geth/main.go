// SPDX-License-Identifier: MIT

// Command geth is a node made of go-ethereum's own code: of a discv4 network, or
// with --rlpx a whole p2p.Server. It prints its enode URL, then carries out what it
// reads from standard input; the protocol is that of
// tests/interop/driver/process.go.
package main

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/ethereum/go-ethereum/p2p/enode"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "geth:", err)
		os.Exit(1)
	}
}

func run() error {
	listen := flag.String("listen", "127.0.0.1:0", "ADDRESS:PORT for UDP")
	bootnodes := flag.String("bootnodes", "", "enode URLs, separated by commas")
	keyFile := flag.String("key", "", "a FILE with the node's key, made if not there")
	rlpx := flag.Bool("rlpx", false, "make peers")
	maxPeers := flag.Int("max-peers", 50, "that it makes")
	dynamic := flag.Int("dynamic", 0, "of them that it dials of its own choice")
	capability := flag.String("capability", "dtt/1", "NAME/VERSION")
	static := flag.String("static", "", "enode URLs to keep connected")
	flag.Parse()

	address, err := netip.ParseAddrPort(*listen)
	if err != nil {
		return err
	}
	known, err := parseNodes(*bootnodes)
	if err != nil {
		return err
	}
	kept, err := parseNodes(*static)
	if err != nil {
		return err
	}
	var n *node
	if *rlpx {
		n, err = startServer(address, known, *keyFile, &rlpxOptions{
			maxPeers:   *maxPeers,
			dynamic:    *dynamic,
			capability: *capability,
			static:     kept,
		})
	} else {
		n, err = startNode(address, known, *keyFile)
	}
	if err != nil {
		return err
	}
	defer n.close()
	fmt.Println(n.url(address))
	return serve(n, os.Stdin, os.Stdout)
}

func parseNodes(list string) ([]*enode.Node, error) {
	var nodes []*enode.Node
	for url := range strings.SplitSeq(list, ",") {
		if url == "" {
			continue
		}
		n, err := enode.ParseV4(url)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}
