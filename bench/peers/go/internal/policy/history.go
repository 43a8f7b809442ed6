// SPDX-License-Identifier: MIT

package policy

import (
	"container/heap"
	"time"
)

// history holds the nodes whose dials ended a short while ago: a heap by expiry,
// searched from end to end. It may hold a node twice.
type history []pastDial

type pastDial struct {
	id     NodeID
	expiry time.Duration
}

func (h *history) add(id NodeID, expiry time.Duration) {
	heap.Push(h, pastDial{id, expiry})
}

func (h history) earliest() time.Duration {
	return h[0].expiry
}

func (h history) contains(id NodeID) bool {
	for i := range h {
		if h[i].id == id {
			return true
		}
	}
	return false
}

// What expires at now itself stays.
func (h *history) expire(now time.Duration) {
	for h.Len() > 0 && h.earliest() < now {
		heap.Pop(h)
	}
}

func (h history) Len() int           { return len(h) }
func (h history) Less(i, j int) bool { return h[i].expiry < h[j].expiry }
func (h history) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is for the heap package.
func (h *history) Push(value any) {
	*h = append(*h, value.(pastDial))
}

// Pop is for the heap package.
func (h *history) Pop() any {
	last := len(*h) - 1
	value := (*h)[last]
	*h = (*h)[:last]
	return value
}
