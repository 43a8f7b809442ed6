// SPDX-License-Identifier: MIT

package main

import (
	"strings"
	"testing"

	"dialtone/bench/peers/internal/rotation"
)

func TestDialsToASwallowerAreInFlightUntilCancelled(t *testing.T) {
	s, err := newSwallower()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()

	if err := newDials(rotation.Nodes(0, 50, uint16(s.port))).measure(); err != nil {
		t.Error(err)
	}
}

func TestANodeThatRefusesIsNamed(t *testing.T) {
	s, err := newSwallower()
	if err != nil {
		t.Fatal(err)
	}
	s.close()

	err = newDials(rotation.Nodes(0, 2000, uint16(s.port))).measure()
	if err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("want that it refuses, have %v", err)
	}
}
