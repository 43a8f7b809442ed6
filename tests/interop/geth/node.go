// SPDX-License-Identifier: MIT

package main

import (
	"crypto/ecdsa"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/discover"
	"github.com/ethereum/go-ethereum/p2p/enode"
	"github.com/ethereum/go-ethereum/p2p/enr"
)

// More often than by default: only nodes that were checked are told to others,
// and a test does not wait half an hour for the next refresh.
const (
	checkInterval   = 300 * time.Millisecond
	refreshInterval = 10 * time.Second
)

type node struct {
	key *ecdsa.PrivateKey
	db  *enode.DB
	tap *tap
	udp *discover.UDPv4
	// Those who do not make peers have the tap and the database, those who do
	// have a server, which has all of its own.
	peers *peers
}

func startNode(listen netip.AddrPort, bootnodes []*enode.Node, keyFile string) (*node, error) {
	key, err := nodeKey(keyFile)
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(listen))
	if err != nil {
		return nil, err
	}
	db, err := enode.OpenDB("") // in memory
	if err != nil {
		conn.Close()
		return nil, err
	}
	bound := conn.LocalAddr().(*net.UDPAddr)
	local := enode.NewLocalNode(db, key)
	local.SetStaticIP(bound.IP)
	local.SetFallbackUDP(bound.Port)
	local.Set(enr.TCP(bound.Port))
	n := &node{key: key, db: db, tap: newTap(conn)}
	n.udp, err = discover.ListenV4(n.tap, local, discover.Config{
		PrivateKey:      key,
		Bootnodes:       bootnodes,
		PingInterval:    checkInterval,
		RefreshInterval: refreshInterval,
	})
	if err != nil {
		conn.Close()
		db.Close()
		return nil, err
	}
	return n, nil
}

func nodeKey(file string) (*ecdsa.PrivateKey, error) {
	if file != "" {
		key, err := crypto.LoadECDSA(file)
		if !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
	}
	key, err := crypto.GenerateKey()
	if err == nil && file != "" {
		err = crypto.SaveECDSA(file, key)
	}
	return key, err
}

// url is its enode URL. A server that listens on an IPv6 address believes that it
// has an IPv4 one, too.
func (n *node) url(listen netip.AddrPort) string {
	if n.peers == nil {
		return n.udp.Self().URLv4()
	}
	port := int(listen.Port())
	return enode.NewV4(&n.key.PublicKey, listen.Addr().AsSlice(), port, port).
		URLv4()
}

func (n *node) close() {
	if n.peers != nil {
		n.peers.server.Stop()
		return
	}
	n.udp.Close()
	n.db.Close()
}
