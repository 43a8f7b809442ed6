// SPDX-License-Identifier: MIT

// Command geth is a node of a discv4 network made of go-ethereum's own code. It
// prints its enode URL, then carries out what it reads from standard input; the
// protocol is that of tests/interop/driver/process.go.
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
	flag.Parse()

	address, err := netip.ParseAddrPort(*listen)
	if err != nil {
		return err
	}
	known, err := parseNodes(*bootnodes)
	if err != nil {
		return err
	}
	n, err := startNode(address, known, *keyFile)
	if err != nil {
		return err
	}
	defer n.close()
	fmt.Println(n.udp.Self().URLv4())
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
