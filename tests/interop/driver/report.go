// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"sync"
)

// report prints each check as it ends, and counts. Its methods may be called from
// several goroutines.
type report struct {
	mu                      sync.Mutex
	passed, failed, skipped int
}

// checkTries also says at which try it worked.
func (r *report) checkTries(name string, tries int, err error) {
	if tries > 1 && err == nil {
		name += fmt.Sprintf(" (try %d)", tries)
	}
	r.check(name, err)
}

func (r *report) check(name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.failed++
		fmt.Printf("FAILED   %s: %v\n", name, err)
		return
	}
	r.passed++
	fmt.Printf("ok       %s\n", name)
}

func (r *report) skip(name, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skipped++
	fmt.Printf("skipped  %s: %s\n", name, why)
}

func (r *report) sum() bool {
	fmt.Printf("%d passed, %d failed", r.passed, r.failed)
	if r.skipped > 0 {
		fmt.Printf(", %d skipped", r.skipped)
	}
	fmt.Println()
	return r.failed == 0
}
