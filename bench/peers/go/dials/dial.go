// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"net"
	"time"

	"dialtone/bench/peers/internal/policy"
)

// dial connects to a node and closes the connection. It may be called by many
// goroutines.
type dial func(node *policy.Node) error

// newDialer dials by an address in text, with a deadline of 15 s, under a context
// that could be cancelled, as a dialer that can be stopped needs it.
func newDialer(ctx context.Context) dial {
	const timeout = 15 * time.Second
	dialer := net.Dialer{Timeout: timeout}

	return func(node *policy.Node) error {
		address := net.TCPAddr{IP: node.IP, Port: int(node.Port)}
		connection, err := dialer.DialContext(ctx, "tcp", address.String())
		if err != nil {
			return err
		}
		return reset(connection)
	}
}

func dialTCP(node *policy.Node) error {
	address := net.TCPAddr{IP: node.IP, Port: int(node.Port)}
	connection, err := net.DialTCP("tcp", nil, &address)
	if err != nil {
		return err
	}
	return reset(connection)
}

// reset closes without TIME_WAIT, of which the ports would run out.
func reset(connection net.Conn) error {
	if tcp, is := connection.(*net.TCPConn); is {
		if err := tcp.SetLinger(0); err != nil {
			tcp.Close()
			return err
		}
	}
	return connection.Close()
}
