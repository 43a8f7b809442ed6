// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
)

// endpoint is what an enode URL says of a node.
type endpoint struct {
	id  string
	tcp netip.AddrPort
	udp netip.AddrPort
}

func parseEnode(text string) (endpoint, error) {
	u, err := url.Parse(text)
	if err != nil {
		return endpoint{}, err
	}
	if u.Scheme != "enode" || u.User == nil {
		return endpoint{}, fmt.Errorf("%q: not an enode URL", text)
	}
	tcp, err := netip.ParseAddrPort(u.Host)
	if err != nil {
		return endpoint{}, fmt.Errorf("%q: %w", text, err)
	}
	e := endpoint{id: u.User.Username(), tcp: tcp, udp: tcp}
	if discport := u.Query().Get("discport"); discport != "" {
		port, err := strconv.ParseUint(discport, 10, 16)
		if err != nil {
			return endpoint{}, fmt.Errorf("%q: %w", text, err)
		}
		e.udp = netip.AddrPortFrom(tcp.Addr(), uint16(port))
	}
	return e, nil
}

func parseEnodes(texts []string) ([]endpoint, error) {
	nodes := make([]endpoint, 0, len(texts))
	for _, text := range texts {
		e, err := parseEnode(text)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, e)
	}
	return nodes, nil
}

// find looks for a node, which must be where it really is.
func find(nodes []endpoint, wanted endpoint) error {
	for _, e := range nodes {
		if e.id == wanted.id {
			if e != wanted {
				return fmt.Errorf("%v and %v instead of %v and %v",
					e.tcp, e.udp, wanted.tcp, wanted.udp)
			}
			return nil
		}
	}
	return fmt.Errorf("%v is not among %d nodes", wanted.udp, len(nodes))
}
