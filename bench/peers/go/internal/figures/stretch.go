// SPDX-License-Identifier: MIT

package figures

import "time"

// Stamp is when a task was handed over, in ns since the stretch began; 0: not a
// task whose latency is taken.
type Stamp int64

// Stretch is the time that is measured, after a warm-up of a fifth of it. One
// goroutine hands tasks over and takes them back. Only some of the tasks look
// at the clock, so that it doesn't cost more than what is measured.
type Stretch struct {
	began     time.Time
	warm, end time.Duration
	every     int // one task of so many is stamped
	countdown int
	measuring bool
	over      bool
	tasks     uint64
	latencies Histogram
	before    Usage
	measured  float64 // tasks, when the time was up
	used      Since
}

const warmUpMax = 200 * time.Millisecond

// NewStretch begins one. One task of every is stamped; a prime keeps in no step
// with the number of tasks in flight.
func NewStretch(seconds float64, every int) *Stretch {
	length := time.Duration(seconds * float64(time.Second))
	warm := length / 5

	if warm > warmUpMax {
		warm = warmUpMax
	}
	return &Stretch{
		began: time.Now(), warm: warm, end: warm + length,
		every: every, countdown: 1,
	}
}

// HandOver stamps a task that is about to be handed over.
func (s *Stretch) HandOver() Stamp {
	s.countdown--
	if s.countdown > 0 {
		return 0
	}
	s.countdown = s.every
	return Stamp(time.Since(s.began))
}

// Taken counts a task whose completion has been taken.
func (s *Stretch) Taken(stamp Stamp) {
	s.tasks++
	if stamp != 0 {
		s.taken(time.Duration(stamp), time.Since(s.began))
	}
}

func (s *Stretch) taken(handedOver, now time.Duration) {
	switch {
	case !s.measuring && now >= s.warm:
		s.measuring = true
		s.tasks = 0
		s.before = UsageNow()
	case s.measuring && !s.over:
		s.latencies.Add(now - handedOver)
		if now >= s.end {
			s.over = true
			s.used = UsageNow().Since(s.before)
			s.measured = float64(s.tasks)
		}
	}
}

// Over tells whether the time is up.
func (s *Stretch) Over() bool {
	return s.over
}

// Tasks is how many were measured.
func (s *Stretch) Tasks() float64 {
	return s.measured
}

// Used is what they took together.
func (s *Stretch) Used() Since {
	return s.used
}

// PrintTasks prints what is asked about tasks that are handed over.
func (s *Stretch) PrintTasks() {
	Print("tasks_per_s", s.measured/s.used.Seconds)
	Print("p50_s", s.latencies.Quantile(0.5))
	Print("p99_s", s.latencies.Quantile(0.99))
	Print("p999_s", s.latencies.Quantile(0.999))
	Print("cpu_s_per_task", s.used.CPUSeconds/s.measured)
	Print("switches_per_task", s.used.Switches/s.measured)
}
