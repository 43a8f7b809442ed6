// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"syscall"
)

// swallower is a listener on all addresses of the loopback interface which
// answers no SYN: a filter drops all that comes to it.
type swallower struct {
	listener int
	port     int
}

func newSwallower() (*swallower, error) {
	listener, err := syscall.Socket(syscall.AF_INET,
		syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("no socket to listen at: %w", err)
	}
	s := &swallower{listener: listener}
	if err := s.listen(); err != nil {
		s.close()
		return nil, fmt.Errorf("no listener that swallows: %w", err)
	}
	return s, nil
}

func (s *swallower) close() {
	syscall.Close(s.listener)
}

func (s *swallower) listen() error {
	drop := []syscall.SockFilter{{Code: syscall.BPF_RET | syscall.BPF_K}}

	if err := syscall.BindToDevice(s.listener, "lo"); err != nil {
		return err
	}
	if err := syscall.AttachLsf(s.listener, drop); err != nil {
		return err
	}
	if err := syscall.Bind(s.listener, &syscall.SockaddrInet4{}); err != nil {
		return err
	}
	if err := syscall.Listen(s.listener, syscall.SOMAXCONN); err != nil {
		return err
	}
	name, err := syscall.Getsockname(s.listener)
	if err != nil {
		return err
	}
	at, is := name.(*syscall.SockaddrInet4)
	if !is {
		return fmt.Errorf("its address is of type %T", name)
	}
	s.port = at.Port
	return nil
}
