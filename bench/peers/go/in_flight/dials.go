// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"dialtone/bench/peers/internal/figures"
	"dialtone/bench/peers/internal/policy"
)

// dials are many in flight at once.
type dials struct {
	nodes   []policy.Node
	dialer  net.Dialer
	waiting sync.WaitGroup
	up      atomic.Int64 // have a socket and are about to connect
	allUp   chan struct{}
	failed  chan error // the first that ended before it was cancelled
}

func newDials(nodes []policy.Node) *dials {
	// No dial ends by its deadline while others still start.
	const deadline = 60 * time.Second
	d := &dials{
		nodes:  nodes,
		allUp:  make(chan struct{}),
		failed: make(chan error, 1),
	}

	d.dialer = net.Dialer{Timeout: deadline, Control: d.control}
	return d
}

// control is called just before connect, which doesn't block.
func (d *dials) control(string, string, syscall.RawConn) error {
	if d.up.Add(1) == int64(len(d.nodes)) {
		close(d.allUp)
	}
	return nil
}

func (d *dials) dial(ctx context.Context, node *policy.Node) {
	defer d.waiting.Done()
	address := net.TCPAddr{IP: node.IP, Port: int(node.Port)}

	connection, err := d.dialer.DialContext(ctx, "tcp", address.String())
	if err == nil {
		err = fmt.Errorf("%s answers", address.String())
		connection.Close()
	}
	if ctx.Err() == nil {
		select {
		case d.failed <- err:
		default:
		}
	}
}

// waitUp returns when all are in flight, or one is no more.
func (d *dials) waitUp() error {
	var err error

	select {
	case <-d.allUp:
		select {
		case err = <-d.failed:
		default:
			return nil
		}
	case err = <-d.failed:
	}
	return fmt.Errorf("a dial is not in flight: %w", err)
}

func (d *dials) measure() error {
	each := float64(len(d.nodes))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	resident, err := residentBytes()
	if err != nil {
		return err
	}
	before := figures.UsageNow()

	for i := range d.nodes {
		d.waiting.Add(1)
		go d.dial(ctx, &d.nodes[i])
	}
	if err := d.waitUp(); err != nil {
		return err
	}
	up := time.Since(before.Time)
	residentUp, err := residentBytes()
	if err != nil {
		return err
	}
	began := time.Now()
	cancel()
	d.waiting.Wait()
	cancelled := time.Since(began)
	used := figures.UsageNow().Since(before)

	figures.Print("resident_bytes_each", float64(residentUp-resident)/each)
	figures.Print("all_up_s", up.Seconds())
	figures.Print("all_cancelled_s", cancelled.Seconds())
	figures.Print("switches_each", used.Switches/each)
	return nil
}
