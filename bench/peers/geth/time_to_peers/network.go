// SPDX-License-Identifier: MIT

package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

// network is where the nodes are; bench/contenders/peer_network.h says how.
type network struct {
	accept, swallow, refuse uint16
}

func findNetwork() (network, error) {
	var n network
	text := os.Getenv("PEER_NETWORK")
	if _, err := fmt.Sscanf(text, "%d,%d,%d", &n.accept, &n.swallow, &n.refuse); err != nil {
		return n, fmt.Errorf("there is no network (PEER_NETWORK is %q)", text)
	}
	return n, nil
}

func (n network) place(copy, node int) netip.AddrPort {
	port := n.refuse
	if node%10 < 3 {
		port = n.accept
	} else if node%10 < 8 {
		port = n.swallow
	}
	address := [4]byte{127, byte(64 + copy), byte(node / 250), byte(1 + node%250)}
	return netip.AddrPortFrom(netip.AddrFrom4(address), port)
}

// halve closes half of a copy's connections; they are closed when it returns.
func (n network) halve(copy int) error {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.%d.255.1:%d", 64+copy, n.accept))
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = io.Copy(io.Discard, conn)
	return err
}

// nodeKeys are the keys of the nodes; each copy of the network has the same.
func nodeKeys() ([]*ecdsa.PrivateKey, error) {
	keys := make([]*ecdsa.PrivateKey, nodes)
	for i := range keys {
		seed := sha256.Sum256(fmt.Appendf(nil, "node %d", i))
		key, err := crypto.ToECDSA(seed[:])
		if err != nil {
			return nil, err
		}
		keys[i] = key
	}
	return keys, nil
}

func (n network) enode(copy, node int, key *ecdsa.PrivateKey) *enode.Node {
	place := n.place(copy, node)
	ip := net.IP(place.Addr().AsSlice())
	return enode.NewV4(&key.PublicKey, ip, int(place.Port()), 0)
}
