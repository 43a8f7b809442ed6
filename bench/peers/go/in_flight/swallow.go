// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"
)

// swallower is a listener on all addresses which answers no SYN: it accepts
// nothing, and its backlog, the smallest there is, is full.
type swallower struct {
	listener int
	port     int
	kept     []net.Conn // fill the backlog
}

func newSwallower() (*swallower, error) {
	listener, err := syscall.Socket(syscall.AF_INET,
		syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("no socket to listen at: %w", err)
	}
	s := &swallower{listener: listener}
	if err = s.listen(); err == nil {
		err = s.fill()
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *swallower) close() {
	for _, connection := range s.kept {
		connection.Close()
	}
	syscall.Close(s.listener)
}

func (s *swallower) listen() error {
	if err := syscall.Bind(s.listener, &syscall.SockaddrInet4{}); err != nil {
		return fmt.Errorf("no port to listen at: %w", err)
	}
	if err := syscall.Listen(s.listener, 0); err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	name, err := syscall.Getsockname(s.listener)
	if err != nil {
		return fmt.Errorf("the listener has no name: %w", err)
	}
	at, is := name.(*syscall.SockaddrInet4)
	if !is {
		return fmt.Errorf("the listener has an address of type %T", name)
	}
	s.port = at.Port
	return nil
}

// fill connects until nothing answers any more.
func (s *swallower) fill() error {
	const most, patience = 16, 100 * time.Millisecond
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))

	for i := 0; i < most; i++ {
		connection, err := net.DialTimeout("tcp", address, patience)
		if err != nil {
			return nil
		}
		s.kept = append(s.kept, connection)
	}
	return fmt.Errorf("port %d still answers after %d connections", s.port, most)
}
